"""Members of allow policies: their spellings and what is the same in two of them.

"Principal identifiers" of the IAM documentation. E-mail addresses and domains compare without
regard to case and are kept in lower case.
"""

from __future__ import annotations

import re

from iac_offboard.demo.google.refusals import ApiError, invalid

EVERYBODY = frozenset({"allUsers", "allAuthenticatedUsers"})
MAILS = frozenset({"user", "serviceAccount", "group"})
CONVENIENCE = frozenset({"projectOwner", "projectEditor", "projectViewer"})
_MAIL = re.compile(r"[^@\s\[\]]+@[^@\s]+\.[^@\s.]+")
_KUBERNETES = re.compile(r"([a-z][a-z0-9.:-]*)\.svc\.id\.goog\[([^/\]]+)/([^/\]]+)\]")
_DELETED = re.compile(r"deleted:(user|serviceAccount|group):([^?\s]+)\?uid=(\d+)")
_POOL = re.compile(
    r"principal(?:Set)?://iam\.googleapis\.com/((?:projects/[^/]+/)?locations/global/"
    r"work(?:load|force)(?:Identity)?Pools/[^/]+)/(subject|group|attribute\.[^/]+|\*|namespace|"
    r"kubernetes\.serviceaccount|x)(?:/.*)?"
)
_OTHER_PRINCIPAL = re.compile(
    r"(principal|principalSet)://[a-z.]*googleapis\.com/\S+|principal://goog/\S+"
)


def normalised(member: str) -> str:
    """The member as a policy stores it.

    Raises:
        ApiError: 400 for a text that is no member at all.
    """
    if member in EVERYBODY:
        return member
    kind, colon, value = member.partition(":")
    if kind in MAILS and colon:
        if kind == "serviceAccount" and "[" in value:
            if _KUBERNETES.fullmatch(value):
                return member
        elif _MAIL.fullmatch(value):
            return f"{kind}:{value.lower()}"
    elif kind == "domain" and re.fullmatch(r"[^@\s]+\.[^@\s]+", value):
        return f"domain:{value.lower()}"
    elif (kind in CONVENIENCE and value) or kind == "deleted":
        return _checked_deleted(member) if kind == "deleted" else member
    elif _POOL.fullmatch(member) or _OTHER_PRINCIPAL.fullmatch(member):
        return member
    raise refused(member)


def _checked_deleted(member: str) -> str:
    if _DELETED.fullmatch(member) or member.startswith(("deleted:principal", "deleted:domain")):
        return member
    raise refused(member)


def refused(member: str) -> ApiError:
    kind = member.partition(":")[0]
    if kind in MAILS | {"domain"} | CONVENIENCE | {"deleted"}:
        return invalid(f"Invalid argument: '{member}' is not a valid member.")
    return invalid(
        f"The member {member} is of an unknown type. Please set a valid type prefix for the member."
    )


def pool_of(member: str) -> str:
    """``projects/N/locations/global/workloadIdentityPools/P`` of a federated member, else ""."""
    found = _POOL.fullmatch(member.removeprefix("deleted:").partition("?")[0])
    return found.group(1) if found else ""


def kubernetes_project(member: str) -> str:
    """The project of ``serviceAccount:PROJECT.svc.id.goog[NAMESPACE/NAME]``, else ""."""
    found = _KUBERNETES.fullmatch(member.partition(":")[2])
    return found.group(1) if found else ""


def deleted(member: str, uid: str) -> str:
    """How a policy shows ``user:E`` once the account is deleted."""
    return f"deleted:{member}?uid={uid}"
