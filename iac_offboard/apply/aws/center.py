"""IAM Identity Center: its users, group memberships and account assignments.

Ids of the identity store are never used again, so an id that is there is the planned object.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from iac_offboard.apply.aws.cloud import Cloud, absent, delete, done, present, region_of
from iac_offboard.catalog.principal import parse_arn
from iac_offboard.clouds.aws.reply import Data, Reply, struct, structs, text
from iac_offboard.errors import CloudError, NotFoundError
from iac_offboard.interface import Done, Look
from iac_offboard.model import Action

# DeleteAccountAssignment answers at once and works in the background; a minute is usual.
POLL_SECONDS = 3.0
POLL_TRIES = 60

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
class DeleteStoreUser:
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
                        return present(self._params(action))
        except NotFoundError:
            pass
        return absent("there is no such assignment (any more)")

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        try:
            reply = cloud.call(
                "sso-admin", "DeleteAccountAssignment", self._params(action), region_of(action)
            )
        except NotFoundError as gone:
            return Done(
                operation=gone.operation,
                request_id=gone.request_id,
                response_digest="",
                undo=look.image,
            )
        self._wait(cloud, action, reply)
        return done(reply, look.image)

    def _params(self, action: Action) -> dict[str, str]:
        instance, account, permission_set = _assignment(action)
        return {
            "InstanceArn": instance,
            "TargetId": account,
            "TargetType": "AWS_ACCOUNT",
            "PermissionSetArn": permission_set,
            "PrincipalType": _principal_type(action),
            "PrincipalId": _user(action),
        }

    def _wait(self, cloud: Cloud, action: Action, reply: Reply) -> None:
        status: Data = struct(reply.data, "AccountAssignmentDeletionStatus")
        request = text(status, "RequestId")
        for _ in range(POLL_TRIES):
            match text(status, "Status"):
                case "SUCCEEDED":
                    return
                case "FAILED":
                    raise CloudError(
                        "Identity Center could not delete the assignment: "
                        f"{text(status, 'FailureReason') or 'no reason given'}.",
                        operation=action.verb,
                        request_id=request,
                        hint="Mend what it names, then run apply again.",
                    )
            cloud.sleep(POLL_SECONDS)
            polled = cloud.call(
                "sso-admin",
                "DescribeAccountAssignmentDeletionStatus",
                {
                    "InstanceArn": _assignment(action)[0],
                    "AccountAssignmentDeletionRequestId": request,
                },
                region_of(action),
            )
            status = struct(polled.data, "AccountAssignmentDeletionStatus")
        raise CloudError(
            "Identity Center is still deleting the assignment.",
            operation=action.verb,
            request_id=request,
            hint="Run apply again in some minutes; it looks first.",
        )


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


def _incomplete(action: Action, what: str) -> CloudError:
    return CloudError(
        f"The action {action.id} ({action.verb}) {what}.",
        operation=action.verb,
        hint="The plan is incomplete; make a new one.",
    )
