"""What a look for one leaver costs: the pages of the searches and a few calls per thing found."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from iac_offboard.demo.google import GoogleServer, World
from tests.acceptance.desk import run

ALICE = "alice@acme.example"
AFFECTED = 6
ROLES = ("roles/viewer", "roles/editor", "roles/browser", "roles/owner")
ROSTER = f"""
version: 1
subjects:
  - id: leaver-2041
    kind: person
    left_at: 2026-11-20T17:00:00Z
    case: HR-1234
    aliases: [{ALICE}]
"""


@pytest.fixture
def server() -> Iterator[GoogleServer]:
    with GoogleServer() as running:
        furnish(running.world)
        yield running


def furnish(world: World) -> None:
    """1,000 projects with 200 bindings of a role and a member each; a leaver in six of them."""
    world.organization("123")
    world.folder("456", parent="organizations/123")
    for number in range(1000):
        place = f"projects/p-{number:04}"
        world.project(f"p-{number:04}", parent="folders/456")
        for role in ROLES:
            for person in range(number, number + 50):
                world.grant(place, role, f"user:u{person}@acme.example")
    for number in range(AFFECTED):
        world.grant(f"projects/p-{number * 150:04}", "roles/viewer", f"user:{ALICE}")


def test_never_a_call_per_project(
    server: GoogleServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in server.environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    (tmp_path / "leavers.yaml").write_text(ROSTER, encoding="utf-8")
    live = ("--live", "gcp", "--gcp-organization", "123", "--format", "json")
    ran = run("scan", "--subjects", str(tmp_path / "leavers.yaml"), *live)
    found = json.loads(ran.out)
    assert (ran.code, len(found["findings"])) == (1, AFFECTED)
    calls = server.requests.copy()
    del calls["oauth2.token"]
    searches = sum(n for name, n in calls.items() if name.startswith("cloudasset."))
    policies = calls["cloudresourcemanager.projects.getIamPolicy"]
    pages = math.ceil(1002 / 500)  # projects, folder and organization are listed once
    assert policies == AFFECTED
    assert searches <= pages + 1
    assert sum(calls.values()) - searches <= 3 * AFFECTED
