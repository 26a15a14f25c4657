"""``permissions gcp`` prints custom roles as ``gcloud iam roles create --file`` takes them."""

from __future__ import annotations

import json
import re

from iac_offboard.clouds.gcp import policies
from iac_offboard.clouds.gcp.operations import OPERATIONS, Use
from tests.acceptance.desk import run

CHANGES = re.compile(r"\.(setIamPolicy|update|delete|disable|enable|undelete|create)$")


def included(option: str) -> list[str]:
    ran = run("permissions", "gcp", option)
    assert ran.code == 0, ran.err
    role = json.loads(ran.out)
    assert role.keys() == {"title", "description", "stage", "includedPermissions"}
    assert (len(role["title"]) <= 100, len(role["description"]) <= 256) == (True, True)
    assert role["includedPermissions"] == sorted(set(role["includedPermissions"]))
    return list(role["includedPermissions"])


def test_three_roles_and_each_alone_is_a_file() -> None:
    every = json.loads(run("permissions", "gcp").out)
    assert every.keys() == {"read", "write", "restore"}
    for name, role in every.items():
        assert included(f"--{name}") == role["includedPermissions"]


def test_who_looks_changes_nothing_and_only_a_rollback_enables() -> None:
    read, write, restore = (included(f"--{name}") for name in ("read", "write", "restore"))
    assert [p for p in read if CHANGES.search(p)] == []
    assert [p for p in write if p.endswith(("able", "undelete"))] == [
        "iam.serviceAccountKeys.disable",
        "iam.serviceAccounts.disable",
    ]
    assert all(CHANGES.search(p) for p in restore)
    # It looks at each policy again before it writes it.
    wrote = {p.removesuffix("setIamPolicy") for p in write if p.endswith(".setIamPolicy")}
    assert {f"{one}getIamPolicy" for one in wrote} <= set(write)


def test_every_method_of_the_table_is_in_the_role_of_its_use() -> None:
    for option, use in (("--read", Use.READ), ("--write", Use.WRITE), ("--restore", Use.RESTORE)):
        needed = {p for row in OPERATIONS.values() if use in row.use for p in row.permissions}
        assert needed <= set(included(option))


def test_permissions_are_spelled_as_the_reference_spells_them() -> None:
    """Where the name of the API or of its collection is another ("IAM permissions reference"): one
    that IAM does not know would have the whole role refused."""
    spelled = {
        "//cloudbilling.googleapis.com/billingAccounts/x": "billing.accounts",
        "//bigtable.googleapis.com/projects/p/instances/i": "bigtable.instances",
        "//pubsub.googleapis.com/projects/p/topics/t": "pubsub.topics",
        "//sourcerepo.googleapis.com/projects/p/repos/r": "source.repos",
        "//run.googleapis.com/projects/p/locations/l/workerPools/w": "run.workerpools",
        "//iam.googleapis.com/projects/p/locations/global/workloadIdentityPools/w": (
            "iam.googleapis.com/workloadIdentityPools"
        ),
    }
    for full, name in spelled.items():
        assert policies.permissions(full) == (f"{name}.getIamPolicy",)
        assert policies.permissions(full, write=True) == (f"{name}.setIamPolicy",)
    dataset = policies.permissions("//bigquery.googleapis.com/projects/p/datasets/d", write=True)
    assert dataset == ("bigquery.datasets.update", "bigquery.datasets.setIamPolicy")
    assert policies.permissions("//no.googleapis.com/such/thing") == ()


def test_states_are_of_aws() -> None:
    ran = run("permissions", "gcp", "--states")
    assert (ran.code, ran.out) == (2, "")
    assert "--states" in ran.err
