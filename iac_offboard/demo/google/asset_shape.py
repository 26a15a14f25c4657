"""Results of Cloud Asset in their documented shapes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from iac_offboard.demo.google import hierarchy
from iac_offboard.demo.google.clock import stamp as stamp
from iac_offboard.demo.google.entities import CRM, Resource, ServiceAccount
from iac_offboard.demo.google.policies import Bindings, Key, shown, shown_bindings
from iac_offboard.demo.google.wire import Json

if TYPE_CHECKING:
    from iac_offboard.demo.google.world import World


def _places(world: World, resource: Resource) -> Json:
    """project (with its number), folders, organization, as far as the resource is in them."""
    above = hierarchy.ancestors(world, resource.name)
    document: Json = {}
    projects = [a for a in above if a.startswith("projects/")]
    folders = [a for a in above if a.startswith("folders/")]
    organizations = [a for a in above if a.startswith("organizations/")]
    if projects:
        document["project"] = projects[0]
    if folders:
        document["folders"] = folders
    if organizations:
        document["organization"] = organizations[0]
    return document


def policy_result(world: World, resource: Resource, bindings: Bindings) -> Json:
    """An ``IamPolicySearchResult``."""
    return {
        "resource": resource.name,
        "assetType": resource.asset_type,
        **_places(world, resource),
        "policy": {"bindings": shown_bindings(bindings, 3), "etag": resource.policy.etag},
        "explanation": {},
    }


def resource_result(world: World, resource: Resource) -> Json:
    """A ``ResourceSearchResult``."""
    facts = resource_facts(world, resource)
    document: Json = {
        "name": resource.name,
        "assetType": resource.asset_type,
        **_places(world, resource),
        "displayName": facts["displayName"],
        "location": resource.location,
        "state": facts["state"],
        "createTime": stamp(resource.created),
    }
    if resource.parent:
        document["parentFullResourceName"] = resource.parent
        parent = world.resources.get(resource.parent)
        document["parentAssetType"] = parent.asset_type if parent else ""
    attributes = _attributes(world, resource)
    if attributes:
        document["additionalAttributes"] = attributes
    labels = resource.data.get("labels")
    if isinstance(labels, dict):
        document["labels"] = labels
    return document


def _attributes(world: World, resource: Resource) -> Json:
    if resource.name.startswith(f"{CRM}projects/"):
        return {"projectId": resource.project}
    account = _account(world, resource)
    if account is not None:
        return {"email": account.email, "uniqueId": account.unique_id}
    return dict(resource.data.get("additionalAttributes", {}))


def _account(world: World, resource: Resource) -> ServiceAccount | None:
    if resource.asset_type != "iam.googleapis.com/ServiceAccount":
        return None
    return world.accounts.by_email.get(resource.name.rpartition("/")[2])


def asset(world: World, resource: Resource, content: str) -> Json:
    """An ``Asset`` of ``assets.list``."""
    document: Json = {
        "name": resource.name,
        "assetType": resource.asset_type,
        "ancestors": hierarchy.ancestors(world, resource.name),
        "updateTime": stamp(resource.created),
    }
    if content == "RESOURCE":
        document["resource"] = {
            "version": "v1",
            "discoveryName": resource.asset_type.rpartition("/")[2],
            "parent": resource.parent,
            "data": resource.data,
            "location": resource.location,
        }
    elif content == "IAM_POLICY":
        document["iamPolicy"] = shown(resource.policy, 3)
    return document


def policy_facts(
    world: World, resource: Resource, key: Key, members: dict[str, None]
) -> dict[str, str]:
    """What the fields of a policy search compare with."""
    places = _places(world, resource)
    return {
        "resource": resource.name,
        "roles": key[0],
        "memberTypes": " ".join(sorted({m.partition(":")[0] for m in members})),
        "project": places.get("project", ""),
        "folders": " ".join(places.get("folders", [])),
        "organization": places.get("organization", ""),
    }


def resource_facts(world: World, resource: Resource) -> dict[str, str]:
    """What the fields of a resource search compare with."""
    places = _places(world, resource)
    kind, _, id_ = resource.name.removeprefix(CRM).partition("/")
    display, state = resource.name.rpartition("/")[2], "ACTIVE"
    if resource.name.startswith(CRM):
        if kind == "projects":
            display, state = world.projects[id_].name, world.projects[id_].state
        elif kind == "folders":
            display = world.folders[id_].display_name
        elif kind == "organizations":
            display = world.organizations[id_].domain
    labels: Json = resource.data.get("labels") or {}
    account = _account(world, resource)
    if account is not None:
        display = account.display_name
        state = "DISABLED" if account.disabled else "ENABLED"
    return {
        "name": resource.name,
        "assetType": resource.asset_type,
        "displayName": str(resource.data.get("displayName") or display),
        "description": str(resource.data.get("description", "")),
        "location": resource.location,
        "state": state,
        "labels": json.dumps(labels),
        **{f"labels.{name}": str(value) for name, value in labels.items()},
        "project": places.get("project", ""),
        "folders": " ".join(places.get("folders", [])),
        "organization": places.get("organization", ""),
        "parentFullResourceName": resource.parent,
        "additionalAttributes": json.dumps(_attributes(world, resource)),
    }
