"""What an action waits for beside other actions: an acceptance, a merge, the end of the leaver's
sessions, a time.

Judged from the plan, its approvals, the journal, the code and what verify read: nothing is looked
at in a cloud for an action that waits for one of these.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from iac_offboard.errors import CloudError, NotFoundError, OffboardError, StaleTargetError
from iac_offboard.model import Action, Outcome, Plan, Record

ENDED_WELL = (Outcome.DONE, Outcome.ALREADY)


# What an action may turn out to wait for that only a person can answer.
_MAY_ASK = ("after_merge", "in_use_after")


def may_be_accepted(action: Action, plan: Plan) -> bool:
    """Whether accepting the action says anything: it waits for that, it may turn out to, or it
    puts something back, and a person takes it over where that fails for good."""
    asks = any(action.param(name) for name in _MAY_ASK)
    return action.must_be_accepted or asks or bool(plan.rolls_back)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gates:
    """``accepted`` are the ids that the approvals accept; ``gone_since`` says by finding id when
    verify first read it gone and not shown since; ``unmerged`` says by root why the patch counts
    as not merged there ("": what it removes still stands in the code), and is asked only for an
    action that needs it; ``plan_file`` is how a person names the plan."""

    plan_file: str
    accepted: frozenset[str]
    gone_since: Mapping[str, datetime]
    unmerged: Callable[[], Mapping[str, str]]

    def open(self, action: Action) -> bool:
        """Whether a person still has to accept the action."""
        return action.must_be_accepted and action.id not in self.accepted

    def acceptance(self, action: Action) -> str:
        """What an action that nobody has accepted waits for, and how to accept it."""
        why = action.accept or "a person carries it out"
        hazards = " ".join(action.hazards) or action.reason
        about = f"{why}: {hazards}" if hazards else why
        return f"waits: {about.rstrip('.')}; accept it with: {self._accept(action)}"

    def held(self, action: Action, records: Sequence[Record], now: datetime) -> str:
        """Why the action may not be done yet, "" when it may, in words that stay the same while
        it waits. Raises CloudError when the plan does not say from when it may be done."""
        return (
            self._not_merged(action)
            or self._sessions_open(action, now)
            or _too_soon(action, records, now)
        )

    def _not_merged(self, action: Action) -> str:
        """``after_merge`` names the roots that destroy what our deny stands on. Where their code
        cannot be read a person may know that it is merged."""
        roots = [r for r in action.param("after_merge").split(", ") if r]
        if not roots or action.id in self.accepted:
            return ""
        waiting = {root: why for root, why in self.unmerged().items() if root in roots}
        if not waiting:
            return ""
        stands = f"the deny stands until removal.patch is merged in {', '.join(sorted(waiting))}"
        again = "then run apply again right before terraform apply"
        unread = "; ".join(dict.fromkeys(why for _, why in sorted(waiting.items()) if why))
        if not unread:
            return f"{stands}; {again}"
        known = f"who knows that it is merged accepts this step: {self._accept(action)}"
        return f"{stands}, which cannot be told: {unread}; {again}; {known}"

    def _sessions_open(self, action: Action, now: datetime) -> str:
        """``after_sessions_seconds`` counts from when verify had read every one of the action's
        findings gone: a session may begin until then, whoever it is that shuts the way in."""
        wait = _seconds(action, "after_sessions_seconds")
        if wait is None:
            return ""
        ids = [i for i in action.finding.split(", ") if i]
        if not ids:
            raise _incomplete(action)
        if any(i not in self.gone_since for i in ids):
            verify = f"iac-offboard verify {shlex.quote(self.plan_file)}"
            return f"waits until verify has read the way in gone: run {verify}"
        until = max(self.gone_since[i] for i in ids) + wait
        return _until(until, wait, "verify read the way in gone") if now < until else ""

    def in_use(self, action: Action, use: str) -> str:
        """What an action waits for whose target was used since the plan was made."""
        return f"waits: in use: {use.rstrip('.')}; accept it with: {self._accept(action)}"

    def taken_over(self, action: Action, records: Sequence[Record]) -> bool:
        """Whether its acceptance leaves it to a person. What waits anyway was accepted to be
        done: nobody takes over what no run has shown to fail."""
        failed = (Outcome.FAILED, Outcome.REFUSED)
        shown = any(r.action == action.id and r.outcome in failed for r in records)
        return action.id in self.accepted and (shown or not action.must_be_accepted)

    def leave(self, action: Action) -> str:
        """How to go on without what a rollback cannot put back."""
        return f"To leave it to a person and go on: {self._accept(action)}"

    def _accept(self, action: Action) -> str:
        plan = shlex.quote(self.plan_file)
        return f"iac-offboard approve {plan} --by WHO --accept {action.id}"


def for_good(fault: OffboardError) -> bool:
    """Whether the same fault will come back at every run: the thing is gone, it is another, or
    nothing but a person can put it back."""
    manual = isinstance(fault, CloudError) and fault.code == "ManualStep"
    return manual or isinstance(fault, NotFoundError | StaleTargetError)


def _too_soon(action: Action, records: Sequence[Record], now: datetime) -> str:
    """``not_before_seconds`` counts from the first success of the actions that it needs, or of
    the one that ``not_before_since`` names."""
    wait = _seconds(action, "not_before_seconds")
    if wait is None:
        return ""
    since = tuple(filter(None, (action.param("not_before_since"),))) or action.needs
    began = [at for need in since if (at := _first_success(need, records)) is not None]
    if not began:
        raise _incomplete(action)
    until = max(began) + wait
    return _until(until, wait, ", ".join(since)) if now < until else ""


def _until(until: datetime, wait: timedelta, since: str) -> str:
    at = until.astimezone(UTC)
    return f"waits until {at:%Y-%m-%d %H:%M:%S} UTC, which is {wait} after {since}"


def _seconds(action: Action, param: str) -> timedelta | None:
    written = action.param(param)
    if not written:
        return None
    try:
        return timedelta(seconds=int(written))
    except (ValueError, OverflowError) as fault:
        raise _incomplete(action) from fault


def _incomplete(action: Action) -> CloudError:
    return CloudError(
        f"The action {action.id} ({action.verb}) does not say from when it may be done.",
        operation=action.verb,
        hint="The plan is incomplete; make a new one.",
    )


def _first_success(need: str, records: Sequence[Record]) -> datetime | None:
    return next((r.at for r in records if r.action == need and r.outcome in ENDED_WELL), None)
