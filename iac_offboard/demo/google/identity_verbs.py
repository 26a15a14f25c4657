"""Cloud Identity v1: groups and their memberships.

Only administrators call it here. Memberships are read as they are now; what the evaluation of
allow policies sees may lag behind (``faults.group_delay``).
"""

from __future__ import annotations

from typing import Any

from iac_offboard.demo.google import conditions
from iac_offboard.demo.google.call import Call, handles
from iac_offboard.demo.google.clock import stamp
from iac_offboard.demo.google.entities import Group
from iac_offboard.demo.google.refusals import ApiError, exists, invalid
from iac_offboard.demo.google.wire import Json


def group_shown(group: Group, full: bool = True) -> Json:
    basic: Json = {
        "name": group.name,
        "groupKey": {"id": group.email},
        "displayName": group.display_name,
        "labels": group.labels,
        "parent": group.parent,
    }
    if not full:
        return {k: v for k, v in basic.items() if k != "parent"}
    times = {"createTime": stamp(group.created), "updateTime": stamp(group.created)}
    return {**basic, "description": group.description, **times}


def unknown(what: str) -> ApiError:
    return ApiError(404, "NOT_FOUND", f"Error(2001): Resource not found: {what}.")


def group_of(call: Call, name: str) -> Group:
    group = call.world.directory.groups.get(name.split("/")[1])
    if group is None:
        raise unknown(name)
    return group


def done(kind: str, response: Json) -> Json:
    typed = {"@type": f"type.googleapis.com/google.apps.cloudidentity.groups.v1.{kind}"}
    return {"done": True, "response": {**typed, **response}}


def size(call: Call) -> tuple[int, int]:
    return (50, 500) if call.param("view") == "FULL" else (200, 1000)


@handles("cloudidentity.groups.create")
def create(call: Call) -> Json:
    email = str(call.body.get("groupKey", {}).get("id", ""))
    if "@" not in email or not call.body.get("labels") or not call.body.get("parent"):
        raise invalid("Error(2003): groupKey, parent and labels are required.")
    if call.world.directory.find(email):
        raise exists(f"Error(4001): Group {email}")
    name = str(call.body.get("displayName") or email.partition("@")[0])
    group = call.world.directory.create(email, name, str(call.body["parent"]))
    group.labels = dict(call.body["labels"])
    group.description = str(call.body.get("description", ""))
    return done("Group", group_shown(group))


@handles("cloudidentity.groups.get")
def get(call: Call) -> Json:
    return group_shown(group_of(call, call.param("name")))


@handles("cloudidentity.groups.patch")
def patch(call: Call) -> Json:
    group = group_of(call, call.param("name"))
    group.display_name = str(call.body.get("displayName", group.display_name))
    group.description = str(call.body.get("description", group.description))
    group.labels = dict(call.body.get("labels", group.labels))
    return done("Group", group_shown(group))


@handles("cloudidentity.groups.delete")
def delete(call: Call) -> Json:
    call.world.directory.delete(group_of(call, call.param("name")))
    return {"done": True, "response": {}}


@handles("cloudidentity.groups.lookup")
def lookup(call: Call) -> Json:
    group = call.world.directory.find(call.param("groupKey.id"))
    if group is None:
        raise unknown(call.param("groupKey.id"))
    return {"name": group.name}


@handles("cloudidentity.groups.list")
def list_(call: Call) -> Json:
    parent = call.param("parent")
    if not parent.startswith(("customers/C", "identitysources/")):
        raise invalid("Error(2003): parent must be customers/{customer_id}.", "parent")
    return _groups(call, [g for g in call.world.directory.groups.values() if g.parent == parent])


@handles("cloudidentity.groups.search")
def search(call: Call) -> Json:
    """A CEL query that compares ``parent`` and may narrow by labels, name or address."""
    query = call.param("query")
    if not any(name == "parent" for name, _ in equalities(conditions.parse(query))):
        raise invalid("Error(2003): the query must compare the parent.", "query")
    return _groups(
        call,
        [g for g in call.world.directory.groups.values() if conditions.holds(query, _names(g))],
    )


def _groups(call: Call, groups: list[Group]) -> Json:
    found, more = call.page(sorted(groups, key=lambda g: g.email), *size(call))
    shown = [group_shown(g, call.param("view") == "FULL") for g in found]
    return {"groups": shown, **more} if shown else {}


def _names(group: Group) -> dict[str, Any]:
    return {
        "parent": group.parent,
        "labels": list(group.labels),
        "display_name": group.display_name,
        "domain_name": group.email.partition("@")[2],
        "group_key": group.email,
    }


def equalities(node: Any) -> list[tuple[str, str]]:
    """The ``name == 'text'`` in a query, wherever they stand."""
    match node:
        case ("compare", "==", ("name", name), ("value", str(value))):
            return [(name, value)]
        case ("and" | "or", left, right):
            return [*equalities(left), *equalities(right)]
    return []
