"""What a written policy must look like: versions, conditions, members, limits.

"Policy" (REST reference of IAM), "Allow policy versions", and "Quotas and limits" of the IAM
documentation.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from iac_offboard.demo.google import conditions
from iac_offboard.demo.google.members import CONVENIENCE, EVERYBODY, normalised
from iac_offboard.demo.google.policies import Bindings, Policy, key_of
from iac_offboard.demo.google.refusals import invalid
from iac_offboard.demo.google.wire import Json

MAX_PRINCIPALS = 1500  # every appearance counts
MAX_GROUPS = 250  # domains and groups, every appearance counts
MAX_SAME = 20  # bindings of one role and one principal with different conditions
ROLE = re.compile(r"(roles/[a-zA-Z0-9_.]+|(projects|organizations)/[^/]+/roles/[a-zA-Z0-9_.]+)")

Exists = Callable[[str], str]
"""Says why a member may not be written ("" when it may)."""


def bindings_of(
    document: Json, before: Policy, exists: Exists, role_known: Callable[[str], bool], storage: bool
) -> Bindings:
    """The bindings that a write stores: normalised, merged, empty ones dropped.

    Raises:
        ApiError: 400 for a role, member, condition or size that Google refuses.
    """
    kept = before.members()
    merged: Bindings = {}
    for binding in document.get("bindings") or ():
        role, condition = str(binding.get("role") or ""), binding.get("condition")
        if "_withcond_" in role or not ROLE.fullmatch(role) or not role_known(role):
            raise invalid(f"Role {role} is not supported for this resource.", "policy.bindings")
        if condition:
            condition = _condition(condition)
        members: dict[str, None] = {}
        for written in binding.get("members") or ():
            member = normalised(str(written))
            _may_be_written(member, kept, exists, storage, bool(condition))
            members[member] = None
        if members:
            merged.setdefault(key_of(role, condition), {}).update(members)
    return merged


def _condition(condition: Json) -> Json:
    if not condition.get("expression"):
        raise invalid("A condition must have an expression.", "policy.bindings.condition")
    if not condition.get("title"):
        raise invalid("A condition must have a title.", "policy.bindings.condition.title")
    conditions.parse(str(condition["expression"]))
    return {k: v for k, v in condition.items() if v and k in {"title", "description", "expression"}}


def _may_be_written(
    member: str, kept: Iterable[str], exists: Exists, storage: bool, conditional: bool
) -> None:
    if conditional and member in EVERYBODY:
        raise invalid(f"Conditions may not be used with {member}.")
    if member.partition(":")[0] in CONVENIENCE and not storage:
        raise invalid(f"The member {member} is not supported for this resource.")
    if member in kept:
        return
    refused = exists(member)
    if refused:
        raise invalid(refused)


def version_checked(document: Json, before: Policy, has_etag: bool, wanted: Bindings) -> None:
    """Version 3 is demanded as soon as a condition is, or with the etag was, in the policy.

    Without an etag a write of version 1 over a conditional policy is let through and the
    conditions are lost: the documented danger.
    """
    version = document.get("version") or 0
    if version not in (0, 1, 3):
        raise invalid(f"Invalid policy version {version}: must be 0, 1 or 3.", "policy.version")
    conditional = any(condition for _, condition in wanted)
    if version != 3 and (conditional or (has_etag and before.conditional)):
        text = "Policies that hold or held conditional role bindings must specify version 3."
        raise invalid(text, "policy.version")


def within_limits(wanted: Bindings, audit: Iterable[Json]) -> None:
    """Raises the refusal for a policy beyond the documented sizes."""
    exempted = [
        member
        for config in audit
        for log in config.get("auditLogConfigs", ())
        for member in log.get("exemptedMembers", ())
    ]
    total = sum(len(members) for members in wanted.values()) + len(exempted)
    if total > MAX_PRINCIPALS:
        raise invalid(
            f"The number of members in the policy ({total:,}) is larger than the maximum allowed "
            f"size {MAX_PRINCIPALS:,}."
        )
    groups = sum(m.startswith(("group:", "domain:")) for ms in wanted.values() for m in ms)
    if groups > MAX_GROUPS:
        raise invalid(f"The policy contains {groups} groups, more than the maximum {MAX_GROUPS}.")
    same = Counter((role, member) for (role, _), members in wanted.items() for member in members)
    if same and max(same.values()) > MAX_SAME:
        raise invalid(f"More than {MAX_SAME} bindings of one role name the same principal.")


def audit_of(document: Json, exists: Exists, kept: Iterable[str]) -> list[Json]:
    """The audit configurations as stored.

    Raises:
        ApiError: 400 for a log type twice, or an exempted member that does not exist.
    """
    stored = []
    for config in document.get("auditConfigs") or ():
        logs: list[Any] = []
        for log in config.get("auditLogConfigs") or ():
            exempted = [normalised(str(m)) for m in log.get("exemptedMembers") or ()]
            for member in exempted:
                if member not in kept and (refused := exists(member)):
                    raise invalid(refused)
            logs.append({"logType": log.get("logType", "LOG_TYPE_UNSPECIFIED")})
            if exempted:
                logs[-1]["exemptedMembers"] = list(dict.fromkeys(exempted))
        if not config.get("service"):
            raise invalid("An audit configuration must name a service.", "policy.auditConfigs")
        if logs:
            stored.append({"service": config["service"], "auditLogConfigs": logs})
    return stored


def exempted_in(policy: Policy) -> set[str]:
    return {
        member
        for config in policy.audit
        for log in config.get("auditLogConfigs", ())
        for member in log.get("exemptedMembers", ())
    }
