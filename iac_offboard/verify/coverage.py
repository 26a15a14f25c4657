"""What the fresh look could not tell: skipped places, and scope that it did not have.

Every function errs towards "could not tell": a place whose spelling is not understood may
hold anything (DESIGN.md, rule 1).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from iac_offboard.catalog.reasons import was_not_read
from iac_offboard.model import (
    AccountScope,
    Binding,
    Collected,
    NoteKind,
    Scope,
    Side,
    Skipped,
    SkipReason,
    Target,
    Waived,
)

_CONTAINERS = frozenset({"gcp_project", "gcp_folder", "gcp_organization"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The planned and the fresh scope, and what the fresh look brought."""

    planned: Scope
    fresh: Scope
    collected: Collected

    def unread(self, binding: Binding, subject: str) -> str:
        """Why the place of this binding was not read; "" when it was, or where a waiver takes
        responsibility for that (:meth:`waived`)."""
        target = binding.target
        for skipped in self.skipped(Side.ACCESS, subject):
            if may_hide(skipped, binding):
                return f"{skipped.where} was not read ({skipped.reason.value}): {skipped.detail}"
        accounts = {a.account for a in self.fresh.accounts if a.provider == target.provider}
        if not accounts:
            return f"no {target.provider} account was looked at"
        if target.account and target.account not in accounts:
            if self.left_out(target.provider, target.account):
                return ""
            return f"the account {target.account} was not looked at"
        fewer = _lost(self.planned.services, self.fresh.services)
        if fewer:
            return f"fewer services were looked at than planned ({fewer})"
        return self._region_unread(target.region)

    def _region_unread(self, region: str | None) -> str:
        if not self.fresh.regions or not _lost(self.planned.regions, self.fresh.regions):
            return ""
        if region is not None and region in self.fresh.regions:
            return ""
        return f"fewer regions were looked at than planned ({', '.join(self.fresh.regions)} only)"

    def waived(self, binding: Binding, subject: str) -> Waived | None:
        """The waiver without which the place of this binding would count as unread."""
        return next(
            (
                w
                for w in self.collected.waived
                if w.skipped.side is Side.ACCESS
                and was_not_read(w.skipped.reason)
                and w.skipped.subject in ("", subject)
                and may_hide(w.skipped, binding)
            ),
            None,
        )

    def answered(self, what: str) -> Waived | None:
        """The waiver that speaks of exactly this thing, which was found or was entered."""
        return next((w for w in self._waived(what) if not was_not_read(w.skipped.reason)), None)

    def left_out(self, provider: str, account: str) -> bool:
        """Whether somebody answers for this account as a whole."""
        waived = self._waived(f"{provider}:{account}")
        return any(was_not_read(w.skipped.reason) for w in waived)

    def _waived(self, where: str) -> Iterator[Waived]:
        found = (w for w in self.collected.waived if w.skipped.where == where)
        return (w for w in found if w.skipped.side is Side.ACCESS)

    def missing(self) -> tuple[Skipped, ...]:
        """Planned accounts that were not looked at, in the form that a waiver speaks of."""
        return tuple(
            Skipped(
                where=f"{a.provider}:{a.account}",
                reason=SkipReason.MISSING,
                detail="the planned account was not looked at.",
                side=Side.ACCESS,
            )
            for a in self._lost_accounts()
        )

    def _lost_accounts(self) -> list[AccountScope]:
        fresh = {(a.provider, a.partition, a.account) for a in self.fresh.accounts}
        lost = [a for a in self.planned.accounts if _key(a) not in fresh]
        return sorted(lost, key=_key)

    def skipped(self, side: Side, subject: str) -> tuple[Skipped, ...]:
        """What was skipped on this side and may concern this subject."""
        return tuple(
            s for s in self.collected.skipped if s.side is side and s.subject in ("", subject)
        )

    def access_gaps(self) -> tuple[str, ...]:
        """Why the fresh look cannot speak for the planned cloud scope as a whole."""
        gaps = []
        if not self.fresh.accounts:
            gaps.append("no account was looked at, which proves nothing")
        for lost in self._lost_accounts():
            if not self.left_out(lost.provider, lost.account):
                gaps.append(f"the planned {lost.provider} account {lost.account} was not looked at")
        for what, before, now in (
            ("regions", self.planned.regions, self.fresh.regions),
            ("services", self.planned.services, self.fresh.services),
        ):
            fewer = _lost(before, now)
            if fewer:
                gaps.append(f"fewer {what} were looked at than planned ({fewer})")
        gaps += [f"nothing was read of the account {a}" for a in self._silent_accounts()]
        return tuple(gaps)

    def return_gaps(self) -> tuple[str, ...]:
        """Why the fresh look cannot speak for the planned code and state as a whole."""
        gaps = []
        if not (self.fresh.roots or self.fresh.states or self.fresh.plans):
            gaps.append("no code and no state was looked at, which proves nothing")
        roots = {(r.directory, r.path) for r in self.planned.roots}
        for _, path in sorted(roots - {(r.directory, r.path) for r in self.fresh.roots}):
            gaps.append(f"the planned root {path} was not looked at")
        for state in sorted(set(self.planned.states) - set(self.fresh.states)):
            gaps.append(f"the planned state {state} was not looked at")
        for plan in sorted(set(self.planned.plans) - set(self.fresh.plans)):
            gaps.append(f"the plan {plan} was not looked at")
        return tuple(gaps)

    def _silent_accounts(self) -> list[str]:
        suspended = {
            note.where for note in self.collected.notes if note.kind is NoteKind.SUSPENDED_ACCOUNT
        }
        heard = {tuple(read.where.split(":")[:2]) for read in self.collected.reads}
        heard |= {tuple(where.split(":")[:2]) for where in suspended}
        return sorted(
            a.account
            for a in self.fresh.accounts
            if (a.provider, a.account) not in heard and not self.left_out(a.provider, a.account)
        )


def may_hide(skipped: Skipped, binding: Binding) -> bool:
    """Whether the skipped place may hold this binding. A region or service in ``where`` is
    compared only as far as the binding says where it is."""
    target = binding.target
    if skipped.kinds and target.kind not in skipped.kinds:
        return False
    provider, _, rest = skipped.where.partition(":")
    if provider == target.provider == "gcp":
        return not rest or _hides(rest, skipped.kinds, target)
    account, _, rest = rest.partition(":")
    region = rest.partition(":")[0]
    if provider != target.provider:
        # A file or an address says no provider, "aws (profile ops)" no account; another cloud's
        # place is not this one's.
        word = provider.partition(" ")[0]
        return word == target.provider or word not in ("aws", "gcp", "azure")
    if not account.isdigit():
        return True
    if target.account is not None and account != target.account:
        return False
    return not region or target.region is None or region == target.region


def _hides(place: str, kinds: frozenset[str], target: Target) -> bool:
    """Whether this project, folder or organization of Google Cloud may hold the target. Its places
    have no regions, and where a bucket is may not be known."""
    if target.account == place:
        return True
    if target.kind == "gcp_group":
        return target.kind in kinds  # the directory is beside the projects
    below = "/" in place and not kinds & _CONTAINERS  # what is in its folders and projects
    return target.account is None or below


def _key(account: AccountScope) -> tuple[str, str, str]:
    return account.provider, account.partition, account.account


def _lost(planned: Sequence[str], fresh: Sequence[str]) -> str:
    """What the fresh list no longer has; an empty list means all."""
    if not fresh:
        return ""
    if not planned:
        return f"{', '.join(fresh)} only, planned were all"
    return ", ".join(sorted(set(planned) - set(fresh)))
