"""What hangs on an IAM user or role, and the end of a containment that must not come before
that is gone.

DeleteUser is refused while anything hangs on the user. Were our deny lifted before that is
known, a credential made since the plan would work again, and the user would stay.
"""

from __future__ import annotations

from collections.abc import Callable

from iac_offboard.apply.aws.cloud import Cloud, argument
from iac_offboard.clouds.reply import strings, structs, text
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

# "Deleting an IAM role", IAM user guide.
_ROLE_LISTS = (
    ("attached policy", "ListAttachedRolePolicies", "AttachedPolicies", "PolicyArn"),
    (
        "instance profile",
        "ListInstanceProfilesForRole",
        "InstanceProfiles",
        "InstanceProfileName",
    ),
)


def bare_or_refuse(cloud: Cloud, action: Action, own: str) -> None:
    """Raises ConflictError when more than ``own`` hangs on the user of an action that is marked
    ``only_when_bare``. What cannot be listed counts as hanging: not read is not clean."""
    if not action.param("only_when_bare"):
        return
    user = argument(action, "user")
    _bare(cloud, action, own, f"user {user}", lambda: hanging(cloud, user))


def bare_role_or_refuse(cloud: Cloud, action: Action, own: str) -> None:
    """The same for a role: DeleteRole is refused while anything hangs on it."""
    if not action.param("only_when_bare"):
        return
    role = argument(action, "role")
    _bare(cloud, action, own, f"role {role}", lambda: hanging_on_role(cloud, role))


def _bare(
    cloud: Cloud, action: Action, own: str, whose: str, hangs: Callable[[], list[str]]
) -> None:
    for left in reversed(range(TRIES)):
        found = [thing for thing in hangs() if thing != own]
        if not found:
            return
        if left:
            cloud.sleep(SECONDS)
    kind = whose.partition(" ")[0]
    raise ConflictError(
        f"The {whose} stays in quarantine: still on the {kind}: {', '.join(found)}.",
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
    for one in _LISTS:
        found += _listed(cloud, {"UserName": user}, *one)
    found += _inline(cloud, {"UserName": user}, "ListUserPolicies")
    return found + _login(cloud, user)


def hanging_on_role(cloud: Cloud, role: str) -> list[str]:
    """What DeleteRole would be refused for."""
    found = _inline(cloud, {"RoleName": role}, "ListRolePolicies")
    for one in _ROLE_LISTS:
        found += _listed(cloud, {"RoleName": role}, *one)
    return found


def _listed(
    cloud: Cloud, whose: dict[str, str], what: str, operation: str, member: str, identifier: str
) -> list[str]:
    try:
        pages = list(cloud.pages("iam", operation, whose))
    except CloudError:
        return [f"perhaps a {what} (could not be listed)"]
    return [f"{what} {text(i, identifier)}" for p in pages for i in structs(p.data, member)]


def _inline(cloud: Cloud, whose: dict[str, str], operation: str) -> list[str]:
    try:
        pages = list(cloud.pages("iam", operation, whose))
    except CloudError:
        return ["perhaps an inline policy (could not be listed)"]
    return [f"inline policy {name}" for p in pages for name in strings(p.data, "PolicyNames")]


def _login(cloud: Cloud, user: str) -> list[str]:
    found = []
    try:
        cloud.call("iam", "GetLoginProfile", {"UserName": user})
        found.append("login profile")
    except NotFoundError:
        pass
    except CloudError:
        found.append("perhaps a login profile (could not be read)")
    return found
