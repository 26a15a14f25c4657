"""Carries a plan out, one journalled action at a time.

Per action: look at the target, write an intent, act, write what came of it. Killed between any
two of these and run again, it finishes with nothing done twice and nothing lost: what the
journal says is done is not touched again, and an intent without a result means that the target
is looked at again, which tells whether the call went through.

An action whose target is another object than the planned one is refused; one whose call fails
is recorded; what does not need either goes on (DESIGN.md, rules 7 and 8). An action that waits
for a person's acceptance, for another action or for a time holds only what needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TypeAlias

from iac_offboard.apply.book import Book, Progress, about
from iac_offboard.apply.gates import Gates, for_good
from iac_offboard.apply.journal import Clock, Journal
from iac_offboard.apply.outcome import OURS, RunResult, allowed_phases
from iac_offboard.errors import (
    CloudError,
    ConflictError,
    DeniedError,
    OffboardError,
    StaleTargetError,
    UsageError,
)
from iac_offboard.interface import Done, Executor, Look, LookState
from iac_offboard.model import Action, Outcome, Phase, Plan

Crash: TypeAlias = Callable[[str], None]

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
    accepted: frozenset[str] = frozenset(),
    gone_since: Mapping[str, datetime] | None = None,
    unmerged: Callable[[], Mapping[str, str]] = dict,
    plan_file: str = "DIR/plan.json",
    progress: Progress | None = None,
    crash: Crash | None = None,
) -> RunResult:
    """Run ``phases`` (None: all that are ours) of ``plan``, whose file has ``digest``.

    ``executors`` by provider; ``code_ready`` names the roots whose apply is still waited for,
    and while it names any, nothing of the live phase is run. ``accepted`` are the ids whose
    hazard the approvals accept; ``gone_since`` says by finding id when verify read it gone, for
    what waits for the leaver's sessions; ``unmerged`` says by root why the patch is not known to
    be merged there, and is asked once at most; ``plan_file`` is how a person names the plan.
    ``crash`` is for tests: it is called with ``before-intent:ID``, ``after-intent:ID``,
    ``after-call:ID`` and ``after-result:ID``.

    Raises UsageError for phases that are not ours or actions that nobody here can carry out,
    OffboardError for a plan that is held, JournalError when nothing can be recorded.
    """
    if journal.plan_digest != digest:
        raise UsageError("The journal belongs to another plan.", hint="Open it with this digest.")
    wanted = allowed_phases(plan, phases)
    started = clock()
    book = Book(journal, progress or _silent)
    gates = Gates(
        plan_file=plan_file,
        accepted=accepted,
        gone_since=gone_since or {},
        unmerged=cache(unmerged),
    )
    state = _Run(plan, executors, book, clock, crash or _alive, wanted, gates)
    state.check_executors()
    for phase in OURS:
        if phase not in wanted:
            continue
        if phase is Phase.LIVE and not state.pass_code(code_ready):
            break
        for action in plan.actions:
            if action.phase is phase:
                state.step(action)
    return book.result(started, clock())


def _silent(action: Action, outcome: Outcome) -> None:
    """Nobody watches."""


def _alive(point: str) -> None:
    """Nobody kills us."""


@dataclass(slots=True)
class _Run:
    plan: Plan
    executors: Mapping[str, Executor]
    book: Book
    clock: Clock
    crash: Crash
    phases: tuple[Phase, ...]
    gates: Gates
    code_passed: bool = False

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
        unaccepted = [a for a in self.plan.actions if a.phase is Phase.CODE and self.gates.open(a)]
        self.code_passed = not waited_for and not unaccepted
        todo = "merge the patch and let your pipeline apply it"
        if not self.plan.patches:  # the code let go already, or a person has to change it
            todo = "let your pipeline run terraform apply"
        for root in waited_for:
            self.book.say(Outcome.WAITING, f"Phase live waits for {root}: {todo}.")
        for action in unaccepted:
            self.book.say(Outcome.WAITING, about(action, self.gates.acceptance(action)))
        return self.code_passed

    def step(self, action: Action) -> None:
        again = False
        if self.book.ended_well(action.id):
            again = not self.gates.open(action) and self._undone_by_others(action)
            if not again:
                self.book.earlier.append(action.id)
                return
        waits = self._waits_for(action)
        if waits:
            self.book.end(action, Outcome.WAITING, detail=waits)
            return
        executor = self.executors[action.target.provider]
        try:
            held = self.gates.held(action, self.book.journal.records, self.clock())
            if held:
                self.book.end(action, Outcome.WAITING, detail=held)
                return
            caller = executor.caller(action)
            look = executor.look(action)
        except CloudError as fault:
            self._not_done(action, Outcome.FAILED, "", fault)
            return
        self._seen(action, caller, look, again)

    def _seen(self, action: Action, caller: str, look: Look, again: bool) -> None:
        match look.state:
            case LookState.PRESENT:
                self._act(action, caller, look, again)
            case LookState.ABSENT:
                self._absent(action, caller, look)
            case LookState.IN_USE if again or action.id in self.gates.accepted:
                # What a root set Active again was accepted, or not used, when it was contained.
                self._act(action, caller, look, again)
            case LookState.IN_USE:
                asks = self.gates.in_use(action, look.detail)
                self.book.end(action, Outcome.WAITING, caller=caller, detail=asks)
            case LookState.WAITING:
                self.book.end(action, Outcome.WAITING, caller=caller, detail=look.detail)
            case LookState.REPLACED:
                stale = StaleTargetError(
                    f"The target is not the planned object: {look.detail}.",
                    hint="It was left alone. Make a new plan.",
                )
                self._not_done(action, Outcome.REFUSED, caller, stale)

    def _waits_for(self, action: Action) -> str:
        """The person or the actions that it waits for, "" for none."""
        if self.gates.open(action):
            return self.gates.acceptance(action)
        blocking = [need for need in action.needs if not self._satisfied(need)]
        return f"It needs {', '.join(blocking)} first." if blocking else ""

    def _undone_by_others(self, action: Action) -> bool:
        """Containment has to stand until something of ours ends it. The next apply of a root sets
        a managed key Active again, and a destroy that is refused half-way has already cleared
        the user's groups; so it is looked at again while we have not gone on to its end."""
        if action.phase is not Phase.CONTAIN or self.book.begun(self._ends(action)):
            return False
        executor = self.executors[action.target.provider]
        try:
            return executor.look(action).state in (LookState.PRESENT, LookState.IN_USE)
        except CloudError as fault:
            self.book.say(
                Outcome.WAITING, f"{action.id} {action.verb} cannot be looked at: {fault}"
            )
            return False

    def _ends(self, contained: Action) -> list[str]:
        """What ends a containment: the step that lifts it after the leaver's sessions or after the
        merge, or else the first of the live phase and whatever else is done to its target."""
        later = [a for a in self.plan.actions if a.phase is not Phase.CONTAIN]
        lifts = [
            a.id
            for a in later
            if (contained.id in a.needs and a.param("after_sessions_seconds"))
            or (contained.target == a.target and a.param("after_merge"))
        ]
        return lifts or [
            a.id for a in later if a.phase is Phase.LIVE or a.target == contained.target
        ]

    def _act(self, action: Action, caller: str, look: Look, again: bool) -> None:
        executor = self.executors[action.target.provider]
        self.crash(f"before-intent:{action.id}")
        self.book.intent(action, caller, look.image)
        self.crash(f"after-intent:{action.id}")
        try:
            done = executor.act(action, look)
        except CloudError as fault:
            undo = "" if isinstance(fault, _CERTAIN) else look.image
            self._not_done(action, Outcome.FAILED, caller, fault, undo)
            return
        self.crash(f"after-call:{action.id}")
        detail = look.detail
        if again:
            detail = f"done again, for {action.reverted_by or 'somebody'} had reverted it"
        said = self.book.end(action, Outcome.DONE, caller=caller, detail=detail, done=done)
        if again:
            self.book.again.append(said)
        self.crash(f"after-result:{action.id}")

    def _not_done(
        self, action: Action, outcome: Outcome, caller: str, fault: OffboardError, undo: str = ""
    ) -> None:
        """Record what was refused or failed. What a rollback can never put back would hold all
        that comes behind it for ever, our denies too: a person who accepts its id takes it over."""
        stays = bool(self.plan.rolls_back) and for_good(fault)
        if stays and self.gates.taken_over(action, self.book.journal.records):
            taken = f"left to a person, accepted: {fault}"
            self.book.end(action, Outcome.ALREADY, caller=caller, detail=taken)
            return
        more = self.gates.leave(action) if stays else ""
        self.book.fail(action, outcome, caller, fault, more=more, undo=undo)

    def _absent(self, action: Action, caller: str, look: Look) -> None:
        tried = self.book.last.get(action.id)
        announced = tried is not None and tried.outcome is Outcome.INTENT
        if tried is None or not (announced or tried.undo):
            self.book.end(action, Outcome.ALREADY, caller=caller, detail=look.detail)
            return
        lost = "An earlier run made this call and its answer was lost; the effect stands."
        self.book.end(
            action,
            Outcome.ALREADY,
            caller=caller,
            detail=f"{lost} {look.detail}".strip(),
            done=Done(operation=action.verb, request_id="", response_digest="", undo=tried.undo),
        )

    def _satisfied(self, need: str) -> bool:
        if self.book.ended_well(need):
            return True
        needed = next((action for action in self.plan.actions if action.id == need), None)
        if needed is None:
            return False
        if needed.phase is Phase.CODE:
            # No record of ours: the pipeline of the user carried it out.
            return self.code_passed
        return self._stands_unrecorded(needed)

    def _stands_unrecorded(self, needed: Action) -> bool:
        """Whether the effect of a phase that this run leaves out is there, though no journal
        says so: that of an earlier runner may be lost with its disk. It counts from now on."""
        executor = self.executors.get(needed.target.provider)
        known = needed.id in self.book.last or needed.phase in self.phases
        if known or executor is None or self.gates.open(needed):
            return False
        try:
            caller, look = executor.caller(needed), executor.look(needed)
        except CloudError:
            return False
        if look.state is not LookState.ABSENT:
            return False
        self._absent(needed, caller, look)
        return True
