"""SIGKILL at every step of an apply on Google Cloud; run again; nothing twice, nothing lost."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from iac_offboard.apply import Journal, verify_chain
from iac_offboard.model import Action, Outcome, Phase, Target
from tests.apply.gcp import (
    ALICE,
    BOB,
    EMAIL,
    PROJECT,
    VIEWER,
    Google,
    action,
    bucket_target,
    elements,
    on_account,
    remove,
)
from tests.apply.killing import no_wait
from tests.apply.killing_gcp import apply, die
from tests.apply.plans import DIGEST, Clock

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.apply.killing_gcp"])
POINTS = (
    "before-intent",
    "after-intent",
    "in-call-before",
    "in-call-after",
    "after-call",
    "after-result",
)
BUCKET = "roles/storage.objectViewer"
WRITES = {
    "iam.projects.serviceAccounts.disable": 1,
    "iam.projects.serviceAccounts.keys.disable": 1,
    "cloudresourcemanager.projects.setIamPolicy": 1,
    "storage.buckets.setIamPolicy": 1,
    "cloudidentity.groups.memberships.delete": 1,
    "iam.projects.serviceAccounts.keys.delete": 1,
    "iam.projects.serviceAccounts.delete": 1,
}


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", no_wait)


@pytest.fixture
def actions(google: Google) -> list[Action]:
    """A leaver with an account, a key of it, two policies and a group."""
    world = google.world
    unique = world.service_account(PROJECT, "ci-deploy").unique_id
    key = world.key(EMAIL)
    group = world.group("admins@acme.example", ["alice@acme.example", "bob@acme.example"])
    world.bucket("acme-data", PROJECT)
    for member in (ALICE, BOB):
        world.grant("gs://acme-data", BUCKET, member)
    name = f"projects/{PROJECT}/serviceAccounts/{EMAIL}/keys/{key.id}"
    keys = Target(provider="gcp", kind="gcp_service_account_key", name=name, account=PROJECT)
    club = Target(provider="gcp", kind="gcp_group", name=group.email, unique_id=group.name)
    made = [
        on_account("iam:DisableServiceAccount", unique, Phase.CONTAIN),
        action("iam:DisableServiceAccountKey", keys, Phase.CONTAIN, email=EMAIL),
        remove(),
        remove(bucket_target("acme-data"), members=elements((BUCKET, ALICE))),
        action("cloudidentity:DeleteMembership", club, member="alice@acme.example"),
        action("iam:DeleteServiceAccountKey", keys, email=EMAIL),
        on_account("iam:DeleteServiceAccount", unique),
    ]
    return [replace(one, id=f"A-{n:03d}") for n, one in enumerate(made, 1)]


def killed(folder: Path, google: Google, actions: list[Action], point: str) -> None:
    settings = google.server.environment(folder)
    process = PROCESSES.Process(target=die, args=(folder, settings, actions, point))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL


def check_finished(folder: Path, google: Google, actions: list[Action]) -> None:
    assert google.members() == {(VIEWER, BOB, "")}
    assert google.members("gs://acme-data") == {(BUCKET, BOB, "")}
    assert google.world.accounts.by_email.get(EMAIL) is None or (
        google.world.accounts.by_email[EMAIL].deleted_at is not None
    )
    assert {m: google.server.requests[m] for m in WRITES} == WRITES
    verify_chain(folder / "journal.jsonl", DIGEST)
    with Journal.open(folder / "journal.jsonl", DIGEST, Clock()) as journal:
        ended = [r for r in journal.records if r.outcome is not Outcome.INTENT]
    assert [r.action for r in ended] == [a.id for a in actions]
    assert all(r.outcome in (Outcome.DONE, Outcome.ALREADY) for r in ended)
    undone = {r.action: json.loads(r.undo) for r in ended if r.undo}
    assert undone["A-003"]["removed"] == [{"member": ALICE, "role": VIEWER}]
    assert undone["A-004"]["removed"] == [{"member": ALICE, "role": BUCKET}]
    assert undone["A-005"]["roles"] == [{"name": "MEMBER"}]


@pytest.mark.parametrize("point", POINTS)
def test_killed_again_and_again(
    tmp_path: Path, google: Google, actions: list[Action], point: str
) -> None:
    """Never more than one action further, then once to the end."""
    for one in actions:
        killed(tmp_path, google, actions, f"{point}:{one.id}")
    apply(tmp_path, actions)
    check_finished(tmp_path, google, actions)


def test_a_policy_write_whose_answer_was_lost_is_ours_and_is_not_repeated(
    tmp_path: Path, google: Google, actions: list[Action]
) -> None:
    """The call went through, the intent is all that the journal says."""
    killed(tmp_path, google, actions, "in-call-after:A-003")
    assert google.members() == {(VIEWER, BOB, "")}
    apply(tmp_path, actions)
    check_finished(tmp_path, google, actions)
    with Journal.open(tmp_path / "journal.jsonl", DIGEST, Clock()) as journal:
        [last] = [
            r for r in journal.records if r.action == "A-003" and r.outcome is not Outcome.INTENT
        ]
    assert (last.outcome, "its answer was lost" in last.detail) == (Outcome.ALREADY, True)
