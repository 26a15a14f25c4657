"""What was used when: Policy Analyzer activities, log entries, enabled services."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from iac_offboard.demo.google import log_filter
from iac_offboard.demo.google.authorize import allowed
from iac_offboard.demo.google.call import Call, handles
from iac_offboard.demo.google.clock import stamp
from iac_offboard.demo.google.entities import ServiceAccount
from iac_offboard.demo.google.refusals import denied, invalid, not_found
from iac_offboard.demo.google.wire import Json

OBSERVED = timedelta(days=90)
KEY_USE, ACCOUNT_USE = "serviceAccountKeyLastAuthentication", "serviceAccountLastAuthentication"


@handles("policyanalyzer.projects.locations.activityTypes.activities.query")
def activities(call: Call) -> Json:
    """Last authentications of the project's accounts or keys; times are days in the Pacific."""
    parent = call.param("parent")
    kind = parent.rpartition("/")[2]
    owner = parent.split("/")[1]
    project = call.world.by_number.get(owner) or call.world.projects.get(owner)
    if project is None:
        raise not_found(f"Requested entity projects/{owner}")
    if kind not in {KEY_USE, ACCOUNT_USE}:
        raise invalid(f"Invalid activity type {kind}.", "parent")
    permission = f"policyanalyzer.{kind}Activities.query"
    if not allowed(call.world, call.faults, call.caller, permission, project.resource.name):
        raise denied(permission, project.resource.name)
    found: list[Json] = []
    for account in call.world.accounts.of_project(project.id):
        if kind == ACCOUNT_USE:
            found.append(_activity(call, account, kind, account.resource.name, account.last_use))
            continue
        for key in account.keys.values():
            name = f"{account.resource.name}/keys/{key.id}"
            found.append(_activity(call, account, kind, name, key.last_use))
    wanted = re.findall(
        r'activities\.full_?[rR]esource_?[nN]ame\s*=\s*"([^"]+)"', call.param("filter")
    )
    if call.param("filter") and not wanted:
        raise invalid("Invalid filter.", "filter")
    found = [a for a in found if not wanted or a["fullResourceName"] in wanted]
    part, more = call.page(found, 1000, 1000)
    return {"activities": part, **more} if part else {}


def _activity(
    call: Call, account: ServiceAccount, kind: str, name: str, used: datetime | None
) -> Json:
    now = call.world.clock.now()
    thing: Json = {
        "fullResourceName": name,
        "projectNumber": call.world.projects[account.project].number,
        "serviceAccountId": account.unique_id,
    }
    field = "serviceAccountKey" if kind == KEY_USE else "serviceAccount"
    activity: Json = {field: thing}
    if used:
        activity["lastAuthenticatedTime"] = f"{(used - timedelta(hours=7)).date()}T07:00:00Z"
    return {
        "fullResourceName": name,
        "activityType": kind,
        "observationPeriod": {"startTime": stamp(now - OBSERVED), "endTime": stamp(now)},
        "activity": activity,
    }


@handles("logging.entries.list")
def entries(call: Call) -> Json:
    """Entries of the named projects, folders, organizations that the filter holds for."""
    names = call.body.get("resourceNames")
    if not names:
        raise invalid("resource_names is required.", "resource_names")
    accept = log_filter.compiled(str(call.body.get("filter", "")))
    found = [
        e
        for e in call.world.log_entries
        if any(str(e.get("logName", "")).startswith(f"{name}/") for name in names) and accept(e)
    ]
    down = "desc" in str(call.body.get("orderBy", ""))
    found.sort(key=lambda e: str(e.get("timestamp", "")), reverse=down)
    start = int(call.body.get("pageToken") or 0)
    size = min(int(call.body.get("pageSize") or 50), 1000)
    more = {"nextPageToken": str(start + size)} if start + size < len(found) else {}
    part = found[start : start + size]
    return {"entries": part, **more} if part else {}


def _service(call: Call, name: str) -> Json:
    project, service = name.split("/")[1], name.rpartition("/")[2]
    id_ = call.world.by_number[project].id if project in call.world.by_number else project
    off = (service, id_) in call.faults.disabled or (service, "") in call.faults.disabled
    number = call.world.projects[id_].number if id_ in call.world.projects else project
    return {
        "name": f"projects/{number}/services/{service}",
        "config": {"name": service},
        "state": "DISABLED" if off else "ENABLED",
        "parent": f"projects/{number}",
    }


@handles("serviceusage.services.get")
def get_service(call: Call) -> Json:
    return _service(call, call.param("name"))


@handles("serviceusage.services.list")
def list_services(call: Call) -> Json:
    names = ("cloudasset", "cloudidentity", "cloudresourcemanager", "iam", "storage")
    services = [
        _service(call, f"{call.param('parent')}/services/{n}.googleapis.com") for n in names
    ]
    if "ENABLED" in call.param("filter"):
        services = [s for s in services if s["state"] == "ENABLED"]
    return {"services": services}


@handles("serviceusage.services.enable", "serviceusage.services.disable")
def switch_service(call: Call) -> Json:
    name = call.param("name")
    project, service = name.split("/")[1], name.rpartition("/")[2]
    if call.method.verb == "enable":
        call.faults.enable_api(service)
    else:
        call.faults.disable_api(service, project)
    return {"name": "operations/fake", "done": True, "response": {"service": _service(call, name)}}


@handles("serviceusage.services.batchEnable")
def enable_all(call: Call) -> Json:
    for service in call.body.get("serviceIds", []):
        call.faults.enable_api(service)
    return {"name": "operations/fake", "done": True, "response": {}}
