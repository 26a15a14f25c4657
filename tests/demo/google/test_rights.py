"""Who may call what: roles, inheritance, groups, domains, conditions, deny policies, delays."""

from __future__ import annotations

from typing import Any

import pytest
from googleapiclient.errors import HttpError

from tests.demo.google.conftest import ALICE, BOB, PROJECT, Cloud, binding, refused


def reads(cloud: Cloud, member: str = f"user:{ALICE}") -> int:
    projects = cloud.as_(member, "cloudresourcemanager").projects()
    return refused(projects.get(projectId="acme-prod").execute)


@pytest.mark.parametrize("place", [PROJECT, "folders/456", "organizations/123"])
@pytest.mark.parametrize(
    "member",
    [f"user:{ALICE}", "group:staff@acme.example", "domain:acme.example", "allAuthenticatedUsers"],
)
def test_a_role_on_the_project_or_above(cloud: Cloud, place: str, member: str) -> None:
    cloud.world.group("devs@acme.example", [ALICE])
    cloud.world.group("staff@acme.example", ["devs@acme.example"])
    assert reads(cloud) == 403
    cloud.world.grant(place, "roles/browser", member)
    assert reads(cloud) == 0


def test_a_refusal_names_the_permission(cloud: Cloud) -> None:
    cloud.world.grant(PROJECT, "roles/viewer", f"user:{ALICE}")
    projects = cloud.as_(f"user:{ALICE}", "cloudresourcemanager").projects()
    with pytest.raises(HttpError) as refusal:
        projects.setIamPolicy(resource="acme-prod", body={"policy": {}}).execute()
    detail = refusal.value.error_details[0]
    assert refusal.value.resp.status == 403
    assert detail["reason"] == "IAM_PERMISSION_DENIED"
    assert detail["metadata"]["permission"] == "resourcemanager.projects.setIamPolicy"


def test_roles_hold_what_their_names_say(cloud: Cloud) -> None:
    account = cloud.world.service_account("acme-prod", "deploy-ci")
    mine = cloud.as_(f"user:{ALICE}", "iam").projects().serviceAccounts()
    name = f"projects/acme-prod/serviceAccounts/{account.email}"
    calls: dict[str, Any] = {
        "get": mine.get(name=name),
        "policy": mine.getIamPolicy(resource=name),
        "key": mine.keys().create(name=name, body={}),
        "disable": mine.disable(name=name, body={}),
    }

    def allowed(role: str) -> set[str]:
        cloud.world.grant(PROJECT, role, f"user:{ALICE}")
        found = {what for what, call in calls.items() if refused(call.execute) == 0}
        cloud.world.revoke(PROJECT, role, f"user:{ALICE}")
        account.disabled = False
        return found

    assert allowed("roles/viewer") == {"get", "policy"}
    assert allowed("roles/editor") == {"get", "policy", "key", "disable"}
    assert allowed("roles/iam.serviceAccountUser") == {"get"}
    assert allowed("roles/iam.serviceAccountKeyAdmin") == {"get", "key"}
    assert allowed("roles/iam.serviceAccountAdmin") == {"get", "policy", "disable"}
    assert allowed("roles/unheard.of") == set()


def test_custom_roles_include_what_they_list(cloud: Cloud) -> None:
    roles = cloud.admin("iam").organizations().roles()
    role = {"includedPermissions": ["resourcemanager.projects.get"], "title": "Reader"}
    made = roles.create(
        parent="organizations/123", body={"roleId": "reader", "role": role}
    ).execute()
    cloud.write({"bindings": [binding(made["name"], f"user:{ALICE}")]})
    assert reads(cloud) == 0
    unknown = binding("organizations/123/roles/none", f"user:{ALICE}")
    assert refused(lambda: cloud.write({"bindings": [unknown]})) == 400


@pytest.mark.parametrize(
    ("expression", "status"),
    [
        ('request.time < timestamp("2100-01-01T00:00:00Z")', 0),
        ('request.time < timestamp("2001-01-01T00:00:00Z")', 403),
        ('resource.name == "projects/acme-prod"', 0),
        ('resource.name.startsWith("projects/other") || resource.name.endsWith("prod")', 0),
        ('!(resource.name == "projects/acme-prod")', 403),
        ('resource.type == "cloudresourcemanager.googleapis.com/Project"', 403),  # not decided
    ],
)
def test_conditions(cloud: Cloud, expression: str, status: int) -> None:
    condition = {"title": "t", "expression": expression}
    cloud.world.grant(PROJECT, "roles/viewer", f"user:{ALICE}", condition)
    assert reads(cloud) == status


def test_access_with_an_end_ends_by_the_clock(cloud: Cloud) -> None:
    end = cloud.server.clock.now().replace(year=2040).strftime("%Y-%m-%dT%H:%M:%SZ")
    condition = {"title": "t", "expression": f'request.time < timestamp("{end}")'}
    cloud.world.grant(PROJECT, "roles/viewer", f"user:{ALICE}", condition)
    assert reads(cloud) == 0
    cloud.server.clock.advance(20 * 365 * 86400)
    assert reads(cloud) == 403


def test_deny_policies_win_and_know_exceptions(cloud: Cloud) -> None:
    for person in (ALICE, BOB):
        cloud.world.grant(PROJECT, "roles/viewer", f"user:{person}")
    policies = cloud.admin("iam", "v2").policies()
    rule = {
        "deniedPrincipals": ["principalSet://goog/public:all"],
        "exceptionPrincipals": [f"principal://goog/subject/{BOB}"],
        "deniedPermissions": ["cloudresourcemanager.googleapis.com/projects.get"],
    }
    attached = "cloudresourcemanager.googleapis.com%2Ffolders%2F456"
    parent = f"policies/{attached}/denypolicies"
    body = {"displayName": "no", "rules": [{"denyRule": rule}]}
    made = policies.createPolicy(parent=parent, policyId="no", body=body).execute()["response"]
    assert (reads(cloud), reads(cloud, f"user:{BOB}")) == (403, 0)
    listed = policies.listPolicies(parent=parent).execute()["policies"]
    assert [(p["name"], "rules" in p) for p in listed] == [(f"{parent}/no", False)]
    got = policies.get(name=made["name"]).execute()
    assert got["rules"] == body["rules"]
    policies.update(name=made["name"], body={**got, "rules": [{"denyRule": rule}]}).execute()
    assert refused(policies.update(name=made["name"], body=got).execute) == 409
    policies.delete(name=made["name"]).execute()
    assert reads(cloud) == 0


def test_a_policy_change_is_felt_after_its_delay(cloud: Cloud) -> None:
    cloud.world.grant(PROJECT, "roles/viewer", f"user:{ALICE}")
    cloud.server.faults.policy_delay = 420
    cloud.write({"bindings": [binding("roles/viewer", f"user:{BOB}")]})
    assert cloud.policy()["bindings"] == [binding("roles/viewer", f"user:{BOB}")]
    assert (reads(cloud), reads(cloud, f"user:{BOB}")) == (0, 403)
    cloud.server.clock.advance(421)
    assert (reads(cloud), reads(cloud, f"user:{BOB}")) == (403, 0)


def test_owners_of_the_project_by_the_policy_of_a_bucket(cloud: Cloud) -> None:
    cloud.world.grant(PROJECT, "roles/owner", f"user:{ALICE}")
    cloud.world.grant("gs://acme-logs", "roles/storage.legacyBucketOwner", "projectOwner:acme-prod")
    cloud.world.grant(PROJECT, "roles/viewer", f"user:{BOB}")
    assert (
        refused(cloud.as_(f"user:{ALICE}", "storage").buckets().get(bucket="acme-logs").execute)
        == 0
    )
    assert (
        refused(cloud.as_(f"user:{BOB}", "storage").buckets().get(bucket="acme-logs").execute)
        == 403
    )


def test_tokens(cloud: Cloud) -> None:
    cloud.world.grant(PROJECT, "roles/viewer", f"user:{ALICE}")

    def read(token: str) -> int:
        projects = cloud.bearing(token, "cloudresourcemanager").projects()
        return refused(projects.get(projectId="acme-prod").execute)

    token = cloud.server.token(f"user:{ALICE}")
    assert read(token) == 0
    assert read("ya29.made-up") == 401
    cloud.world.directory.users[ALICE].suspended = True
    assert read(token) == 401
    cloud.world.directory.users[ALICE].suspended = False
    cloud.server.clock.advance(3601)
    assert read(token) == 401


def test_lists_hold_what_the_caller_may_see(cloud: Cloud) -> None:
    cloud.world.project("acme-dev", parent="folders/456")
    cloud.world.grant("projects/acme-dev", "roles/viewer", f"user:{ALICE}")

    def seen(client: Any) -> list[str]:
        return [p["projectId"] for p in client.projects().search().execute()["projects"]]

    assert seen(cloud.as_(f"user:{ALICE}", "cloudresourcemanager", "v3")) == ["acme-dev"]
    assert {"acme-dev", "acme-prod"} < set(seen(cloud.admin("cloudresourcemanager", "v3")))
