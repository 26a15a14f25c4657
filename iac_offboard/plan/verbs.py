"""What may be done live about each kind of AWS target: the data behind the action lists.

Source of the order: DeleteUser in the IAM API reference names everything that has to be gone
before; DESIGN.md, phases, puts denial first and leaves irreversible steps for later.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Verbs:
    """``contain`` is a reversible verb ("" when there is none) with ``status``; ``remove`` are
    the verbs that take the thing away, in order; ``undo`` says what a rollback can do;
    ``blocks_user`` whether DeleteUser is refused while it is there."""

    remove: tuple[str, ...]
    undo: str
    contain: str = ""
    blocks_user: bool = False
    id_param: str = ""


USER_THINGS: dict[str, Verbs] = {
    "iam_login_profile": Verbs(
        remove=("iam:DeleteLoginProfile",),
        undo="none: a password cannot be put back",
        blocks_user=True,
    ),
    "iam_mfa_device": Verbs(
        remove=("iam:DeactivateMFADevice", "iam:DeleteVirtualMFADevice"),
        undo="none: a device has to be enrolled again",
        blocks_user=True,
        id_param="serial",
    ),
    "iam_access_key": Verbs(
        contain="iam:UpdateAccessKey",
        remove=("iam:DeleteAccessKey",),
        undo="none: a deleted key is gone",
        blocks_user=True,
        id_param="key",
    ),
    "iam_ssh_key": Verbs(
        contain="iam:UpdateSSHPublicKey",
        remove=("iam:DeleteSSHPublicKey",),
        undo="none: upload the public key again",
        blocks_user=True,
        id_param="key",
    ),
    "iam_service_specific_credential": Verbs(
        contain="iam:UpdateServiceSpecificCredential",
        remove=("iam:DeleteServiceSpecificCredential",),
        undo="none: a deleted credential is gone",
        blocks_user=True,
        id_param="key",
    ),
    "iam_signing_certificate": Verbs(
        contain="iam:UpdateSigningCertificate",
        remove=("iam:DeleteSigningCertificate",),
        undo="none: upload the certificate again",
        blocks_user=True,
        id_param="key",
    ),
    "iam_user_policy": Verbs(
        remove=("iam:DeleteUserPolicy",),
        undo="none: documents are not kept here, CloudTrail holds the last one",
        blocks_user=True,
        id_param="name",
    ),
    "iam_policy": Verbs(
        remove=("iam:DetachUserPolicy",),
        undo="iam:AttachUserPolicy",
        blocks_user=True,
        id_param="policy_arn",
    ),
    "iam_group": Verbs(
        remove=("iam:RemoveUserFromGroup",),
        undo="iam:AddUserToGroup",
        blocks_user=True,
        id_param="group",
    ),
}

# Documents from which a principal is taken out: read, modify, write of the current document.
DOCUMENT_THINGS: dict[str, str] = {
    "iam_role": "iam:UpdateAssumeRolePolicy",
    "kms_key": "kms:PutKeyPolicy",
    "s3_bucket": "s3:PutBucketPolicy",
    "sqs_queue": "sqs:SetQueueAttributes",
    "sns_topic": "sns:SetTopicAttributes",
    "secretsmanager_secret": "secretsmanager:PutResourcePolicy",
    "lambda_function": "lambda:RemovePermission",
    "ecr_repository": "ecr:SetRepositoryPolicy",
}

# Where the service keeps a document that cannot be taken away as a whole: a role always has a
# trust policy, a key and a topic always have a policy.
NEVER_EMPTY = frozenset({"iam_role", "kms_key", "sns_topic"})

# Things that are removed whole and stand on their own.
WHOLE_THINGS: dict[str, tuple[str, str]] = {
    "kms_grant": ("kms:RevokeGrant", "none: a grant has to be made again"),
    "identity_store_group": ("identitystore:DeleteGroupMembership", "add the membership again"),
    "sso_assignment": ("sso-admin:DeleteAccountAssignment", "sso-admin:CreateAccountAssignment"),
    "identity_store_user": ("identitystore:DeleteUser", "none: a new user has a new id"),
}

DENY_ALL = (
    '{"Version":"2012-10-17","Statement":'
    '[{"Sid":"IacOffboardQuarantine","Effect":"Deny","Action":"*","Resource":"*"}]}'
)
# "IAM and AWS STS quotas": groups per user, not adjustable.
GROUPS_PER_USER = 10
