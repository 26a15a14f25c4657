"""Steps on the state itself: for what only a state still holds, and no apply is there to destroy.

What a root still has in its state and no longer in its code, the next apply there destroys: that
action is in the plan already, and stays the way. Two cases are left. What is not live any more
either drops out of the state by itself, at the next apply or by hand. And what no root module makes
any more (the root is gone, its state is kept) no apply destroys: it is removed live, and then taken
out of the state. A ``removed`` block is no way there: applied from a directory without the code, it
would come with the destruction of everything else that the state holds.

Whether a binding is gone live is taken for told only where its cloud was asked for its kind, and
nothing was skipped that may hide it (rule 1).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import PurePosixPath

from iac_offboard.model import Effect, Finding, ManualStep, StateOrigin
from iac_offboard.pipeline.scan import Scan
from iac_offboard.plan.forget import STANDS, backend_block, has_keys, removed_block, state_rm
from iac_offboard.plan.verbs import DOCUMENT_THINGS, USER_THINGS, WHOLE_THINGS
from iac_offboard.storage import SCHEME, in_bucket
from iac_offboard.verify import Coverage

# What is read live, and by which service it is left out.
_READ = frozenset({"iam_user", "iam_role", *USER_THINGS, *DOCUMENT_THINGS, *WHOLE_THINGS})
_CENTER = ("identity", "sso")


class _Live(Enum):
    STANDS = auto()
    GONE = auto()
    NOT_KNOWN = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """One binding in one state."""

    finding: Finding
    origin: StateOrigin
    live: _Live


def state_side(scan: Scan) -> tuple[ManualStep, ...]:
    """One step for each subject and state of which something has to be taken out."""
    groups: dict[tuple[str, str, bool], list[_Held]] = {}
    for held in _without_made(scan, [h for h in _held(scan) if _is_asked(h)]):
        origin = held.origin
        where = origin.file if origin.rootless else origin.root or origin.file
        groups.setdefault((held.finding.subject, where, origin.rootless), []).append(held)
    return tuple(
        _without_root(subject, where, members) if rootless else _left_over(subject, where, members)
        for (subject, where, rootless), members in groups.items()
    )


def _is_asked(held: _Held) -> bool:
    return held.origin.rootless or held.live is _Live.GONE


def _without_made(scan: Scan, held: Sequence[_Held]) -> Iterator[_Held]:
    """All but the entries of a list or document that the code goes on to make, for others: an apply
    writes it as the code says, and whoever forgot it would forget the others' with it."""
    if not held:
        return
    made = {(one.root, one.address) for source, _ in scan.code for one in source.instances()}
    yield from (h for h in held if (h.origin.root, h.origin.address) not in made)


def _held(scan: Scan) -> Iterator[_Held]:
    coverage = Coverage(planned=scan.scope, fresh=scan.scope, collected=scan.collected)
    for finding in scan.findings:
        own = not (finding.covered or finding.shared or finding.reused)
        written = finding.code or finding.planned
        if not own or written or finding.binding.effect is not Effect.ALLOW:
            continue
        live = _live(scan, finding, coverage)
        for origin in finding.state:
            yield _Held(finding=finding, origin=origin, live=live)


def _live(scan: Scan, finding: Finding, coverage: Coverage) -> _Live:
    if finding.live:
        return _Live.STANDS
    target, services = finding.binding.target, scan.scope.services
    word = target.kind.partition("_")[0]
    service = "identitycenter" if word in _CENTER else word
    asked = target.kind in _READ and (not services or service in services)
    if not asked or not target.account or coverage.unread(finding.binding, finding.subject):
        return _Live.NOT_KNOWN
    return _Live.GONE


def _addresses(held: Iterable[_Held]) -> list[str]:
    return sorted({one.origin.address for one in held})


def _left_over(subject: str, root: str, held: Sequence[_Held]) -> ManualStep:
    addresses = _addresses(held)
    blocks = [removed_block(a) for a in addresses if not has_keys(a)]
    block = ", or merge what is written out" if len(blocks) == len(addresses) else ""
    return ManualStep(
        subject=subject,
        where=root,
        text=(
            f"The next terraform apply of {root} drops {', '.join(addresses)} from its state. To "
            f"drop it without one, run there: {state_rm(addresses, _file(held, root))}{block}. "
            "Nothing of it was found live, which alone makes it dead."
        ),
        reason="only the state still has it: the code has not, and the cloud was read",
        finding=_ids(held),
        code="\n\n".join(blocks) if block else "",
    )


def _without_root(subject: str, file: str, held: Sequence[_Held]) -> ManualStep:
    addresses = _addresses(held)
    code = ""
    if file.startswith(SCHEME):
        bucket, key = in_bucket(file)
        code = backend_block("s3", {"bucket": bucket, "key": key})
        how = (
            "in a directory with nothing but the backend that is written out (and the bucket's "
            f"region), after terraform init: {state_rm(addresses)}"
        )
    else:
        how = (
            "in a directory without Terraform code (of a copy, where the state itself is kept): "
            f"{state_rm(addresses, str(PurePosixPath(file)))}"
        )
    return ManualStep(
        subject=subject,
        where=file,
        text=f"{_first(held)} Then take it out of the state, {how}. {STANDS}.",
        reason=(
            "no root module that was read makes anything of this state, so that no apply destroys "
            "it (a root that still does: give the state as --state ROOT=FILE)"
        ),
        finding=_ids(held),
        code=code,
    )


def _first(held: Sequence[_Held]) -> str:
    states = {one.live for one in held}
    if states == {_Live.GONE}:
        return "Nothing of it is left live."
    if _Live.NOT_KNOWN in states:
        return "Plan again with --live to have it removed live, or see to that by hand."
    return "Let the live phase remove it, and verify read it gone."


def _file(held: Sequence[_Held], root: str) -> str:
    """The state file where no root is known that it belongs to. What Terraform prints as JSON, of
    a state or of a plan, has no lineage, and nothing can be taken out of it."""
    files = {one.origin.file for one in held if one.origin.lineage and not one.origin.root}
    file = next(iter(files), "")
    return file if file == root and not file.startswith(SCHEME) else ""


def _ids(held: Iterable[_Held]) -> str:
    return ", ".join(sorted({one.finding.id for one in held}))
