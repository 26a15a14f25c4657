"""Storage (JSON API v1): buckets and HMAC keys. Their policies are in ``allow_verbs``."""

from __future__ import annotations

import secrets

from iac_offboard.demo.google.call import Call, handles, missing
from iac_offboard.demo.google.clock import stamp
from iac_offboard.demo.google.entities import CRM, HmacKey, Resource
from iac_offboard.demo.google.refusals import ApiError, exists, invalid, not_found
from iac_offboard.demo.google.wire import Json, Reply

HOST = "//storage.googleapis.com/"


def bucket_shown(call: Call, bucket: Resource) -> Json:
    name = bucket.name.removeprefix(HOST)
    number = call.world.projects[bucket.project].number
    document: Json = {
        "kind": "storage#bucket",
        "id": name,
        "name": name,
        "selfLink": f"{call.base_url}/storage/storage/v1/b/{name}",
        "projectNumber": number,
        "metageneration": "1",
        "location": bucket.location.upper(),
        "locationType": "multi-region",
        "storageClass": "STANDARD",
        "etag": "CAE=",
        "timeCreated": stamp(bucket.created),
        "updated": stamp(bucket.created),
        "iamConfiguration": {"uniformBucketLevelAccess": {"enabled": True}},
    }
    return document | {k: v for k, v in bucket.data.items() if k != "location"}


@handles("storage.buckets.get")
def get(call: Call) -> Json:
    return bucket_shown(call, call.resource())


@handles("storage.buckets.list")
def list_(call: Call) -> Json:
    project = call.resource()
    buckets = [
        r
        for r in call.world.children.get(project.name, [])
        if r.asset_type == "storage.googleapis.com/Bucket"
        and r.name.startswith(HOST + call.param("prefix"))
    ]
    buckets.sort(key=lambda r: r.name)
    found, more = call.page(buckets, 1000, 1000, "maxResults")
    items = [bucket_shown(call, b) for b in found]
    return {"kind": "storage#buckets", **({"items": items} if items else {}), **more}


@handles("storage.buckets.insert")
def insert(call: Call) -> Json:
    name = str(call.body.get("name", ""))
    if not name:
        raise invalid("Required parameter: name")
    if HOST + name in call.world.resources:
        raise exists("Your previous request to create the named bucket succeeded and it")
    project = call.resource().project
    made = call.world.bucket(name, project, dict(call.body))
    for kind, role in (
        ("projectOwner", "roles/storage.legacyBucketOwner"),
        ("projectEditor", "roles/storage.legacyBucketOwner"),
        ("projectViewer", "roles/storage.legacyBucketReader"),
    ):
        call.world.grant(f"gs://{name}", role, f"{kind}:{project}")
    return bucket_shown(call, made)


@handles("storage.buckets.patch", "storage.buckets.update")
def patch(call: Call) -> Json:
    bucket = call.resource()
    bucket.data.update(call.body)
    return bucket_shown(call, bucket)


@handles("storage.buckets.delete")
def delete(call: Call) -> Reply:
    call.world.discard(call.resource())
    return Reply(status=204)


@handles("storage.objects.list")
def objects(call: Call) -> Json:
    call.resource()
    return {"kind": "storage#objects"}


def hmac_shown(call: Call, key: HmacKey) -> Json:
    return {
        "kind": "storage#hmacKeyMetadata",
        "id": f"{key.project}/{key.access_id}",
        "accessId": key.access_id,
        "projectId": key.project,
        "serviceAccountEmail": key.email,
        "state": key.state,
        "timeCreated": stamp(key.created),
        "updated": stamp(key.updated or key.created),
        "etag": "CAE=" if key.updated is None else "CAI=",
        "selfLink": (
            f"{call.base_url}/storage/storage/v1/projects/{key.project}/hmacKeys/{key.access_id}"
        ),
    }


def _hmac(call: Call) -> HmacKey:
    key = call.world.hmac_keys.get(call.param("accessId"))
    project = call.place.removeprefix(f"{CRM}projects/")
    if key is None or key.project != call.world.full_name(f"projects/{project}").rpartition("/")[2]:
        raise not_found(f"HMAC key {call.param('accessId')}")
    return key


@handles("storage.projects.hmacKeys.list")
def list_hmac(call: Call) -> Json:
    project, email = call.resource().project, call.param("serviceAccountEmail")
    keys = [
        k
        for k in call.world.hmac_keys.values()
        if k.project == project
        and (not email or k.email == email.lower())
        and (k.state != "DELETED" or call.param("showDeletedKeys") == "true")
    ]
    found, more = call.page(keys, 250, 250, "maxResults")
    items = [hmac_shown(call, k) for k in found]
    return {"kind": "storage#hmacKeysMetadata", **({"items": items} if items else {}), **more}


@handles("storage.projects.hmacKeys.get")
def get_hmac(call: Call) -> Json:
    return hmac_shown(call, _hmac(call))


@handles("storage.projects.hmacKeys.create")
def create_hmac(call: Call) -> Json:
    account = call.world.accounts.by_email.get(call.param("serviceAccountEmail").lower())
    if account is None:
        raise missing(call.method, HOST)
    key = call.world.accounts.hmac_key(account)
    return {
        "kind": "storage#hmacKey",
        "secret": secrets.token_urlsafe(30),
        "metadata": hmac_shown(call, key),
    }


@handles("storage.projects.hmacKeys.update")
def update_hmac(call: Call) -> Json:
    key, state = _hmac(call), call.body.get("state")
    if state not in {"ACTIVE", "INACTIVE"} or key.state == "DELETED":
        raise invalid("Invalid argument: state.")
    sent = call.body.get("etag")
    if sent and sent != hmac_shown(call, key)["etag"]:
        raise ApiError(412, "FAILED_PRECONDITION", "Precondition Failed")
    key.state, key.updated = str(state), call.world.clock.now()
    return hmac_shown(call, key)


@handles("storage.projects.hmacKeys.delete")
def delete_hmac(call: Call) -> Reply:
    """Only an inactive key can be deleted ("HMAC keys", Cloud Storage documentation)."""
    key = _hmac(call)
    if key.state == "ACTIVE":
        raise ApiError(400, "FAILED_PRECONDITION", "Cannot delete keys in 'ACTIVE' state.")
    key.state, key.updated = "DELETED", call.world.clock.now()
    return Reply(status=204)
