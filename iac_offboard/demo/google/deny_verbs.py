"""Deny policies (IAM v2)."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from iac_offboard.demo.google import hierarchy
from iac_offboard.demo.google.call import Call, handles
from iac_offboard.demo.google.clock import stamp
from iac_offboard.demo.google.policies import next_etag
from iac_offboard.demo.google.refusals import aborted, exists, invalid, not_found
from iac_offboard.demo.google.wire import Json


def _name(call: Call, text: str) -> str:
    """The name with the attachment point encoded, a project by its number."""
    found = re.fullmatch(r"policies/(.+)/denypolicies(?:/([^/]+))?", text)
    if not found:
        raise invalid("The fake serves policies of the kind denypolicies.", "name")
    place = unquote(found.group(1))
    host, _, path = place.partition("/")
    full = hierarchy.canonical(call.world, host, path)
    if full not in call.world.resources:
        raise not_found(f"Attachment point {place}")
    attached = hierarchy.attachment(call.world, full)
    return f"policies/{attached}/denypolicies" + (f"/{found[2]}" if found[2] else "")


def _done(document: Json) -> Json:
    typed = {"@type": "type.googleapis.com/google.iam.v2.Policy", **document}
    operation = f"{document['name']}/operations/{quote(str(document['etag']), safe='')}"
    return {"name": operation, "done": True, "response": typed}


@handles("iam.policies.createPolicy")
def create(call: Call) -> Json:
    id_ = call.param("policyId") or call.world.number()
    name = f"{_name(call, call.param('parent'))}/{id_}"
    if name in call.world.deny_policies:
        raise exists(f"Policy {name}")
    now, rules = call.world.clock.now(), _rules(call.body)
    title = str(call.body.get("displayName", ""))
    made = hierarchy.deny_document(name, call.world.number(), title, rules, now)
    call.world.deny_policies[name] = made
    return _done(made)


def _rules(body: Json) -> list[Json]:
    rules: list[Json] = body.get("rules") or []
    for rule in rules:
        denied = rule.get("denyRule", {})
        if not denied.get("deniedPrincipals") or not denied.get("deniedPermissions"):
            raise invalid("A deny rule needs denied principals and permissions.", "policy.rules")
    return rules


def _policy(call: Call) -> Json:
    name = _name(call, call.param("name"))
    policy = call.world.deny_policies.get(name)
    if policy is None:
        raise not_found(f"Policy {name}")
    return policy


@handles("iam.policies.get")
def get(call: Call) -> Json:
    return _policy(call)


@handles("iam.policies.listPolicies")
def list_(call: Call) -> Json:
    """Without their rules, as the reference says of the list."""
    parent = _name(call, call.param("parent"))
    names = sorted(n for n in call.world.deny_policies if n.startswith(f"{parent}/"))
    found, more = call.page([call.world.deny_policies[n] for n in names], 1000, 1000)
    shown = [{k: v for k, v in p.items() if k != "rules"} for p in found]
    return {"policies": shown, **more} if shown else {}


@handles("iam.policies.update")
def update(call: Call) -> Json:
    policy, sent = _policy(call), str(call.body.get("etag") or "")
    if sent and sent != policy["etag"]:
        raise aborted(sent, str(policy["etag"]))
    policy["rules"] = _rules(call.body)
    policy["displayName"] = call.body.get("displayName", policy.get("displayName", ""))
    policy["etag"], policy["updateTime"] = next_etag(), stamp(call.world.clock.now())
    return _done(policy)


@handles("iam.policies.delete")
def delete(call: Call) -> Json:
    policy, sent = _policy(call), call.param("etag")
    if sent and sent != policy["etag"]:
        raise aborted(sent, str(policy["etag"]))
    del call.world.deny_policies[str(policy["name"])]
    return _done(policy)


@handles("iam.policies.operations.get")
def operation(call: Call) -> Json:
    return {"name": call.param("name"), "done": True}
