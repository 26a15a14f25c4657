"""Allow policies: etags, versions, conditions, masks, members, sizes."""

from __future__ import annotations

from typing import Any

import pytest
from googleapiclient.errors import HttpError

from tests.demo.google.conftest import ALICE, BOB, PROJECT, Cloud, binding, refused

UNTIL = {"title": "until", "expression": 'request.time < timestamp("2030-01-01T00:00:00Z")'}


def test_a_stale_etag_is_refused_and_none_overwrites(cloud: Cloud) -> None:
    cloud.world.grant(PROJECT, "roles/viewer", f"user:{ALICE}")
    mine, theirs = cloud.policy(), cloud.policy()
    theirs["bindings"].append(binding("roles/browser", f"user:{BOB}"))
    cloud.write(theirs)
    with pytest.raises(HttpError) as error:
        cloud.write(mine)
    assert error.value.resp.status == 409
    assert error.value.reason.startswith("There were concurrent policy changes")
    del mine["etag"]
    cloud.write(mine)
    assert [b["role"] for b in cloud.policy()["bindings"]] == ["roles/viewer"]


def test_storage_answers_412_to_a_stale_etag(cloud: Cloud) -> None:
    buckets = cloud.admin("storage").buckets()
    old = buckets.getIamPolicy(bucket="acme-logs").execute()
    new = {**old, "bindings": [binding("roles/storage.admin", f"user:{ALICE}")]}
    buckets.setIamPolicy(bucket="acme-logs", body=new).execute()
    write = buckets.setIamPolicy(bucket="acme-logs", body=new)
    assert refused(write.execute) == 412


def test_a_policy_that_was_never_written(cloud: Cloud) -> None:
    assert cloud.policy() == {"etag": "ACAB"}


def test_conditions_need_version_3(cloud: Cloud) -> None:
    wanted = {"bindings": [binding("roles/viewer", f"user:{ALICE}", condition=UNTIL)]}
    assert refused(lambda: cloud.write(wanted)) == 400
    assert refused(lambda: cloud.write({**wanted, "version": 1})) == 400
    assert refused(lambda: cloud.write({**wanted, "version": 2})) == 400
    written = cloud.write({**wanted, "version": 3})
    assert written["version"] == 3
    assert written["bindings"][0]["condition"] == UNTIL


def test_an_old_read_hides_the_condition_and_an_old_write_loses_it(cloud: Cloud) -> None:
    cloud.world.grant(PROJECT, "roles/viewer", f"user:{ALICE}", UNTIL)
    old = cloud.policy(version=1)
    assert old["version"] == 1
    assert old["bindings"][0]["role"].startswith("roles/viewer_withcond_")
    assert "condition" not in old["bindings"][0]
    assert refused(lambda: cloud.write(old)) == 400  # the role is none
    plain = {"version": 1, "bindings": [binding("roles/viewer", f"user:{ALICE}")]}
    assert refused(lambda: cloud.write({**plain, "etag": old["etag"]})) == 400
    cloud.write(plain)  # without an etag: the documented danger
    assert cloud.policy()["bindings"] == plain["bindings"]
    assert refused(lambda: cloud.policy(version=2)) == 400


@pytest.mark.parametrize(
    "condition",
    [{"title": "t"}, {"expression": "true"}, {"title": "t", "expression": "request.time <"}],
)
def test_a_condition_must_be_whole(cloud: Cloud, condition: dict[str, str]) -> None:
    wanted = {"version": 3, "bindings": [binding("roles/viewer", f"user:{ALICE}")]}
    wanted["bindings"][0]["condition"] = condition  # type: ignore[index]
    assert refused(lambda: cloud.write(wanted)) == 400


def test_bindings_are_merged_normalised_and_dropped_when_empty(cloud: Cloud) -> None:
    wanted = [
        binding("roles/viewer", "user:Alice@ACME.example", f"user:{ALICE}"),
        binding("roles/viewer", f"user:{BOB}"),
        binding("roles/editor"),
    ]
    written = cloud.write({"bindings": wanted})
    assert written["bindings"] == [binding("roles/viewer", f"user:{ALICE}", f"user:{BOB}")]


def test_audit_configs_are_written_only_through_the_mask(cloud: Cloud) -> None:
    log = {"logType": "DATA_READ", "exemptedMembers": [f"user:{ALICE}"]}
    config = {"service": "allServices", "auditLogConfigs": [log]}
    cloud.write({"auditConfigs": [config]})
    assert "auditConfigs" not in cloud.policy()
    cloud.write({"auditConfigs": [config]}, updateMask="bindings,etag,auditConfigs")
    assert cloud.policy()["auditConfigs"] == [config]
    cloud.write({"bindings": [binding("roles/viewer", f"user:{ALICE}")]})
    assert cloud.policy()["auditConfigs"] == [config]
    assert refused(lambda: cloud.write({}, updateMask="colour")) == 400


@pytest.mark.parametrize(
    "member",
    [
        "user:nobody@acme.example",
        "group:nobody@acme.example",
        "serviceAccount:nobody@acme-prod.iam.gserviceaccount.com",
        "alice@acme.example",
        "user:alice",
        "projectOwner:acme-prod",
        "deleted:user:alice@acme.example?uid=1",
        "principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/subject/s",
    ],
)
def test_members_that_cannot_be_added(cloud: Cloud, member: str) -> None:
    wanted = {"bindings": [binding("roles/viewer", member)]}
    assert refused(lambda: cloud.write(wanted)) == 400


def test_members_of_every_kind(cloud: Cloud) -> None:
    cloud.world.group("devs@acme.example")
    pool = cloud.world.pool("acme-prod", "github")
    members = [
        "domain:acme.example",
        "group:devs@acme.example",
        f"principal://iam.googleapis.com/{pool.name}/subject/me",
        f"principalSet://iam.googleapis.com/{pool.name}/attribute.repository/acme/app",
        "serviceAccount:acme-prod.svc.id.goog[default/app]",
        f"user:{ALICE}",
    ]
    written = cloud.write({"bindings": [binding("roles/viewer", *members)]})
    assert written["bindings"][0]["members"] == members


def test_everybody_may_be_a_member_of_a_bucket_and_not_of_a_project(cloud: Cloud) -> None:
    everybody = binding("roles/storage.objectViewer", "allAuthenticatedUsers", "allUsers")
    buckets = cloud.admin("storage").buckets()
    written = buckets.setIamPolicy(bucket="acme-logs", body={"bindings": [everybody]}).execute()
    assert written["bindings"] == [everybody]
    assert refused(lambda: cloud.write({"bindings": [binding("roles/viewer", "allUsers")]})) == 400


def test_owners_of_another_domain_are_invited_not_written(cloud: Cloud) -> None:
    cloud.world.user("eve@other.example")
    with pytest.raises(HttpError) as refusal:
        cloud.write({"bindings": [binding("roles/owner", "user:eve@other.example")]})
    assert refusal.value.error_details[0]["type"] == "ORG_MUST_INVITE_EXTERNAL_OWNERS"
    own = {"bindings": [binding("roles/owner", f"user:{ALICE}")]}
    assert cloud.write(own)["bindings"] == own["bindings"]
    assert "bindings" not in cloud.write({"bindings": []})  # an organization's may lose all


def test_a_project_of_nobody_keeps_its_last_owner(cloud: Cloud) -> None:
    cloud.world.project("alone")
    for person in (ALICE, BOB):
        cloud.world.grant("projects/alone", "roles/owner", f"user:{person}")
    one = {"bindings": [binding("roles/owner", f"user:{BOB}")]}
    assert cloud.write(one, "projects/alone")["bindings"] == one["bindings"]
    with pytest.raises(HttpError) as refusal:
        cloud.write({"bindings": []}, "projects/alone")
    assert refusal.value.error_details[0]["type"] == "SOLO_REQUIRE_TOS_ACCEPTOR"
    with pytest.raises(HttpError) as refusal:
        cloud.write({"bindings": [binding("roles/owner", f"user:{ALICE}")]}, "projects/alone")
    assert refusal.value.error_details[0]["type"] == "SOLO_MUST_INVITE_OWNERS"


def test_deleted_members_stay_may_go_and_come_back(cloud: Cloud) -> None:
    cloud.world.grant(PROJECT, "roles/viewer", f"user:{ALICE}")
    uid = cloud.world.delete_user(ALICE).uid
    shown = f"deleted:user:{ALICE}?uid={uid}"
    policy = cloud.policy()
    assert policy["bindings"][0]["members"] == [shown]
    policy["bindings"].append(binding("roles/browser", f"user:{BOB}"))
    kept = cloud.write(policy)
    assert shown in kept["bindings"][1]["members"]
    assert refused(lambda: cloud.write({"bindings": [binding("roles/viewer", f"user:{ALICE}")]}))
    cloud.world.undelete_user(ALICE)
    assert cloud.policy()["bindings"][1]["members"] == [f"user:{ALICE}"]
    cloud.world.delete_user(ALICE)
    without = [b for b in cloud.policy()["bindings"] if b["role"] != "roles/viewer"]
    assert shown not in str(cloud.write({"bindings": without}))


def test_sizes(cloud: Cloud) -> None:
    people = [f"user:p{n}@acme.example" for n in range(1501)]
    groups = [f"group:g{n}@acme.example" for n in range(251)]
    for member in people + groups:
        cloud.world.grant("organizations/123", "roles/browser", member)
    assert refused(lambda: cloud.write({"bindings": [binding("roles/viewer", *people)]})) == 400
    cloud.write({"bindings": [binding("roles/viewer", *people[:1500])]})
    assert refused(lambda: cloud.write({"bindings": [binding("roles/viewer", *groups)]})) == 400


@pytest.mark.parametrize(
    ("api", "version", "path", "name", "kind"),
    [
        ("pubsub", "v1", "projects.topics", "projects/acme-prod/topics/t", "Topic"),
        ("secretmanager", "v1", "projects.secrets", "projects/acme-prod/secrets/s", "Secret"),
        ("run", "v2", "projects.locations.services",
         "projects/acme-prod/locations/us-east1/services/s", "Service"),
    ],
)  # fmt: skip
def test_one_route_for_every_other_service(
    cloud: Cloud, api: str, version: str, path: str, name: str, kind: str
) -> None:
    cloud.world.resource(f"//{api}.googleapis.com/{name}", f"{api}.googleapis.com/{kind}")
    client = cloud.admin(api, version)
    for part in path.split("."):
        client = getattr(client, part)()
    written = client.setIamPolicy(
        resource=name, body={"policy": {"bindings": [binding("roles/viewer", f"user:{ALICE}")]}}
    ).execute()
    assert client.getIamPolicy(resource=name).execute() == written
    held = client.testIamPermissions(resource=name, body={"permissions": ["a.b.get"]}).execute()
    assert held == {"permissions": ["a.b.get"]}
    assert refused(client.getIamPolicy(resource=f"{name}x").execute) == 404


def test_compute_names_a_resource_by_segments(cloud: Cloud) -> None:
    name = "//compute.googleapis.com/projects/acme-prod/zones/z/instances/vm"
    cloud.world.resource(name, "compute.googleapis.com/Instance")
    cloud.world.grant(name, "roles/compute.admin", f"user:{ALICE}")
    instances: Any = cloud.admin("compute").instances()
    policy = instances.getIamPolicy(project="acme-prod", zone="z", resource="vm").execute()
    assert policy["bindings"] == [binding("roles/compute.admin", f"user:{ALICE}")]
