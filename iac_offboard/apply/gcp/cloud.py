"""What the operations on Google Cloud are written against."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from iac_offboard.apply.looks import argument
from iac_offboard.clouds.gcp.session import GcpSession
from iac_offboard.clouds.reply import Data, Reply
from iac_offboard.errors import CloudError, NotFoundError
from iac_offboard.interface import Done, Look
from iac_offboard.model import Action


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    """Google Cloud as the operations see it. Its calls raise ``errors.CloudError`` only.

    ``jitter(high)`` is a delay between 0 and ``high`` seconds."""

    session: GcpSession
    sleep: Callable[[float], None]
    jitter: Callable[[float], float]
    now: Callable[[], datetime]

    @property
    def caller(self) -> str:
        return self.session.caller

    def call(self, action: Action, method: str, /, **params: object) -> Reply:
        """One call on behalf of an action: errors and reads name the account of its target."""
        return self.session.call(method, account=account_of(action), **params)

    def pages(self, action: Action, method: str, /, **params: object) -> Iterator[Reply]:
        return self.session.pages(method, account=account_of(action), body=None, **params)


class Operation(Protocol):
    """What one verb means. ``act`` is called only after ``look`` said PRESENT."""

    def look(self, cloud: Cloud, action: Action) -> Look: ...

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done: ...


def account_of(action: Action) -> str:
    return action.target.account or ""


def email_of(action: Action) -> str:
    """The e-mail of the service account that the action is about."""
    return argument(action, "email").lower()


def service_account(cloud: Cloud, action: Action, email: str, project: str) -> Data | None:
    """The service account of this e-mail as it stands now, None for none."""
    name = f"projects/{project or '-'}/serviceAccounts/{email}"
    try:
        return cloud.call(action, "iam.projects.serviceAccounts.get", name=name).data
    except NotFoundError:
        return None


def delete(cloud: Cloud, action: Action, method: str, undo: str, /, **params: object) -> Done:
    """A call that takes something away; finding it gone is the effect that was wanted."""
    try:
        reply = cloud.call(action, method, **params)
    except NotFoundError as gone:
        return already(gone, undo)
    return Done(
        operation=reply.operation,
        request_id=reply.request_id,
        response_digest=reply.digest,
        undo=undo,
    )


def already(fault: CloudError, undo: str) -> Done:
    """The effect stands, though the call itself was refused: somebody else was faster."""
    return Done(
        operation=fault.operation, request_id=fault.request_id, response_digest="", undo=undo
    )


def by_hand(action: Action, why: str, hint: str = "") -> CloudError:
    """What this tool leaves to a person, without having changed anything."""
    name = action.target.arn or action.target.name
    return CloudError(
        f"{action.verb} leaves {name} alone: {why}.",
        operation=action.verb,
        code="ManualStep",
        hint=hint or "Change it by hand, then run apply again: it sees what stands there.",
    )


def not_ourselves(cloud: Cloud, action: Action, email: str) -> None:
    """Raises CloudError where the action would take the way in from who carries it out: nobody
    could finish the plan, or undo it."""
    if email and email.lower() == cloud.caller.lower():
        raise by_hand(
            action,
            f"it would lock out {cloud.caller}, as whom it is carried out",
            "Carry the plan out as somebody else (--write-role).",
        )
