"""What verify saw under an earlier plan in the same directory, handed on to the next one.

A session that was begun goes on, whatever plan is made after its way in was shut.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from iac_offboard.apply.journal import Journal
from iac_offboard.errors import UsageError
from iac_offboard.model import Finding, Outcome, Plan
from iac_offboard.pipeline.memory import SIGHTINGS, last_told, recalled
from iac_offboard.plan import file_v1
from iac_offboard.verify import counts, entries_of, is_shut, outlives, sighting_of

_CARRIED = "plan"  # Record.operation: no look, what an earlier one said


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What outlives its entry, by finding id: of the earlier plan itself, and of its looks."""

    planned: Mapping[str, Finding] = field(default_factory=dict)
    remembered: Mapping[str, Finding] = field(default_factory=dict)
    gone_since: Mapping[str, datetime] = field(default_factory=dict)


def earlier(out: Path) -> Earlier:
    """What the plan in ``out`` and its looks knew; nothing when there is none. Raises
    ``PlanFileError``, ``JournalError``, and ``UsageError`` for looks whose plan is not there."""
    sightings = out / SIGHTINGS
    if not (out / "plan.json").exists():
        if sightings.exists() and sightings.stat().st_size:
            raise UsageError(
                f"{sightings} tells of open sessions, and the plan that it belongs to is gone.",
                hint="Name another directory with --out, and keep this one.",
            )
        return Earlier()
    plan, digest = file_v1.read(out / "plan.json")
    if plan.rolls_back:
        return Earlier()
    memory = recalled(out, plan, digest, (), last_told(out, digest))
    return Earlier(
        planned={f.id: f for f in plan.findings if f.live and counts(f) and outlives(f)},
        remembered={f.id: f for f in memory.remembered},
        gone_since=memory.gone_since,
    )


def hand_on(out: Path, plan: Plan, digest: str, known: Earlier) -> None:
    """Begin the sightings of ``plan`` with what was ``known``, instead of those of the plan that it
    takes the place of. Raises ``JournalError`` when they cannot be written."""
    path = out / SIGHTINGS
    records = sorted(_records(plan, known))
    if not records:
        path.unlink(missing_ok=True)
        return
    new = path.with_name(f".{SIGHTINGS}.new")
    new.unlink(missing_ok=True)
    times = iter([at for at, *_ in records])
    with Journal.open(new, digest, lambda: next(times)) as journal:
        for _, finding, outcome, detail in records:
            journal.append(finding, Outcome(outcome), operation=_CARRIED, caller="", detail=detail)
    new.replace(path)


def _records(plan: Plan, known: Earlier) -> Iterable[tuple[datetime, str, str, str]]:
    """(when, finding id, outcome, detail) of what the new plan alone would not tell its verify."""
    subjects = {s.id for s in plan.subjects}
    accounts = {a.account for a in plan.scope.accounts}
    ids = {
        *known.remembered,
        # Whoever plans for fewer accounts asks no more for the others.
        *(i for i, f in known.planned.items() if f.binding.target.account in accounts),
    }
    for id_ in ids:
        before = [f for f in (known.planned.get(id_), known.remembered.get(id_)) if f]
        if before[0].subject not in subjects:
            continue
        now = [f for f in plan.findings if f.id == id_ and f.live]
        every = (*now, *before)
        since = known.gone_since.get(id_)
        is_open = any(not is_shut(f) for f in now)
        if now and entries_of(every) == entries_of(now) and (is_open or since is None):
            continue
        detail = sighting_of(before[0].subject, every)
        if is_open:
            yield plan.made_at, id_, Outcome.SEEN, detail
        elif since or now:
            yield since or plan.made_at, id_, Outcome.GONE, detail
        else:
            # The wait begins when verify reads it gone: this plan may not have read its place.
            yield before[-1].live[0].read_at, id_, Outcome.SEEN, detail
