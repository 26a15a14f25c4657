"""What an action waits for beside other actions: an acceptance, a time.

Judged from the plan, its approvals and the journal alone: nothing is looked at in a cloud for
an action that a person has not accepted.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from iac_offboard.errors import CloudError
from iac_offboard.model import Action, Outcome, Record

PERSON = "person"
"""Provider of the steps that a person carries out: accepting one says that it is done."""

ENDED_WELL = (Outcome.DONE, Outcome.ALREADY)


def must_be_accepted(action: Action) -> bool:
    """Whether the action waits for an approval that names its id."""
    return bool(action.accept) or action.target.provider == PERSON


def acceptance(action: Action, plan_file: str) -> str:
    """What an action that nobody has accepted waits for, and how to accept it."""
    why = action.accept or "a person carries it out"
    hazards = " ".join(action.hazards) or action.reason
    approve = f"iac-offboard approve {shlex.quote(plan_file)} --by WHO --accept {action.id}"
    about = f"{why}: {hazards}" if hazards else why
    return f"waits: {about.rstrip('.')}; accept it with: {approve}"


def not_before(action: Action, records: Sequence[Record]) -> datetime | None:
    """The earliest time for an action that undoes what it needs, in UTC; None: at any time.

    ``not_before_seconds`` counts from the first success of the needed action: a deny on a
    session has to stand until the sessions that began before it have ended. Raises CloudError
    when the plan gives no number, or nothing to count from.
    """
    written = action.param("not_before_seconds")
    if not written:
        return None
    began = [at for need in action.needs if (at := _first_success(need, records)) is not None]
    try:
        return max(began).astimezone(UTC) + timedelta(seconds=int(written))
    except (ValueError, OverflowError) as fault:
        raise CloudError(
            f"The action {action.id} ({action.verb}) does not say from when it may be done.",
            operation=action.verb,
            hint="The plan is incomplete; make a new one.",
        ) from fault


def too_soon(action: Action, until: datetime) -> str:
    """That the action waits for a time, in words that stay the same while it does."""
    wait = timedelta(seconds=int(action.param("not_before_seconds")))
    since = ", ".join(action.needs)
    return f"waits until {until:%Y-%m-%d %H:%M:%S} UTC, which is {wait} after {since}"


def _first_success(need: str, records: Sequence[Record]) -> datetime | None:
    return next((r.at for r in records if r.action == need and r.outcome in ENDED_WELL), None)
