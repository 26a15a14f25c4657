"""What hangs on an IAM user, and the end of a containment that must not come before it is gone.

DeleteUser is refused while anything hangs on the user. Were our deny lifted before that is
known, a credential made since the plan would work again, and the user would stay.
"""

from __future__ import annotations

from iac_offboard.apply.aws.cloud import Cloud, argument
from iac_offboard.clouds.aws.reply import structs, text
from iac_offboard.errors import CloudError, ConflictError, NotFoundError
from iac_offboard.model import Action

# IAM answers from copies that lag behind: what was just deleted may still be listed.
TRIES = 4
SECONDS = 2.0

# What DeleteUser demands to be gone: "Deleting an IAM user" in the IAM user guide.
_LISTS = (
    ("access key", "ListAccessKeys", "AccessKeyMetadata", "AccessKeyId"),
    ("MFA device", "ListMFADevices", "MFADevices", "SerialNumber"),
    ("SSH key", "ListSSHPublicKeys", "SSHPublicKeys", "SSHPublicKeyId"),
    ("signing certificate", "ListSigningCertificates", "Certificates", "CertificateId"),
    (
        "service-specific credential",
        "ListServiceSpecificCredentials",
        "ServiceSpecificCredentials",
        "ServiceSpecificCredentialId",
    ),
    ("group", "ListGroupsForUser", "Groups", "GroupName"),
    ("attached policy", "ListAttachedUserPolicies", "AttachedPolicies", "PolicyArn"),
)


def bare_or_refuse(cloud: Cloud, action: Action, own: str) -> None:
    """Raises ConflictError when more than ``own`` hangs on the user of an action that is marked
    ``only_when_bare``. What cannot be listed counts as hanging: not read is not clean."""
    if not action.param("only_when_bare"):
        return
    user = argument(action, "user")
    for left in reversed(range(TRIES)):
        found = [thing for thing in hanging(cloud, user) if thing != own]
        if not found:
            return
        if left:
            cloud.sleep(SECONDS)
    raise ConflictError(
        f"The user {user} stays in quarantine: still on the user: {', '.join(found)}.",
        operation=action.verb,
        code="DeleteConflict",
        hint="Make a new plan: this came after the old one.",
    )


def said(cloud: Cloud, user: str) -> str:
    """Everything that hangs on the user, in words."""
    return ", ".join(hanging(cloud, user)) or "nothing that can be listed"


def hanging(cloud: Cloud, user: str) -> list[str]:
    """What DeleteUser would be refused for: ``access key AKIA...``, ``login profile``."""
    found = []
    for what, operation, member, identifier in _LISTS:
        try:
            for page in cloud.pages("iam", operation, {"UserName": user}):
                found += [f"{what} {text(i, identifier)}" for i in structs(page.data, member)]
        except CloudError:
            found.append(f"perhaps a {what} (could not be listed)")
    return found + _unlisted(cloud, user)


def _unlisted(cloud: Cloud, user: str) -> list[str]:
    found = []
    try:
        for page in cloud.pages("iam", "ListUserPolicies", {"UserName": user}):
            names = page.data.get("PolicyNames")
            found += [f"inline policy {n}" for n in names] if isinstance(names, list) else []
    except CloudError:
        found.append("perhaps an inline policy (could not be listed)")
    try:
        cloud.call("iam", "GetLoginProfile", {"UserName": user})
        found.append("login profile")
    except NotFoundError:
        pass
    except CloudError:
        found.append("perhaps a login profile (could not be read)")
    return found
