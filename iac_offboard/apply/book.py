"""What happened in one run: every record in the journal, one sentence each for people."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from iac_offboard.apply.gates import ENDED_WELL
from iac_offboard.apply.journal import Journal
from iac_offboard.apply.outcome import RunResult
from iac_offboard.errors import CloudError, OffboardError
from iac_offboard.interface import Done
from iac_offboard.model import Action, Outcome, Record

Progress: TypeAlias = Callable[[Action, Outcome], None]


@dataclass(slots=True)
class Book:
    """``last`` is the newest record of each action; ``written`` those of this run; ``earlier``
    the ids that an earlier run had finished; ``again`` what had to be done a second time."""

    journal: Journal
    progress: Progress
    last: dict[str, Record] = field(init=False)
    written: list[Record] = field(default_factory=list)
    earlier: list[str] = field(default_factory=list)
    again: list[str] = field(default_factory=list)
    sentences: dict[Outcome, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.last = {record.action: record for record in self.journal.records}

    def ended_well(self, action_id: str) -> bool:
        record = self.last.get(action_id)
        return record is not None and record.outcome in ENDED_WELL

    def begun(self, ids: Iterable[str]) -> bool:
        """Whether any of these was more than waited for."""
        found = (self.last.get(action_id) for action_id in ids)
        return any(r is not None and r.outcome is not Outcome.WAITING for r in found)

    def intent(self, action: Action, caller: str, undo: str) -> None:
        """Before the call. It keeps what stands there, so that a reply lost in a crash loses no
        undo."""
        self._write(action, Outcome.INTENT, caller=caller, undo=undo)

    def fail(
        self,
        action: Action,
        outcome: Outcome,
        caller: str,
        fault: OffboardError,
        *,
        more: str = "",
        undo: str = "",
    ) -> None:
        """Record why the action was refused or failed, and what its call may have taken away."""
        cloud = fault if isinstance(fault, CloudError) else None
        done = Done(
            operation=(cloud and cloud.operation) or action.verb,
            request_id=cloud.request_id if cloud else "",
            response_digest="",
            undo=undo,
        )
        self.end(action, outcome, caller=caller, detail=f"{fault} {more}".strip(), done=done)

    def end(
        self,
        action: Action,
        outcome: Outcome,
        *,
        caller: str = "",
        detail: str = "",
        done: Done | None = None,
    ) -> str:
        """Record and say what came of the action; the sentence."""
        last = self.last.get(action.id)
        # Waiting twice for the same thing is no news; the journal would only grow.
        if outcome is not Outcome.WAITING or last is None or last.detail != detail:
            self._write(action, outcome, caller=caller, detail=detail, done=done)
        sentence = about(action, detail)
        self.say(outcome, sentence)
        self.progress(action, outcome)
        return sentence

    def say(self, outcome: Outcome, sentence: str) -> None:
        self.sentences.setdefault(outcome, []).append(sentence)

    def result(self, started: datetime, ended: datetime) -> RunResult:
        def said(outcome: Outcome) -> tuple[str, ...]:
            return tuple(self.sentences.get(outcome, ()))

        return RunResult(
            started=started,
            ended=ended,
            records=tuple(self.written),
            done=said(Outcome.DONE),
            already=said(Outcome.ALREADY),
            refused=said(Outcome.REFUSED),
            failed=said(Outcome.FAILED),
            waiting=said(Outcome.WAITING),
            earlier=tuple(self.earlier),
            again=tuple(self.again),
        )

    def _write(
        self,
        action: Action,
        outcome: Outcome,
        *,
        caller: str,
        detail: str = "",
        undo: str = "",
        done: Done | None = None,
    ) -> None:
        record = self.journal.append(
            action.id,
            outcome,
            operation=done.operation if done else action.verb,
            caller=caller,
            detail=detail,
            request_id=done.request_id if done else "",
            response_digest=done.response_digest if done else "",
            undo=done.undo if done else undo,
        )
        self.last[action.id] = record
        self.written.append(record)


def about(action: Action, detail: str) -> str:
    """One sentence on an action, by the names that the cloud itself has for it."""
    name = action.target.name or action.target.arn or ""
    return f"{action.id} {action.verb} {action.target.kind} {name}: {detail}".rstrip(": ")
