"""Manual steps about an index shift, with the safe way written out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from iac_offboard.edit.for_each import Counted, counted_list, for_each_form
from iac_offboard.hcl.resources import ModuleCall, Resource, Root
from iac_offboard.model import CodeOrigin, Cut, ManualStep, Observation, Span
from iac_offboard.sources.terraform import TerraformSource

_SHIFT = "index shift"


def with_safe_way(
    source: TerraformSource, mine: Iterable[Observation], manual: Iterable[ManualStep]
) -> list[ManualStep]:
    """The steps; those about an index shift say how to write it with ``for_each`` instead."""
    origins = [o.origin for o in mine if isinstance(o.origin, CodeOrigin)]
    found: list[ManualStep] = []
    for step in manual:
        here = [o for o in origins if step.where.startswith(f"{o.root}: {o.address} (")]
        if here and step.reason.startswith(_SHIFT):
            said, form = _said(source, here[0], origins)
            step = replace(step, text=step.text + said, code=form)
        found.append(step)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unit:
    """What is counted: a resource or a module call, with the instances of its block."""

    address: str
    block: Span
    instances: Sequence[Resource | ModuleCall]


def _said(
    source: TerraformSource, origin: CodeOrigin, leaving: Sequence[CodeOrigin]
) -> tuple[str, str]:
    """(what to do, the HCL for it), or ("", "")."""
    labelled = ((source.label(r.path, r.variant), r) for r in source.repository.roots)
    root = next((r for label, r in labelled if label == origin.root), None)
    if root is None:
        return "", ""
    resource = next((r for r in root.resources if r.address == origin.address), None)
    unit = _unit(root, resource) if resource is not None else None
    shifting = _positions(unit) if unit is not None else []
    if unit is None or not all(shifting) or unit.block.file.endswith(".json"):
        return "", ""
    spans = [cut.span for cut in shifting if cut is not None]
    mine = {o.address for o in leaving if o.root == origin.root}
    gone = {i for i, one in enumerate(unit.instances) if _is_of(one, mine)}
    text = _bytes(source, unit.block)
    listed = counted_list(text)
    form = for_each_form(
        Counted(
            text=text,
            address=unit.address,
            elements=[_bytes(source, span) for span in spans],
            gone=gone,
            alike={a for a, b in _counting(root) if counted_list(_bytes(source, b)) == listed},
        )
    )
    if not form:
        return "", ""
    places = ", ".join(sorted({_line(source, spans[i]) for i in gone}))
    return (
        f" The safe way: take the leaver out of the list ({places}) and, in the same change, "
        "write the block with for_each and the moved blocks that the plan has written out, so "
        "that the others keep what they have (references by number or with [*] elsewhere need "
        "the key, or values())."
    ), form


def _unit(root: Root, resource: Resource) -> _Unit | None:
    """The innermost thing under ``count`` that the resource is an instance of."""
    if resource.repeat == "count" and (resource.count or 0) > 1:
        alike = [r for r in root.resources if r.block.span == resource.block.span]
        if any(r.module != resource.module for r in alike):
            return None
        return _Unit(
            address=f"{resource.type}.{resource.name}",
            block=resource.block.span,
            instances=sorted(alike, key=_number),
        )
    for call in reversed(resource.module_calls):
        calls = [c for c in root.calls if c.block.span == call.block.span]
        if call.repeat == "count" and len(calls) > 1:
            return _Unit(
                address=f"module.{call.name}",
                block=call.block.span,
                instances=sorted(calls, key=_number),
            )
    return None


def _number(instance: Resource | ModuleCall) -> int:
    return instance.key if isinstance(instance.key, int) else 0


def _positions(unit: _Unit) -> list[Cut | None]:
    """The element that makes each instance. That of the last one shifts nothing, and is known by
    the list that it shares with the others."""
    found: list[Cut | None] = []
    for instance in unit.instances:
        slots = instance.instance_slots if isinstance(instance, Resource) else instance.slots
        lists = {cut.container for cut in found if cut is not None}
        last = len(found) == len(unit.instances) - 1
        counted = (c for c in reversed(slots) if c.shift or (last and c.container in lists))
        found.append(next(counted, None))
    return found


def _is_of(instance: Resource | ModuleCall, addresses: set[str]) -> bool:
    if isinstance(instance, Resource):
        return instance.address in addresses
    return any(a.startswith(f"{instance.address}.") for a in addresses)


def _counting(root: Root) -> set[tuple[str, Span]]:
    return {
        (f"{r.type}.{r.name}", r.block.span)
        for r in root.resources
        if r.repeat == "count" and not r.file.endswith(".json")
    }


def _bytes(source: TerraformSource, span: Span) -> bytes:
    return source.files.read(span.file)[span.start : span.end]


def _line(source: TerraformSource, span: Span) -> str:
    line = source.files.read(span.file).count(b"\n", 0, span.start) + 1
    return f"{span.file}:{line}"
