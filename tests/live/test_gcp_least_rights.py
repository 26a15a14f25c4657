"""The custom role that ``permissions gcp --read`` prints is enough to read an organization with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from iac_offboard.demo.google import GoogleServer, World
from tests.acceptance.desk import Ran, run

ORGANIZATION, PROJECT, ALICE = "organizations/123", "projects/acme-prod", "alice@acme.example"
NEEDED = (
    "cloudasset.assets.listResource",
    "cloudasset.assets.searchAllIamPolicies",
    "iam.denypolicies.get",
    "iam.denypolicies.list",
    "iam.googleapis.com/workloadIdentityPoolProviders.list",
    "iam.serviceAccountKeys.list",
    "iam.serviceAccounts.get",
    "iam.serviceAccounts.getIamPolicy",
    "policyanalyzer.serviceAccountKeyLastAuthenticationActivities.query",
    "policyanalyzer.serviceAccountLastAuthenticationActivities.query",
    "resourcemanager.folders.getIamPolicy",
    "resourcemanager.organizations.getIamPolicy",
    "resourcemanager.projects.getIamPolicy",
    "storage.buckets.getIamPolicy",
    "storage.hmacKeys.list",
)
ROSTER = f"""
version: 1
subjects:
  - id: leaver-2041
    kind: person
    left_at: 2026-11-20T17:00:00Z
    case: HR-1234
    aliases: [{ALICE}, alice-jobs@acme-prod.iam.gserviceaccount.com]
  - id: leaver-2042
    kind: repository
    left_at: 2026-11-20T17:00:00Z
    case: HR-1235
    aliases: ["acme/app"]
"""


@pytest.fixture
def server() -> Iterator[GoogleServer]:
    with GoogleServer() as running:
        furnish(running.world)
        yield running


def furnish(world: World) -> None:
    """A leaver with a role everywhere, an account with a key, a group, a repository, a denial."""
    world.organization("123")
    world.folder("456", parent=ORGANIZATION)
    world.project("acme-prod", parent="folders/456")
    world.bucket("acme-logs", "acme-prod")
    account = world.service_account("acme-prod", "alice-jobs")
    world.key(account.email)
    world.hmac_key(account.email)
    world.group("devs@acme.example", [ALICE])
    world.group("staff@acme.example", ["devs@acme.example"])
    for place in (ORGANIZATION, "folders/456", PROJECT, "gs://acme-logs"):
        world.grant(place, "roles/viewer", f"user:{ALICE}")
    world.grant(account.email, "roles/iam.serviceAccountUser", f"user:{ALICE}")
    world.grant(PROJECT, "roles/editor", "group:staff@acme.example")
    pool = world.pool("acme-prod", "github")
    world.provider(pool, "actions", condition="assertion.repository == 'acme/app'")
    rule = {
        "deniedPrincipals": [f"principal://goog/subject/{ALICE}"],
        "deniedPermissions": ["iam.googleapis.com/serviceAccounts.get"],
    }
    world.deny_policy(PROJECT, "no-accounts", [{"denyRule": rule}])


def read_as(email: str, server: GoogleServer, here: Path, monkeypatch: pytest.MonkeyPatch) -> Ran:
    for name, value in server.environment(here).items():
        monkeypatch.setenv(name, value)
    key = server.world.key(email)
    file = server.write_key_file(here / "reader.json", email, key.id)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))
    (here / "leavers.yaml").write_text(ROSTER, encoding="utf-8")
    roster = str(here / "leavers.yaml")
    live = ("--live", "gcp", "--gcp-organization", "123")
    return run("scan", "--subjects", roster, *live, "--format", "json")


def reader(world: World, without: str = "") -> str:
    """An account whose only role is what ``permissions gcp --read`` prints."""
    named = set(json.loads(run("permissions", "gcp", "--read").out)["includedPermissions"])
    account = world.service_account("fake-administration", "reader")
    role = f"{ORGANIZATION}/roles/reader"
    world.roles[role] = {"name": role, "includedPermissions": sorted(named - {without})}
    member = f"serviceAccount:{account.email}"
    world.grant(ORGANIZATION, role, member)
    world.group_administrators.add(member)
    return account.email


def found(ran: Ran) -> list[Any]:
    findings = json.loads(ran.out)["findings"]
    return sorted(json.dumps([f["binding"]], sort_keys=True) for f in findings)


def test_a_reader_finds_what_an_administrator_finds(
    server: GoogleServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    least = read_as(reader(server.world), server, tmp_path, monkeypatch)
    administrator = server.world.administrator.email
    most = read_as(administrator, server, tmp_path, monkeypatch)
    assert (least.code, most.code) == (1, 1)
    assert found(least) == found(most)
    assert len(found(least)) > 5
    refused = {(call.method, call.place) for call in server.calls if call.status == 403}
    assert refused == set()


@pytest.mark.real
@pytest.mark.parametrize("permission", NEEDED)
def test_what_may_not_be_read_is_said(
    server: GoogleServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, permission: str
) -> None:
    """Every single permission less is something skipped, never a shorter list."""
    ran = read_as(reader(server.world, permission), server, tmp_path, monkeypatch)
    refused = {call.method for call in server.calls if call.status == 403}
    skipped = json.loads(ran.out)["skipped"]
    assert ran.code == 1
    assert len(refused) == 1
    assert permission in {s["permission"] for s in skipped}
