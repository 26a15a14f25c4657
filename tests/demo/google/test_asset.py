"""Cloud Asset: the query language, pages, the delay of its index, its quota, and its speed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.demo.google.conftest import ALICE, BOB, PROJECT, Cloud, binding, refused

ORGANIZATION = "organizations/123"
UNTIL = {"title": "until", "expression": 'request.time < timestamp("2030-01-01T00:00:00Z")'}


def search(cloud: Cloud, query: str = "", scope: str = ORGANIZATION, **more: Any) -> list[Any]:
    """All results, page by page."""
    api, found = cloud.admin("cloudasset").v1(), []
    request = api.searchAllIamPolicies(scope=scope, query=query, **more)
    while request is not None:
        answer = request.execute()
        found += answer.get("results", [])
        request = api.searchAllIamPolicies_next(request, answer)
    return found


def where(results: list[Any]) -> list[str]:
    return [r["resource"].split("/", 3)[3] for r in results]


@pytest.fixture
def granted(cloud: Cloud) -> Cloud:
    world = cloud.world
    world.grant(ORGANIZATION, "roles/browser", f"user:{ALICE}")
    world.grant(PROJECT, "roles/viewer", f"user:{ALICE}")
    world.grant(PROJECT, "roles/viewer", f"user:{BOB}")
    world.grant(PROJECT, "roles/owner", f"user:{BOB}")
    world.grant("gs://acme-logs", "roles/storage.admin", f"user:{ALICE}", UNTIL)
    world.grant("folders/456", "roles/editor", "user:old.alice@acme.example")
    return cloud


def test_a_result_has_the_documented_shape(granted: Cloud) -> None:
    number = granted.world.projects["acme-prod"].number
    result = search(granted, f'policy:"user:{BOB}" policy:roles/viewer')[0]
    assert result.pop("policy")["bindings"] == [
        binding("roles/viewer", f"user:{ALICE}", f"user:{BOB}")
    ]
    assert result == {
        "resource": f"//cloudresourcemanager.googleapis.com/{PROJECT}",
        "assetType": "cloudresourcemanager.googleapis.com/Project",
        "project": f"projects/{number}",
        "folders": ["folders/456"],
        "organization": ORGANIZATION,
        "explanation": {},
    }
    bucket = search(granted, f'policy:"user:{ALICE}" resource:"acme-logs"')[0]
    assert bucket["policy"]["bindings"][0]["condition"] == UNTIL


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (f'policy:"user:{ALICE}"', ["organizations/123", PROJECT, "acme-logs"]),
        (f"policy:{ALICE}", ["folders/456", "organizations/123", PROJECT, "acme-logs"]),
        (f'policy:("user:{ALICE}" OR "user:{BOB}") policy:roles/owner', [PROJECT]),
        (
            f'policy:"user:{ALICE}" AND NOT policy:"roles/viewer"',
            ["organizations/123", "acme-logs"],
        ),
        (f'policy:"user:{ALICE}" NOT (policy:roles/viewer OR policy:roles/browser)', ["acme-logs"]),
        ("policy:stor*", ["acme-logs"]),
        ("roles:roles/owner", [PROJECT]),
        ("resource:acme-logs", ["acme-logs"]),
        ("folders:456", ["folders/456", PROJECT, "acme-logs"]),
        (BOB, [PROJECT]),
        (f"user:{BOB}", [PROJECT]),
        ("memberTypes:group", []),
        ('policy:"user:ali@acme.example"', []),
        ("", ["folders/456", "organizations/123", PROJECT, "acme-logs"]),
    ],
)
def test_queries(granted: Cloud, query: str, expected: list[str]) -> None:
    assert where(search(granted, query)) == expected


@pytest.mark.parametrize(
    "query", ["policy:", "(policy:a", "policy:a)", "policy.role.permissions:x.y.get", "colour=red"]
)
def test_queries_that_do_not_parse(granted: Cloud, query: str) -> None:
    assert refused(lambda: search(granted, query)) == 400


def test_scope_and_asset_types_narrow_the_search(granted: Cloud) -> None:
    number = granted.world.projects["acme-prod"].number
    assert where(search(granted, scope=f"projects/{number}")) == [PROJECT, "acme-logs"]
    assert where(search(granted, scope="folders/456")) == ["folders/456", PROJECT, "acme-logs"]
    kinds = ["storage.googleapis.com/Bucket"]
    assert where(search(granted, assetTypes=kinds)) == ["acme-logs"]
    assert where(search(granted, assetTypes=[".*Project"])) == [PROJECT]
    assert refused(lambda: search(granted, scope="organizations/999")) == 403
    assert refused(lambda: search(granted, scope="people/1")) == 400


def test_pages_hold_at_most_500_and_go_on_with_the_same_query(cloud: Cloud) -> None:
    for number in range(1200):
        topic = f"//pubsub.googleapis.com/{PROJECT}/topics/t{number:04}"
        cloud.world.resource(topic, "pubsub.googleapis.com/Topic")
        cloud.world.grant(topic, "roles/pubsub.admin", f"user:{ALICE}")
    found = search(cloud, f'policy:"user:{ALICE}"', pageSize=1000)
    assert len(set(where(found))) == 1200
    assert cloud.server.requests["cloudasset.searchAllIamPolicies"] == 3
    api = cloud.admin("cloudasset").v1()
    first = api.searchAllIamPolicies(scope=ORGANIZATION, query=ALICE, pageSize=2).execute()
    other = api.searchAllIamPolicies(
        scope=ORGANIZATION, query=BOB, pageSize=2, pageToken=first["nextPageToken"]
    )
    assert refused(other.execute) == 400


def test_the_index_lags_behind_the_policies(granted: Cloud) -> None:
    granted.server.faults.search_delay = 600
    policy = granted.policy()
    policy["bindings"] = [binding("roles/viewer", f"user:{BOB}")]
    granted.write(policy)
    query = f'policy:"user:{ALICE}"'
    assert PROJECT in where(search(granted, query))
    assert ALICE not in str(granted.policy())
    granted.server.clock.advance(601)
    assert PROJECT not in where(search(granted, query))


def test_what_a_call_made_is_found_late(cloud: Cloud) -> None:
    cloud.server.faults.search_delay = 600
    cloud.admin("storage").buckets().insert(project="acme-prod", body={"name": "new"}).execute()
    api = cloud.admin("cloudasset").v1()
    search = api.searchAllResources(scope=ORGANIZATION, query="name:new")
    policies = api.searchAllIamPolicies(scope=ORGANIZATION, query="resource:new")
    assert (search.execute(), policies.execute()) == ({}, {})
    cloud.server.clock.advance(601)
    assert len(search.execute()["results"]) == len(policies.execute()["results"]) == 1


def test_the_quota_is_400_requests_a_minute(granted: Cloud) -> None:
    api = granted.admin("cloudasset").v1()
    request = api.searchAllIamPolicies(scope=ORGANIZATION, query=ALICE)
    assert [refused(request.execute) for _ in range(402)] == [0] * 400 + [429] * 2
    granted.server.clock.advance(61)
    assert refused(request.execute) == 0


def test_resources_with_their_attributes(cloud: Cloud) -> None:
    account = cloud.world.service_account("acme-prod", "deploy-ci", display_name="CI of alice")
    api = cloud.admin("cloudasset").v1()

    def resources(**more: Any) -> list[Any]:
        answer = api.searchAllResources(scope=ORGANIZATION, **more).execute()
        return list(answer.get("results", []))

    kind = "cloudresourcemanager.googleapis.com/Project"
    [project] = resources(assetTypes=[kind])
    assert project["additionalAttributes"] == {"projectId": "acme-prod"}
    assert project["parentFullResourceName"].endswith("/folders/456")
    [found] = resources(query="displayName:alice")
    assert found["name"] == account.resource.name
    assert found["state"] == "ENABLED"
    assert found["additionalAttributes"]["uniqueId"] == account.unique_id
    assert len(resources(assetTypes=["cloudresourcemanager.googleapis.com/.*"])) == 3
    topic = f"//pubsub.googleapis.com/{PROJECT}/topics/t"
    cloud.world.resource(topic, "pubsub.googleapis.com/Topic", {"labels": {"team": "data"}})
    assert [r["name"] for r in resources(query="labels.team:data")] == [topic]
    assert resources(query="labels.team:web") == []


def test_assets_carry_what_a_test_seeded(cloud: Cloud) -> None:
    vm = f"//compute.googleapis.com/{PROJECT}/zones/z/instances/vm"
    data = {"serviceAccounts": [{"email": "ci@acme-prod.iam.gserviceaccount.com"}]}
    cloud.world.resource(vm, "compute.googleapis.com/Instance", data)
    assets = cloud.admin("cloudasset").assets()
    kinds = ["compute.googleapis.com/Instance"]
    listed = assets.list(parent=ORGANIZATION, assetTypes=kinds, contentType="RESOURCE").execute()
    assert [(a["name"], a["resource"]["data"]) for a in listed["assets"]] == [(vm, data)]
    assert "resource" not in assets.list(parent=PROJECT).execute()["assets"][0]


def test_an_organization_of_1000_projects_and_200000_bindings(cloud: Cloud) -> None:
    world = cloud.world
    for number in range(1000):
        world.project(f"p-{number:04}", parent="folders/456")
        for role in ("roles/viewer", "roles/editor", "roles/browser", "roles/owner"):
            for person in range(50):
                world.grant(
                    f"projects/p-{number:04}", role, f"user:u{number + person}@acme.example"
                )
    for number in range(0, 1000, 2):
        world.grant(f"projects/p-{number:04}", "roles/viewer", f"user:{ALICE}")
    found = search(cloud, f'policy:("user:{ALICE}" OR "serviceAccount:{ALICE}")', pageSize=500)
    assert len(found) == 500
    assert [b["role"] for b in found[0]["policy"]["bindings"]] == ["roles/viewer"]
    assert cloud.server.requests["cloudasset.searchAllIamPolicies"] == 1
