"""Every AWS operation this tool may call: the ONE table.

The border refuses an operation that is not in it, and ``permissions aws`` prints the table as
IAM policies: what is called and what is asked for cannot drift apart.

The IAM action is not always the operation's name: see the Service Authorization Reference,
"Actions defined by ..." of each service (S3 ListBuckets needs s3:ListAllMyBuckets, sso-admin's
prefix is ``sso``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Flag, auto


class Use(Flag):
    """Which role makes the call. The writing role looks again before it acts; only what puts
    something back gives anybody a right, and can be a role of its own; so can who reads states."""

    READ = auto()
    WRITE = auto()
    RESTORE = auto()
    STATES = auto()
    BOTH = READ | WRITE


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """``service`` and ``name`` as the SDK spells them; ``action`` as IAM does."""

    service: str
    name: str
    action: str
    use: Use


_PREFIX = {"sso-admin": "sso"}
_ACTION = {
    ("s3", "ListBuckets"): "s3:ListAllMyBuckets",
    ("s3", "ListObjectsV2"): "s3:ListBucket",
}

_READ: Mapping[str, str] = {
    "sts": "GetAccessKeyInfo",
    "iam": "GetAccountAuthorizationDetails ListOpenIDConnectProviders ListSAMLProviders "
    "ListRoles GetPolicy GetPolicyVersion",
    "organizations": "ListAccounts DescribeAccount",
    "ec2": "DescribeRegions DescribeInstances",
    "ecs": "ListTaskDefinitionFamilies DescribeTaskDefinition",
    "kms": "ListKeys",
    "s3": "ListBuckets",
    "sqs": "ListQueues",
    "sns": "ListTopics",
    "secretsmanager": "ListSecrets",
    "lambda": "ListFunctions",
    "ecr": "DescribeRepositories",
    "identitystore": "GetUserId ListUsers DescribeGroup",
    "sso-admin": "ListInstances ListPermissionSets DescribePermissionSet",
}

_BOTH: Mapping[str, str] = {
    "sts": "GetCallerIdentity AssumeRole",
    "iam": "ListAccessKeys GetLoginProfile ListMFADevices ListSSHPublicKeys "
    "ListServiceSpecificCredentials ListSigningCertificates GetUser GetAccessKeyLastUsed "
    "ListInstanceProfilesForRole",
    "kms": "GetKeyPolicy ListGrants",
    "s3": "GetBucketPolicy",
    "sqs": "GetQueueAttributes",
    "sns": "GetTopicAttributes",
    "secretsmanager": "GetResourcePolicy",
    "lambda": "GetPolicy",
    "ecr": "GetRepositoryPolicy",
    "sso-admin": "ListAccountAssignmentsForPrincipal "
    "GetInlinePolicyForPermissionSet ListAccountsForProvisionedPermissionSet",
    "identitystore": "DescribeUser ListGroupMembershipsForMember",
}

_WRITE: Mapping[str, str] = {
    "iam": "CreateGroup GetGroup PutGroupPolicy GetGroupPolicy AddUserToGroup "
    "RemoveUserFromGroup DeleteGroupPolicy DeleteGroup PutUserPolicy DeleteUserPolicy "
    "GetUserPolicy DetachUserPolicy DeleteUserPermissionsBoundary UpdateAccessKey "
    "DeleteAccessKey UpdateSSHPublicKey DeleteSSHPublicKey UpdateServiceSpecificCredential "
    "DeleteServiceSpecificCredential UpdateSigningCertificate DeleteSigningCertificate "
    "DeleteLoginProfile DeactivateMFADevice DeleteVirtualMFADevice DeleteUser GetRole "
    "UpdateAssumeRolePolicy ListGroupsForUser ListUserPolicies ListAttachedUserPolicies "
    "PutRolePolicy GetRolePolicy DeleteRolePolicy ListRolePolicies "
    "DetachRolePolicy ListAttachedRolePolicies RemoveRoleFromInstanceProfile DeleteRole "
    "DeleteRolePermissionsBoundary",
    "kms": "PutKeyPolicy RevokeGrant",
    "s3": "PutBucketPolicy DeleteBucketPolicy",
    "sqs": "SetQueueAttributes GetQueueUrl",
    "sns": "SetTopicAttributes",
    "secretsmanager": "PutResourcePolicy DeleteResourcePolicy",
    "lambda": "RemovePermission",
    "ecr": "SetRepositoryPolicy DeleteRepositoryPolicy",
    "identitystore": "DeleteUser DeleteGroupMembership",
    "sso-admin": "DeleteAccountAssignment DescribeAccountAssignmentDeletionStatus "
    "PutInlinePolicyToPermissionSet DeleteInlinePolicyFromPermissionSet ProvisionPermissionSet "
    "DescribePermissionSetProvisioningStatus",
}

_RESTORE: Mapping[str, str] = {
    "iam": "AttachRolePolicy AttachUserPolicy PutUserPermissionsBoundary",
    "lambda": "AddPermission",
    "identitystore": "CreateGroupMembership",
    "sso-admin": "CreateAccountAssignment DescribeAccountAssignmentCreationStatus",
}

_STATES: Mapping[str, str] = {
    "sts": "GetCallerIdentity AssumeRole",
    "s3": "GetObject ListObjectsV2",
}


def _table() -> dict[tuple[str, str], Operation]:
    table: dict[tuple[str, str], Operation] = {}
    uses = (
        (Use.READ, _READ),
        (Use.BOTH, _BOTH),
        (Use.WRITE, _WRITE),
        (Use.RESTORE, _RESTORE),
        (Use.STATES, _STATES),
    )
    for use, services in uses:
        for service, names in services.items():
            for name in names.split():
                prefix = _PREFIX.get(service, service)
                action = _ACTION.get((service, name), f"{prefix}:{name}")
                known = table.get((service, name))
                also = use | known.use if known is not None else use
                row = Operation(service=service, name=name, action=action, use=also)
                table[service, name] = row
    return table


OPERATIONS: Mapping[tuple[str, str], Operation] = _table()

# Their clients need a region to sign with, but the answer is the same in all of them.
GLOBAL_SERVICES = frozenset({"iam", "sts", "organizations"})


def operation(service: str, name: str) -> Operation:
    """The row of an operation. Raises LookupError for one that is not in the table: a fault of
    this program, to be mended by a row above."""
    found = OPERATIONS.get((service, name))
    if found is None:
        raise LookupError(f"{service}:{name} is not in clouds/aws/operations.py")
    return found
