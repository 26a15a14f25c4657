"""What earlier looks of the same plan saw, so that a wait begins only once.

The records are those of a journal (:class:`iac_offboard.apply.journal.Journal`) beside the
plan: one for each change of sight of what outlives its entry. ``action`` is the finding's id,
``detail`` the :class:`Sighting` in canonical JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from iac_offboard.errors import JournalError
from iac_offboard.model import (
    Access,
    Action,
    Binding,
    Entry,
    Finding,
    FindingStatus,
    Grade,
    LiveOrigin,
    Observation,
    Outcome,
    Record,
    Strength,
    Verdict,
)
from iac_offboard.verify.sessions import LONGEST_SESSION, outlives


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What has to be known of a binding once it is gone. ``entry`` None: no session."""

    subject: str
    binding: Binding
    entry: Entry | None = None


_SIGHTING: TypeAdapter[Sighting] = TypeAdapter(Sighting)


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """``gone_since`` says by finding id when it was first read gone and not shown since;
    ``remembered`` are findings that an earlier look showed, in the plan or not; ``contained``
    says by finding id which action of the plan, carried out, made the credential inactive;
    ``handed_over`` are ids of shared identities that a person took over."""

    gone_since: Mapping[str, datetime] = field(default_factory=dict)
    remembered: tuple[Finding, ...] = ()
    contained: Mapping[str, Action] = field(default_factory=dict)
    handed_over: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change of sight, to be recorded."""

    finding: str
    outcome: Outcome
    detail: str


def recall(records: Sequence[Record]) -> Memory:
    """The memory that these records hold. Raises JournalError for one of another version."""
    gone: dict[str, datetime] = {}
    seen: dict[str, Finding] = {}
    for record in records:
        if record.outcome is Outcome.GONE:
            gone.setdefault(record.action, record.at)
        elif record.outcome is Outcome.SEEN:
            gone.pop(record.action, None)
        seen[record.action] = _finding(record)
    return Memory(gone_since=gone, remembered=tuple(seen.values()))


def changes(
    verdicts: Iterable[Verdict], known: Sequence[Finding], records: Sequence[Record]
) -> tuple[Change, ...]:
    """What the verdicts say otherwise than the last record of each finding. ``known`` are the
    findings that the verdicts were made from. Nothing is said of what was not read."""
    last = {record.action: record for record in records}
    found = []
    for verdict in verdicts:
        for judged in verdict.bindings:
            same = [f for f in known if f.id == judged.finding]
            outcome = _OUTCOMES.get(judged.access)
            if outcome is None or judged.grade is Grade.WAIVED or not any(map(outlives, same)):
                continue
            detail = _detail(verdict.subject, same)
            before = last.get(judged.finding)
            gone = outcome is Outcome.GONE
            if (
                before is None
                or before.outcome is not outcome
                or not (gone or before.detail == detail)
            ):
                found.append(Change(finding=judged.finding, outcome=outcome, detail=detail))
    return tuple(found)


_OUTCOMES = {
    Access.ALIVE: Outcome.SEEN,
    Access.ALIVE_UNTIL: Outcome.GONE,
    Access.DEAD: Outcome.GONE,
}


def _detail(subject: str, findings: Sequence[Finding]) -> str:
    binding = findings[0].binding
    principal = replace(binding.principal, emails=frozenset())
    entries = [o.entry for f in findings for o in f.observations if o.entry]
    longest = max(entries, key=lambda e: e.max_seconds or LONGEST_SESSION, default=None)
    sighting = Sighting(
        subject=subject, binding=replace(binding, principal=principal), entry=longest
    )
    return json.dumps(_SIGHTING.dump_python(sighting, mode="json"), sort_keys=True)


def _finding(record: Record) -> Finding:
    try:
        sighting = _SIGHTING.validate_json(record.detail)
    except ValidationError as fault:
        raise JournalError(
            f"Line {record.seq} of the sightings is none that this version wrote.",
            line=record.seq,
            hint="Move the file away, and keep it: the waits for open sessions begin anew.",
        ) from fault
    origin = LiveOrigin(
        account=sighting.binding.target.account or "",
        region=sighting.binding.target.region or "",
        operation="an earlier look",
        caller=record.caller,
        read_at=record.at,
    )
    observation = Observation(binding=sighting.binding, origin=origin, entry=sighting.entry)
    return Finding(
        id=record.action,
        subject=sighting.subject,
        binding=sighting.binding,
        status=FindingStatus.UNMANAGED,
        strength=Strength.STRONG,
        observations=(observation,),
        why="an earlier look showed it",
    )
