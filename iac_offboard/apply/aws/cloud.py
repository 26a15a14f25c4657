"""What the operations on AWS are written against, and how they say what they found.

An operation sees one account through :class:`Cloud`; sessions, retries and the translation of
SDK errors are behind it. ``undo`` and ``image`` are canonical JSON objects that a rollback
reads: only what was taken away, and never a value of a policy's Condition, a known place for
shared secrets (see :mod:`iac_offboard.catalog.elements`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from iac_offboard.apply.looks import absent as absent
from iac_offboard.apply.looks import argument as argument
from iac_offboard.apply.looks import done as done
from iac_offboard.apply.looks import gone_for_good as gone_for_good
from iac_offboard.apply.looks import present as present
from iac_offboard.apply.looks import replaced as replaced
from iac_offboard.clouds.reply import Data, Reply, text
from iac_offboard.errors import NotFoundError
from iac_offboard.interface import Done, Look
from iac_offboard.model import Action, Phase


class Cloud(Protocol):
    """One account. Both raise ``errors.CloudError`` only; ``region`` "" is the service's own."""

    @property
    def account(self) -> str: ...

    def call(self, service: str, name: str, params: Data, region: str = "") -> Reply: ...

    def pages(self, service: str, name: str, params: Data, region: str = "") -> Iterator[Reply]: ...

    def other(self, account: str) -> Cloud | None:
        """Another account, for who is named across them; None when there is no way in."""

    def sleep(self, seconds: float) -> None: ...

    def now(self) -> datetime: ...


class Operation(Protocol):
    """What one verb means. ``act`` is called only after ``look`` said PRESENT."""

    def look(self, cloud: Cloud, action: Action) -> Look: ...

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done: ...


def region_of(action: Action) -> str:
    return action.target.region or ""


def delete(cloud: Cloud, service: str, name: str, params: Data, action: Action, undo: str) -> Done:
    """A call that takes something away; finding it gone is the effect that was wanted."""
    try:
        reply = cloud.call(service, name, params, region_of(action))
    except NotFoundError as gone:
        return Done(
            operation=gone.operation or action.verb,
            request_id=gone.request_id,
            response_digest="",
            undo=undo,
        )
    return done(reply, undo)


_GIVES = frozenset(
    {
        "iam:AddUserToGroup",
        "iam:AttachUserPolicy",
        "iam:AttachRolePolicy",
        "iam:PutUserPermissionsBoundary",
        "identitystore:CreateGroupMembership",
        "sso-admin:CreateAccountAssignment",
    }
)


def puts_back(action: Action) -> bool:
    """Whether the action gives somebody something: what it needs has to be there for that."""
    verb = action.verb
    gives = verb in _GIVES or verb.startswith("restore:") or action.param("status") == "Active"
    return gives and gives_back(action)


def gives_back(action: Action) -> bool:
    """Whether a verb that both contains and restores is to restore: a removal plan denies in the
    phase contain, and only a rollback gives anything in the phase live."""
    return action.phase is Phase.LIVE


def user_look(cloud: Cloud, action: Action, *, needed: bool = False) -> tuple[Look | None, Data]:
    """The user that the action is about: None and the user's data when it is the planned one.

    A namesake with another unique id is somebody else (IAM user guide, "Unique identifiers").
    ``needed``: a user that is gone is a fault, not the effect that was wanted."""
    name = argument(action, "user")
    planned = action.param("user_id") or (action.target.unique_id or "")
    if not planned:
        argument(action, "user_id")
    try:
        reply = cloud.call("iam", "GetUser", {"UserName": name})
    except NotFoundError as gone:
        if needed:
            raise gone_for_good(action, f"the user {name} is gone") from gone
        return absent("the user is gone"), {}
    user = reply.data.get("User")
    data: Data = user if isinstance(user, dict) else {}
    if text(data, "UserId") != planned:
        return replaced(
            f"the user {name} in {cloud.account} is {text(data, 'UserId')}, planned was {planned}"
        ), data
    return None, data
