"""Memberships of groups (Cloud Identity): taken away and put back.

A membership that was made again has another id, and is the same member of the same group: it is
looked up by these two.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from iac_offboard.apply.gcp.cloud import Cloud, already, by_hand, delete, not_ourselves
from iac_offboard.apply.looks import absent, argument, done, gone_for_good, present
from iac_offboard.clouds.reply import Data, structs, text
from iac_offboard.errors import CloudError, ConflictError, NotFoundError
from iac_offboard.interface import Done, Look
from iac_offboard.model import Action

_METHOD = "cloudidentity.groups.memberships."
_OWNER = "OWNER"
_OWNED = "it would leave the group without an owner"


@dataclass(frozen=True, slots=True)
class DeleteMembership:
    def look(self, cloud: Cloud, action: Action) -> Look:
        not_ourselves(cloud, action, argument(action, "member"))
        found = _membership(cloud, action)
        if found is None:
            return absent("it is no member (any more)")
        roles = _roles(found)
        if _OWNER in roles and not _other_owner(cloud, action):
            raise by_hand(action, _OWNED, "Make somebody else an owner, then run apply again.")
        return present({"roles": [{"name": role} for role in roles]})

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        found = _membership(cloud, action)
        if found is None:
            return Done(operation=action.verb, request_id="", response_digest="", undo=look.image)
        return delete(cloud, action, f"{_METHOD}delete", look.image, name=text(found, "name"))


@dataclass(frozen=True, slots=True)
class CreateMembership:
    """Puts a membership back that was removed; it gets a new id."""

    def look(self, cloud: Cloud, action: Action) -> Look:
        try:
            found = _membership(cloud, action)
        except NotFoundError as gone:
            raise gone_for_good(action, "the group is gone") from gone
        return absent("it is a member (again)") if found is not None else present()

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        body = {
            "preferredMemberKey": {"id": argument(action, "member")},
            "roles": [{"name": role} for role in _wanted_roles(action)],
        }
        try:
            reply = cloud.call(action, f"{_METHOD}create", parent=_group(action), body=body)
        except ConflictError as made:  # somebody else put it back since we looked
            return already(made, look.image)
        except NotFoundError as gone:
            raise gone_for_good(action, "the group or the member is gone") from gone
        return done(reply, look.image)


def _membership(cloud: Cloud, action: Action) -> Data | None:
    """The membership as it stands, None for none."""
    try:
        reply = cloud.call(
            action,
            f"{_METHOD}lookup",
            parent=_group(action),
            memberKey_id=argument(action, "member"),
        )
        return cloud.call(action, f"{_METHOD}get", name=text(reply.data, "name")).data
    except NotFoundError:
        return None


def _other_owner(cloud: Cloud, action: Action) -> bool:
    member = argument(action, "member").lower()
    for page in cloud.pages(action, f"{_METHOD}list", parent=_group(action), view="FULL"):
        for one in structs(page.data, "memberships"):
            key = one.get("preferredMemberKey")
            mail = text(key, "id").lower() if isinstance(key, dict) else ""
            if mail != member and _OWNER in _roles(one):
                return True
    return False


def _roles(membership: Data) -> list[str]:
    return sorted(text(role, "name") for role in structs(membership, "roles"))


def _wanted_roles(action: Action) -> list[str]:
    """Everybody in a group is a MEMBER; an OWNER or MANAGER besides ("MembershipRole")."""
    written = action.param("roles")
    try:
        found = json.loads(written) if written.startswith("[") else written.split(", ")
    except ValueError as fault:
        raise CloudError(
            f"The action {action.id} ({action.verb}) does not say with which roles.",
            operation=action.verb,
            hint="The plan is incomplete; make a new one.",
        ) from fault
    return sorted({"MEMBER", *(str(role) for role in found if role)})


def _group(action: Action) -> str:
    """``groups/ID``."""
    group = action.target.unique_id or ""
    if not group.startswith("groups/"):
        raise CloudError(
            f"The action {action.id} ({action.verb}) names no id of a group.",
            operation=action.verb,
            hint="The plan is incomplete; make a new one.",
        )
    return group
