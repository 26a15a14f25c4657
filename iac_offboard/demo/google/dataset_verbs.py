"""BigQuery v2: datasets with their access list, which is their policy.

``etag`` with ``If-Match`` guards a write: 412 when it is stale ("Datasets: patch"). Below
``accessPolicyVersion`` 3 conditions are not shown, and a list that holds one is not written.
"""

from __future__ import annotations

from iac_offboard.demo.google.call import Call, handles
from iac_offboard.demo.google.clock import stamp
from iac_offboard.demo.google.entities import Resource
from iac_offboard.demo.google.policies import condition_hash, next_etag
from iac_offboard.demo.google.refusals import condition_not_met, exists, invalid
from iac_offboard.demo.google.wire import Json, Reply

KIND = "bigquery.googleapis.com/Dataset"
WHO = frozenset(
    [
        "userByEmail",
        "groupByEmail",
        "domain",
        "specialGroup",
        "iamMember",
        "view",
        "routine",
        "dataset",
    ]
)


def shown(dataset: Resource) -> Json:
    project, name = dataset.project, dataset.name.rpartition("/")[2]
    return {
        "kind": "bigquery#dataset",
        "id": f"{project}:{name}",
        "datasetReference": {"projectId": project, "datasetId": name},
        "location": "US",
        "creationTime": str(int(dataset.created.timestamp() * 1000)),
        "access": [],
        **dataset.data,
    }


def _etag(dataset: Resource) -> None:
    dataset.data["etag"] = next_etag()


@handles("bigquery.datasets.get")
def get(call: Call) -> Json:
    dataset = call.resource()
    dataset.data.setdefault("etag", next_etag())
    answer = shown(dataset)
    if _version(call) < 3:
        answer["access"] = [_without_condition(entry) for entry in answer["access"]]
    if call.faults.without_access:
        del answer["access"]
    return answer


def _version(call: Call) -> int:
    return int(call.param("accessPolicyVersion") or 0)


def _without_condition(entry: Json) -> Json:
    if "condition" not in entry:
        return entry
    mark = condition_hash(str(entry["condition"]))
    rest = {k: v for k, v in entry.items() if k != "condition"}
    return rest | {"role": f"{entry['role']}_withcond_{mark}"}


@handles("bigquery.datasets.list")
def list_(call: Call) -> Json:
    project = call.project()
    datasets = [
        r for r in call.world.children.get(project.resource.name, []) if r.asset_type == KIND
    ]
    found, more = call.page(sorted(datasets, key=lambda d: d.name), 50, 1000, "maxResults")
    keys = ("kind", "id", "datasetReference", "location", "labels")
    items = [{k: v for k, v in shown(d).items() if k in keys} for d in found]
    answer: Json = {"kind": "bigquery#datasetList", "etag": stamp(call.world.clock.now()), **more}
    return answer | ({"datasets": items} if items else {})


@handles("bigquery.datasets.insert")
def insert(call: Call) -> Json:
    project = call.project().id
    name = str(call.body.get("datasetReference", {}).get("datasetId", ""))
    full = f"//bigquery.googleapis.com/projects/{project}/datasets/{name}"
    if not name:
        raise invalid("Required parameter is missing: datasetReference")
    if full in call.world.resources:
        raise exists(f"Dataset {project}:{name}")
    _checked(call.body)
    made = call.world.resource(full, KIND, dict(call.body))
    made.data.setdefault("access", [{"role": "OWNER", "specialGroup": "projectOwners"}])
    _etag(made)
    return shown(made)


@handles("bigquery.datasets.patch", "bigquery.datasets.update")
def patch(call: Call) -> Json:
    dataset = call.resource()
    sent = call.request.header("if-match") or str(call.body.get("etag") or "")
    dataset.data.setdefault("etag", next_etag())
    if sent and sent != dataset.data["etag"]:
        raise condition_not_met()
    _checked(call.body)
    both = [*dataset.data.get("access", []), *call.body.get("access", [])]
    if _version(call) < 3 and any("condition" in entry for entry in both):
        raise invalid("Conditional access entries need accessPolicyVersion 3.", "access")
    if call.method.verb == "update":
        dataset.data = {}
    dataset.data.update({k: v for k, v in call.body.items() if k != "etag"})
    _etag(dataset)
    return shown(dataset)


def _checked(body: Json) -> None:
    for entry in body.get("access", []):
        if len(WHO & entry.keys()) != 1:
            raise invalid("An access entry must name exactly one identity.", "access")


@handles("bigquery.datasets.delete")
def delete(call: Call) -> Reply:
    call.world.discard(call.resource())
    return Reply(status=204)
