"""Resource Manager: projects, folders and organizations (v1, v2 and v3)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from iac_offboard.demo.google.authorize import allowed
from iac_offboard.demo.google.call import Call, handles, missing
from iac_offboard.demo.google.clock import stamp
from iac_offboard.demo.google.entities import CRM, Folder, Organization, Project
from iac_offboard.demo.google.refusals import exists, invalid
from iac_offboard.demo.google.wire import Json


def project_shown(call: Call, project: Project) -> Json:
    parent = project.resource.parent.removeprefix(CRM)
    created = stamp(project.resource.created)
    if call.method.document.version == "v1":
        kind, _, id_ = parent.partition("/")
        document: Json = {
            "projectId": project.id,
            "projectNumber": project.number,
            "name": project.name,
            "lifecycleState": project.state,
            "createTime": created,
        }
        if parent:
            document["parent"] = {"type": kind.removesuffix("s"), "id": id_}
    else:
        document = {
            "name": f"projects/{project.number}",
            "projectId": project.id,
            "displayName": project.name,
            "state": project.state,
            "createTime": created,
            "etag": 'W/"fake"',
        }
        if parent:
            document["parent"] = parent
    return document | ({"labels": project.labels} if project.labels else {})


def folder_shown(call: Call, folder: Folder) -> Json:
    state = "lifecycleState" if call.method.document.version == "v2" else "state"
    return {
        "name": f"folders/{folder.id}",
        "parent": folder.resource.parent.removeprefix(CRM),
        "displayName": folder.display_name,
        state: folder.state,
        "createTime": stamp(folder.resource.created),
    }


def organization_shown(call: Call, organization: Organization) -> Json:
    v1 = call.method.document.version == "v1"
    owner = {"directoryCustomerId": organization.customer}
    customer: Json = {"owner": owner} if v1 else owner
    return {
        "name": f"organizations/{organization.id}",
        "displayName": organization.domain,
        ("lifecycleState" if v1 else "state"): "ACTIVE",
        **({"creationTime": stamp(organization.resource.created)} if v1 else {}),
        **customer,
    }


def project_of(call: Call) -> Project:
    """The project of the path, by ID or number.

    Raises:
        ApiError: 403, also for one that does not exist.
    """
    project = call.world.projects.get(call.place.removeprefix(f"{CRM}projects/"))
    if project is None:
        raise missing(call.method, call.place)
    return project


def _visible(call: Call, permission: str, name: str) -> bool:
    return allowed(call.world, call.faults, call.caller, permission, name)


@handles("cloudresourcemanager.projects.get")
def get_project(call: Call) -> Json:
    return project_shown(call, project_of(call))


@handles("cloudresourcemanager.projects.list")
def list_projects(call: Call) -> Json:
    """v1 lists what the caller may see by ``filter``; v3 the direct children of ``parent``."""
    projects = _projects(call)
    if call.method.document.version == "v3":
        parent = f"{CRM}{call.param('parent')}"
        if not re.fullmatch(r"(folders|organizations)/\d+", call.param("parent")):
            raise invalid("field [parent] has issue [invalid]", "parent")
        if not _visible(call, "resourcemanager.projects.list", parent):
            raise missing(call.method, parent)
        projects = [p for p in projects if p.resource.parent == parent]
        if call.param("showDeleted") != "true":
            projects = [p for p in projects if p.state == "ACTIVE"]
        found, more = call.page(projects, 500, 500)
    else:
        wanted = _filter(call.param("filter"))
        projects = [p for p in projects if _matches(p, wanted)]
        found, more = call.page(projects, 500, 500)
    return {"projects": [project_shown(call, p) for p in found], **more}


@handles("cloudresourcemanager.projects.search")
def search_projects(call: Call) -> Json:
    wanted = _filter(call.param("query"))
    projects = [p for p in _projects(call) if _matches(p, wanted)]
    found, more = call.page(projects, 500, 500)
    return {"projects": [project_shown(call, p) for p in found], **more}


def _projects(call: Call) -> list[Project]:
    return [
        p
        for p in sorted(call.world.projects.values(), key=lambda p: p.id)
        if _visible(call, "resourcemanager.projects.get", p.resource.name)
    ]


def _filter(text: str) -> list[tuple[str, str]]:
    """``parent.type:folder parent.id:1 lifecycleState:ACTIVE``: terms that must all hold."""
    found = re.findall(r'([\w.]+)\s*[:=]\s*"?([^\s"]+)"?', text)
    if text.strip() and not found:
        raise invalid("Invalid filter.", "filter")
    return [(name, value) for name, value in found if name not in {"AND"}]


def _matches(project: Project, wanted: Iterable[tuple[str, str]]) -> bool:
    kind, _, id_ = project.resource.parent.removeprefix(CRM).partition("/")
    facts = {
        "parent.type": kind.removesuffix("s"),
        "parent.id": id_,
        "parent": f"{kind}/{id_}",
        "lifecycleState": project.state,
        "state": project.state,
        "projectId": project.id,
        "id": project.id,
        "projectNumber": project.number,
        "name": project.name,
        "displayName": project.name,
        **{f"labels.{k}": v for k, v in project.labels.items()},
    }
    return all(
        value == "*" or facts.get(name, "").lower() == value.lower() for name, value in wanted
    )


@handles("cloudresourcemanager.projects.getAncestry")
def ancestry(call: Call) -> Json:
    at, found = project_of(call).resource.name, []
    while at in call.world.resources:
        kind, _, id_ = at.removeprefix(CRM).partition("/")
        found.append({"resourceId": {"type": kind.removesuffix("s"), "id": id_}})
        at = call.world.resources[at].parent
    return {"ancestor": found}


@handles("cloudresourcemanager.projects.create")
def create_project(call: Call) -> Json:
    said = call.body
    if said.get("projectId") in call.world.projects:
        raise exists("Requested entity")
    parent = said.get("parent", "")
    if isinstance(parent, dict):
        parent = f"{parent.get('type')}s/{parent.get('id')}"
    if parent and f"{CRM}{parent}" not in call.world.resources:
        raise missing(call.method, f"{CRM}{parent}")
    name = said.get("name") if call.method.document.version == "v1" else said.get("displayName")
    made = call.world.project(said["projectId"], parent=parent, name=name or "")
    made.labels = dict(said.get("labels", {}))
    return _done(project_shown(call, made), "Project")


@handles("cloudresourcemanager.projects.delete")
def delete_project(call: Call) -> Json:
    project = project_of(call)
    project.state = "DELETE_REQUESTED"
    return (
        {}
        if call.method.document.version == "v1"
        else _done(project_shown(call, project), "Project")
    )


@handles("cloudresourcemanager.projects.undelete")
def undelete_project(call: Call) -> Json:
    project = project_of(call)
    project.state = "ACTIVE"
    return (
        {}
        if call.method.document.version == "v1"
        else _done(project_shown(call, project), "Project")
    )


@handles("cloudresourcemanager.projects.update", "cloudresourcemanager.projects.patch")
def update_project(call: Call) -> Json:
    project = project_of(call)
    project.name = call.body.get("name" if "name" in call.body else "displayName", project.name)
    project.labels = dict(call.body.get("labels", project.labels))
    shown = project_shown(call, project)
    return shown if call.method.document.version == "v1" else _done(shown, "Project")


def _done(response: Json, kind: str) -> Json:
    """A long-running operation that has ended already."""
    typed = {"@type": f"type.googleapis.com/google.cloud.resourcemanager.v3.{kind}", **response}
    return {"name": "operations/fake.0", "done": True, "response": typed}


@handles("cloudresourcemanager.operations.get", "serviceusage.operations.get")
def operation(call: Call) -> Json:
    return {"name": call.param("name"), "done": True, "response": {}}


@handles("cloudresourcemanager.folders.get")
def get_folder(call: Call) -> Json:
    return folder_shown(call, _folder(call))


def _folder(call: Call) -> Folder:
    folder = call.world.folders.get(call.place.removeprefix(f"{CRM}folders/"))
    if folder is None:
        raise missing(call.method, call.place)
    return folder


@handles("cloudresourcemanager.folders.list")
def list_folders(call: Call) -> Json:
    if f"{CRM}{call.param('parent')}" not in call.world.resources:
        raise missing(call.method, f"{CRM}{call.param('parent')}")
    return _folders(call, f"{CRM}{call.param('parent')}")


@handles("cloudresourcemanager.folders.search")
def search_folders(call: Call) -> Json:
    wanted = dict(_filter(call.param("query") or str(call.body.get("query", ""))))
    parent = f"{CRM}{wanted['parent']}" if "parent" in wanted else ""
    return _folders(call, parent)


def _folders(call: Call, parent: str) -> Json:
    folders = [
        f
        for f in sorted(call.world.folders.values(), key=lambda f: f.id)
        if (not parent or f.resource.parent == parent)
        and _visible(call, "resourcemanager.folders.get", f.resource.name)
    ]
    found, more = call.page(folders, 100, 500)
    return {"folders": [folder_shown(call, f) for f in found], **more}


@handles("cloudresourcemanager.folders.create")
def create_folder(call: Call) -> Json:
    parent = call.param("parent") or str(call.body.get("parent", ""))
    if f"{CRM}{parent}" not in call.world.resources:
        raise missing(call.method, f"{CRM}{parent}")
    made = call.world.folder(call.world.number(), parent, str(call.body.get("displayName", "")))
    return _done(folder_shown(call, made), "Folder")


@handles("cloudresourcemanager.organizations.get")
def get_organization(call: Call) -> Json:
    found = call.world.organizations.get(call.place.removeprefix(f"{CRM}organizations/"))
    if found is None:
        raise missing(call.method, call.place)
    return organization_shown(call, found)


@handles("cloudresourcemanager.organizations.search")
def search_organizations(call: Call) -> Json:
    organizations = [
        o
        for o in call.world.organizations.values()
        if _visible(call, "resourcemanager.organizations.get", o.resource.name)
    ]
    found, more = call.page(organizations, 50, 50)
    shown = [organization_shown(call, o) for o in found]
    return {"organizations": shown, **more} if shown else {}
