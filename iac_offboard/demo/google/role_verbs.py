"""Custom roles of projects and organizations, and the predefined ones that the fake knows."""

from __future__ import annotations

from iac_offboard.demo.google.call import Call, handles
from iac_offboard.demo.google.policies import next_etag
from iac_offboard.demo.google.refusals import exists, not_found
from iac_offboard.demo.google.roles import ROLES
from iac_offboard.demo.google.wire import Json


@handles("iam.roles.get")
def predefined(call: Call) -> Json:
    name = call.param("name")
    if name not in ROLES:
        raise not_found(f"The role named {name}")
    return {"name": name, "title": name, "stage": "GA", "includedPermissions": list(ROLES[name])}


@handles("iam.projects.roles.get", "iam.organizations.roles.get")
def get(call: Call) -> Json:
    role = call.world.roles.get(call.param("name"))
    if role is None:
        raise not_found(f"The role named {call.param('name')}")
    return role


@handles("iam.projects.roles.list", "iam.organizations.roles.list")
def list_(call: Call) -> Json:
    parent = call.param("parent")
    roles = [r for n, r in sorted(call.world.roles.items()) if n.startswith(f"{parent}/roles/")]
    if call.param("showDeleted") != "true":
        roles = [r for r in roles if not r.get("deleted")]
    found, more = call.page(roles, 300, 1000)
    return {"roles": found, **more} if found else {}


@handles("iam.projects.roles.create", "iam.organizations.roles.create")
def create(call: Call) -> Json:
    name = f"{call.param('parent')}/roles/{call.body.get('roleId')}"
    if name in call.world.roles:
        raise exists(f"A role named {name}")
    role = {"name": name, **call.body.get("role", {}), "etag": next_etag()}
    call.world.roles[name] = role
    return role


@handles("iam.projects.roles.patch", "iam.organizations.roles.patch")
def patch(call: Call) -> Json:
    role = get(call)
    role.update({k: v for k, v in call.body.items() if k not in {"name", "etag"}})
    role["etag"] = next_etag()
    return role


@handles("iam.projects.roles.delete", "iam.organizations.roles.delete")
def delete(call: Call) -> Json:
    role = get(call)
    role["deleted"] = True
    return role


@handles("iam.projects.roles.undelete", "iam.organizations.roles.undelete")
def undelete(call: Call) -> Json:
    role = get(call)
    role.pop("deleted", None)
    return role
