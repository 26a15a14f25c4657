"""Outputs that carry a leaver, and who reads them in other roots (see ``dependants``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from iac_offboard.catalog.anywhere import named
from iac_offboard.hcl.plain import HOLE, JSON, to_plain
from iac_offboard.hcl.values import Hole, List, Map, Str, Unknown, Value
from iac_offboard.model import Dependant, DependantKind, Finding, Turn
from iac_offboard.pipeline.going import Going, Reading
from iac_offboard.plan.draft import declaring_roots
from iac_offboard.sources.literals import texts
from iac_offboard.sources.remote_states import Consumer, Kept, consumers, kept_by
from iac_offboard.sources.terraform import TerraformSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What one output has of a leaver; ``ends``: the patch takes it away as a whole."""

    finding: str
    subject: str
    ends: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Producer:
    label: str
    kept: Kept
    outputs: Mapping[str, Carried]


def read_elsewhere(readings: Sequence[Reading], going: Going) -> Iterator[Dependant]:
    """Each block that names such an output of another root, or all outputs of it."""
    producers = [p for r in readings for p in _producers(r, going) if p.outputs]
    for reading in readings if producers else ():
        for one in consumers(reading.before):
            for producer in producers:
                if producer.label != one.root and producer.kept.same(one.of):
                    yield from _dependants(reading, one, producer)


def _dependants(reading: Reading, one: Consumer, producer: _Producer) -> Iterator[Dependant]:
    read = [one.output] if one.output else list(producer.outputs)
    for name in read:
        carried = producer.outputs.get(name)
        if carried is None:
            continue
        # Whoever takes all of them misses none that is no longer there.
        ends = carried.ends and bool(one.output)
        yield Dependant(
            subject=carried.subject,
            root=one.root,
            address=one.address,
            place=reading.place(one.place),
            kind=DependantKind.REMOTE_STATE,
            to=f"output {name} of {producer.label}, by {one.data}",
            turn=Turn.BEFORE if ends else Turn.AFTER,
            text=_ends(one, producer) if ends else _stays(one, producer),
            of=(producer.label,),
            finding=carried.finding,
        )


def _ends(one: Consumer, producer: _Producer) -> str:
    return (
        f"Take the output out of it and apply {one.root} before {producer.label}: removal.patch "
        "ends the output, and without it every plan of this root would fail."
    )


def _stays(one: Consumer, producer: _Producer) -> str:
    return (
        f"Plan and apply {one.root} after {producer.label}: it reads the output as the last apply "
        "there left it, and only then lets go of what it makes of the leaver."
    )


def _producers(reading: Reading, going: Going) -> Iterator[_Producer]:
    having: dict[str, list[Finding]] = {}
    for finding in going.scan.findings:
        if not (finding.covered or finding.reused):
            for root in declaring_roots(finding):
                having.setdefault(root, []).append(finding)
    for path, kept in kept_by(reading.before) if having else ():
        labels = [v for v in _labels(reading.before, path) if v in having]
        if labels:
            theirs = [f for v in labels for f in having[v]]
            outputs = _outputs(reading, path, theirs, going)
            yield _Producer(label=labels[0], kept=kept, outputs=outputs)


def _labels(source: TerraformSource, path: str) -> list[str]:
    return [source.label(r.path, r.variant) for r in source.repository.roots if r.path == path]


def _outputs(
    reading: Reading, path: str, theirs: Sequence[Finding], going: Going
) -> Mapping[str, Carried]:
    was, now = _plain(reading.before, path), _plain(reading.after, path)
    found: dict[str, Carried] = {}
    for root in reading.before.repository.roots:
        for entry in root.outputs.entries if root.path == path else ():
            name = entry.key.text or ""
            finding = _of_value(entry.value, theirs, going)
            if finding is None and was.get(name) == now.get(name):
                continue
            everybody = ", ".join(sorted({f.subject for f in theirs}))
            found.setdefault(
                name,
                Carried(
                    finding=finding.id if finding is not None else "",
                    subject=finding.subject if finding is not None else everybody,
                    ends=name not in now,
                ),
            )
    return found


def _plain(source: TerraformSource, path: str) -> dict[str, list[JSON]]:
    """Of each output its value in each way to use the root."""
    found: dict[str, list[JSON]] = {}
    for root in source.repository.roots:
        for entry in root.outputs.entries if root.path == path else ():
            found.setdefault(entry.key.text or "", []).append(to_plain(entry.value))
    return found


def _of_value(value: Value, theirs: Sequence[Finding], going: Going) -> Finding | None:
    """Whom an output hands on: by an ARN or id, by the name, by a reference to what makes it."""
    for text in texts(value):
        for _, principal in named(text.render(HOLE)):
            if found := going.of(principal):
                return found[0]
    said = {(text.text or "").casefold() for text in texts(value)} - {""}
    refs = set(_references(value))
    for finding in theirs:
        made = {origin.address for origin in finding.code}
        called = finding.binding.principal.value.casefold()
        by_reference = any(ref == a or ref.startswith(f"{a}.") for ref in refs for a in made)
        if called in said or by_reference:
            return finding
    return None


def _references(value: Value) -> Iterator[str]:
    match value:
        case Unknown():
            yield value.ref
        case Str():
            yield from (p.ref for p in value.pieces if isinstance(p, Hole))
        case List():
            for element in value.elements:
                yield from _references(element.value)
        case Map():
            for entry in value.entries:
                yield from _references(entry.value)
        case _:
            return
