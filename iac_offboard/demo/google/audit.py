"""Admin Activity audit logs: who changed what, as Google writes them without being asked.

"Cloud Audit Logs overview" and "IAM audit logging" (method names). No secret goes into an entry:
of a response only the name.
"""

from __future__ import annotations

from iac_offboard.demo.google import hierarchy
from iac_offboard.demo.google.call import Call
from iac_offboard.demo.google.entities import CRM
from iac_offboard.demo.google.roles import permission_of
from iac_offboard.demo.google.wire import Json

_READS = (
    "get",
    "list",
    "search",
    "lookup",
    "check",
    "test",
    "query",
    "batchGet",
    "generate",
    "sign",
)
_ACCOUNTS = "iam.projects.serviceAccounts"
_ADMIN = {
    f"{_ACCOUNTS}.create": "CreateServiceAccount",
    f"{_ACCOUNTS}.delete": "DeleteServiceAccount",
    f"{_ACCOUNTS}.disable": "DisableServiceAccount",
    f"{_ACCOUNTS}.enable": "EnableServiceAccount",
    f"{_ACCOUNTS}.patch": "PatchServiceAccount",
    f"{_ACCOUNTS}.undelete": "UndeleteServiceAccount",
    f"{_ACCOUNTS}.setIamPolicy": "SetIAMPolicy",
    f"{_ACCOUNTS}.keys.create": "CreateServiceAccountKey",
    f"{_ACCOUNTS}.keys.delete": "DeleteServiceAccountKey",
    f"{_ACCOUNTS}.keys.disable": "DisableServiceAccountKey",
    f"{_ACCOUNTS}.keys.enable": "EnableServiceAccountKey",
    f"{_ACCOUNTS}.keys.upload": "UploadServiceAccountKey",
}


def written(call: Call, answer: Json) -> None:
    """One entry for a change that was carried out; nothing for a read."""
    verb = call.method.verb
    if verb.startswith(_READS):
        return
    resource = call.place.removeprefix("//").partition("/")[2]
    container = _container(call)
    if not container:
        return
    who: Json = {"principalEmail": call.caller.email}
    if not call.caller.email:
        who = {"principalSubject": call.caller.member}
    if call.caller.key:
        who["serviceAccountKeyName"] = call.caller.key
    response = {"name": answer["name"]} if "name" in answer else {}
    request = dict(call.params)
    payload: Json = {
        "status": {},
        "authenticationInfo": who,
        "serviceName": call.method.service,
        "methodName": _method_name(call),
        "authorizationInfo": [
            {"resource": resource, "permission": permission_of(call.method.id), "granted": True}
        ],
        "resourceName": resource,
        "request": request,
        "response": response,
    }
    labels = {"project_id": container.partition("/")[2]} if container.startswith("p") else {}
    call.world.log(container, payload, resource={"type": "audited_resource", "labels": labels})


def _container(call: Call) -> str:
    """``projects/ID``, ``folders/N`` or ``organizations/N`` that the entry is kept in."""
    nearest = hierarchy.nearest(call.world, call.place)
    if nearest is None:
        return ""
    if nearest.project:
        return f"projects/{nearest.project}"
    return nearest.name.removeprefix(CRM) if nearest.name.startswith(CRM) else ""


def _method_name(call: Call) -> str:
    method = call.method.id
    if method in _ADMIN:
        return f"google.iam.admin.v1.{_ADMIN[method]}"
    if method == "storage.buckets.setIamPolicy":
        return "storage.setIamPermissions"
    return "SetIamPolicy" if call.method.verb == "setIamPolicy" else method
