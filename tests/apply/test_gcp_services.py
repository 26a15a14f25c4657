"""The same change in the policies of many services, each with its own way to read and write one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from iac_offboard.errors import DeniedError
from iac_offboard.interface import LookState
from iac_offboard.model import Target
from tests.apply.gcp import ALICE, BOB, PROJECT, Google, action, elements, remove

ROLE = "roles/viewer"
CAROL = "user:carol@acme.example"
PLACES = [
    "//cloudresourcemanager.googleapis.com/organizations/123",
    "//cloudresourcemanager.googleapis.com/folders/456",
    f"//pubsub.googleapis.com/projects/{PROJECT}/topics/events",
    f"//pubsub.googleapis.com/projects/{PROJECT}/subscriptions/events",
    f"//secretmanager.googleapis.com/projects/{PROJECT}/secrets/token",
    f"//cloudkms.googleapis.com/projects/{PROJECT}/locations/eu/keyRings/ring/cryptoKeys/key",
    f"//run.googleapis.com/projects/{PROJECT}/locations/europe-west1/services/web",
    f"//artifactregistry.googleapis.com/projects/{PROJECT}/locations/eu/repositories/images",
    f"//spanner.googleapis.com/projects/{PROJECT}/instances/main/databases/orders",
    f"//compute.googleapis.com/projects/{PROJECT}/zones/europe-west1-b/instances/vm",
    f"//compute.googleapis.com/projects/{PROJECT}/regions/europe-west1/subnetworks/net",
]


def made(google: Google, name: str) -> Target:
    if name.endswith("folders/456"):
        google.world.folder("456", parent="organizations/123")
    elif "organizations" not in name:
        service = name.removeprefix("//").partition("/")[0]
        google.world.resource(name, f"{service}/Thing", project=PROJECT)
    return Target(provider="gcp", kind="gcp_resource", name=name, account=PROJECT, arn=name)


@pytest.mark.parametrize("name", PLACES, ids=lambda name: name.strip("/").partition(".")[0])
def test_only_the_leaver_goes_whatever_the_service(google: Google, name: str) -> None:
    target = made(google, name)
    condition = {"title": "t", "expression": "request.time < timestamp('2030-01-01T00:00:00Z')"}
    for member in (ALICE, BOB):
        google.world.grant(name, ROLE, member, condition)
    google.server.faults.before("*.setIamPolicy", lambda: google.world.grant(name, ROLE, CAROL))
    members = elements((ROLE, ALICE, condition))
    done = google.apply(remove(target, members=members))
    assert google.members(name) == {(ROLE, BOB, "t"), (ROLE, CAROL, "")}
    assert json.loads(done.undo)["removed"] == json.loads(members)
    google.apply(action("restore:gcp_policy", target, members=members))
    assert google.members(name) == {(ROLE, ALICE, "t"), (ROLE, BOB, "t"), (ROLE, CAROL, "")}


def test_a_service_account_is_found_by_its_unique_id(google: Google) -> None:
    account = google.world.service_account(PROJECT, "ci-deploy")
    name = f"//iam.googleapis.com/projects/{PROJECT}/serviceAccounts/{account.unique_id}"
    target = Target(
        provider="gcp", kind="gcp_service_account", name="ci-deploy", account=PROJECT,
        arn=name, unique_id=account.unique_id,
    )  # fmt: skip
    for member in (ALICE, BOB):
        google.world.grant(account.email, "roles/iam.serviceAccountUser", member)
    planned = remove(target, members=elements(("roles/iam.serviceAccountUser", ALICE)))
    google.apply(planned)
    assert google.members(account.email) == {("roles/iam.serviceAccountUser", BOB, "")}
    google.world.accounts.delete(account)
    assert google.look(planned) is LookState.ABSENT


def test_a_dataset_keeps_its_views_and_who_came_in_between(google: Google) -> None:
    """BigQuery has an access list and If-Match where others have a policy and its etag."""
    name = f"//bigquery.googleapis.com/projects/{PROJECT}/datasets/reports"
    view = {"view": {"projectId": PROJECT, "datasetId": "d", "tableId": "t"}}
    listed: list[dict[str, Any]] = [
        {"role": "READER", "userByEmail": "alice@acme.example"},
        {"role": "READER", "userByEmail": "bob@acme.example"},
        {"role": "OWNER", "specialGroup": "projectOwners"},
        view,
    ]
    dataset = google.world.resource(
        name, "bigquery.googleapis.com/Dataset", {"access": listed}, PROJECT
    )
    carol = {"role": "WRITER", "userByEmail": "carol@acme.example"}
    google.world.user("carol@acme.example")

    def write() -> None:
        dataset.data["access"] = [*dataset.data["access"], carol]
        dataset.data["etag"] = "somebody wrote"

    google.server.faults.before("bigquery.datasets.patch", write)
    target = Target(
        provider="gcp", kind="gcp_bigquery_dataset", name="reports", account=PROJECT, arn=name
    )
    reader = "roles/bigquery.dataViewer"
    google.apply(remove(target, members=elements((reader, ALICE))))
    assert dataset.data["access"] == [*listed[1:], carol]
    assert len(google.slept) == 1
    google.apply(action("restore:gcp_policy", target, members=elements((reader, ALICE))))
    readers = [e for e in dataset.data["access"] if e.get("userByEmail") == "alice@acme.example"]
    assert [e["role"] for e in readers] in (["READER"], [reader])


def test_conditions_in_a_dataset_are_read_kept_and_put_back(google: Google) -> None:
    """Only ``accessPolicyVersion`` 3 shows them and writes a list that holds one."""
    name = f"//bigquery.googleapis.com/projects/{PROJECT}/datasets/reports"
    until = {"title": "t", "expression": "request.time < timestamp('2030-01-01T00:00:00Z')"}
    reader = "roles/bigquery.dataViewer"
    hers, his = (
        {"role": reader, "userByEmail": f"{who}@acme.example", "condition": until}
        for who in ("alice", "bob")
    )
    dataset = google.world.resource(
        name, "bigquery.googleapis.com/Dataset", {"access": [hers, his]}, PROJECT
    )
    target = Target(
        provider="gcp", kind="gcp_bigquery_dataset", name="reports", account=PROJECT, arn=name
    )
    members = elements((reader, ALICE, until))
    google.apply(remove(target, members=members))
    assert dataset.data["access"] == [his]
    google.apply(action("restore:gcp_policy", target, members=members))
    assert dataset.data["access"] == [his, hers]


def test_a_dataset_without_its_list_is_not_one_that_lets_nobody_in(google: Google) -> None:
    name = f"//bigquery.googleapis.com/projects/{PROJECT}/datasets/reports"
    google.world.resource(name, "bigquery.googleapis.com/Dataset", project=PROJECT)
    google.server.faults.without_access = True
    target = Target(
        provider="gcp", kind="gcp_bigquery_dataset", name="reports", account=PROJECT, arn=name
    )
    with pytest.raises(DeniedError, match="may not see who has access") as refused:
        google.apply(remove(target, members=elements((ROLE, ALICE))))
    assert refused.value.operation == "bigquery.datasets.getIamPolicy"
