"""When a credential was last used, as IAM tracks it: access keys and console passwords.

No API tells it of MFA devices, SSH keys, signing certificates and service-specific credentials.
That of a role comes with the bulk read (RoleLastUsed).
"""

from __future__ import annotations

from iac_offboard.clouds.reply import Data, Reply, struct, text, when
from iac_offboard.live.aws.gather import Gather
from iac_offboard.model import LastUse

LAST_USE = frozenset({"last_use"})
"""What a refused question hides (``Skipped.kinds``): no binding, but whether one is in use."""

_NEVER = "N/A"
_CONSOLE = "signin"


def key_last_use(gather: Gather, key_id: str) -> LastUse | None:
    """One call; None when it failed, and then it is Skipped: in use cannot be decided."""
    about = f"last use of access key {key_id}"
    reply = gather.ask(
        "iam", "GetAccessKeyLastUsed", kinds=LAST_USE, about=about, AccessKeyId=key_id
    )
    return used(reply) if reply else None


def used(reply: Reply) -> LastUse:
    """What GetAccessKeyLastUsed said. A key that was never used, or not since April 2015, has no
    date and ``N/A`` for the rest (IAM API reference, AccessKeyLastUsed)."""
    found = struct(reply.data, "AccessKeyLastUsed")
    service, region = text(found, "ServiceName"), text(found, "Region")
    if service == _NEVER:
        return LastUse(at=None)
    region = "" if region == _NEVER else region
    return LastUse(at=when(found, "LastUsedDate"), service=service, region=region)


def password_last_use(gather: Gather, user: str) -> LastUse | None:
    """The last sign-in at the console; as :func:`key_last_use`. No date: never, or not since
    October 2014 (IAM API reference, User: PasswordLastUsed)."""
    about = f"last use of the password of user {user}"
    reply = gather.ask("iam", "GetUser", kinds=LAST_USE, about=about, UserName=user)
    if reply is None:
        return None
    at = when(struct(reply.data, "User"), "PasswordLastUsed")
    return LastUse(at=at, service=_CONSOLE if at else "")


def role_last_use(role: Data) -> LastUse | None:
    """Of a role; users have none of their own, their credentials do."""
    if "RoleLastUsed" not in role:
        return None
    used = struct(role, "RoleLastUsed")
    return LastUse(at=when(used, "LastUsedDate"), region=text(used, "Region"))
