"""When a service account or one of its keys was last used, read right before it is cut off.

Source: "View recent usage for service accounts and keys" (Policy Intelligence): the activity
analyser knows the last authentication with a delay of up to a day or two, and only of Google's own
APIs, and it says the day only. So it can show a use, and never prove that there was none.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from iac_offboard.apply.gcp.cloud import Cloud, account_of, email_of
from iac_offboard.clouds.reply import struct, structs, when
from iac_offboard.errors import CloudError, DeniedError
from iac_offboard.interface import Look, LookState
from iac_offboard.model import Action

_QUERY = "policyanalyzer.projects.locations.activityTypes.activities.query"
_ACCOUNT = "serviceAccountLastAuthentication"
_KEY = "serviceAccountKeyLastAuthentication"
_DAY = timedelta(days=1)


def still_used(cloud: Cloud, action: Action) -> Look | None:
    """WAITING while the last use of an action's key is younger than its ``unused_for`` seconds;
    None for an action without, and for a key of which no use is known.

    Raises CloudError when the last use cannot be read: not read is not unused."""
    written = action.param("unused_for")
    if not written:
        return None
    window = _seconds(action, written)
    used = _last(cloud, action)
    if used is None or cloud.now() - used >= window + _DAY:
        return None
    return Look(
        state=LookState.WAITING,
        detail=(
            f"last used on the day that began {used:%Y-%m-%d %H:%M} UTC, goes when unused for "
            f"{_said(window)} after it, at the earliest {used + window + _DAY:%Y-%m-%d %H:%M} UTC"
        ),
    )


def used_since(cloud: Cloud, action: Action, standing: Look) -> Look:
    """``standing``, or IN_USE when the account or key was used after ``in_use_after`` and after
    the last use that the plan knew (``seen_use``). One whose last use may not be read is a
    person's to judge as well."""
    if not action.param("in_use_after"):
        return standing
    known = [_time(action, name) for name in ("in_use_after", "seen_use") if action.param(name)]
    try:
        used = _last(cloud, action)
    except DeniedError as denied:
        unread = f"the last use of {_named(action)} may not be read ({denied.operation})"
        return replace(standing, state=LookState.IN_USE, detail=unread)
    if used is None or used <= max(known):
        return standing
    day = f"the day that began {used:%Y-%m-%d %H:%M} UTC"
    said = f"{_named(action)} was last used on {day}, after its user left"
    return replace(standing, state=LookState.IN_USE, detail=said)


def _last(cloud: Cloud, action: Action) -> datetime | None:
    """The last authentication that is known, None for none. A key is asked for by itself, an
    account whatever it signed in with."""
    kind = _KEY if _is_key(action) else _ACCOUNT
    project = account_of(action)
    name = f"//iam.googleapis.com/projects/{project}/serviceAccounts/{email_of(action)}"
    if _is_key(action):
        name = f"//iam.googleapis.com/{action.target.name}"
    found: list[datetime] = []
    for page in cloud.pages(
        action,
        _QUERY,
        parent=f"projects/{project}/locations/global/activityTypes/{kind}",
        filter=f'activities.fullResourceName="{name}"',
    ):
        for activity in structs(page.data, "activities"):
            used = when(struct(activity, "activity"), "lastAuthenticatedTime")
            if used is not None:
                found.append(used)
    return max(found, default=None)


def _is_key(action: Action) -> bool:
    return action.target.kind == "gcp_service_account_key"


def _named(action: Action) -> str:
    return action.target.name if _is_key(action) else email_of(action)


def _time(action: Action, name: str) -> datetime:
    at: datetime | None = None
    with suppress(ValueError):
        at = datetime.fromisoformat(action.param(name))
    if at is not None and at.tzinfo is not None:
        return at
    raise _incomplete(action, f"no time with an offset in {name}")


def _seconds(action: Action, written: str) -> timedelta:
    try:
        return timedelta(seconds=int(written))
    except (ValueError, OverflowError) as fault:
        raise _incomplete(action, "no number of seconds in unused_for") from fault


def _said(window: timedelta) -> str:
    if window % _DAY:
        return str(window)
    return f"{window.days} day{'' if window.days == 1 else 's'}"


def _incomplete(action: Action, what: str) -> CloudError:
    return CloudError(
        f"The action {action.id} ({action.verb}) has {what}.",
        operation=action.verb,
        hint="The plan is incomplete; make a new one.",
    )
