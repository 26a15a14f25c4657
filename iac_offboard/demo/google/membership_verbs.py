"""Cloud Identity v1: memberships, direct ones and those through other groups."""

from __future__ import annotations

from typing import Any

from iac_offboard.demo.google import conditions
from iac_offboard.demo.google.call import Call, handles
from iac_offboard.demo.google.clock import stamp
from iac_offboard.demo.google.entities import Group, Membership
from iac_offboard.demo.google.identity_verbs import done, equalities, group_of, size, unknown
from iac_offboard.demo.google.refusals import exists, invalid
from iac_offboard.demo.google.wire import Json

MEMBERSHIPS = "cloudidentity.groups.memberships"


def membership_shown(group: Group, membership: Membership, full: bool = True) -> Json:
    basic: Json = {
        "name": f"{group.name}/memberships/{membership.id}",
        "preferredMemberKey": {"id": membership.email},
        "roles": [{"name": role} for role in membership.roles],
    }
    if not full:
        return basic
    times = {"createTime": stamp(membership.added), "updateTime": stamp(membership.added)}
    return {**basic, **times, "type": membership.kind}


def _membership(call: Call) -> tuple[Group, Membership]:
    name = call.param("name")
    group = group_of(call, name)
    membership = group.memberships.get(name.rpartition("/")[2])
    if membership is None or membership.removed:
        raise unknown(name)
    return group, membership


def _member_of(call: Call, labels: bool) -> tuple[str, list[str]]:
    """The address that the query asks for, and the labels it demands.

    Raises:
        ApiError: 400 without a member, or without labels where they are demanded.
    """
    tree = conditions.parse(call.param("query"))
    found = dict(equalities(tree)).get("member_key_id", "")
    demanded = _labels(tree)
    if not found or (labels and not demanded):
        raise invalid("Error(2003): the query must name member_key_id and a label.", "query")
    return found, demanded


def _labels(node: Any) -> list[str]:
    match node:
        case ("in", ("value", str(label)), ("name", "labels")):
            return [label]
        case ("and" | "or", left, right):
            return [*_labels(left), *_labels(right)]
    return []


@handles(f"{MEMBERSHIPS}.create")
def add_member(call: Call) -> Json:
    group = group_of(call, call.param("parent"))
    email = str(call.body.get("preferredMemberKey", {}).get("id", "")).lower()
    if "@" not in email:
        raise invalid("Error(2003): preferredMemberKey is required.")
    if any(m.email == email for m in group.current()):
        raise exists(f"Error(4003): Cannot create membership '{email}' in '{group.name}': it")
    now = call.world.clock.now()
    if email == group.email or email in call.world.directory.transitive_groups(group.email, now):
        raise invalid("Error(2012): Cyclic memberships not allowed.")
    roles = tuple(r["name"] for r in call.body.get("roles", []) if r.get("name")) or ("MEMBER",)
    if "MEMBER" not in roles or set(roles) - {"MEMBER", "MANAGER", "OWNER"}:
        raise invalid("Error(2003): every membership must hold the role MEMBER.", "roles")
    membership = call.world.directory.join(group, email, now, roles)
    return done("Membership", membership_shown(group, membership))


@handles(f"{MEMBERSHIPS}.get")
def get_member(call: Call) -> Json:
    return membership_shown(*_membership(call))


@handles(f"{MEMBERSHIPS}.delete")
def remove_member(call: Call) -> Json:
    _, membership = _membership(call)
    call.world.directory.leave(membership)
    return {"done": True, "response": {}}


@handles(f"{MEMBERSHIPS}.modifyMembershipRoles")
def modify(call: Call) -> Json:
    group, membership = _membership(call)
    roles = [r for r in membership.roles if r not in call.body.get("removeRoles", [])]
    roles += [r["name"] for r in call.body.get("addRoles", []) if r["name"] not in roles]
    membership.roles = tuple(roles)
    return {"membership": membership_shown(group, membership)}


@handles(f"{MEMBERSHIPS}.list")
def members(call: Call) -> Json:
    group = group_of(call, call.param("parent"))
    found, more = call.page(group.current(), *size(call))
    shown = [membership_shown(group, m, call.param("view") == "FULL") for m in found]
    return {"memberships": shown, **more} if shown else {}


@handles(f"{MEMBERSHIPS}.lookup")
def lookup_member(call: Call) -> Json:
    group, email = group_of(call, call.param("parent")), call.param("memberKey.id").lower()
    for membership in group.current():
        if membership.email == email:
            return {"name": f"{group.name}/memberships/{membership.id}"}
    raise unknown(f"{group.name}/memberships/{email}")


@handles(f"{MEMBERSHIPS}.checkTransitiveMembership")
def check(call: Call) -> Json:
    group = group_of(call, call.param("parent"))
    email, _ = _member_of(call, labels=False)
    found = call.world.directory.transitive_groups(email, call.world.clock.now())
    return {"hasMembership": True} if group.email in found else {}


@handles(f"{MEMBERSHIPS}.searchTransitiveGroups")
def transitive_groups(call: Call) -> Json:
    email, labels = _member_of(call, labels=True)
    directory = call.world.directory
    chains = directory.transitive_groups(email, call.world.clock.now())
    relations = []
    for name in sorted(chains):
        group, depths = directory.find(name), {len(way) > 1 for way in chains[name]}
        if group is None or not set(labels) <= group.labels.keys():
            continue
        kind = {frozenset({False}): "DIRECT", frozenset({True}): "INDIRECT"}
        relations.append(
            {
                "group": group.name,
                "groupKey": {"id": group.email},
                "displayName": group.display_name,
                "labels": group.labels,
                "relationType": kind.get(frozenset(depths), "DIRECT_AND_INDIRECT"),
                "roles": [{"role": "MEMBER"}],
            }
        )
    found, more = call.page(relations, 200, 1000)
    return {"memberships": found, **more} if found else {}


@handles(f"{MEMBERSHIPS}.searchDirectGroups")
def direct_groups(call: Call) -> Json:
    email, labels = _member_of(call, labels=True)
    relations = [
        {
            "membership": f"{group.name}/memberships/{membership.id}",
            "group": group.name,
            "groupKey": {"id": group.email},
            "displayName": group.display_name,
            "labels": group.labels,
            "roles": [{"name": role} for role in membership.roles],
        }
        for group, membership in call.world.directory.direct_groups(email, call.world.clock.now())
        if set(labels) <= group.labels.keys()
    ]
    found, more = call.page(sorted(relations, key=lambda r: str(r["group"])), 200, 1000)
    return {"memberships": found, **more} if found else {}


@handles(f"{MEMBERSHIPS}.searchTransitiveMemberships")
def transitive_members(call: Call) -> Json:
    """Everybody in the group, through other groups too."""
    directory = call.world.directory
    start = group_of(call, call.param("parent"))
    found: dict[str, bool] = {}
    open_ = [(start, True)]
    while open_:
        group, direct = open_.pop()
        for membership in group.current():
            inner = directory.find(membership.email)
            if inner and membership.email not in found:
                open_.append((inner, False))
            found[membership.email] = direct or found.get(membership.email, False)
    relations = [
        {
            "preferredMemberKey": [{"id": email}],
            "relationType": "DIRECT" if found[email] else "INDIRECT",
            "roles": [{"role": "MEMBER"}],
        }
        for email in sorted(found)
    ]
    part, more = call.page(relations, 200, 1000)
    return {"memberships": part, **more} if part else {}
