"""Access control lists of buckets: who reads and owns a bucket without any allow policy.

They answer only while uniform bucket-level access is off ("Access control lists", Cloud Storage
documentation).
"""

from __future__ import annotations

import re

from iac_offboard.demo.google.call import Call, handles
from iac_offboard.demo.google.entities import Resource
from iac_offboard.demo.google.refusals import exists, invalid, not_found
from iac_offboard.demo.google.wire import Json, Reply

KINDS = {
    "bucketAccessControls": ("storage#bucketAccessControl", "acl", {"READER", "WRITER", "OWNER"}),
    "defaultObjectAccessControls": (
        "storage#objectAccessControl",
        "defaultObjectAcl",
        {"READER", "OWNER"},
    ),
}
_ENTITY = re.compile(
    r"(user|group)-\S+@\S+|domain-\S+|project-(owners|editors|viewers)-\S+|allUsers"
    r"|allAuthenticatedUsers"
)


def _each(verb: str) -> tuple[str, ...]:
    return tuple(f"storage.{kind}.{verb}" for kind in KINDS)


def _list(call: Call) -> tuple[Resource, str, list[Json]]:
    bucket = call.resource()
    _, field, _ = KINDS[call.method.id.split(".")[1]]
    uniform = bucket.data.get("iamConfiguration", {}).get("uniformBucketLevelAccess", {})
    if uniform.get("enabled"):
        raise invalid("Cannot use ACL API to update bucket policy when uniform access is enabled.")
    entries: list[Json] = bucket.data.setdefault(field, [])
    return bucket, field, entries


def _entry(call: Call) -> Json:
    _, _, entries = _list(call)
    for entry in entries:
        if entry["entity"] == call.param("entity"):
            return entry
    raise not_found(f"ACL entry {call.param('entity')}")


@handles(*_each("list"))
def list_(call: Call) -> Json:
    _, _, entries = _list(call)
    kind, _, _ = KINDS[call.method.id.split(".")[1]]
    return {"kind": f"{kind}s", "items": entries}


@handles(*_each("get"))
def get(call: Call) -> Json:
    return _entry(call)


@handles(*_each("insert"))
def insert(call: Call) -> Json:
    bucket, _, entries = _list(call)
    kind, field, roles = KINDS[call.method.id.split(".")[1]]
    entity, role = str(call.body.get("entity", "")), str(call.body.get("role", ""))
    if not _ENTITY.fullmatch(entity) or role not in roles:
        raise invalid("Invalid argument: entity or role.")
    if any(entry["entity"] == entity for entry in entries):
        raise exists(f"ACL entry {entity}")
    name = bucket.name.removeprefix("//storage.googleapis.com/")
    made: Json = {"kind": kind, "id": f"{name}/{entity}", "bucket": name}
    made |= {"entity": entity, "role": role, "etag": "CAE="}
    if "@" in entity:
        made["email"] = entity.partition("-")[2]
    made["selfLink"] = f"{call.base_url}/storage/storage/v1/b/{name}/{field}/{entity}"
    entries.append(made)
    return made


@handles(*_each("patch"), *_each("update"))
def patch(call: Call) -> Json:
    entry = _entry(call)
    _, _, roles = KINDS[call.method.id.split(".")[1]]
    if call.body.get("role", entry["role"]) not in roles:
        raise invalid("Invalid argument: role.")
    entry["role"] = call.body.get("role", entry["role"])
    return entry


@handles(*_each("delete"))
def delete(call: Call) -> Reply:
    entry = _entry(call)
    _list(call)[2].remove(entry)
    return Reply(status=204)
