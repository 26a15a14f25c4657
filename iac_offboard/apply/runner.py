"""Carries a plan out, one journalled action at a time.

Per action: look at the target, write an intent, act, write what came of it. Killed between any
two of these and run again, it finishes with nothing done twice and nothing lost: what the
journal says is done is not touched again, and an intent without a result means that the target
is looked at again, which tells whether the call went through.

An action whose target is another object than the planned one is refused; one whose call fails
is recorded; what does not need either goes on (DESIGN.md, rules 7 and 8).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from iac_offboard.apply.journal import Clock, Journal
from iac_offboard.apply.outcome import OURS, RunResult, allowed_phases
from iac_offboard.errors import CloudError, ConflictError, DeniedError, StaleTargetError, UsageError
from iac_offboard.interface import Done, Executor, Look, LookState
from iac_offboard.model import Action, Outcome, Phase, Plan, Record

Progress: TypeAlias = Callable[[Action, Outcome], None]
Crash: TypeAlias = Callable[[str], None]

_ENDED_WELL = (Outcome.DONE, Outcome.ALREADY)
# The cloud said no: nothing happened. Any other fault may have come after the effect.
_CERTAIN = (DeniedError, ConflictError)


def run(
    plan: Plan,
    digest: str,
    *,
    executors: Mapping[str, Executor],
    journal: Journal,
    phases: Sequence[Phase] | None,
    clock: Clock,
    code_ready: Callable[[], tuple[str, ...]],
    progress: Progress | None = None,
    crash: Crash | None = None,
) -> RunResult:
    """Run ``phases`` (None: all that are ours) of ``plan``, whose file has ``digest``.

    ``executors`` by provider; ``code_ready`` names the roots whose apply is still waited for,
    and while it names any, nothing of the live phase is run. ``crash`` is for tests: it is
    called with ``before-intent:ID``, ``after-intent:ID``, ``after-call:ID`` and
    ``after-result:ID``.

    Raises UsageError for phases that are not ours or actions that nobody here can carry out,
    OffboardError for a plan that is held, JournalError when nothing can be recorded.
    """
    if journal.plan_digest != digest:
        raise UsageError("The journal belongs to another plan.", hint="Open it with this digest.")
    wanted = allowed_phases(plan, phases)
    started = clock()
    state = _Run(plan, executors, journal, progress or _silent, crash or _alive, wanted)
    state.check_executors()
    for phase in OURS:
        if phase not in wanted:
            continue
        if phase is Phase.LIVE and not state.pass_code(code_ready):
            break
        for action in plan.actions:
            if action.phase is phase:
                state.step(action)
    return state.result(started, clock())


def _silent(action: Action, outcome: Outcome) -> None:
    """Nobody watches."""


def _alive(point: str) -> None:
    """Nobody kills us."""


@dataclass(slots=True)
class _Run:
    plan: Plan
    executors: Mapping[str, Executor]
    journal: Journal
    progress: Progress
    crash: Crash
    phases: tuple[Phase, ...]
    last: dict[str, Record] = field(init=False)
    code_passed: bool = False
    written: list[Record] = field(default_factory=list)
    earlier: list[str] = field(default_factory=list)
    sentences: dict[Outcome, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.last = {record.action: record for record in self.journal.records}

    def check_executors(self) -> None:
        """Before the first write: a plan that cannot be carried out is not begun."""
        missing = {
            action.target.provider
            for action in self.plan.actions
            if action.phase in self.phases and action.target.provider not in self.executors
        }
        if missing:
            raise UsageError(
                f"This run cannot act on {', '.join(sorted(missing))}, and the plan needs it.",
                hint="Install the cloud's extra, or choose phases that do not need it.",
            )

    def pass_code(self, code_ready: Callable[[], tuple[str, ...]]) -> bool:
        waited_for = code_ready()
        self.code_passed = not waited_for
        for root in waited_for:
            self._say(
                Outcome.WAITING,
                f"Phase live waits for {root}: merge the patch and let your pipeline apply it.",
            )
        return self.code_passed

    def step(self, action: Action) -> None:
        if self._ended_well(action.id) and not self._undone_by_others(action):
            self.earlier.append(action.id)
            return
        blocking = [need for need in action.needs if not self._satisfied(need)]
        if blocking:
            self._end(action, Outcome.WAITING, detail=f"It needs {', '.join(blocking)} first.")
            return
        executor = self.executors[action.target.provider]
        try:
            caller = executor.caller(action)
            look = executor.look(action)
        except CloudError as fault:
            self._fail(action, "", fault)
            return
        match look.state:
            case LookState.PRESENT:
                self._act(action, executor, caller, look)
            case LookState.ABSENT:
                self._absent(action, caller, look)
            case LookState.REPLACED:
                stale = StaleTargetError(
                    f"The target is not the planned object: {look.detail}.",
                    hint="It was left alone. Make a new plan.",
                )
                self._end(action, Outcome.REFUSED, caller=caller, detail=str(stale))

    def _undone_by_others(self, action: Action) -> bool:
        """Containment has to stand until something of ours ends it. The next apply of a root sets
        a managed key Active again, and a destroy that is refused half-way has already cleared
        the user's groups; so it is looked at again while we have not gone on to its end."""
        if action.phase is not Phase.CONTAIN:
            return False
        for later in self.plan.actions:
            ends_it = later.phase is Phase.LIVE or later.target == action.target
            if later.phase is not Phase.CONTAIN and ends_it and later.id in self.last:
                return False
        executor = self.executors[action.target.provider]
        try:
            return executor.look(action).state is LookState.PRESENT
        except CloudError as fault:
            self._say(Outcome.WAITING, f"{action.id} {action.verb} cannot be looked at: {fault}")
            return False

    def _act(self, action: Action, executor: Executor, caller: str, look: Look) -> None:
        self.crash(f"before-intent:{action.id}")
        # The intent keeps what stands there, so that a reply lost in a crash loses no undo.
        self._write(action, Outcome.INTENT, caller=caller, undo=look.image)
        self.crash(f"after-intent:{action.id}")
        try:
            done = executor.act(action, look)
        except CloudError as fault:
            self._fail(action, caller, fault, "" if isinstance(fault, _CERTAIN) else look.image)
            return
        self.crash(f"after-call:{action.id}")
        self._end(action, Outcome.DONE, caller=caller, detail=look.detail, done=done)
        self.crash(f"after-result:{action.id}")

    def _absent(self, action: Action, caller: str, look: Look) -> None:
        tried = self.last.get(action.id)
        announced = tried is not None and tried.outcome is Outcome.INTENT
        if tried is None or not (announced or tried.undo):
            self._end(action, Outcome.ALREADY, caller=caller, detail=look.detail)
            return
        lost = "An earlier run made this call and its answer was lost; the effect stands."
        self._end(
            action,
            Outcome.ALREADY,
            caller=caller,
            detail=f"{lost} {look.detail}".strip(),
            done=Done(operation=action.verb, request_id="", response_digest="", undo=tried.undo),
        )

    def _fail(self, action: Action, caller: str, fault: CloudError, undo: str = "") -> None:
        self._end(
            action,
            Outcome.FAILED,
            caller=caller,
            detail=str(fault),
            done=Done(
                operation=fault.operation or action.verb,
                request_id=fault.request_id,
                response_digest="",
                undo=undo,
            ),
        )

    def _end(
        self,
        action: Action,
        outcome: Outcome,
        *,
        caller: str = "",
        detail: str = "",
        done: Done | None = None,
    ) -> None:
        last = self.last.get(action.id)
        # Waiting twice for the same thing is no news; the journal would only grow.
        if outcome is not Outcome.WAITING or last is None or last.detail != detail:
            self._write(action, outcome, caller=caller, detail=detail, done=done)
        name = action.target.name or action.target.arn or ""
        self._say(
            outcome, f"{action.id} {action.verb} {action.target.kind} {name}: {detail}".rstrip(": ")
        )
        self.progress(action, outcome)

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

    def _say(self, outcome: Outcome, sentence: str) -> None:
        self.sentences.setdefault(outcome, []).append(sentence)

    def _ended_well(self, action_id: str) -> bool:
        record = self.last.get(action_id)
        return record is not None and record.outcome in _ENDED_WELL

    def _satisfied(self, need: str) -> bool:
        if self._ended_well(need):
            return True
        # A code step has no record of ours: the pipeline of the user carried it out.
        return self.code_passed and any(
            action.id == need and action.phase is Phase.CODE for action in self.plan.actions
        )

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
        )
