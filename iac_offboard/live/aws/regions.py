"""Which regions of an account are read."""

from __future__ import annotations

from iac_offboard.clouds.reply import structs, text
from iac_offboard.live.aws.gather import Gather, Kinds
from iac_offboard.model import NoteKind, Side, Skipped, SkipReason

_ENABLED = ("opt-in-not-required", "opted-in")


def enabled_regions(gather: Gather, wanted: tuple[str, ...], kinds: Kinds) -> tuple[str, ...]:
    """The regions to read, sorted: those of ``wanted`` (empty: all) that the account has
    enabled (EC2 API reference, DescribeRegions: OptInStatus).

    A region that is not enabled holds nothing: a Note. Where the list cannot be read, what
    was asked for by name is tried, else the home region, and ``kinds`` are Skipped.
    """
    reply = gather.ask("ec2", "DescribeRegions", kinds=kinds, AllRegions=True)
    if reply is None:
        return wanted or (gather.session.home_region,)
    status = {text(r, "RegionName"): text(r, "OptInStatus") for r in structs(reply.data, "Regions")}
    for region in sorted(set(wanted) - set(status)):
        gather.skipped.append(
            Skipped(
                where=f"aws:{gather.session.account}:{region}",
                reason=SkipReason.MISSING,
                detail=f"AWS knows no region {region} in this partition.",
                side=Side.ACCESS,
                next_step="Correct the spelling of --region.",
                kinds=kinds,
            )
        )
    asked = {r: s for r, s in status.items() if not wanted or r in wanted}
    for region in sorted(r for r, s in asked.items() if s not in _ENABLED):
        where = f"aws:{gather.session.account}:{region}"
        text_ = f"The region is not enabled in this account ({asked[region]}): nothing is there."
        gather.note(NoteKind.DISABLED_REGION, where, text_)
    return tuple(sorted(r for r, s in asked.items() if s in _ENABLED))
