"""create, get, list, patch and delete of services that have no handlers of their own.

What is stored is what was sent; enough for a client to make a topic or a secret that then holds
a policy. Long-running methods are done at once.
"""

from __future__ import annotations

from iac_offboard.demo.google.call import Call
from iac_offboard.demo.google.entities import Resource
from iac_offboard.demo.google.refusals import exists, invalid
from iac_offboard.demo.google.wire import Json, Reply

VERBS = frozenset({"get", "create", "insert", "list", "patch", "update", "delete"})


def handle(call: Call) -> Json | Reply:
    match call.method.verb:
        case "get":
            return _shown(call.resource())
        case "create" | "insert":
            return _create(call)
        case "list":
            return _list(call)
        case "delete":
            call.world.discard(call.resource())
            return _operation(call, {}) or {}
    resource = call.resource()
    resource.data.update(call.body)
    return _operation(call, _shown(resource)) or _shown(resource)


def _shown(resource: Resource) -> Json:
    return {"name": resource.name[2:].partition("/")[2], **resource.data}


def _operation(call: Call, response: Json) -> Json:
    """A done operation where the method answers with one, else {}."""
    if not call.method.response.endswith("Operation"):
        return {}
    return {"name": "operations/fake", "done": True, "response": response}


def _create(call: Call) -> Json:
    name = call.place
    if call.method.http != "PUT":
        collection = call.method.path.rpartition("/")[2]
        named = [v[-1] for k, v in call.query.items() if k.endswith("Id") and k != "requestId"]
        id_ = named[0] if named else str(call.body.get("name") or call.body.get("id") or "")
        if not id_:
            raise invalid("The resource has no name.", "name")
        name = f"//{call.method.service}/projects/{call.place.partition('/projects/')[2]}"
        name = f"{name}/{collection}/{id_.rpartition('/')[2]}"
    if name in call.world.resources:
        raise exists(f"Resource {name[2:].partition('/')[2]}")
    kind = call.method.request.rpartition("V")[2].lstrip("0123456789") or call.method.request
    made = call.world.resource(name, f"{call.method.service}/{kind}", dict(call.body))
    made.data.pop("name", None)
    return _operation(call, _shown(made)) or _shown(made)


def _list(call: Call) -> Json:
    collection = call.method.path.rpartition("/")[2]
    prefix = f"//{call.method.service}/{call.place.split('/', 3)[3]}/{collection}/"
    found = [r for n, r in sorted(call.world.resources.items()) if n.startswith(prefix)]
    part, more = call.page([r for r in found if "/" not in r.name[len(prefix) :]], 100, 1000)
    return {collection: [_shown(r) for r in part], **more} if part else {}
