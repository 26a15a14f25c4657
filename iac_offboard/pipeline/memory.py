"""What verify remembers from look to look, in a file beside the plan, and what apply recorded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from iac_offboard.apply.journal import Journal, read_chain
from iac_offboard.catalog.principal import parse_arn
from iac_offboard.model import Finding, Outcome, Phase, Plan, Record, Verdict
from iac_offboard.plan.rotation import HAND_OVER
from iac_offboard.verify import Memory, changes, recall

SIGHTINGS = "sightings.jsonl"
_HELD = (Outcome.DONE, Outcome.ALREADY)


def recalled(path: Path, plan: Plan, digest: str, applied: Sequence[Record]) -> Memory:
    """The memory of the sightings at ``path``, empty when there are none: a file that was lost
    begins every wait anew. Raises ``JournalError`` for one that was altered."""
    memory = recall(records(path, digest))
    done = {r.action for r in applied if r.outcome in _HELD}
    contained = {
        a.finding: a
        for a in plan.actions
        if a.phase is Phase.CONTAIN and a.finding and a.id in done
    }
    handed_over = frozenset(a.finding for a in plan.actions if a.verb == HAND_OVER and a.id in done)
    return replace(memory, contained=contained, handed_over=handed_over)


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
    callers: Sequence[tuple[str, str]],
    at: datetime,
) -> None:
    """Append what changed since the last look; ``at`` is when this one ended."""
    before = records(path, digest)
    if not changes(verdicts, known, before):
        return
    who = ", ".join(sorted({arn for _, arn in callers}))
    with Journal.open(path, digest, lambda: at) as journal:
        for change in changes(verdicts, known, journal.records):
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
