"""What a state tells although the code does not: a person edits the block that makes it.

Rule 1 drops an undecided value as soon as a state tells it. When the state then tells that it
is the leaver's, the block still makes it at the next apply, and no edit of ours is known to be
right: where the leaver comes from (a data source, a module that is not in the tree) is not
spelled there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from iac_offboard.catalog.addresses import without_keys
from iac_offboard.catalog.paths import top
from iac_offboard.hcl.documents import document_of
from iac_offboard.hcl.resources import Root
from iac_offboard.hcl.values import Hole, List, Map, Str, Unknown, Value
from iac_offboard.model import (
    Finding,
    ManualStep,
    Skipped,
    SkipReason,
    StateOrigin,
)
from iac_offboard.sources.terraform import TerraformSource

_REASON = "this block makes it and does not spell the leaver: only the state tells whose it is"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """A block that makes things whose owner cannot be seen in the code."""

    file: str
    line: int


def told_by_state(
    source: TerraformSource, skipped: Sequence[Skipped], findings: Sequence[Finding]
) -> Iterator[ManualStep]:
    """One step for each place in the roots of ``source`` that only a state calls the leaver's.

    ``skipped`` is what the reading of ``source`` could not decide. A block whose value is known,
    and is not the leaver's, gets no step: its code was edited already, and waits for an apply.
    """
    roots = {source.label(root.path, root.variant): root for root in source.repository.roots}
    spelled = {(o.root, o.address) for f in findings for o in f.code}
    open_ = {s.where: s for s in skipped if s.reason is SkipReason.UNDECIDED}
    for finding in findings:
        for origin in () if finding.covered else finding.state:
            root = roots.get(origin.root)
            if root is None or (origin.root, origin.address) in spelled:
                continue
            block = _maker(root, origin, finding, open_)
            if block is not None:
                yield ManualStep(
                    subject=finding.subject,
                    where=f"{origin.root}: {origin.address} ({block.file}:{block.line})",
                    text=f"Remove {origin.address}, or the leaver from its {origin.path}, by hand.",
                    reason=_REASON,
                    finding=finding.id,
                )


def _maker(
    root: Root, origin: StateOrigin, finding: Finding, skipped: dict[str, Skipped]
) -> _Block | None:
    kind = finding.binding.target.kind
    for resource in root.resources:
        if resource.mode == "managed" and resource.address == origin.address:
            told = skipped.get(f"{origin.root}: {origin.address}")
            undecided = told is not None and (not told.kinds or kind in told.kinds)
            value = resource.attrs.get(top(origin.path))
            if undecided or (value is not None and _open(value)):
                return _Block(file=resource.file, line=resource.line)
            return None
    bare = without_keys(origin.address)
    for block in root.undecided:  # which instances it makes is not known: perhaps this one
        address = without_keys(block.address)
        if bare == address or bare.startswith(f"{address}."):
            return _Block(file=block.file, line=block.line)
    for call in root.calls:
        if not call.present and origin.address.startswith(f"{call.address}."):
            return _Block(file=call.file, line=call.line)
    return None


def _open(value: Value) -> bool:
    """Is a part unknown that may spell somebody? Inside a policy document the reading says so."""
    match value:
        case Unknown():
            return True
        case Str():
            return document_of(value) is None and any(isinstance(p, Hole) for p in value.pieces)
        case List():
            return any(_open(element.value) for element in value.elements)
        case Map():
            return any(_open(entry.key) or _open(entry.value) for entry in value.entries)
        case _:
            return False
