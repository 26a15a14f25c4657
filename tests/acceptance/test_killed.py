"""Acceptance 4: SIGKILL at each journal step of a big apply; run again; each effect once."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections import Counter
from contextlib import chdir
from dataclasses import dataclass
from itertools import cycle
from multiprocessing import forkserver, get_context
from pathlib import Path

import pytest

from iac_offboard.apply import verify_chain
from iac_offboard.demo.strict import StrictServer
from iac_offboard.plan.file_v1 import digest
from tests.acceptance.crowded import crowd, whole_state
from tests.acceptance.desk import HOME, ORGANIZATION, Desk
from tests.acceptance.killed import die

TOP = Path(__file__).parents[2]
# A server process that forks clean children: a real process to kill, without the start-up.
PROCESSES = get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.acceptance.killed"])

POINTS = ("before-intent", "after-intent", "after-call", "after-result")
IN_TURN = [
    pytest.param(POINTS, id="in turn"),
    *(pytest.param((point,), id=point, marks=pytest.mark.real) for point in POINTS[1:]),
]
"""The next action at the next point; and, among the longer tests, every action at one point. Before
an intent is written stands what stood after the result of the action before it."""


@dataclass(frozen=True)
class Uninterrupted:
    """What an apply leaves behind that nobody kills."""

    state: dict[str, object]
    effects: Counter[tuple[str, str]]
    actions: list[str]


@pytest.fixture(scope="module", autouse=True)
def _children() -> None:
    with chdir(TOP):  # the fork server imports from where it is started
        forkserver.ensure_running()


@pytest.fixture(scope="module")
def uninterrupted(server: StrictServer, tmp_path_factory: pytest.TempPathFactory) -> Uninterrupted:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(server).items():
            patch.setenv(name, value)
        server.app.reset()
        desk = crowded(Desk(server, tmp_path_factory.mktemp("uninterrupted")))
        assert desk.apply().code == 0
        return Uninterrupted(
            whole_state(desk), operations(desk), [a["verb"] for a in desk.plan_json["actions"]]
        )


def environment(server: StrictServer) -> dict[str, str]:
    root = server.app.config.root
    return {
        "AWS_ENDPOINT_URL": server.url,
        "AWS_ACCESS_KEY_ID": root.key_id,
        "AWS_SECRET_ACCESS_KEY": root.secret,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": "/nonexistent/config",
        "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent/credentials",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def crowded(desk: Desk) -> Desk:
    crowd(desk)
    desk.planned(*ORGANIZATION, "--service", "iam,s3,sns", "--region", "us-east-1")
    return desk


def operations(desk: Desk) -> Counter[tuple[str, str]]:
    """Effects by operation and account: names of keys differ from world to world."""
    found: Counter[tuple[str, str]] = Counter()
    for (operation, account, _), times in desk.effects().items():
        found[operation, account] += times
    return found


def kill(desk: Desk, point: str) -> None:
    process = PROCESSES.Process(target=die, args=(desk.plan_file, point, environment(desk.server)))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL, point


def check_finished(desk: Desk, expected: Uninterrupted) -> None:
    """As if nobody had been killed, and nothing done twice."""
    ended = desk.apply()
    assert ended.code == 0, ended.out + ended.err
    assert set(desk.effects().values()) == {1}
    assert operations(desk) == expected.effects
    # A device that is gone is listed nowhere, so only deleting it again tells that it is.
    refused = {(w.operation, w.error) for w in desk.writes() if w.error}
    assert refused <= {("iam:DeleteVirtualMFADevice", "NoSuchEntity")}
    assert whole_state(desk) == expected.state
    verify_chain(desk.case / "journal.jsonl", digest(desk.plan_file.read_bytes()))
    ends = [r for r in records(desk) if r["outcome"] != "intent"]
    assert [r["action"] for r in ends] == [a["id"] for a in desk.plan_json["actions"]]
    assert {r["outcome"] for r in ends} <= {"done", "already"}


def records(desk: Desk) -> list[dict[str, str]]:
    lines = (desk.case / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_the_plan_is_big_enough_and_of_every_kind(uninterrupted: Uninterrupted) -> None:
    assert len(uninterrupted.actions) >= 20
    assert {
        "iam:UpdateAssumeRolePolicy",
        "s3:PutBucketPolicy",
        "sns:SetTopicAttributes",
        "iam:DeleteAccessKey",
        "iam:DeleteSSHPublicKey",
        "iam:DeleteServiceSpecificCredential",
        "iam:DeleteSigningCertificate",
        "iam:DeleteLoginProfile",
        "iam:DeactivateMFADevice",
        "iam:DeleteUserPolicy",
        "iam:DetachUserPolicy",
        "iam:RemoveUserFromGroup",
        "iam:DeleteUser",
    } <= set(uninterrupted.actions)
    assert uninterrupted.effects["iam:UpdateAssumeRolePolicy", HOME] == 1
    assert sum(uninterrupted.effects.values()) == len(uninterrupted.actions)


@pytest.mark.parametrize("points", IN_TURN)
def test_a4_killed_at_every_action_and_never_more_than_one_further(
    desk: Desk, uninterrupted: Uninterrupted, points: tuple[str, ...]
) -> None:
    crowded(desk)
    for point, action in zip(cycle(points), desk.plan_json["actions"], strict=False):
        kill(desk, f"{point}:{action['id']}")
    check_finished(desk, uninterrupted)


@pytest.mark.parametrize(
    "killed_at", ["after-intent:A-003", "after-call:A-011", "after-call:A-032"]
)
def test_a4_killed_once(desk: Desk, uninterrupted: Uninterrupted, killed_at: str) -> None:
    crowded(desk)
    kill(desk, killed_at)
    check_finished(desk, uninterrupted)


@pytest.mark.parametrize("killed_at", ["after-call:A-006", "after-result:A-020"])
def test_a5_journal_deleted_half_way_and_run_again(
    desk: Desk, uninterrupted: Uninterrupted, killed_at: str
) -> None:
    """An ephemeral runner: its disk is gone, what is live tells the rest."""
    crowded(desk)
    kill(desk, killed_at)
    (desk.case / "journal.jsonl").unlink()
    ended = desk.apply()
    assert ended.code == 0, ended.out + ended.err
    assert whole_state(desk) == uninterrupted.state
    assert set(desk.effects().values()) == {1}
    assert {r["outcome"] for r in records(desk)} <= {"intent", "done", "already"}


def test_a4_killed_as_a_program_of_its_own(desk: Desk, uninterrupted: Uninterrupted) -> None:
    crowded(desk)
    command = [sys.executable, "-m", "tests.acceptance.killed", str(desk.plan_file)]
    done = subprocess.run([*command, "after-call:A-015"], check=False, cwd=TOP, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert records(desk)[-1]["outcome"] == "intent"
    check_finished(desk, uninterrupted)


def test_a4_altered_line_of_the_journal_is_named_and_nothing_is_done(desk: Desk) -> None:
    crowded(desk)
    kill(desk, "after-result:A-010")
    journal = desk.case / "journal.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    lines[4] = lines[4].replace(b'"outcome":"intent"', b'"outcome":"failed"')
    journal.write_bytes(b"".join(lines))
    before = desk.writes()

    ended = desk.apply()

    assert ended.code == 2
    assert ended.said("Line 5 of the journal", "was altered")
    assert desk.writes() == before


def test_a4_removed_line_of_the_journal_is_named(desk: Desk) -> None:
    crowded(desk)
    kill(desk, "after-result:A-010")
    journal = desk.case / "journal.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:6] + lines[7:]))

    ended = desk.apply()

    assert ended.code == 2
    assert ended.said("Line 7 of the journal")


def test_a4_torn_last_line_is_dropped_and_said(desk: Desk, uninterrupted: Uninterrupted) -> None:
    crowded(desk)
    kill(desk, "after-call:A-020")
    journal = desk.case / "journal.jsonl"
    kept = len(records(desk))
    with journal.open("ab") as file:
        file.write(b'{"action":"A-020","at":"20')

    ended = desk.apply("--phase", "contain")

    assert ended.code == 0
    assert f"Line {kept + 1} of" in ended.err
    assert "torn" in ended.err
    check_finished(desk, uninterrupted)


def test_a4_journal_is_private_and_knows_caller_and_request(desk: Desk) -> None:
    crowded(desk)
    assert desk.apply("--phase", "contain").code == 0
    assert ((desk.case / "journal.jsonl").stat().st_mode & 0o777) == 0o600
    done = [r for r in records(desk) if r["outcome"] == "done"]
    assert done
    assert {r["caller"] for r in done} == {f"arn:aws:iam::{HOME}:root"}
    assert all(r["operation"] for r in done)
    assert all(r["request_id"] for r in done)
