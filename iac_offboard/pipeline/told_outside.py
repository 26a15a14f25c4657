"""What a state or a plan of Terraform tells although the code does not: a person edits the block
that makes it.

Rule 1 drops an undecided value as soon as one of them tells it. When it is then the leaver's, the
block still makes it at the next apply, and no edit of ours is known to be right: where the leaver
comes from (a data source, a variable of the pipeline, a module that is not in the tree) is not
spelled there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from iac_offboard.catalog.addresses import without_keys
from iac_offboard.catalog.paths import top
from iac_offboard.hcl.documents import document_of
from iac_offboard.hcl.resources import Root
from iac_offboard.hcl.values import Hole, List, Map, Str, Unknown, Value
from iac_offboard.model import (
    Collected,
    Effect,
    Finding,
    ManualStep,
    PlanOrigin,
    Skipped,
    SkipReason,
    StateOrigin,
)
from iac_offboard.sources.terraform import TerraformSource

_BY_STATE = "this block makes it and does not spell the leaver: only the state tells whose it is"
_BY_PLAN = "this block makes it and does not spell the leaver: only the plan tells whose it is"
_OTHERWISE = (
    "the plan makes it, and the code says something else: it was planned with other values, or "
    "before the code was changed"
)
_UNREAD = "the plan makes it, and its code was not read: name it with --terraform DIR"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """A block that makes things whose owner cannot be seen in the code."""

    file: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Code:
    """One root module; ``undecided`` is what its reading could not decide, by place."""

    root: Root
    undecided: Mapping[str, Skipped]


def told_outside(
    code: Sequence[tuple[TerraformSource, Collected]], findings: Sequence[Finding]
) -> Iterator[ManualStep]:
    """One step for each place that only a state or a plan calls the leaver's.

    Of a state a block whose value is known, and is not the leaver's, gets no step: its code was
    edited already, and waits for an apply. What a plan makes always gets one where no code spells
    it: the next apply makes it.
    """
    roots = {label: one for source, collected in code for label, one in _roots(source, collected)}
    spelled = {(o.root, o.address) for f in findings for o in f.code}
    for finding in findings:
        if finding.covered or finding.binding.effect is Effect.DENY:
            continue
        own = {(o.root, o.address) for o in finding.code}
        for planned in finding.planned:
            if (planned.root, planned.address) not in own:
                yield _of_plan(planned, roots.get(planned.root), finding)
        made = own | {(o.root, o.address) for o in finding.planned} | spelled
        for held in finding.state:
            root = roots.get(held.root)
            if root is None or (held.root, held.address) in made:
                continue
            block = _maker(root, held, finding)
            if block is not None:
                yield _step(finding, held, _BY_STATE, block)


def _roots(source: TerraformSource, collected: Collected) -> Iterator[tuple[str, _Code]]:
    undecided = {s.where: s for s in collected.skipped if s.reason is SkipReason.UNDECIDED}
    for root in source.repository.roots:
        yield source.label(root.path, root.variant), _Code(root=root, undecided=undecided)


def _of_plan(origin: PlanOrigin, code: _Code | None, finding: Finding) -> ManualStep:
    if code is None:
        return _step(finding, origin, _UNREAD)
    block = _maker(code, origin, finding)
    if block is not None:
        return _step(finding, origin, _BY_PLAN, block)
    resources = (r for r in code.root.resources if r.address == origin.address)
    found = next((_Block(file=r.file, line=r.line) for r in resources), None)
    return _step(finding, origin, _OTHERWISE, found)


def _step(
    finding: Finding,
    origin: PlanOrigin | StateOrigin,
    reason: str,
    block: _Block | None = None,
) -> ManualStep:
    place = f" ({block.file}:{block.line})" if block is not None else ""
    return ManualStep(
        subject=finding.subject,
        where=f"{origin.root or origin.file}: {origin.address}{place}",
        text=f"Remove {origin.address}, or the leaver from its {origin.path}, by hand.",
        reason=reason,
        finding=finding.id,
    )


def _maker(code: _Code, origin: PlanOrigin | StateOrigin, finding: Finding) -> _Block | None:
    """The block that makes it and does not say whose it is."""
    root, kind = code.root, finding.binding.target.kind
    for resource in root.resources:
        if resource.mode == "managed" and resource.address == origin.address:
            told = code.undecided.get(f"{origin.root}: {origin.address}")
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
