"""What an action waits for beside other actions: an acceptance, a merge, the end of the leaver's
sessions, a time.

Judged from the plan, its approvals, the journal, the code and what verify read: nothing is looked
at in a cloud for an action that waits for one of these.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from iac_offboard.errors import CloudError
from iac_offboard.model import Action, Outcome, Record

PERSON = "person"
"""Provider of the steps that a person carries out: accepting one says that it is done."""

ENDED_WELL = (Outcome.DONE, Outcome.ALREADY)


def must_be_accepted(action: Action) -> bool:
    """Whether the action waits for an approval that names its id."""
    return bool(action.accept) or action.target.provider == PERSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Gates:
    """``accepted`` are the ids that the approvals accept; ``gone_since`` says by finding id when
    verify first read it gone and not shown since; ``plan_file`` is how a person names the plan."""

    plan_file: str
    accepted: frozenset[str]
    gone_since: Mapping[str, datetime]

    def open(self, action: Action) -> bool:
        """Whether a person still has to accept the action."""
        return must_be_accepted(action) and action.id not in self.accepted

    def acceptance(self, action: Action) -> str:
        """What an action that nobody has accepted waits for, and how to accept it."""
        why = action.accept or "a person carries it out"
        hazards = " ".join(action.hazards) or action.reason
        about = f"{why}: {hazards}" if hazards else why
        return f"waits: {about.rstrip('.')}; accept it with: {self._accept(action)}"

    def held(self, action: Action, records: Sequence[Record], now: datetime) -> str:
        """Why the action may not be done yet, "" when it may, in words that stay the same while
        it waits. Raises CloudError when the plan does not say from when it may be done."""
        return self._sessions_open(action, now) or _too_soon(action, records, now)

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

    def _accept(self, action: Action) -> str:
        plan = shlex.quote(self.plan_file)
        return f"iac-offboard approve {plan} --by WHO --accept {action.id}"


def _too_soon(action: Action, records: Sequence[Record], now: datetime) -> str:
    """``not_before_seconds`` counts from the first success of the actions that it needs."""
    wait = _seconds(action, "not_before_seconds")
    if wait is None:
        return ""
    began = [at for need in action.needs if (at := _first_success(need, records)) is not None]
    if not began:
        raise _incomplete(action)
    until = max(began) + wait
    return _until(until, wait, ", ".join(action.needs)) if now < until else ""


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
