"""What a person has to do about one place in the code, in words."""

from __future__ import annotations

import re

from iac_offboard.catalog.rows import row
from iac_offboard.edit.resolve import LAST
from iac_offboard.model import CodeOrigin, Finding, ManualStep, Observation, Relation
from iac_offboard.sources.document_cuts import ONLY_CONDITION, has_to_be_there

# `assume_role_policy$json.Statement[0].Condition.StringLike.ISSUER:sub[0]`
_PLACE = re.compile(
    r"(?P<attribute>.+)\$json\.(?P<statement>Statement\[\d+\]|Statement)\."
    r"(?P<inner>(?:Condition|Principal)\b.*)"
)
_CONDITION = re.compile(r"Condition\.(?P<operator>[^.]+)\.(?P<key>.+?)(?:\[\d+\])?$")
IN_COMMON = "the same text is written for others: "
"""Begins the reason, and is followed by whose it is."""
_NEVER_OPEN = "Never leave the condition out or empty."
_INDEX = re.compile(r"\[\d+\]")


def by_hand(finding: Finding, observation: Observation, reason: str = "") -> ManualStep:
    """The step for an observation in code; ``reason`` why no edit is made of it, where it is not
    the origin itself that says so."""
    origin = observation.origin
    assert isinstance(origin, CodeOrigin)
    where = f"{origin.root}: {origin.address} ({origin.span.file}:{origin.line})"
    why = reason or origin.why_no_cut or "no correct edit is known"
    written = _written(observation.resource_type, origin.path) if reason == LAST else ""
    if written:
        nested = origin.path.partition("[")[0]
        why = (
            f"it is the last {nested}, and without one the provider leaves alone what stands "
            f"there: write `{written}`"
        )
        text = f"Write `{written}` in the place of the last {nested} of {origin.address}."
    else:
        text = _text(origin, why)
        if reason == LAST and finding.binding.relation is Relation.OWNERSHIP:
            text = f"Put another owner in the leaver's place in {origin.path} of {origin.address}."
    return ManualStep(
        subject=finding.subject, where=where, text=text, reason=why, finding=finding.id
    )


def _written(type_: str, path: str) -> str:
    """What the catalog says a person writes in the place of the last one."""
    known, pattern = row(type_), _INDEX.sub("[*]", path)
    entries = known.paths if known is not None else ()
    return next((entry.written for entry in entries if entry.path == pattern), "")


def _text(origin: CodeOrigin, reason: str) -> str:
    if reason.startswith(IN_COMMON):
        attribute = origin.path.partition("$")[0]
        return (
            f"Write {attribute} of {origin.address} without {origin.span.file}, which is written "
            f"for {reason.removeprefix(IN_COMMON)} as well. Or let a list stand at line "
            f"{origin.line} of it that each call gives, and leave the leaver out of the leaver's."
        )
    place = _PLACE.match(origin.path) if reason in (LAST, ONLY_CONDITION) else None
    if place is None:
        return f"Remove the leaver from {origin.path} of {origin.address} by hand."
    statement = f"{place.group('statement')} of {place.group('attribute')} of {origin.address}"
    narrowed = _CONDITION.match(place.group("inner"))
    if narrowed is not None and not has_to_be_there(operator := narrowed.group("operator")):
        return (
            f"Decide whom {statement} is for: with {operator} it lets in those without "
            f"{narrowed.group('key')}, too. Delete it, or name somebody else in the leaver's "
            f"place. {_NEVER_OPEN}"
        )
    return (
        f"Delete {statement}, which lets in nobody but the leaver. If no other statement of it "
        "lets anybody in, delete the whole block with what refers to it, or the module call that "
        f"makes it; named in `release:` of the roster, {origin.address} goes that way with the "
        f"next plan. {_NEVER_OPEN if narrowed is not None else ''}"
    ).rstrip()
