"""May this caller call this method on this resource?

Allow policies of the resource and of all above it, their conditions, and deny policies, which
win ("Policy evaluation", IAM documentation).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from iac_offboard.demo.google import conditions, hierarchy, roles
from iac_offboard.demo.google.faults import Faults
from iac_offboard.demo.google.policies import Bindings, key_of
from iac_offboard.demo.google.tokens import Caller
from iac_offboard.demo.google.world import World

BASIC = {
    "projectOwner": "roles/owner",
    "projectEditor": "roles/editor",
    "projectViewer": "roles/viewer",
}
_V2_PUBLIC = "principalSet://goog/public:all"


def identities(world: World, caller: Caller, moment: datetime) -> frozenset[str]:
    """Every member spelling in a policy that means this caller."""
    found = {"allUsers", "allAuthenticatedUsers", caller.member, *caller.sets}
    email = caller.email
    if email:
        found.add(f"domain:{email.partition('@')[2]}")
        found |= {f"group:{g}" for g in world.directory.transitive_groups(email, moment)}
    return frozenset(found)


def is_administrator(world: World, caller: Caller) -> bool:
    return caller.member in world.administrators


def allowed(world: World, faults: Faults, caller: Caller, permission: str, name: str) -> bool:
    """Does the caller hold ``permission`` on the resource of that full name?"""
    if is_administrator(world, caller):
        return True
    now = world.clock.now()
    seen = now - timedelta(seconds=faults.policy_delay)
    mine = identities(world, caller, now - timedelta(seconds=faults.group_delay))
    names = _names(name, now)
    if _denied(world, mine, permission, name, names):
        return False
    custom = {r: tuple(d.get("includedPermissions", ())) for r, d in world.roles.items()}
    for resource in hierarchy.chain(world, name):
        for (role, condition), members in resource.policy.at(seen).items():
            if not roles.includes(role, permission, custom):
                continue
            if mine.isdisjoint(members) and not _convenient(world, members, mine, seen):
                continue
            if not condition or conditions.holds(_expression(condition), names):
                return True
    return False


def _expression(condition: str) -> str:
    return str(json.loads(condition)["expression"])


def _names(name: str, now: datetime) -> dict[str, Any]:
    host, _, path = name[2:].partition("/")
    if host == "storage.googleapis.com":
        path = f"projects/_/buckets/{path}"
    return {
        "request": {"time": now},
        "resource": {"name": path, "service": host},
    }


def _convenient(
    world: World, members: dict[str, None], mine: frozenset[str], seen: datetime
) -> bool:
    """``projectOwner:P`` in a bucket's policy: whoever holds the basic role on the project."""
    for member in members:
        kind, _, project = member.partition(":")
        if kind in BASIC and project in world.projects:
            bindings: Bindings = world.projects[project].resource.policy.at(seen)
            if not mine.isdisjoint(bindings.get(key_of(BASIC[kind]), {})):
                return True
    return False


def _denied(
    world: World,
    mine: frozenset[str],
    permission: str,
    name: str,
    names: dict[str, Any],
) -> bool:
    as_v2 = {_V2_PUBLIC, *(_v2(world, member) for member in mine)}
    for rule in _deny_rules(world, name):
        denied = rule.get("deniedPermissions", ())
        spared = rule.get("exceptionPermissions", ())
        if not any(roles.deny_matches(p, permission) for p in denied):
            continue
        if any(roles.deny_matches(p, permission) for p in spared):
            continue
        if as_v2.isdisjoint(rule.get("deniedPrincipals", ())):
            continue
        if not as_v2.isdisjoint(rule.get("exceptionPrincipals", ())):
            continue
        condition = rule.get("denialCondition", {}).get("expression", "")
        if not condition or conditions.holds(condition, names):
            return True
    return False


def _deny_rules(world: World, name: str) -> Iterator[dict[str, Any]]:
    if not world.deny_policies:
        return
    places = {
        hierarchy.attachment(world, resource.name)
        for resource in hierarchy.chain(world, name)
        if resource.name.startswith("//cloudresourcemanager")
    }
    for policy_name, policy in world.deny_policies.items():
        if policy_name.split("/")[1] in places:
            for rule in policy.get("rules", ()):
                yield rule.get("denyRule", {})


def _v2(world: World, member: str) -> str:
    """A member as deny policies spell it ("Principal identifiers", IAM v2)."""
    kind, _, value = member.partition(":")
    match kind:
        case "user":
            return f"principal://goog/subject/{value}"
        case "group":
            return f"principalSet://goog/group/{value}"
        case "serviceAccount":
            return f"principal://iam.googleapis.com/projects/-/serviceAccounts/{value}"
        case "domain":
            for organization in world.organizations.values():
                if organization.domain == value:
                    return f"principalSet://goog/cloudIdentityCustomerId/{organization.customer}"
    return member
