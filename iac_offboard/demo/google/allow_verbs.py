"""getIamPolicy, setIamPolicy and testIamPermissions of every service, by one pair of handlers.

"Policy" (REST reference of IAM): optimistic concurrency by ``etag``, ``updateMask``, versions.
"""

from __future__ import annotations

from typing import Any

from iac_offboard.demo.google import owners, policy_rules
from iac_offboard.demo.google.authorize import allowed
from iac_offboard.demo.google.call import Call
from iac_offboard.demo.google.entities import Resource
from iac_offboard.demo.google.policies import shown
from iac_offboard.demo.google.policy_rules import audit_of, bindings_of, exempted_in
from iac_offboard.demo.google.refusals import aborted, condition_not_met, invalid
from iac_offboard.demo.google.wire import Json

POLICY_VERBS = frozenset({"getIamPolicy", "setIamPolicy", "testIamPermissions"})
CONVENIENT = frozenset({"storage", "bigquery"})  # these know projectOwner:P and the like
AUDITED = frozenset({"cloudresourcemanager"})  # these keep auditConfigs


def handle(call: Call) -> Json:
    """One of the three verbs, whatever the service."""
    match call.method.verb:
        case "getIamPolicy":
            return _answer(call, call.resource(), _requested(call))
        case "setIamPolicy":
            return _set(call, call.resource())
        case _:
            return _test(call)


def _requested(call: Call) -> int:
    """The policy version that the caller can read: in the query or the body."""
    said: Any = call.body.get("options", {}).get("requestedPolicyVersion")
    for name in ("options.requestedPolicyVersion", "optionsRequestedPolicyVersion"):
        said = said or call.param(name)
    version = int(said or 0)
    if version not in (0, 1, 3):
        raise invalid(f"Invalid requested policy version {version}.", "requested_policy_version")
    return version


def _answer(call: Call, resource: Resource, version: int) -> Json:
    document = shown(resource.policy, version)
    if call.method.api == "storage":
        bucket, _, _ = resource.name.removeprefix("//storage.googleapis.com/").partition("/")
        head: Json = {"kind": "storage#policy", "resourceId": f"projects/_/buckets/{bucket}"}
        document = {"version": 1, **head, **document}
    return document


def _set(call: Call, resource: Resource) -> Json:
    storage = call.method.api == "storage"
    document: Json = call.body if storage else (call.body.get("policy") or {})
    if not storage and "policy" not in call.body:
        raise invalid("Policy is required.", "policy")
    before, sent = resource.policy, str(document.get("etag") or "")
    if sent and sent != before.etag:
        raise condition_not_met() if storage else aborted(sent, before.etag)
    world = call.world
    mask = _mask(call)
    wanted = before.bindings
    if "bindings" in mask:
        wanted = bindings_of(
            document,
            before,
            world.exists,
            lambda role: role.startswith("roles/") or role in world.roles,
            call.method.api in CONVENIENT,
        )
        owners.check(world, resource, before, wanted)
        policy_rules.version_checked(document, before, bool(sent), wanted)
    audit = None
    if "auditConfigs" in mask and call.method.api in AUDITED:
        audit = audit_of(document, world.exists, exempted_in(before))
    policy_rules.within_limits(wanted, before.audit if audit is None else audit)
    world.write(resource, wanted, audit)
    return _answer(call, resource, 3 if document.get("version") == 3 else 1)


def _mask(call: Call) -> set[str]:
    """The fields to write; "If no mask is provided, the default mask is: bindings, etag"."""
    text = str(call.body.get("updateMask") or "")
    mask = {part.strip().removeprefix("policy.") for part in text.split(",") if part.strip()}
    mask = {"auditConfigs" if part == "audit_configs" else part for part in mask}
    unknown = mask - {"bindings", "etag", "auditConfigs", "version", "paths"}
    if unknown:
        raise invalid(f"Invalid field mask: {', '.join(sorted(unknown))}.", "updateMask")
    return mask or {"bindings", "etag"}


def _test(call: Call) -> Json:
    asked = call.body.get("permissions") or call.query.get("permissions") or []
    held = [p for p in asked if allowed(call.world, call.faults, call.caller, p, call.place)]
    kind = {"kind": "storage#testIamPermissionsResponse"} if call.method.api == "storage" else {}
    return {**kind, "permissions": held} if held else kind
