"""Approvals are for exactly these bytes."""

from __future__ import annotations

import hashlib
import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from iac_offboard.apply import accepted, approve, check
from iac_offboard.cli import app
from iac_offboard.errors import ApprovalError, PlanFileError, UsageError
from iac_offboard.pipeline.approve import run_approve
from iac_offboard.plan import file_v1
from tests.apply.plans import Clock, action, plan


@pytest.fixture
def plan_file(tmp_path: Path) -> Path:
    path = tmp_path / "plan.json"
    path.write_bytes(b'{"version":1}')
    return path


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_an_approval_is_a_private_file_beside_the_plan(plan_file: Path) -> None:
    path = approve(plan_file, "bob", "cli", Clock())
    assert path == plan_file.parent / "approvals" / f"1-{digest(plan_file)[:12]}.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    body = json.loads(path.read_text())
    assert body["plan"] == digest(plan_file)
    assert (body["by"], body["via"], body["at"]) == ("bob", "cli", "2026-11-24T09:00:01+00:00")
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_the_newest_approval_counts(plan_file: Path) -> None:
    for _ in range(10):
        approve(plan_file, "bob", "cli", Clock())
    second = approve(plan_file, "carol", "cli", Clock())
    assert second.name.startswith("11-")
    assert check(plan_file, digest(plan_file))[-1].by == "carol"


def test_without_an_approval_the_next_step_is_named(plan_file: Path) -> None:
    with pytest.raises(ApprovalError) as seen:
        check(plan_file, digest(plan_file))
    assert digest(plan_file) in str(seen.value)
    assert f"iac-offboard approve {plan_file}" in str(seen.value)


def test_a_plan_that_was_changed_needs_a_new_approval(plan_file: Path) -> None:
    approve(plan_file, "bob", "cli", Clock())
    plan_file.write_bytes(b'{"version":1} ')
    with pytest.raises(ApprovalError, match="1 approval"):
        check(plan_file, digest(plan_file))


@pytest.mark.parametrize("content", ["", "[]", '{"plan":1}', "\x00", '{"at":"yesterday"}'])
def test_a_broken_record_is_no_approval(plan_file: Path, content: str) -> None:
    path = approve(plan_file, "bob", "cli", Clock())
    path.write_text(content)
    with pytest.raises(ApprovalError, match="Not readable"):
        check(plan_file, digest(plan_file))


def test_an_approval_needs_a_name_and_a_plan(plan_file: Path) -> None:
    with pytest.raises(UsageError):
        approve(plan_file, " ", "cli", Clock())
    with pytest.raises(PlanFileError):
        approve(plan_file.parent / "none.json", "bob", "cli", Clock())


def test_two_people_have_to_approve_where_two_are_asked_for(plan_file: Path) -> None:
    for by in ("bob", "Bob "):
        approve(plan_file, by, "cli", Clock())
    with pytest.raises(ApprovalError, match="1 of the 2 approvals"):
        check(plan_file, digest(plan_file), 2)
    approve(plan_file, "carol", "cli", Clock())
    assert [a.by for a in check(plan_file, digest(plan_file), 2)] == ["bob", "Bob ", "carol"]


def test_an_approval_says_whether_it_is_meant_early(plan_file: Path) -> None:
    approve(plan_file, "bob", "cli", Clock())
    approve(plan_file, "carol", "cli", Clock(), early=True)
    assert [a.early for a in check(plan_file, digest(plan_file))] == [False, True]


def test_what_several_approvals_accept_counts_together(plan_file: Path) -> None:
    approve(plan_file, "bob", "cli", Clock(), accepts=["A-003", "A-003"])
    approve(plan_file, "bob", "cli", Clock())
    approve(plan_file, "carol", "cli", Clock(), accepts=["A-007"])
    given = check(plan_file, digest(plan_file))
    assert [a.accepts for a in given] == [("A-003",), (), ("A-007",)]
    assert accepted(given) == {"A-003", "A-007"}


def test_a_record_of_an_earlier_version_accepts_nothing(plan_file: Path) -> None:
    path = approve(plan_file, "bob", "cli", Clock(), accepts=["A-003"])
    body = json.loads(path.read_text())
    del body["accepts"]
    path.write_text(json.dumps(body))
    assert accepted(check(plan_file, digest(plan_file))) == frozenset()


@pytest.mark.parametrize("accepts", ["A-003", [3], None, {"A-003": True}])
def test_a_record_that_accepts_something_else_is_none(plan_file: Path, accepts: object) -> None:
    path = approve(plan_file, "bob", "cli", Clock())
    path.write_text(json.dumps({**json.loads(path.read_text()), "accepts": accepts}))
    with pytest.raises(ApprovalError, match="Not readable"):
        check(plan_file, digest(plan_file))


def waiting_plan(folder: Path) -> Path:
    """A plan in which only A-003 waits for somebody."""
    actions = [action("A-001"), replace(action("A-003"), accept="in use")]
    path = folder / "plan.json"
    file_v1.write_private(path, file_v1.dumps(plan(actions)))
    return path


@pytest.mark.parametrize(
    ("id_", "why"),
    [("A-099", "'A-099' is not in the plan"), ("A-001", "'A-001' waits for no acceptance")],
)
def test_only_what_waits_is_accepted(tmp_path: Path, id_: str, why: str) -> None:
    path = waiting_plan(tmp_path)
    with pytest.raises(UsageError, match=why) as seen:
        run_approve(path, "bob", early=False, clock=Clock(), accepts=["A-003", id_])
    assert "A-003" in seen.value.hint
    assert not (tmp_path / "approvals").exists()


def test_the_command_accepts_several_times(tmp_path: Path) -> None:
    path = waiting_plan(tmp_path)
    said = CliRunner().invoke(app, ["approve", str(path), "--by", "bob", "--accept", "A-003"])
    assert said.exit_code == 0
    assert "accepted A-003" in said.stdout
    assert accepted(check(path, digest(path))) == {"A-003"}
