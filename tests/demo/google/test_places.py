"""Resource Manager, storage, BigQuery, log entries, and what other services create."""

from __future__ import annotations

from typing import Any

import pytest

from tests.demo.google.conftest import ALICE, PROJECT, Cloud, binding, refused


def test_projects_by_id_and_by_number(cloud: Cloud) -> None:
    number = cloud.world.projects["acme-prod"].number
    old, new = cloud.admin("cloudresourcemanager"), cloud.admin("cloudresourcemanager", "v3")
    v1 = old.projects().get(projectId=number).execute()
    assert (v1["projectId"], v1["parent"]) == ("acme-prod", {"type": "folder", "id": "456"})
    v3 = new.projects().get(name="projects/acme-prod").execute()
    assert (v3["name"], v3["parent"], v3["state"]) == (
        f"projects/{number}",
        "folders/456",
        "ACTIVE",
    )
    assert refused(new.projects().get(name="projects/none").execute) == 403
    cloud.world.grant(f"projects/{number}", "roles/viewer", f"user:{ALICE}")
    assert cloud.policy(f"projects/{number}") == cloud.policy()


def test_projects_folders_and_organizations_are_walked(cloud: Cloud) -> None:
    cloud.world.folder("789", parent="folders/456")
    for number in range(3):
        cloud.world.project(f"p-{number}", parent="folders/789")
    api = cloud.admin("cloudresourcemanager", "v3")
    [organization] = api.organizations().search().execute()["organizations"]
    assert (organization["name"], organization["displayName"]) == (
        "organizations/123",
        "acme.example",
    )
    [top] = api.folders().list(parent="organizations/123").execute()["folders"]
    assert top["name"] == "folders/456"
    [below] = api.folders().list(parent="folders/456").execute()["folders"]
    first = api.projects().list(parent=below["name"], pageSize=2)
    page = first.execute()
    rest = api.projects().list_next(first, page).execute()
    assert [p["projectId"] for p in page["projects"] + rest["projects"]] == ["p-0", "p-1", "p-2"]
    old = cloud.admin("cloudresourcemanager")
    found = old.projects().list(filter="parent.type:folder parent.id:456").execute()["projects"]
    assert [p["projectId"] for p in found] == ["acme-prod"]
    chain = old.projects().getAncestry(projectId="p-0", body={}).execute()["ancestor"]
    assert [a["resourceId"]["id"] for a in chain] == ["p-0", "789", "456", "123"]
    two = cloud.admin("cloudresourcemanager", "v2").folders().get(name="folders/789").execute()
    assert (two["lifecycleState"], two["parent"]) == ("ACTIVE", "folders/456")


@pytest.mark.parametrize(
    ("name", "path"), [("folders/456", "folders"), ("organizations/123", "organizations")]
)
def test_policies_above_projects(cloud: Cloud, name: str, path: str) -> None:
    places = getattr(cloud.admin("cloudresourcemanager", "v3"), path)()
    policy = {"bindings": [binding("roles/viewer", f"user:{ALICE}")]}
    written = places.setIamPolicy(resource=name, body={"policy": policy}).execute()
    assert places.getIamPolicy(resource=name).execute() == written


def test_a_bucket_is_made_with_its_default_policy_and_deleted(cloud: Cloud) -> None:
    buckets = cloud.admin("storage").buckets()
    body = {"name": "acme-new", "location": "EU"}
    made = buckets.insert(project="acme-prod", body=body).execute()
    assert (made["name"], made["location"]) == ("acme-new", "EU")
    assert refused(buckets.insert(project="acme-prod", body=body).execute) == 409
    roles = [b["role"] for b in buckets.getIamPolicy(bucket="acme-new").execute()["bindings"]]
    assert roles == ["roles/storage.legacyBucketOwner", "roles/storage.legacyBucketReader"]
    asked = ["storage.buckets.get", "storage.buckets.delete"]
    test = buckets.testIamPermissions(bucket="acme-new", permissions=asked).execute()
    assert test["permissions"] == asked
    buckets.delete(bucket="acme-new").execute()
    assert refused(buckets.get(bucket="acme-new").execute) == 404


def test_access_control_lists(cloud: Cloud) -> None:
    body: dict[str, Any] = {
        "name": "acme-old",
        "iamConfiguration": {"uniformBucketLevelAccess": {"enabled": False}},
    }
    cloud.admin("storage").buckets().insert(project="acme-prod", body=body).execute()
    lists = cloud.admin("storage").bucketAccessControls()
    entry = {"entity": f"user-{ALICE}", "role": "READER"}
    made = lists.insert(bucket="acme-old", body=entry).execute()
    assert (made["entity"], made["email"]) == (f"user-{ALICE}", ALICE)
    assert refused(lists.insert(bucket="acme-old", body=entry).execute) == 409
    wrong = {"entity": ALICE, "role": "READER"}
    assert refused(lists.insert(bucket="acme-old", body=wrong).execute) == 400
    name = {"bucket": "acme-old", "entity": f"user-{ALICE}"}
    lists.patch(**name, body={"role": "OWNER"}).execute()
    assert lists.list(bucket="acme-old").execute()["items"][0]["role"] == "OWNER"
    lists.delete(**name).execute()
    assert refused(lists.get(**name).execute) == 404
    objects = cloud.admin("storage").defaultObjectAccessControls()
    assert objects.list(bucket="acme-old").execute()["items"] == []
    uniform = {"iamConfiguration": {"uniformBucketLevelAccess": {"enabled": True}}}
    cloud.admin("storage").buckets().patch(bucket="acme-old", body=uniform).execute()
    assert refused(lists.list(bucket="acme-old").execute) == 400


def test_hmac_keys_must_be_inactive_before_they_go(cloud: Cloud) -> None:
    account = cloud.world.service_account("acme-prod", "deploy-ci")
    keys = cloud.admin("storage").projects().hmacKeys()
    made = keys.create(projectId="acme-prod", serviceAccountEmail=account.email).execute()
    name = {"projectId": "acme-prod", "accessId": made["metadata"]["accessId"]}
    assert made["secret"]
    [listed] = keys.list(projectId="acme-prod", serviceAccountEmail=account.email).execute()[
        "items"
    ]
    assert listed == made["metadata"]
    assert refused(keys.delete(**name).execute) == 400
    keys.update(**name, body={"state": "INACTIVE", "etag": listed["etag"]}).execute()
    assert (
        refused(keys.update(**name, body={"state": "ACTIVE", "etag": listed["etag"]}).execute)
        == 412
    )
    keys.delete(**name).execute()
    assert "items" not in keys.list(projectId="acme-prod").execute()
    assert keys.get(**name).execute()["state"] == "DELETED"


def test_the_access_list_of_a_dataset_is_guarded_by_its_etag(cloud: Cloud) -> None:
    datasets = cloud.admin("bigquery", "v2").datasets()
    reference = {"projectId": "acme-prod", "datasetId": "sales"}
    access = [
        {"role": "READER", "userByEmail": ALICE},
        {"role": "OWNER", "specialGroup": "projectOwners"},
    ]
    datasets.insert(
        projectId="acme-prod", body={"datasetReference": reference, "access": access}
    ).execute()
    got = datasets.get(**reference).execute()
    assert got["access"] == access
    patch = datasets.patch(**reference, body={"access": access[1:]})
    patch.headers["If-Match"] = got["etag"]
    assert patch.execute()["access"] == access[1:]
    stale = datasets.patch(**reference, body={"access": []})
    stale.headers["If-Match"] = got["etag"]
    assert refused(stale.execute) == 412
    twice = {"access": [{"role": "READER", "userByEmail": ALICE, "domain": "acme.example"}]}
    assert refused(datasets.patch(**reference, body=twice).execute) == 400
    [listed] = datasets.list(projectId="acme-prod").execute()["datasets"]
    assert listed["datasetReference"] == reference


def test_log_entries_by_filter(cloud: Cloud) -> None:
    def said(method: str, person: str, when: str) -> None:
        payload = {"methodName": method, "authenticationInfo": {"principalEmail": person}}
        cloud.world.log(PROJECT, payload, timestamp=when)

    said("google.iam.admin.v1.CreateServiceAccountKey", ALICE, "2026-01-01T00:00:00Z")
    said("google.iam.admin.v1.CreateServiceAccountKey", "bob@acme.example", "2026-02-01T00:00:00Z")
    said("SetIamPolicy", ALICE, "2026-03-01T00:00:00Z")
    entries = cloud.admin("logging", "v2").entries()

    def found(text: str, **more: Any) -> list[str]:
        body = {"resourceNames": [PROJECT], "filter": text, **more}
        answer = entries.list(body=body).execute().get("entries", [])
        return [str(e["timestamp"])[5:7] for e in answer]

    who = f'protoPayload.authenticationInfo.principalEmail="{ALICE}"'
    assert found(who) == ["01", "03"]
    assert found(f"{who} AND protoPayload.methodName:CreateServiceAccountKey") == ["01"]
    assert found('timestamp>="2026-02-01T00:00:00Z"', orderBy="timestamp desc") == ["03", "02"]
    assert found(f'NOT {who}\nprotoPayload.methodName=~"Key$"') == ["02"]
    assert found('protoPayload.methodName=("SetIamPolicy" OR "Other")') == ["03"]
    assert refused(lambda: found("((")) == 400


def test_changes_are_in_the_audit_log_with_who_made_them_and_no_secret(cloud: Cloud) -> None:
    account = cloud.world.service_account("acme-prod", "deploy-ci")
    key = cloud.world.key(account.email)
    cloud.world.grant(PROJECT, "roles/editor", f"serviceAccount:{account.email}")
    cloud.world.grant(PROJECT, "roles/iam.serviceAccountKeyAdmin", f"user:{ALICE}")
    name = f"projects/acme-prod/serviceAccounts/{account.email}"
    for client in (
        cloud.as_(f"user:{ALICE}", "iam"),
        cloud.with_key(account.email, key, "iam"),
    ):
        made = client.projects().serviceAccounts().keys().create(name=name, body={}).execute()
    method = "google.iam.admin.v1.CreateServiceAccountKey"
    body = {"resourceNames": [PROJECT], "filter": f'protoPayload.methodName="{method}"'}
    entries = cloud.admin("logging", "v2").entries().list(body=body).execute()["entries"]
    who = [e["protoPayload"]["authenticationInfo"] for e in entries]
    assert who[0] == {"principalEmail": ALICE}
    assert who[1]["principalEmail"] == account.email
    assert who[1]["serviceAccountKeyName"].endswith(f"/keys/{key.id}")
    assert entries[1]["protoPayload"]["response"] == {"name": made["name"]}
    assert "privateKey" not in str(entries)


def test_a_service_without_handlers_makes_what_holds_a_policy(cloud: Cloud) -> None:
    topics = cloud.admin("pubsub").projects().topics()
    name = f"{PROJECT}/topics/made"
    topics.create(name=name, body={"labels": {"a": "b"}}).execute()
    assert topics.get(topic=name).execute() == {"name": name, "labels": {"a": "b"}}
    policy = {"bindings": [binding("roles/pubsub.publisher", f"user:{ALICE}")]}
    topics.setIamPolicy(resource=name, body={"policy": policy}).execute()
    api = cloud.admin("cloudasset").v1()
    [found] = api.searchAllIamPolicies(scope="organizations/123").execute()["results"]
    assert found["assetType"] == "pubsub.googleapis.com/Topic"
    topics.delete(topic=name).execute()
    assert refused(topics.get(topic=name).execute) == 404
    secrets = cloud.admin("secretmanager").projects().secrets()
    made = secrets.create(parent=PROJECT, secretId="s", body={}).execute()
    assert made["name"] == f"{PROJECT}/secrets/s"
    assert [s["name"] for s in secrets.list(parent=PROJECT).execute()["secrets"]] == [made["name"]]
