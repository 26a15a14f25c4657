"""Every verb that this tool can carry out on AWS: the one table."""

from __future__ import annotations

from collections.abc import Mapping

from iac_offboard.apply.aws import (
    center,
    grants,
    items,
    permission_sets,
    places,
    quarantine,
    roles,
    users,
)
from iac_offboard.apply.aws.cloud import Operation
from iac_offboard.apply.aws.documents import RemovePrincipals
from iac_offboard.apply.aws.restore import RESTORE

VERBS: Mapping[str, Operation] = {
    # contain
    "iam:CreateGroup": quarantine.CreateGroup(),
    "iam:PutGroupPolicy": quarantine.PutGroupPolicy(),
    "iam:AddUserToGroup": items.Membership(join=True),
    "iam:PutUserPolicy": users.PutUserPolicy(),
    "iam:PutRolePolicy": roles.PutRolePolicy(),
    "iam:UpdateAccessKey": items.Deactivate("UpdateAccessKey", items.ACCESS_KEY),
    "iam:UpdateSSHPublicKey": items.Deactivate("UpdateSSHPublicKey", items.SSH_KEY),
    "iam:UpdateServiceSpecificCredential": items.Deactivate(
        "UpdateServiceSpecificCredential", items.SERVICE_CREDENTIAL
    ),
    "iam:UpdateSigningCertificate": items.Deactivate("UpdateSigningCertificate", items.CERTIFICATE),
    # what hangs on a user
    "iam:DeleteLoginProfile": users.DeleteLoginProfile(),
    "iam:DeactivateMFADevice": items.Delete("DeactivateMFADevice", items.MFA_DEVICE),
    "iam:DeleteVirtualMFADevice": items.DeleteVirtualMfaDevice(),
    "iam:DeleteAccessKey": items.Delete("DeleteAccessKey", items.ACCESS_KEY),
    "iam:DeleteSSHPublicKey": items.Delete("DeleteSSHPublicKey", items.SSH_KEY),
    "iam:DeleteServiceSpecificCredential": items.Delete(
        "DeleteServiceSpecificCredential", items.SERVICE_CREDENTIAL
    ),
    "iam:DeleteSigningCertificate": items.Delete("DeleteSigningCertificate", items.CERTIFICATE),
    "iam:DeleteUserPolicy": users.DeleteUserPolicy(),
    "iam:DetachUserPolicy": items.Delete("DetachUserPolicy", items.ATTACHED_POLICY, True),
    "iam:RemoveUserFromGroup": items.Membership(join=False),
    "iam:DeleteUserPermissionsBoundary": users.DeletePermissionsBoundary(),
    "iam:DeleteUser": users.DeleteUser(),
    # what hangs on a role
    "iam:DeleteRolePolicy": roles.DeleteRolePolicy(),
    "iam:DetachRolePolicy": roles.RolePolicy(attach=False),
    "iam:RemoveRoleFromInstanceProfile": roles.RemoveRoleFromInstanceProfile(),
    "iam:DeleteRolePermissionsBoundary": roles.DeleteRolePermissionsBoundary(),
    "iam:DeleteRole": roles.DeleteRole(),
    # our own quarantine
    "iam:DeleteGroupPolicy": quarantine.DeleteGroupPolicy(),
    "iam:DeleteGroup": quarantine.DeleteGroup(),
    # what others gave to the leaver
    "iam:UpdateAssumeRolePolicy": RemovePrincipals(places.RoleTrust()),
    "kms:PutKeyPolicy": RemovePrincipals(places.KMS_KEY),
    "kms:RevokeGrant": grants.RevokeGrant(),
    "s3:PutBucketPolicy": RemovePrincipals(places.S3_BUCKET, places.S3_BUCKET.clear),
    "sqs:SetQueueAttributes": RemovePrincipals(places.Queue(), places.Queue().clear),
    "sns:SetTopicAttributes": RemovePrincipals(places.Topic()),
    "secretsmanager:PutResourcePolicy": RemovePrincipals(places.SECRET, places.SECRET.clear),
    "lambda:RemovePermission": grants.RemovePermission(),
    "ecr:SetRepositoryPolicy": RemovePrincipals(places.ECR_REPOSITORY, places.ECR_REPOSITORY.clear),
    # putting back (rollback plans only)
    "iam:AttachUserPolicy": items.AttachUserPolicy(),
    "iam:AttachRolePolicy": roles.RolePolicy(attach=True),
    "iam:PutUserPermissionsBoundary": users.PutPermissionsBoundary(),
    **RESTORE,
    # IAM Identity Center
    "identitystore:DeleteGroupMembership": center.DeleteGroupMembership(),
    "identitystore:DeleteUser": center.DeleteStoreUser(),
    "sso-admin:DeleteAccountAssignment": center.DeleteAccountAssignment(),
    "sso-admin:PutInlinePolicyToPermissionSet": permission_sets.PutStatement(),
    "sso-admin:RemoveInlineStatement": permission_sets.RemoveStatement(),
    "sso-admin:CreateAccountAssignment": center.CreateAccountAssignment(),
    "identitystore:CreateGroupMembership": center.CreateGroupMembership(),
}
