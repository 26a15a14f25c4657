"""Cloud Asset v1: searchAllIamPolicies, searchAllResources, assets.list.

The searches read an index that lags behind (``faults.search_delay``); ``getIamPolicy`` of the
services does not.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable
from datetime import datetime, timedelta

from iac_offboard.demo.google import asset_shape, hierarchy
from iac_offboard.demo.google.asset_search import matching_bindings, matching_resources
from iac_offboard.demo.google.call import Call, handles, missing
from iac_offboard.demo.google.entities import Resource
from iac_offboard.demo.google.refusals import exhausted, invalid
from iac_offboard.demo.google.wire import Json

PAGE, MOST = 100, 500


def _quota(call: Call) -> None:
    """400 requests a minute and project ("Cloud Asset API quotas")."""
    project = call.request.header("x-goog-user-project") or call.caller.project
    recent: deque[datetime] = call.world.asset_calls.setdefault(project, deque())
    now = call.world.clock.now()
    while recent and recent[0] <= now - timedelta(minutes=1):
        recent.popleft()
    if len(recent) >= call.faults.asset_quota:
        raise exhausted(
            "Quota exceeded for quota metric 'SearchAll requests' and limit 'SearchAll requests "
            "per minute' of service 'cloudasset.googleapis.com'."
        )
    recent.append(now)


def _scope(call: Call, name: str = "scope") -> str:
    text = call.param(name)
    if not re.fullmatch(r"(projects/[^/]+|folders/\d+|organizations/\d+)", text):
        raise invalid(f"Invalid {name}: {text}.", name)
    full = call.world.full_name(text)
    if full not in call.world.resources:
        raise missing(call.method, full)
    return full


def _type_filter(call: Call) -> re.Pattern[str] | None:
    wanted = call.query.get("assetTypes") or []
    try:
        return re.compile("|".join(f"(?:{one})" for one in wanted)) if wanted else None
    except re.error:
        raise invalid("Invalid asset type.", "asset_types") from None


def _in_scope(call: Call, found: Iterable[Resource], scope: str) -> list[Resource]:
    wanted, world = _type_filter(call), call.world
    return [
        r
        for r in found
        if (wanted is None or wanted.fullmatch(r.asset_type))
        and any(above.name == scope for above in hierarchy.chain(world, r.name))
    ]


def _seen(call: Call) -> datetime:
    return call.world.clock.now() - timedelta(seconds=call.faults.search_delay)


@handles("cloudasset.searchAllIamPolicies")
def search_policies(call: Call) -> Json:
    """Only the bindings that match are in the results, each with all its members."""
    _quota(call)
    scope, moment = _scope(call), _seen(call)
    matched = matching_bindings(call.world, call.param("query"), moment)
    resources = _in_scope(call, (r for r, _ in matched), scope)
    bindings = {r.name: b for r, b in matched}
    found, more = call.page(sorted(resources, key=lambda r: r.name), PAGE, MOST)
    results = [asset_shape.policy_result(call.world, r, bindings[r.name]) for r in found]
    return {"results": results, **more} if results else {}


@handles("cloudasset.searchAllResources")
def search_resources(call: Call) -> Json:
    _quota(call)
    scope, moment = _scope(call), _seen(call)
    matched = matching_resources(call.world, call.param("query"), moment)
    resources = _in_scope(call, matched, scope)
    found, more = call.page(sorted(resources, key=lambda r: r.name), PAGE, MOST)
    results = [asset_shape.resource_result(call.world, r) for r in found]
    return {"results": results, **more} if results else {}


@handles("cloudasset.assets.list")
def list_assets(call: Call) -> Json:
    """A snapshot of ``parent``; without a content type only names and types."""
    _quota(call)
    scope, kind = _scope(call, "parent"), call.param("contentType")
    everything = _in_scope(call, call.world.resources.values(), scope)
    if kind == "IAM_POLICY":
        everything = [r for r in everything if r.policy.bindings]
    found, more = call.page(sorted(everything, key=lambda r: r.name), PAGE, 1000)
    assets = [asset_shape.asset(call.world, r, kind) for r in found]
    answer: Json = {"readTime": asset_shape.stamp(_seen(call)), **more}
    return answer | ({"assets": assets} if assets else {})
