"""A plan about Google Cloud carried out: what waits, what goes on, who makes the writes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from iac_offboard.apply import Journal, RunResult, run
from iac_offboard.cli import main
from iac_offboard.model import Action, Phase
from tests.apply.gcp import (
    ALICE,
    BOB,
    EMAIL,
    PROJECT,
    VIEWER,
    Google,
    bucket_target,
    elements,
    on_account,
    remove,
)
from tests.apply.plans import DIGEST, START, plan

DAY = timedelta(days=1)
BUCKET = "roles/storage.objectViewer"


def numbered(*actions: Action) -> list[Action]:
    return [replace(a, id=f"A-{n:03d}") for n, a in enumerate(actions, 1)]


def carried_out(
    google: Google,
    folder: Path,
    actions: Sequence[Action],
    at: datetime = START,
    accepted: frozenset[str] = frozenset(),
) -> RunResult:
    def clock() -> datetime:
        return at

    with Journal.open(folder / "journal.jsonl", DIGEST, clock) as journal:
        return run(
            plan(actions),
            DIGEST,
            executors={"gcp": google.executor},
            journal=journal,
            phases=None,
            clock=clock,
            code_ready=tuple,
            accepted=accepted,
        )


def an_account(google: Google, **deletion: Any) -> list[Action]:
    unique = google.world.service_account(PROJECT, "ci-deploy").unique_id
    disable = on_account("iam:DisableServiceAccount", unique, Phase.CONTAIN)
    delete = on_account("iam:DeleteServiceAccount", unique, **deletion)
    first, last = numbered(disable, delete)
    return [first, replace(last, needs=("A-001",))]


def test_an_account_is_deleted_when_it_was_disabled_for_the_grace(
    google: Google, tmp_path: Path
) -> None:
    actions = an_account(google, not_before_seconds="86400", not_before_since="A-001")
    soon = carried_out(google, tmp_path, actions)
    assert (len(soon.done), len(soon.waiting)) == (1, 1)
    assert "which is 1 day, 0:00:00 after A-001" in soon.waiting[0]
    early = carried_out(google, tmp_path, actions, START + DAY - timedelta(seconds=1))
    assert (len(early.done), len(early.waiting)) == (0, 1)
    assert google.world.accounts.by_email[EMAIL].deleted_at is None
    assert len(carried_out(google, tmp_path, actions, START + DAY).done) == 1


def test_what_a_root_enabled_again_is_disabled_again(google: Google, tmp_path: Path) -> None:
    actions = an_account(google, not_before_seconds="86400", not_before_since="A-001")
    actions[0] = replace(actions[0], reverted_by="infra")
    carried_out(google, tmp_path, actions)
    google.world.accounts.by_email[EMAIL].disabled = False
    again = carried_out(google, tmp_path, actions, START + timedelta(hours=1))
    assert google.world.accounts.by_email[EMAIL].disabled
    assert "infra had reverted it" in again.again[0]


def test_an_account_that_was_used_since_waits_and_so_does_its_deletion(
    google: Google, tmp_path: Path
) -> None:
    left = (google.server.clock.now() - 9 * DAY).isoformat()
    actions = [
        replace(a, params=(*a.params, ("in_use_after", left)))
        for a in an_account(google, not_before_seconds="0", not_before_since="A-001")
    ]
    google.world.accounts.by_email[EMAIL].last_use = google.server.clock.now() - 3 * DAY
    waiting = carried_out(google, tmp_path, actions)
    assert (len(waiting.done), len(waiting.waiting)) == (0, 2)
    assert "--accept A-001" in waiting.waiting[0]
    accepted = frozenset({"A-001", "A-002"})
    assert len(carried_out(google, tmp_path, actions, accepted=accepted).done) == 2


def test_one_denied_project_holds_nothing_else(google: Google, tmp_path: Path) -> None:
    google.world.bucket("acme-data", PROJECT)
    google.world.grant("gs://acme-data", BUCKET, ALICE)
    actions = numbered(
        remove(), remove(bucket_target("acme-data"), members=elements((BUCKET, ALICE)))
    )
    google.server.faults.deny("cloudresourcemanager.projects.setIamPolicy", PROJECT)
    result = carried_out(google, tmp_path, actions)
    assert (len(result.done), len(result.failed)) == (1, 1)
    assert "resourcemanager.projects.setIamPolicy" in result.failed[0]
    google.server.faults.clear()
    mended = carried_out(google, tmp_path, actions)
    assert (len(mended.done), len(mended.earlier)) == (1, 1)
    assert google.members() == {(VIEWER, BOB, "")}


# ------------------------------------------------------------------------------ command line


@pytest.fixture
def desk(google: Google, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(google, tmp_path, capsys)


class Desk:
    """The commands, one after the other; the leaver is planned already."""

    def __init__(self, google: Google, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.google, self.out, self.capture = google, folder / "case", capture
        self.plan_file = str(self.out / "plan.json")
        roster = folder / "leavers.yaml"
        left = (google.server.clock.now() - DAY).isoformat()
        subject = {
            "id": "L-1",
            "kind": "person",
            "left_at": left,
            "aliases": ["alice@acme.example"],
        }
        roster.write_text(json.dumps({"version": 1, "subjects": [subject]}))
        self.run("plan", "--subjects", str(roster), "--live", "gcp", "--gcp-project", PROJECT,
                 "--out", str(self.out))  # fmt: skip

    def run(self, *words: str, code: int = 0) -> str:
        ended = main(words)
        said = self.capture.readouterr()
        assert ended == code, said
        return said.out + said.err

    def approved(self, path: str = "") -> str:
        self.run("approve", path or self.plan_file, "--by", "boss@acme.example")
        return path or self.plan_file

    def writers(self) -> set[str]:
        calls = self.google.server.calls
        return {c.member for c in calls if c.method.endswith("setIamPolicy") and c.status == 200}


def test_the_writes_are_made_as_the_service_account_that_is_named(
    google: Google, desk: Desk
) -> None:
    writer = google.world.service_account(PROJECT, "offboard-writer").email
    google.world.administrators.add(f"serviceAccount:{writer}")
    done = desk.run("apply", desk.approved(), "--write-role", writer)
    assert "1 done" in done
    assert desk.writers() == {f"serviceAccount:{writer}"}
    assert google.members() == {(VIEWER, BOB, "")}


def test_one_write_role_for_each_cloud(google: Google, desk: Desk) -> None:
    two = [f"w{n}@{PROJECT}.iam.gserviceaccount.com" for n in (1, 2)]
    said = desk.run(
        "apply", desk.approved(), "--write-role", two[0], "--write-role", two[1], code=2
    )
    assert "more than one --write-role for the same cloud" in said
    # A role of AWS says nothing of Google.
    desk.run("apply", desk.plan_file, "--write-role", "offboard-writer")
    assert google.members() == {(VIEWER, BOB, "")}


def test_a_rollback_puts_back_what_the_journal_says_and_keeps_what_came_since(
    google: Google, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    condition = {"title": "t", "expression": "request.time < timestamp('2030-01-01T00:00:00Z')"}
    google.world.grant(f"projects/{PROJECT}", "roles/editor", ALICE, condition)
    desk = Desk(google, tmp_path, capsys)
    desk.run("apply", desk.approved())
    assert google.members() == {(VIEWER, BOB, "")}
    carol = "user:carol@acme.example"
    google.world.grant(f"projects/{PROJECT}", VIEWER, carol)
    desk.run("rollback", desk.plan_file)
    desk.run("apply", desk.approved(str(desk.out / "rollback" / "plan.json")))
    assert google.members() == {
        (VIEWER, BOB, ""),
        (VIEWER, carol, ""),
        (VIEWER, ALICE, ""),
        ("roles/editor", ALICE, "t"),
    }


@pytest.mark.parametrize("phase", ["contain", "unblock"])
def test_a_phase_without_a_step_on_google_needs_no_credentials(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, phase: str
) -> None:
    path = desk.approved()
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "gone.json"))
    assert "0 done" in desk.run("apply", path, "--phase", phase)
