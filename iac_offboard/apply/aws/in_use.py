"""The window after a rotation: an old key goes once nothing has used it for a stated time."""

from __future__ import annotations

from datetime import timedelta

from iac_offboard.apply.aws.cloud import Cloud
from iac_offboard.clouds.aws.reply import struct, text, when
from iac_offboard.errors import CloudError
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
    reply = cloud.call("iam", "GetAccessKeyLastUsed", {"AccessKeyId": action.target.name})
    last = struct(reply.data, "AccessKeyLastUsed")
    used = when(last, "LastUsedDate")
    if used is None or cloud.now() - used >= window:
        return None
    return Look(
        state=LookState.WAITING,
        detail=(
            f"last used {used:%Y-%m-%d %H:%M:%S} UTC by {text(last, 'ServiceName')} in "
            f"{text(last, 'Region')}, goes when unused for {_said(window)}, "
            f"at the earliest {used + window:%Y-%m-%d %H:%M:%S} UTC"
        ),
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
