"""An IAM role: our deny on it, what hangs on it, its end. AROA... tells it from a namesake."""

from __future__ import annotations

from dataclasses import dataclass

from iac_offboard.apply.aws.cloud import (
    Cloud,
    absent,
    argument,
    delete,
    done,
    gone_for_good,
    present,
    replaced,
)
from iac_offboard.apply.aws.hanging import bare_role_or_refuse, hanging_on_role
from iac_offboard.apply.aws.users import as_document, inline_policy
from iac_offboard.catalog.elements import without_condition_values
from iac_offboard.catalog.ours import loses_nothing
from iac_offboard.catalog.policy import canonical, document_digest
from iac_offboard.clouds.reply import Data, struct, structs, text
from iac_offboard.errors import ConflictError, NotFoundError
from iac_offboard.interface import Done, Look
from iac_offboard.model import Action


def role_look(cloud: Cloud, action: Action, *, needed: bool = False) -> tuple[Look | None, Data]:
    """The role that the action is about: None and the role's data when it is the planned one.

    A namesake with another unique id is another role (IAM user guide, "Unique identifiers").
    ``needed``: a role that is gone is a fault, not the effect that was wanted."""
    name, planned = argument(action, "role"), argument(action, "role_id")
    try:
        reply = cloud.call("iam", "GetRole", {"RoleName": name})
    except NotFoundError as gone:
        if needed:
            raise gone_for_good(action, f"the role {name} is gone") from gone
        return absent("the role is gone"), {}
    role = struct(reply.data, "Role")
    found = text(role, "RoleId")
    if found != planned:
        other = f"the role {name} in {cloud.account} is {found}, planned was {planned}"
        return replaced(other), role
    return None, role


@dataclass(frozen=True, slots=True)
class PutRolePolicy:
    """Our deny, which reaches the sessions that are open already. Its undo names the policy
    only: the name is ours, and what its conditions compare is nobody's business."""

    def look(self, cloud: Cloud, action: Action) -> Look:
        other, _ = role_look(cloud, action)
        if other is not None:
            return other
        standing = inline_policy(cloud, "GetRolePolicy", _policy(action))
        wanted = as_document(argument(action, "document"))
        if standing is not None and canonical(standing) == canonical(wanted):
            return absent("the same document stands there")
        if standing is not None and not loses_nothing(standing, wanted):
            return replaced(_another(action, "it keeps somebody out whom this plan does not"))
        return present(_policy(action))

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        params = {**_policy(action), "PolicyDocument": argument(action, "document")}
        return done(cloud.call("iam", "PutRolePolicy", params), look.image)


@dataclass(frozen=True, slots=True)
class DeleteRolePolicy:
    """``digest``, where the plan has one, is that of the document which may go."""

    def look(self, cloud: Cloud, action: Action) -> Look:
        other, _ = role_look(cloud, action)
        if other is not None:
            return other
        standing = inline_policy(cloud, "GetRolePolicy", _policy(action))
        if standing is None:
            return absent("the role has no such policy")
        if action.param("digest") not in ("", document_digest(standing)):
            return replaced(_another(action, "whoever wrote it has to take it off"))
        bare_role_or_refuse(cloud, action, f"inline policy {_policy(action)['PolicyName']}")
        return present({"document": without_condition_values(standing)})

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        return delete(cloud, "iam", "DeleteRolePolicy", _policy(action), action, look.image)


@dataclass(frozen=True, slots=True)
class RolePolicy:
    """A managed policy on the role: attach it or detach it."""

    attach: bool

    def look(self, cloud: Cloud, action: Action) -> Look:
        other, _ = role_look(cloud, action, needed=self.attach)
        if other is not None:
            return other
        params = self._params(action)
        stands = _listed(cloud, "ListAttachedRolePolicies", action, "AttachedPolicies", "PolicyArn")
        if (params["PolicyArn"] in stands) == self.attach:
            return absent(f"it is {'attached already' if self.attach else 'not attached'}")
        return present(params)

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        params = self._params(action)
        if self.attach:
            return done(cloud.call("iam", "AttachRolePolicy", params), look.image)
        return delete(cloud, "iam", "DetachRolePolicy", params, action, look.image)

    def _params(self, action: Action) -> dict[str, str]:
        arn = action.param("policy_arn") or action.target.name
        return {"RoleName": argument(action, "role"), "PolicyArn": arn}


@dataclass(frozen=True, slots=True)
class RemoveRoleFromInstanceProfile:
    def look(self, cloud: Cloud, action: Action) -> Look:
        other, _ = role_look(cloud, action)
        if other is not None:
            return other
        stands = _listed(
            cloud,
            "ListInstanceProfilesForRole",
            action,
            "InstanceProfiles",
            "InstanceProfileName",
        )
        if argument(action, "profile") not in stands:
            return absent("the role is not in the instance profile")
        return present(self._params(action))

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        params = self._params(action)
        return delete(cloud, "iam", "RemoveRoleFromInstanceProfile", params, action, look.image)

    def _params(self, action: Action) -> dict[str, str]:
        return {
            "RoleName": argument(action, "role"),
            "InstanceProfileName": argument(action, "profile"),
        }


@dataclass(frozen=True, slots=True)
class DeleteRolePermissionsBoundary:
    def look(self, cloud: Cloud, action: Action) -> Look:
        other, role = role_look(cloud, action)
        if other is not None:
            return other
        arn = text(struct(role, "PermissionsBoundary"), "PermissionsBoundaryArn")
        if not arn:
            return absent("the role has no permissions boundary")
        return present({"PermissionsBoundary": arn})

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        params = {"RoleName": argument(action, "role")}
        return delete(cloud, "iam", "DeleteRolePermissionsBoundary", params, action, look.image)


@dataclass(frozen=True, slots=True)
class DeleteRole:
    """Last of all; AWS refuses while anything hangs on the role, and we say what."""

    def look(self, cloud: Cloud, action: Action) -> Look:
        other, _ = role_look(cloud, action)
        return other if other is not None else present()

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        role = argument(action, "role")
        try:
            return delete(cloud, "iam", "DeleteRole", {"RoleName": role}, action, look.image)
        except ConflictError as refused:
            left = ", ".join(hanging_on_role(cloud, role)) or "nothing that can be listed"
            raise ConflictError(
                f"{refused.message} Still on the role: {left}.",
                operation=refused.operation,
                code=refused.code,
                request_id=refused.request_id,
                hint="Make a new plan: this came after the old one.",
            ) from refused


def _policy(action: Action) -> dict[str, str]:
    return {"RoleName": argument(action, "role"), "PolicyName": argument(action, "name")}


def _another(action: Action, why: str) -> str:
    name, role = argument(action, "name"), argument(action, "role")
    return f"the inline policy {name} of the role {role} is not the one of this plan: {why}"


def _listed(
    cloud: Cloud, operation: str, action: Action, member: str, identifier: str
) -> list[str]:
    params = {"RoleName": argument(action, "role")}
    try:
        pages = list(cloud.pages("iam", operation, params))
    except NotFoundError:  # the role went between two calls
        return []
    return [text(item, identifier) for page in pages for item in structs(page.data, member)]
