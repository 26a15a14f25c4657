"""Approvals are for exactly these bytes."""

from __future__ import annotations

import hashlib
import json
import stat
from pathlib import Path

import pytest

from iac_offboard.apply import approve, check
from iac_offboard.errors import ApprovalError, PlanFileError, UsageError
from tests.apply.plans import Clock


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
