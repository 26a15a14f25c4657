"""Requests that Identity Center accepts at once and carries out in the background.

Assignments and provisionings answer IN_PROGRESS with an id to ask again by; a minute is usual.
Writes that come too soon after another are refused with ConflictException, for which the API
reference recommends to try again (IAM Identity Center API reference, the errors of each).
"""

from __future__ import annotations

from dataclasses import dataclass

from iac_offboard.apply.aws.cloud import Cloud, region_of
from iac_offboard.clouds.reply import Data, Reply, struct, text
from iac_offboard.errors import CloudError, ConflictError
from iac_offboard.model import Action

POLL_SECONDS = 3.0
POLL_TRIES = 60
CONFLICT_TRIES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """One kind of such a request: the member that holds its status, the call that asks for it
    with the name of its id, and what is done in words."""

    status: str
    describe: str
    id_name: str
    to_do: str
    doing: str


DELETION = Background(
    status="AccountAssignmentDeletionStatus",
    describe="DescribeAccountAssignmentDeletionStatus",
    id_name="AccountAssignmentDeletionRequestId",
    to_do="delete the assignment",
    doing="deleting the assignment",
)
CREATION = Background(
    status="AccountAssignmentCreationStatus",
    describe="DescribeAccountAssignmentCreationStatus",
    id_name="AccountAssignmentCreationRequestId",
    to_do="create the assignment",
    doing="creating the assignment",
)
PROVISIONING = Background(
    status="PermissionSetProvisioningStatus",
    describe="DescribePermissionSetProvisioningStatus",
    id_name="ProvisionPermissionSetRequestId",
    to_do="provision the permission set",
    doing="provisioning the permission set",
)


def wait(cloud: Cloud, action: Action, instance: str, kind: Background, reply: Reply) -> None:
    """Returns when the request that ``reply`` answered has succeeded. Raises CloudError when it
    failed or takes too long."""
    status: Data = struct(reply.data, kind.status)
    request = text(status, "RequestId")
    for _ in range(POLL_TRIES):
        match text(status, "Status"):
            case "SUCCEEDED":
                return
            case "FAILED":
                raise CloudError(
                    f"Identity Center could not {kind.to_do}: "
                    f"{text(status, 'FailureReason') or 'no reason given'}.",
                    operation=action.verb,
                    request_id=request,
                    hint="Mend what it names, then run apply again.",
                )
        cloud.sleep(POLL_SECONDS)
        asked = {"InstanceArn": instance, kind.id_name: request}
        polled = cloud.call("sso-admin", kind.describe, asked, region_of(action))
        status = struct(polled.data, kind.status)
    raise CloudError(
        f"Identity Center is still {kind.doing}.",
        operation=action.verb,
        request_id=request,
        hint="Run apply again in some minutes; it looks first.",
    )


def write(cloud: Cloud, action: Action, name: str, params: Data) -> Reply:
    """One write to sso-admin, tried again while it comes too soon after another. Raises
    ConflictError when that does not end, and whatever else the call raises."""
    for _ in range(CONFLICT_TRIES):
        try:
            return cloud.call("sso-admin", name, params, region_of(action))
        except ConflictError:
            cloud.sleep(POLL_SECONDS)
    return cloud.call("sso-admin", name, params, region_of(action))
