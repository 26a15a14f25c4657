"""What earlier looks of the same plan saw, so that a wait begins only once.

The records are those of a journal (:class:`iac_offboard.apply.journal.Journal`) beside the
plan: one for each change of sight of what outlives its entry. ``action`` is the finding's id,
``detail`` the :class:`Sighting` in canonical JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from pydantic import TypeAdapter, ValidationError

from iac_offboard.errors import JournalError
from iac_offboard.model import (
    LONGEST_SESSION,
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
    Relation,
    SessionLength,
    Strength,
    Verdict,
)
from iac_offboard.verify.entries import entries_of
from iac_offboard.verify.propagation import window
from iac_offboard.verify.sessions import LONGEST_TOKEN, outlives


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What has to be known of a binding once it is gone. ``entries`` are all the ways in that any
    look showed, none of what is no session."""

    subject: str
    binding: Binding
    entries: tuple[Entry, ...]


_SIGHTING: TypeAdapter[Sighting] = TypeAdapter(Sighting)


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """``gone_since`` says by finding id when it was first read gone and not shown since;
    ``remembered`` are findings that an earlier look showed, in the plan or not; ``contained``
    says by finding id which action of the plan, carried out, made the credential inactive;
    ``handed_over`` when a person took over a shared identity, by its finding's id."""

    gone_since: Mapping[str, datetime] = field(default_factory=dict)
    remembered: tuple[Finding, ...] = ()
    contained: Mapping[str, Action] = field(default_factory=dict)
    handed_over: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change of sight, to be recorded."""

    finding: str
    outcome: Outcome
    detail: str


def recall(records: Sequence[Record], shut: Mapping[str, datetime] | None = None) -> Memory:
    """The memory that these records hold. ``shut`` are ids of findings that the plan itself saw
    to be shut, and when. Raises JournalError for a record of another version."""
    gone = dict(shut or {})
    seen: dict[str, Finding] = {}
    for record in records:
        if record.outcome is Outcome.GONE:
            gone.setdefault(record.action, record.at)
        elif record.outcome is Outcome.SEEN:
            gone.pop(record.action, None)
        seen[record.action] = _finding(record)
    return Memory(gone_since=gone, remembered=tuple(seen.values()))


def changes(
    verdicts: Iterable[Verdict],
    known: Sequence[Finding],
    records: Sequence[Record],
    lengths: Sequence[SessionLength] = (),
) -> tuple[Change, ...]:
    """What the verdicts say otherwise than the last record of each finding. ``known`` are the
    findings that the verdicts were made from, ``lengths`` how long sessions last now. Nothing is
    said of what was not read, nor of what a person answers for: it is not the leaver's."""
    last = {record.action: record for record in records}
    by_id: dict[str, list[Finding]] = {}
    for finding in known:
        by_id.setdefault(finding.id, []).append(finding)
    found = []
    for verdict in verdicts:
        for judged in verdict.bindings:
            same = by_id.get(judged.finding, [])
            outcome = _OUTCOMES.get(judged.access)
            if outcome is None or judged.grade in _NOT_READ or not any(map(outlives, same)):
                continue
            detail = sighting_of(verdict.subject, same, lengths)
            before = last.get(judged.finding)
            if before is None or (before.outcome, before.detail) != (outcome, detail):
                found.append(Change(finding=judged.finding, outcome=outcome, detail=detail))
    return tuple(found)


_NOT_READ = (Grade.WAIVED, Grade.ATTESTED)
_OUTCOMES = {
    Access.ALIVE: Outcome.SEEN,
    Access.ALIVE_UNTIL: Outcome.GONE,
    Access.DEAD: Outcome.GONE,
}


def sighting_of(
    subject: str, findings: Sequence[Finding], lengths: Sequence[SessionLength] = ()
) -> str:
    """The ``detail`` of a record about one binding, seen in these ``findings``."""
    binding = findings[0].binding
    principal = replace(binding.principal, emails=frozenset())
    sighting = Sighting(
        subject=subject,
        binding=replace(binding, principal=principal),
        entries=entries_of(findings, lengths),
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
    return _remembered(
        record.action, sighting, caller=record.caller, at=record.at, entries=sighting.entries
    )


def told(verdicts: Iterable[Verdict], known: Iterable[Finding], at: datetime) -> Memory:
    """What an earlier verification, made ``at`` that time, said to be open of bindings that are
    not ``known``: their sightings are lost. How a session was entered it does not say."""
    ids = {f.id for f in known}
    found: list[Finding] = []
    gone: dict[str, datetime] = {}
    for verdict in verdicts:
        for judged in verdict.bindings:
            if judged.finding in ids or judged.access is Access.DEAD:
                continue
            session = judged.binding.relation is Relation.SESSION
            sighting = Sighting(subject=verdict.subject, binding=judged.binding, entries=())
            one = _remembered(
                judged.finding, sighting, caller="", at=at, entries=(Entry(),) if session else ()
            )
            if not outlives(one):
                continue
            found.append(one)
            if judged.recheck_at and judged.grade is Grade.OBSERVED:
                left = window(one.binding)
                longest = LONGEST_SESSION if session else LONGEST_TOKEN
                longest = left.seconds if left is not None else longest
                gone[one.id] = judged.recheck_at - timedelta(seconds=longest)
    return Memory(gone_since=gone, remembered=tuple(found))


def _remembered(
    id_: str, sighting: Sighting, *, caller: str, at: datetime, entries: tuple[Entry, ...]
) -> Finding:
    origin = LiveOrigin(
        account=sighting.binding.target.account or "",
        region=sighting.binding.target.region or "",
        operation="an earlier look",
        caller=caller,
        read_at=at,
    )
    return Finding(
        id=id_,
        subject=sighting.subject,
        binding=sighting.binding,
        status=FindingStatus.UNMANAGED,
        strength=Strength.STRONG,
        observations=tuple(
            Observation(binding=sighting.binding, origin=origin, entry=entry)
            for entry in entries or (None,)
        ),
        why="an earlier look showed it",
    )
