"""A project that may not be read: it is named, and nothing is called dead that was not read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from iac_offboard.demo.google import GoogleServer
from iac_offboard.demo.loop import leaving_now
from tests.acceptance.desk import run

ALICE = "alice@acme.example"
SCOPE = ("--live", "gcp", "--gcp-organization", "123")
READ = "cloudresourcemanager.projects.getIamPolicy"


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GoogleServer]:
    with GoogleServer() as running:
        for name, value in running.environment(tmp_path).items():
            monkeypatch.setenv(name, value)
        monkeypatch.chdir(tmp_path)
        world = running.world
        world.organization("123")
        for project in ("acme-dev", "acme-prod"):
            world.project(project, parent="organizations/123")
            world.grant(f"projects/{project}", "roles/viewer", "user:bob@acme.example")
        (tmp_path / "leavers.yaml").write_text(
            f"version: 1\nsubjects:\n  - {{id: leaver-1, kind: person, left_at: {leaving_now()}, "
            f"aliases: [{ALICE}]}}\n",
            encoding="utf-8",
        )
        yield running


def scan() -> tuple[int, dict[str, list[dict[str, str]]]]:
    ran = run("scan", "--subjects", "leavers.yaml", *SCOPE, "--format", "json")
    return ran.code, json.loads(ran.out)


def test_a_denied_project_is_named_with_what_is_missing(server: GoogleServer) -> None:
    server.world.grant("projects/acme-dev", "roles/editor", f"user:{ALICE}")
    server.faults.deny(READ, "acme-dev")
    code, told = scan()
    assert code == 3
    assert told["findings"] == []
    [skipped] = told["skipped"]
    assert skipped["where"] == "gcp:acme-dev"
    assert skipped["reason"] == "denied"
    assert skipped["permission"] == "resourcemanager.projects.getIamPolicy"


def test_the_other_projects_are_read_all_the_same(server: GoogleServer) -> None:
    for project in ("acme-dev", "acme-prod"):
        server.world.grant(f"projects/{project}", "roles/editor", f"user:{ALICE}")
    server.faults.deny(READ, "acme-dev")
    code, told = scan()
    assert code == 1
    [finding] = told["findings"]
    assert "acme-prod" in json.dumps(finding)
    assert [s["where"] for s in told["skipped"]] == ["gcp:acme-dev"]


def test_nothing_is_dead_that_was_not_read(server: GoogleServer) -> None:
    for project in ("acme-dev", "acme-prod"):
        server.world.grant(f"projects/{project}", "roles/editor", f"user:{ALICE}")
    assert run("plan", "--subjects", "leavers.yaml", *SCOPE, "--out", "case").code == 0
    assert run("approve", "case/plan.json", "--by", "lead", "--early").code == 0
    assert run("apply", "case/plan.json").code == 0
    server.faults.deny(READ, "acme-dev")
    ran = run("verify", "case/plan.json", "--format", "json")
    [verdict] = json.loads(ran.out)["verdicts"]
    of = {b["binding"]["target"]["name"]: b for b in verdict["bindings"]}
    assert of["acme-dev"]["access"] == "unknown"
    assert "gcp:acme-dev was not read (denied)" in of["acme-dev"]["because"]
    assert of["acme-prod"]["access"] == "alive-until"  # it was read: gone, and still spreading
    assert verdict["access"] in ("alive-until", "unknown")
    assert ran.code != 0


def test_a_search_that_is_not_enabled_is_no_answer(server: GoogleServer) -> None:
    """Projects, service accounts and buckets are walked; what else there is may hide a leaver."""
    server.world.grant("projects/acme-dev", "roles/editor", f"user:{ALICE}")
    server.faults.disable_api("cloudasset.googleapis.com")
    code, told = scan()
    assert code == 1
    assert len(told["findings"]) == 1
    assert {s["where"] for s in told["skipped"]} >= {"gcp:acme-dev", "gcp:acme-prod"}
    assert any("only policies of projects" in n["text"] for n in told["notes"])
