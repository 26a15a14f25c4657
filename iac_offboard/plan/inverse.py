"""What undoes each verb, and why some are undone by nobody: the data behind a rollback.

The tool makes no credential and writes no earlier document (DESIGN.md, rule 13), so whatever
would need one is a step for a person.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

from iac_offboard.catalog.ours import QUARANTINE_GROUP, is_our_policy
from iac_offboard.model import Action, Phase, Record
from iac_offboard.plan import gcp_inverse

LIFTS: dict[str, str] = {
    "iam:AddUserToGroup": "iam:RemoveUserFromGroup",
    "iam:PutGroupPolicy": "iam:DeleteGroupPolicy",
    "iam:CreateGroup": "iam:DeleteGroup",
    "iam:PutUserPolicy": "iam:DeleteUserPolicy",
    "iam:PutRolePolicy": "iam:DeleteRolePolicy",
    "sso-admin:PutInlinePolicyToPermissionSet": "sso-admin:RemoveInlineStatement",
}
"""How a deny of ours is set -> how it is lifted."""

_OF_THE_REMOVAL = frozenset(
    {
        "document",
        "only_when_bare",
        "unused_for",
        "condition",
        "not_before_seconds",
        "not_before_since",
        "keeps",
        "after_sessions_seconds",
        "after_merge",
        "in_use_after",
        "seen_use",
    }
)
_STATUS = frozenset(
    {
        "iam:UpdateAccessKey",
        "iam:UpdateSSHPublicKey",
        "iam:UpdateServiceSpecificCredential",
        "iam:UpdateSigningCertificate",
    }
)
_GIVES_BACK: dict[str, str] = {
    "iam:RemoveUserFromGroup": "iam:AddUserToGroup",
    "iam:DetachUserPolicy": "iam:AttachUserPolicy",
    "iam:DetachRolePolicy": "iam:AttachRolePolicy",
    "iam:DeleteUserPermissionsBoundary": "iam:PutUserPermissionsBoundary",
    "identitystore:DeleteGroupMembership": "identitystore:CreateGroupMembership",
    "sso-admin:DeleteAccountAssignment": "sso-admin:CreateAccountAssignment",
}

DESTROYS: dict[str, str] = {
    "iam:DeleteUser": "user_id",
    "iam:DeleteRole": "role_id",
    "identitystore:DeleteUser": "principal_id",
}
"""Ends an identity -> the param by which other actions name that identity."""

_CREDENTIAL = "a deleted credential is gone, and this tool never makes one"
_DOCUMENT = (
    "documents are not kept here, they may hold secrets: version control or CloudTrail has it"
)
_NEW_ID = "a new one of that name has another unique id, and nothing that names the old one fits"
_LOST: dict[str, tuple[str, str]] = {
    "iam:DeleteLoginProfile": ("Set a new password", _CREDENTIAL),
    "iam:DeactivateMFADevice": ("Enrol the device again", _CREDENTIAL),
    "iam:DeleteVirtualMFADevice": ("Enrol a new device", _CREDENTIAL),
    "iam:DeleteAccessKey": ("Make a new key, if one is still needed", _CREDENTIAL),
    "iam:DeleteSSHPublicKey": ("Upload the public key again", _CREDENTIAL),
    "iam:DeleteServiceSpecificCredential": ("Make a new credential", _CREDENTIAL),
    "iam:DeleteSigningCertificate": ("Upload the certificate again", _CREDENTIAL),
    "iam:DeleteUserPolicy": ("Write the inline policy again", _DOCUMENT),
    "iam:DeleteRolePolicy": ("Write the inline policy again", _DOCUMENT),
    "iam:DeleteUser": ("Make the user anew", _NEW_ID),
    "iam:DeleteRole": ("Make the role anew", _NEW_ID),
    "identitystore:DeleteUser": ("Make the user anew where it comes from", _NEW_ID),
    "kms:RevokeGrant": ("Make the grant again", "its constraints are never recorded"),
    "iam:RemoveRoleFromInstanceProfile": (
        "Put the role back into the instance profile",
        "instances would run as it at once: a person decides",
    ),
    "iam:DeleteRolePermissionsBoundary": (
        "Put the permissions boundary back",
        "which policy it was is not recorded",
    ),
}
_NO_ARN = "which policy it was stands only in the journal, and that one does not tell"
_UNKNOWN = "this version does not know how to undo it"


def own_deny(action: Action) -> bool:
    """Is the action about a deny of ours, told by the names that are reserved for them?"""
    name = action.param("name")
    return (
        action.param("group") == QUARANTINE_GROUP
        or is_our_policy(name)
        or action.param("sid").startswith("IacOffboardDeny")
    )


def reopened(action: Action) -> bool:
    """Does the (restoring) action set a credential Active?"""
    again = action.verb in _STATUS and action.param("status") == "Active"
    return again or gcp_inverse.opens(action)


def sets_status(action: Action) -> bool:
    """Does the action set a credential or an account Active or Inactive?"""
    return action.verb in _STATUS or action.verb in gcp_inverse.STATUS


def ends_denial(action: Action) -> bool:
    """Does the (restoring) action end what keeps the leaver out as a whole?"""
    return own_deny(action) or action.verb == gcp_inverse.ENABLE_ACCOUNT


def by_person(action: Action, records: Iterable[Record]) -> tuple[str, str] | None:
    """(what to do, why the tool does not) for what cannot be put back; None when it can."""
    if action.verb in LIFTS or action.verb in _STATUS:
        return None
    if action.verb == "iam:DeleteUserPermissionsBoundary" and not _boundary(action, records):
        return "Put the permissions boundary back", _NO_ARN
    if action.verb in _GIVES_BACK or action.verb in gcp_inverse.GIVES_BACK:
        return None
    lost = _LOST.get(action.verb) or gcp_inverse.LOST.get(action.verb)
    return lost or ("Put it back", _UNKNOWN)


def inverse(action: Action, records: Iterable[Record]) -> Action | None:
    """The action that puts back what this one took, without id and needs. None when there is
    none, or when the credential was not Active before."""
    params = {k: v for k, v in action.params if k not in _OF_THE_REMOVAL}
    if action.verb in _STATUS:
        if action.before != "Active":
            return None
        verb, params["status"] = action.verb, "Active"
        reason = f"the credential was Active before {action.id}"
    elif action.verb in LIFTS:
        verb, reason = LIFTS[action.verb], f"ends what {action.id} denied; last of all"
    elif action.verb in _GIVES_BACK:
        verb, reason = _GIVES_BACK[action.verb], f"puts back what {action.id} took away"
        if action.verb == "iam:DeleteUserPermissionsBoundary":
            params["boundary"] = _boundary(action, records)
    elif action.verb in gcp_inverse.GIVES_BACK:
        if gcp_inverse.was_inactive(action):
            return None
        verb, reason = gcp_inverse.GIVES_BACK[action.verb], f"gives back what {action.id} took"
        params = dict(gcp_inverse.restored_params(action, records, params))
    else:
        return None
    return restoring(action, verb, reason, tuple(params.items()))


def restoring(
    action: Action, verb: str, reason: str, params: tuple[tuple[str, str], ...]
) -> Action:
    """An action of a rollback on the target of ``action``; its images change places."""
    return replace(
        action,
        id="",
        phase=Phase.LIVE,
        verb=verb,
        reason=reason,
        finding="",
        before=action.after,
        after=action.before,
        params=params,
        needs=(),
        undo=action.verb,
        hazards=(),
        reverted_by="",
        accept="",
    )


def _boundary(action: Action, records: Iterable[Record]) -> str:
    for record in records:
        if record.action == action.id and record.undo:
            arn = json.loads(record.undo).get("PermissionsBoundary", "")
            if isinstance(arn, str) and arn:
                return arn
    return ""
