"""Is a key still in use, read right before it is cut off: after a rotation, and after its user
left."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from iac_offboard.apply.aws.cloud import Cloud, argument
from iac_offboard.clouds.reply import Data, struct, structs, text, when
from iac_offboard.errors import CloudError, DeniedError, NotFoundError
from iac_offboard.interface import Look, LookState
from iac_offboard.model import Action


def still_used(cloud: Cloud, action: Action) -> Look | None:
    """WAITING while the last use of an action's key is younger than its ``unused_for`` seconds;
    None for an action without, and for a key that was never used.

    A use shows some minutes late (IAM user guide, "Find unused AWS credentials"): windows are
    meant in days. Raises CloudError when the last use cannot be read: not read is not unused."""
    window = _window(action)
    if window is None:
        return None
    last = _last(cloud, action.target.name)
    used = when(last, "LastUsedDate")
    if used is None or cloud.now() - used >= window:
        return None
    return Look(
        state=LookState.WAITING,
        detail=(
            f"{_use(used, last)}, goes when unused for {_said(window)}, "
            f"at the earliest {used + window:%Y-%m-%d %H:%M:%S} UTC"
        ),
    )


def used_since(cloud: Cloud, action: Action, standing: Look) -> Look:
    """``standing``, or IN_USE when a key of the action was used after ``in_use_after`` and after
    the last use that the plan knew (``seen_use``): the key that is the target, or every key that
    its user has now.

    One whose last use may not be read is a person's to judge as well: not read is not unused."""
    if not action.param("in_use_after"):
        return standing
    known = [_time(action, name) for name in ("in_use_after", "seen_use") if action.param(name)]
    for key in _keys(cloud, action):
        try:
            last = _last(cloud, key)
        except DeniedError:
            unread = f"the last use of {key} may not be read (iam:GetAccessKeyLastUsed)"
            return replace(standing, state=LookState.IN_USE, detail=unread)
        used = when(last, "LastUsedDate")
        if used is not None and used > max(known):
            said = f"{key} was {_use(used, last)}, after its user left"
            return replace(standing, state=LookState.IN_USE, detail=said)
    return standing


def _keys(cloud: Cloud, action: Action) -> list[str]:
    if action.target.kind == "iam_access_key":
        return [action.target.name]
    try:
        pages = list(cloud.pages("iam", "ListAccessKeys", {"UserName": argument(action, "user")}))
    except NotFoundError:  # the user went between two calls
        return []
    return [
        text(k, "AccessKeyId") for page in pages for k in structs(page.data, "AccessKeyMetadata")
    ]


def _last(cloud: Cloud, key: str) -> Data:
    reply = cloud.call("iam", "GetAccessKeyLastUsed", {"AccessKeyId": key})
    return struct(reply.data, "AccessKeyLastUsed")


def _use(used: datetime, last: Data) -> str:
    where = f"by {text(last, 'ServiceName')} in {text(last, 'Region')}"
    return f"last used {used:%Y-%m-%d %H:%M:%S} UTC {where}"


def _time(action: Action, name: str) -> datetime:
    at: datetime | None = None
    with suppress(ValueError):
        at = datetime.fromisoformat(action.param(name))
    if at is not None and at.tzinfo is not None:
        return at
    raise CloudError(
        f"The action {action.id} ({action.verb}) has no time with an offset in {name}.",
        operation=action.verb,
        hint="The plan is incomplete; make a new one.",
    )


def _window(action: Action) -> timedelta | None:
    written = action.param("unused_for")
    if not written:
        return None
    try:
        return timedelta(seconds=int(written))
    except (ValueError, OverflowError) as fault:
        raise CloudError(
            f"The action {action.id} ({action.verb}) has no number of seconds in unused_for.",
            operation=action.verb,
            hint="The plan is incomplete; make a new one.",
        ) from fault


def _said(window: timedelta) -> str:
    if window % timedelta(days=1):
        return str(window)
    return f"{window.days} day{'' if window.days == 1 else 's'}"
