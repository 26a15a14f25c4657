"""Which workloads run as a service account that matched.

Asked only where one did: a run over people alone costs nothing here. One list of Cloud Asset gives
the workloads of the whole scope with what they say of themselves ("assets.list", contentType
RESOURCE, Cloud Asset API).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from iac_offboard.catalog import google_resources
from iac_offboard.clouds.reply import Data, Reply, struct, structs, text
from iac_offboard.live.gcp.gather import Gather
from iac_offboard.model import Principal, Target

WORKLOAD = frozenset({"workload"})
"""What a refused question hides (``Skipped.kinds``): no binding, but whether one is in use."""

TYPES = (
    "appengine.googleapis.com/Version",
    "cloudbuild.googleapis.com/BuildTrigger",
    "cloudfunctions.googleapis.com/CloudFunction",
    "cloudfunctions.googleapis.com/Function",
    "cloudscheduler.googleapis.com/Job",
    "composer.googleapis.com/Environment",
    "compute.googleapis.com/Instance",
    "compute.googleapis.com/InstanceTemplate",
    "container.googleapis.com/NodePool",
    "dataflow.googleapis.com/Job",
    "dataproc.googleapis.com/Cluster",
    "notebooks.googleapis.com/Instance",
    "run.googleapis.com/Job",
    "run.googleapis.com/Service",
    "workflows.googleapis.com/Workflow",
)
_PAGE = 1000


def read_workloads(
    gather: Gather, scopes: Sequence[str], accounts: Mapping[str, Principal]
) -> None:
    """The workloads below ``scopes`` that name one of ``accounts`` (by e-mail) anywhere in what
    they say of themselves."""
    spelled = {s: p for p in accounts.values() for s in (p.value, p.stable_id) if s}
    for scope in scopes:
        account = scope.removeprefix("projects/")
        for reply in gather.pages(
            "cloudasset.assets.list",
            account,
            WORKLOAD,
            "workloads",
            parent=scope,
            contentType="RESOURCE",
            assetTypes=list(TYPES),
            pageSize=_PAGE,
        ):
            for asset in structs(reply.data, "assets"):
                _asset(gather, reply, asset, spelled)


def _asset(gather: Gather, reply: Reply, asset: Data, spelled: Mapping[str, Principal]) -> None:
    told = struct(asset, "resource")
    named = {t.rpartition("/")[2].lower() for t in _texts(told.get("data"))}
    full = text(asset, "name")
    of = google_resources.of(full)
    target = Target(
        provider="gcp", kind=of.kind, name=of.name or full, account=of.account, arn=full
    )
    for email in sorted(named & spelled.keys()):
        gather.used_by(reply, spelled[email], target)


def _texts(value: object) -> Iterator[str]:
    todo = [value]
    while todo:
        one = todo.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            todo += one.values()
        elif isinstance(one, list):
            todo += one
