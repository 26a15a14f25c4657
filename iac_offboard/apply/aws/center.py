"""IAM Identity Center: its users, group memberships and account assignments.

Ids of the identity store are never used again, so an id that is there is the planned object.
The two that create are for rollback plans alone: they put back an assignment or a membership.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from iac_offboard.apply.aws.center_requests import CREATION, DELETION, wait, write
from iac_offboard.apply.aws.cloud import Cloud, absent, delete, done, present, region_of
from iac_offboard.catalog.principal import parse_arn
from iac_offboard.clouds.reply import Data, structs, text
from iac_offboard.errors import CloudError, ConflictError, NotFoundError
from iac_offboard.interface import Done, Look
from iac_offboard.model import Action

_ASSIGNMENT = re.compile(r"^(arn:[^:]+:sso:::instance/[^/]+)/(\d{12})/(arn:.+)$")


@dataclass(frozen=True, slots=True)
class DeleteGroupMembership:
    def look(self, cloud: Cloud, action: Action) -> Look:
        store = _store(action)
        if _membership(cloud, action, store) is None:
            return absent("the user is no member")
        return present(
            {"GroupId": action.target.name, "UserId": _user(action), "IdentityStoreId": store}
        )

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        store = _store(action)
        membership = _membership(cloud, action, store)
        if membership is None:
            return Done(operation=action.verb, request_id="", response_digest="", undo=look.image)
        params = {"IdentityStoreId": store, "MembershipId": membership}
        return delete(cloud, "identitystore", "DeleteGroupMembership", params, action, look.image)


@dataclass(frozen=True, slots=True)
class CreateGroupMembership:
    """Puts back a membership that was removed; it gets a new membership id."""

    def look(self, cloud: Cloud, action: Action) -> Look:
        store = _store(action)
        if _membership(cloud, action, store) is not None:
            return absent("the user is a member (again)")
        return present(
            {"GroupId": action.target.name, "UserId": _user(action), "IdentityStoreId": store}
        )

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        params: Data = {
            "IdentityStoreId": _store(action),
            "GroupId": action.target.name,
            "MemberId": {"UserId": _user(action)},
        }
        try:
            reply = cloud.call("identitystore", "CreateGroupMembership", params, region_of(action))
        except ConflictError as made:  # somebody else put it back since we looked
            return Done(
                operation=made.operation,
                request_id=made.request_id,
                response_digest="",
                undo=look.image,
            )
        except NotFoundError as gone:
            raise _cannot_return(action, gone) from gone
        return done(reply, look.image)


@dataclass(frozen=True, slots=True)
class DeleteStoreUser:
    """No public API call disables a user (identitystore:UpdateUser knows no status), so there is
    nothing gentler; a user that is made again has a new id."""

    def look(self, cloud: Cloud, action: Action) -> Look:
        try:
            cloud.call("identitystore", "DescribeUser", self._params(action), region_of(action))
        except NotFoundError:
            return absent("the user is gone")
        return present()

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        params = self._params(action)
        return delete(cloud, "identitystore", "DeleteUser", params, action, look.image)

    def _params(self, action: Action) -> dict[str, str]:
        return {"IdentityStoreId": _store(action), "UserId": action.target.name}


@dataclass(frozen=True, slots=True)
class DeleteAccountAssignment:
    """``name`` of the target is INSTANCE_ARN/ACCOUNT/PERMISSION_SET_ARN."""

    def look(self, cloud: Cloud, action: Action) -> Look:
        if _is_assigned(cloud, action):
            return present(_assignment_params(action))
        return absent("there is no such assignment (any more)")

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        try:
            reply = write(cloud, action, "DeleteAccountAssignment", _assignment_params(action))
        except NotFoundError as gone:
            return Done(
                operation=gone.operation,
                request_id=gone.request_id,
                response_digest="",
                undo=look.image,
            )
        wait(cloud, action, _assignment(action)[0], DELETION, reply)
        return done(reply, look.image)


@dataclass(frozen=True, slots=True)
class CreateAccountAssignment:
    """Puts back an assignment that was removed; target and parameters as for its removal."""

    def look(self, cloud: Cloud, action: Action) -> Look:
        if _is_assigned(cloud, action):
            return absent("the assignment is there (again)")
        return present(_assignment_params(action))

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        params = _assignment_params(action)
        try:
            reply = write(cloud, action, "CreateAccountAssignment", params)
        except NotFoundError as gone:
            raise _cannot_return(action, gone) from gone
        wait(cloud, action, _assignment(action)[0], CREATION, reply)
        return done(reply, look.image)


def _is_assigned(cloud: Cloud, action: Action) -> bool:
    instance, account, permission_set = _assignment(action)
    params = {
        "InstanceArn": instance,
        "PrincipalId": _user(action),
        "PrincipalType": _principal_type(action),
    }
    listing = "ListAccountAssignmentsForPrincipal"
    try:
        for page in cloud.pages("sso-admin", listing, params, region_of(action)):
            for item in structs(page.data, "AccountAssignments"):
                # Those that come through a group are the group's, not the leaver's.
                if (
                    text(item, "AccountId") == account
                    and text(item, "PermissionSetArn") == permission_set
                    and text(item, "PrincipalId") in ("", _user(action))
                ):
                    return True
    except NotFoundError:
        pass
    return False


def _assignment_params(action: Action) -> dict[str, str]:
    instance, account, permission_set = _assignment(action)
    return {
        "InstanceArn": instance,
        "TargetId": account,
        "TargetType": "AWS_ACCOUNT",
        "PermissionSetArn": permission_set,
        "PrincipalType": _principal_type(action),
        "PrincipalId": _user(action),
    }


def _assignment(action: Action) -> tuple[str, str, str]:
    parts = _ASSIGNMENT.match(action.target.name)
    if parts is None:
        raise _incomplete(action, "has no INSTANCE_ARN/ACCOUNT/PERMISSION_SET_ARN")
    return parts[1], parts[2], parts[3]


def _principal_type(action: Action) -> str:
    return action.param("principal_type") or "USER"


def _user(action: Action) -> str:
    user = action.param("principal_id")
    if not user:
        raise _incomplete(action, "names no user id")
    return user


def _store(action: Action) -> str:
    """The identity store's id, from its ARN in the target."""
    arn = parse_arn(action.target.arn or "")
    if arn is None or arn.service != "identitystore":
        raise _incomplete(action, "names no identity store")
    return arn.resource.partition("/")[2]


def _membership(cloud: Cloud, action: Action, store: str) -> str | None:
    params: Data = {"IdentityStoreId": store, "MemberId": {"UserId": _user(action)}}
    try:
        for page in cloud.pages(
            "identitystore", "ListGroupMembershipsForMember", params, region_of(action)
        ):
            for item in structs(page.data, "GroupMemberships"):
                if text(item, "GroupId") == action.target.name:
                    return text(item, "MembershipId")
    except NotFoundError:
        return None
    return None


def _cannot_return(action: Action, gone: CloudError) -> CloudError:
    return CloudError(
        f"{action.target.name} cannot be given back: the user or what it led to is gone.",
        operation=gone.operation,
        code=gone.code,
        request_id=gone.request_id,
        hint="Ids are never used again: give the access to the new user or group by hand.",
    )


def _incomplete(action: Action, what: str) -> CloudError:
    return CloudError(
        f"The action {action.id} ({action.verb}) {what}.",
        operation=action.verb,
        hint="The plan is incomplete; make a new one.",
    )
