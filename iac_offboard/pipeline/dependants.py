"""Who else refers to the leaver: what is nobody's binding, and breaks when the leaver goes.

When each has to be seen to:

- A *lookup* before. Terraform reads a data source with every plan ("Data sources", Terraform
  language), and that of a user or role that is gone ends it ("reading IAM User: couldn't find
  resource", hashicorp/aws).
- A *literal* before. Whether the service behind it asks for the identity is not known; IAM does:
  a document that names a deleted one cannot be saved again ("AWS JSON policy elements:
  Principal"). While the identity stands, the old text and the new one are both right.
- Of a *remote state* the reader of an output that goes as a whole before: without it each later
  plan fails. Of an output that stays and holds less, after: the data source reads "the latest state
  snapshot" of the other root, which its apply writes ("The terraform_remote_state Data Source",
  Terraform language).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

from iac_offboard.catalog.paths import top
from iac_offboard.model import (
    CodeOrigin,
    Dependant,
    DependantKind,
    Finding,
    Referring,
    StateOrigin,
    Turn,
)
from iac_offboard.pipeline.going import Going, Reading, elsewhere
from iac_offboard.pipeline.read_elsewhere import read_elsewhere
from iac_offboard.pipeline.removal import Removal
from iac_offboard.pipeline.scan import Scan
from iac_offboard.plan.draft import declaring_roots
from iac_offboard.sources.literals import literals
from iac_offboard.sources.lookups import Lookup, lookups


def dependants(scan: Scan, removals: Sequence[Removal]) -> tuple[Dependant, ...]:
    """Every place that refers to an identity of a leaver from a root that has not got it."""
    if not scan.findings:
        return ()
    going = Going(scan)
    read = zip(scan.code, removals, strict=True)
    readings = [Reading(before=source, removal=removal) for (source, _), removal in read]
    named = readings if going.findings else []
    found = [
        *(one for r in named for one in _lookups(r, going)),
        *(one for r in named for one in _literals(r, going)),
        *read_elsewhere(readings, going),
    ]
    found += _in_states(scan, going, {(d.root, d.address) for d in found})
    return tuple(dict.fromkeys(sorted(found, key=lambda d: (d.root, d.address, d.place, d.kind))))


# --------------------------------------------------------------------------- lookups


def _lookups(reading: Reading, going: Going) -> Iterator[Dependant]:
    standing = {_at(one) for one in lookups(reading.after)}
    for one in lookups(reading.before):
        finding = elsewhere(going.asked(one.kind, one.name), one.root)
        if finding is None:
            continue
        gone = _at(one) not in standing
        does = "merge removal.patch, which takes it out" if gone else "take it out by hand"
        yield _dependant(
            finding,
            one.root,
            one.address,
            DependantKind.LOOKUP,
            f"{_upper(does)} and apply {one.root} {_before(finding)}: "
            "once it is gone every plan of this root would fail.",
            place=reading.place(one.place),
        )


def _at(one: Lookup) -> tuple[str, str, str]:
    return one.root, one.address, one.name


# --------------------------------------------------------------------------- literals


def _literals(reading: Reading, going: Going) -> Iterator[Dependant]:
    bindings = {
        (o.origin.root, o.origin.address, attribute)
        for f in going.scan.findings
        for o in f.observations
        if isinstance(o.origin, CodeOrigin)
        # What goes as a whole takes all its texts along.
        for attribute in ("*" if o.removal == "block" else top(o.origin.path),)
    }
    for one in literals(reading.before, lambda p: bool(going.of(p))):
        finding = elsewhere(going.of(one.principal), one.root)
        if finding is None:
            continue
        places = {(one.root, one.address, a) for a in (one.attribute, "*")}
        if places & bindings or (one.root, one.address) in reading.removal.destroyed:
            continue
        yield _dependant(
            finding,
            one.root,
            one.address,
            DependantKind.LITERAL,
            f"Name another identity there, or none, and apply {one.root} {_before(finding)}.",
            place=reading.place(one.place),
        )


# --------------------------------------------------------------------------- states


def _in_states(scan: Scan, going: Going, told: Set[tuple[str, str]]) -> Iterator[Dependant]:
    """What only a state tells. Where the code of a root was read, it says itself what is looked up
    and which outputs are read, now; a text that it does not know stands in the state alone."""
    bindings = {
        (o.origin.root or o.origin.file, o.origin.address)
        for f in scan.findings
        for o in f.observations
        if isinstance(o.origin, StateOrigin) and o.removal == "block"
    }
    code = {s.label(r.path, r.variant): r for s, _ in scan.code for r in s.repository.roots}
    for one in scan.collected.referring:
        root = one.root or one.file
        finding = elsewhere(going.of(one.principal), root)
        if finding is None or one.file in {o.file for o in finding.state}:
            continue
        read = code.get(one.root)
        if read is not None and one.kind is not DependantKind.LITERAL:
            continue
        if read is not None and all(r.address != one.address for r in read.resources):
            continue
        if (root, one.address) not in told | bindings:
            yield _in_state(one, root, finding)


def _in_state(one: Referring, root: str, finding: Finding) -> Dependant:
    before = f"and apply {root} {_before(finding)}"
    text = {
        DependantKind.LOOKUP: f"Take the lookup out of the code of it {before}.",
        DependantKind.REMOTE_STATE: (
            f"Take out whatever reads an output that ends {before}; plan it again after that."
        ),
        DependantKind.LITERAL: f"Name another identity there, or none, {before}.",
    }[one.kind]
    return _dependant(finding, root, one.address, one.kind, text)


# --------------------------------------------------------------------------- words


def _dependant(
    finding: Finding, root: str, address: str, kind: DependantKind, text: str, *, place: str = ""
) -> Dependant:
    """What has to be seen to before the identity of a finding goes."""
    return Dependant(
        subject=finding.subject,
        root=root,
        address=address,
        place=place,
        kind=kind,
        to=_what(finding),
        turn=Turn.BEFORE,
        text=text,
        of=declaring_roots(finding),
        finding=finding.id,
    )


def _what(finding: Finding) -> str:
    kind, roots = finding.binding.target.kind, declaring_roots(finding)
    return f"{kind} of {', '.join(roots)}" if roots else f"{kind}, which no root has"


def _before(finding: Finding) -> str:
    roots = declaring_roots(finding)
    return f"before {', '.join(roots)}" if roots else "before the live phase"


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
