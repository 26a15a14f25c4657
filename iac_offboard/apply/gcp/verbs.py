"""Every verb that this tool can carry out on Google Cloud: the one table."""

from __future__ import annotations

from collections.abc import Mapping

from iac_offboard.apply.gcp import accounts, groups, keys, policies
from iac_offboard.apply.gcp.cloud import Operation

VERBS: Mapping[str, Operation] = {
    # contain
    "iam:DisableServiceAccount": accounts.Disable(),
    "iam:DisableServiceAccountKey": keys.DisableKey(),
    "storage:UpdateHmacKey": keys.UpdateHmacKey(),
    # what no root manages
    "gcp:SetIamPolicy": policies.RemoveMembers(),
    "cloudidentity:DeleteMembership": groups.DeleteMembership(),
    "iam:DeleteServiceAccountKey": keys.DeleteKey(),
    "storage:DeleteHmacKey": keys.DeleteHmacKey(),
    "iam:DeleteServiceAccount": accounts.Delete(),
    # putting back (rollback plans only)
    "restore:gcp_policy": policies.RestoreMembers(),
    "cloudidentity:CreateMembership": groups.CreateMembership(),
    "iam:UndeleteServiceAccount": accounts.Undelete(),
    "iam:EnableServiceAccountKey": keys.EnableKey(),
    "iam:EnableServiceAccount": accounts.Enable(),
}
