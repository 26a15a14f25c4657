"""The quarantine group: a deny-all policy that leavers are put under, one group for many.

Its policy and the group itself go only when nobody is in it any more: somebody else's
containment must not end with this leaver's case.
"""

from __future__ import annotations

from dataclasses import dataclass

from iac_offboard.apply.aws.cloud import (
    Cloud,
    absent,
    argument,
    delete,
    done,
    present,
)
from iac_offboard.apply.aws.users import inline_policy, put_look
from iac_offboard.catalog.elements import without_condition_values
from iac_offboard.clouds.reply import structs
from iac_offboard.errors import ConflictError, NotFoundError
from iac_offboard.interface import Done, Look
from iac_offboard.model import Action


@dataclass(frozen=True, slots=True)
class CreateGroup:
    def look(self, cloud: Cloud, action: Action) -> Look:
        if _members(cloud, action) is not None:
            return absent("the group exists")
        return present({"GroupName": _group(action)})

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        try:
            reply = cloud.call("iam", "CreateGroup", {"GroupName": _group(action)})
        except ConflictError as made:  # another run made it since we looked
            return Done(operation=made.operation, request_id=made.request_id, response_digest="")
        return done(reply, look.image)


@dataclass(frozen=True, slots=True)
class PutGroupPolicy:
    def look(self, cloud: Cloud, action: Action) -> Look:
        return put_look(action, inline_policy(cloud, "GetGroupPolicy", _policy(action)))

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        params = {**_policy(action), "PolicyDocument": argument(action, "document")}
        return done(cloud.call("iam", "PutGroupPolicy", params), look.image)


@dataclass(frozen=True, slots=True)
class DeleteGroupPolicy:
    def look(self, cloud: Cloud, action: Action) -> Look:
        kept = _kept(cloud, action)
        if kept is not None:
            return kept
        standing = inline_policy(cloud, "GetGroupPolicy", _policy(action))
        if standing is None:
            return absent("the group has no such policy")
        return present({"document": without_condition_values(standing)})

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        return delete(cloud, "iam", "DeleteGroupPolicy", _policy(action), action, look.image)


@dataclass(frozen=True, slots=True)
class DeleteGroup:
    def look(self, cloud: Cloud, action: Action) -> Look:
        return _kept(cloud, action) or present({"GroupName": _group(action)})

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        params = {"GroupName": _group(action)}
        return delete(cloud, "iam", "DeleteGroup", params, action, look.image)


def _kept(cloud: Cloud, action: Action) -> Look | None:
    members = _members(cloud, action)
    if members is None:
        return absent("the group is gone")
    if members:
        return absent(f"kept: {members} other member(s) are still in the group")
    return None


def _members(cloud: Cloud, action: Action) -> int | None:
    """How many are in the group; None when there is no such group."""
    try:
        pages = list(cloud.pages("iam", "GetGroup", {"GroupName": _group(action)}))
    except NotFoundError:
        return None
    return sum(1 for page in pages for _ in structs(page.data, "Users"))


def _group(action: Action) -> str:
    return action.param("group") or action.target.name


def _policy(action: Action) -> dict[str, str]:
    return {"GroupName": _group(action), "PolicyName": argument(action, "name")}
