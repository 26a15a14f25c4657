"""Workload identity pools and workforce pools with their providers (IAM v1).

A deleted one can be undeleted for 30 days and keeps its name taken as long.
"""

from __future__ import annotations

import re
from typing import Any

from iac_offboard.demo.google import conditions
from iac_offboard.demo.google.call import Call, handles
from iac_offboard.demo.google.clock import stamp
from iac_offboard.demo.google.entities import RETENTION, Pool, Provider
from iac_offboard.demo.google.members import deleted
from iac_offboard.demo.google.refusals import exists, invalid, not_found
from iac_offboard.demo.google.wire import Json

WORKLOAD = "iam.projects.locations.workloadIdentityPools"
WORKFORCE = "iam.locations.workforcePools"
_ID = re.compile(r"[a-z0-9-]{4,32}")
_OUTPUT = frozenset({"name", "state", "expireTime"})


def _both(path: str) -> tuple[str, str]:
    return f"{WORKLOAD}.{path}", f"{WORKFORCE}.{path}"


def shown(thing: Pool | Provider) -> Json:
    document: Json = {"name": thing.name, "state": "ACTIVE", **thing.data}
    if thing.deleted_at:
        document["state"] = "DELETED"
        document["expireTime"] = stamp(thing.deleted_at + RETENTION)
    return document


def _numbered(call: Call, name: str) -> str:
    """``projects/P/...`` with the number of the project, as pools are called."""
    head, _, rest = name.partition("/")
    owner, _, below = rest.partition("/")
    project = call.world.projects.get(owner) if head == "projects" else None
    return f"projects/{project.number}/{below}" if project else name


def _pool(call: Call, name: str) -> Pool:
    pool = call.world.pools.get("/".join(_numbered(call, name).split("/providers/")[:1]))
    if pool is None or (pool.deleted_at and call.world.clock.now() - pool.deleted_at > RETENTION):
        raise not_found(f"Requested entity {name}")
    return pool


def _provider(call: Call, name: str) -> Provider:
    pool = _pool(call, name)
    provider = pool.providers.get(name.rpartition("/")[2])
    if provider is None:
        raise not_found(f"Requested entity {name}")
    return provider


def _operation(thing: Pool | Provider) -> Json:
    kind = "WorkloadIdentityPoolProvider" if isinstance(thing, Provider) else "WorkloadIdentityPool"
    typed = {"@type": f"type.googleapis.com/google.iam.v1.{kind}"}
    operation = f"{thing.name}/operations/fake"
    return {"name": operation, "done": True, "response": {**typed, **shown(thing)}}


def _writable(body: Json) -> Json:
    return {k: v for k, v in body.items() if k not in _OUTPUT}


def _id_of(call: Call, parameter: str) -> str:
    found = call.param(parameter)
    if not _ID.fullmatch(found) or found.startswith("gcp-"):
        raise invalid(
            f"Invalid {parameter}: 4 to 32 lower-case letters, digits, dashes.", parameter
        )
    return found


@handles(*_both("create"))
def create_pool(call: Call) -> Json:
    workload = "parent" in call.params
    id_ = _id_of(call, "workloadIdentityPoolId" if workload else "workforcePoolId")
    if workload:
        parent, project = _numbered(call, call.params["parent"]), call.project().id
        name = f"{parent}/workloadIdentityPools/{id_}"
    else:
        name, project = f"locations/global/workforcePools/{id_}", ""
    if name in call.world.pools:
        raise exists("Requested entity")
    made = Pool(name=name, project=project, data=_writable(call.body))
    call.world.keep_pool(made)
    return _operation(made)


@handles(*_both("get"))
def get_pool(call: Call) -> Json:
    return shown(_pool(call, call.param("name")))


@handles(*_both("list"))
def list_pools(call: Call) -> Json:
    """The pools of a project, or the workforce pools of an organization."""
    parent = _numbered(call, call.params.get("parent") or call.params["location"])
    workload = "parent" in call.params
    pools = [p for p in call.world.pools.values() if p.name.startswith(f"{parent}/work")]
    if not workload:
        pools = [p for p in pools if p.data.get("parent", "") == call.param("parent")]
    found, more = call.page(_seen(call, pools), 50, 100 if not workload else 1000)
    key = "workloadIdentityPools" if workload else "workforcePools"
    return {key: [shown(p) for p in found], **more} if found else {}


def _seen(call: Call, things: list[Any]) -> list[Any]:
    with_deleted = call.param("showDeleted") == "true"
    return sorted((t for t in things if with_deleted or not t.deleted_at), key=lambda t: t.name)


@handles(*_both("patch"))
def patch_pool(call: Call) -> Json:
    pool = _pool(call, call.param("name"))
    _patch(call, pool)
    return _operation(pool)


def _patch(call: Call, thing: Pool | Provider) -> None:
    """Only what the mask names is written; what it names and the body lacks is cleared."""
    mask = [part.strip() for part in call.param("updateMask").split(",") if part.strip()]
    if not mask:
        raise invalid("An update mask is required.", "update_mask")
    for path in mask:
        name = re.sub(r"_([a-z])", lambda m: m.group(1).upper(), path.partition(".")[0])
        if name in call.body:
            thing.data[name] = call.body[name]
        else:
            thing.data.pop(name, None)


@handles(*_both("delete"))
def delete_pool(call: Call) -> Json:
    pool = _pool(call, call.param("name"))
    pool.deleted_at = call.world.clock.now()
    return _operation(pool)


@handles(*_both("undelete"))
def undelete_pool(call: Call) -> Json:
    pool = _pool(call, call.param("name"))
    pool.deleted_at = None
    return _operation(pool)


@handles(*_both("operations.get"), *_both("providers.operations.get"))
def operation(call: Call) -> Json:
    return {"name": call.param("name"), "done": True}


def checked_provider(data: Json) -> None:
    """Raises the refusal for a provider that IAM would not take."""
    mapping = data.get("attributeMapping", {})
    if "google.subject" not in mapping and "aws" not in data:
        raise invalid("Attribute mapping must map google.subject.", "attribute_mapping")
    for expression in mapping.values():
        conditions.parse(str(expression))
    if data.get("attributeCondition"):
        conditions.parse(str(data["attributeCondition"]))
    issuer = str(data.get("oidc", {}).get("issuerUri", "https://"))
    if not issuer.startswith("https://"):
        raise invalid("The issuer URI must be an HTTPS endpoint.", "oidc.issuer_uri")


@handles(*_both("providers.create"))
def create_provider(call: Call) -> Json:
    pool = _pool(call, call.param("parent"))
    workload = "workloadIdentityPool" in pool.name
    parameter = "workloadIdentityPoolProviderId" if workload else "workforcePoolProviderId"
    id_ = _id_of(call, parameter)
    if id_ in pool.providers:
        raise exists("Requested entity")
    checked_provider(call.body)
    made = Provider(name=f"{pool.name}/providers/{id_}", data=_writable(call.body))
    pool.providers[id_] = made
    return _operation(made)


@handles(*_both("providers.get"))
def get_provider(call: Call) -> Json:
    return shown(_provider(call, call.param("name")))


@handles(*_both("providers.list"))
def list_providers(call: Call) -> Json:
    pool = _pool(call, call.param("parent"))
    found, more = call.page(_seen(call, list(pool.providers.values())), 50, 100)
    workload = "workloadIdentityPool" in pool.name
    key = "workloadIdentityPoolProviders" if workload else "workforcePoolProviders"
    return {key: [shown(p) for p in found], **more} if found else {}


@handles(*_both("providers.patch"))
def patch_provider(call: Call) -> Json:
    provider = _provider(call, call.param("name"))
    before = dict(provider.data)
    _patch(call, provider)
    try:
        checked_provider(provider.data)
    except Exception:
        provider.data = before
        raise
    return _operation(provider)


@handles(*_both("providers.delete"))
def delete_provider(call: Call) -> Json:
    provider = _provider(call, call.param("name"))
    provider.deleted_at = call.world.clock.now()
    return _operation(provider)


@handles(*_both("providers.undelete"))
def undelete_provider(call: Call) -> Json:
    provider = _provider(call, call.param("name"))
    provider.deleted_at = None
    return _operation(provider)


@handles(f"{WORKFORCE}.subjects.delete")
def delete_subject(call: Call) -> Json:
    """Policies show ``deleted:principal://...?uid=`` from now on."""
    member = (
        f"principal://iam.googleapis.com/{call.param('name').replace('/subjects/', '/subject/')}"
    )
    call.world.rename(member, deleted(member, "1"))
    return {"name": f"{call.param('name')}/operations/fake", "done": True}


@handles(f"{WORKFORCE}.subjects.undelete")
def undelete_subject(call: Call) -> Json:
    member = (
        f"principal://iam.googleapis.com/{call.param('name').replace('/subjects/', '/subject/')}"
    )
    call.world.rename(deleted(member, "1"), member)
    return {"name": f"{call.param('name')}/operations/fake", "done": True}


@handles(f"{WORKLOAD}.listAttestationRules")
def list_attestation_rules(call: Call) -> Json:
    """None: only the namespaces of a trust domain have them. Terraform asks every pool."""
    _pool(call, call.param("resource"))
    return {}
