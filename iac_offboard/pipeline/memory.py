"""What verify remembers from look to look, in a file beside the plan, and what apply recorded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from iac_offboard.apply.gates import ENDED_WELL
from iac_offboard.apply.journal import Journal, read_chain
from iac_offboard.catalog.principal import parse_arn
from iac_offboard.errors import JournalError, UsageError
from iac_offboard.model import (
    Finding,
    Outcome,
    Phase,
    Plan,
    Record,
    SessionLength,
    Verdict,
)
from iac_offboard.plan.rotation import HAND_OVER
from iac_offboard.verify import Before, Memory, changes, gone_then, is_shut, recall, told

JOURNAL = "journal.jsonl"
SIGHTINGS = "sightings.jsonl"
VERIFICATION = "verify.json"
_CLOCKS_DIFFER = timedelta(minutes=5)  # of machines that take turns


@dataclass(frozen=True, slots=True)
class Told:
    """What of a verify.json says what was open. ``plan`` is the digest of its plan."""

    plan: str
    at: datetime
    verdicts: tuple[Verdict, ...]


_TOLD: TypeAdapter[Told] = TypeAdapter(Told)


def recalled(
    directory: Path, plan: Plan, digest: str, applied: Sequence[Record], last: Told | None
) -> Memory:
    """The memory of the looks of a plan, kept beside it. A file of sightings that was lost begins
    every wait anew; what only it knew is taken from the ``last`` verification. Raises
    ``JournalError`` for a file that was altered."""
    shut = {f.id: plan.made_at for f in plan.findings if is_shut(f)}
    memory = recall(records(directory / SIGHTINGS, digest), shut)
    memory = _with_told(last, memory, plan.findings)
    done = _done(applied)
    contained = {
        a.finding: a
        for a in plan.actions
        if a.phase is Phase.CONTAIN and a.finding and a.id in done
    }
    handed_over = {
        a.finding: done[a.id] for a in plan.actions if a.verb == HAND_OVER and a.id in done
    }
    return replace(memory, contained=contained, handed_over=handed_over)


def _done(applied: Sequence[Record]) -> dict[str, datetime]:
    """The actions that apply has carried out, by id, and when first."""
    return {r.action: r.at for r in reversed(applied) if r.outcome in ENDED_WELL}


def _with_told(last: Told | None, memory: Memory, planned: Sequence[Finding]) -> Memory:
    if last is None:
        return memory
    lost = told(last.verdicts, (*planned, *memory.remembered), last.at)
    return replace(
        memory,
        gone_since={**lost.gone_since, **memory.gone_since},
        remembered=(*memory.remembered, *lost.remembered),
    )


def last_told(directory: Path, digest: str) -> Told | None:
    """The last verification of a plan, kept beside it. Raises ``JournalError`` for one that cannot
    be read."""
    path = directory / VERIFICATION
    if not path.exists():
        return None
    try:
        found = _TOLD.validate_json(path.read_bytes())
    except (OSError, ValidationError) as fault:
        raise JournalError(
            f"The verification {path} cannot be read: it is none that this version wrote.",
            line=0,
            hint="Move the file away, and keep it.",
        ) from fault
    return found if found.plan == digest else None


def gone_before(plan: Plan, applied: Sequence[Record], last: Told | None) -> Before:
    """What the ``last`` verification and those before it called gone, and what apply took away."""
    done = _done(applied)
    taken = {
        a.finding: done[a.id]
        for a in plan.actions
        if a.phase is Phase.LIVE and a.finding and a.id in done
    }
    if last is None:
        return Before(gone=taken)
    told_gone = gone_then(last.verdicts, last.at)
    return Before(gone={**taken, **told_gone.gone}, unnamed=told_gone.unnamed)


def must_go_forward(now: datetime, plan: Plan, written: Iterable[Record]) -> None:
    """Raises ``UsageError`` when the clock says a time before the plan or a record was written:
    every wait for open sessions is measured with it."""
    latest = max((plan.made_at, *(r.at for r in written)))
    if now < latest - _CLOCKS_DIFFER:
        raise UsageError(
            f"The clock of this machine says {now.isoformat(timespec='seconds')}, but this plan "
            f"or what was recorded of it is of {latest.isoformat(timespec='seconds')}.",
            hint="Set the clock right: waits for open sessions are measured with it.",
        )


def records(path: Path, digest: str) -> tuple[Record, ...]:
    """The records of a journal of this plan, none when there is no file. Raises
    ``JournalError`` when it was altered or belongs to another plan."""
    if not path.exists():
        return ()
    return read_chain(path, digest)[0]


def remember(
    path: Path,
    digest: str,
    verdicts: Iterable[Verdict],
    known: Sequence[Finding],
    lengths: Sequence[SessionLength],
    callers: Sequence[tuple[str, str]],
    at: datetime,
) -> None:
    """Append what changed since the last look; ``at`` is when this one ended."""
    before = records(path, digest)
    if not changes(verdicts, known, before, lengths):
        return
    who = ", ".join(sorted({arn for _, arn in callers}))
    with Journal.open(path, digest, lambda: at) as journal:
        for change in changes(verdicts, known, journal.records, lengths):
            journal.append(
                change.finding, change.outcome, operation="verify", caller=who,
                detail=change.detail,
            )  # fmt: skip


def same_hands(applied: Sequence[Record], callers: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Who both wrote and looked. A role is one pair of hands, whatever its session is called."""
    wrote = {_hands(r.caller) for r in applied if r.outcome is Outcome.DONE and r.caller}
    return tuple(sorted(wrote & {_hands(arn) for _, arn in callers}))


def _hands(caller: str) -> str:
    arn = parse_arn(caller)
    if arn is None or arn.service != "sts":
        return caller
    kind, _, rest = arn.resource.partition("/")
    role = rest.partition("/")[0]
    if kind != "assumed-role" or not role:
        return caller
    return f"arn:{arn.partition}:iam::{arn.account or ''}:role/{role}"
