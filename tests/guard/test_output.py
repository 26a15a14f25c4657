"""What the guard prints: in every format what returns, and no secret."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from iac_offboard.cli import main
from tests.guard.guarding import (
    CANARY,
    NOW,
    body,
    change,
    exceptions,
    guarded,
)
from tests.guard.making import LEAVERS, PLANS


@pytest.mark.parametrize("form", ["table", "json", "sarif", "markdown"])
def test_every_format_says_what_returns_and_no_secret(
    form: str, write: Callable[[Any], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    attrs = {"name": "alice", "password": CANARY, "tags": {"note": CANARY}}
    plan = write(body(change(["create"], None, attrs), errored=True))
    command = ["guard", "--subjects", str(LEAVERS), "--plan-json", str(plan), "--format", form]
    assert main(command) == 1
    said = capsys.readouterr()
    assert "leaver-2041" in said.out
    assert "failed part-way" in said.out
    assert CANARY not in said.out + said.err
    assert "alice@" not in said.out


def test_sarif_names_the_rule_and_the_resource(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = PLANS / "found-update" / "plan.json"
    good = exceptions(tmp_path, NOW + timedelta(days=9), "aws_iam_group_membership.readers")
    base = ["guard", "--subjects", str(LEAVERS), "--plan-json", str(plan), "--format", "sarif"]
    for more, suppressed in (([], False), (["--exceptions", good], True)):
        main([*base, *more])
        (run,) = json.loads(capsys.readouterr().out)["runs"]
        (result,) = [r for r in run["results"] if r["level"] == "error"]
        assert result["ruleId"] == "OFB008"
        (place,) = result["locations"][0]["logicalLocations"]
        assert place["fullyQualifiedName"] == "aws_iam_group_membership.readers"
        assert ("suppressions" in result) is suppressed


def test_the_same_plan_gives_the_same_ids(capsys: pytest.CaptureFixture[str]) -> None:
    plan = PLANS / "found-update" / "plan.json"
    one, two = (guarded(plan, capsys)[1]["found"] for _ in range(2))
    assert one == two
    assert len({g["id"] for g in one}) == len(one)


@pytest.mark.parametrize("form", ["table", "json", "markdown", "sarif"])
def test_half_a_sign_is_no_crash(
    form: str, write: Callable[[Any], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    text = json.dumps(body(change(["create"], None, {"name": "alice"}, address="a.X")))
    plan = write(text.replace("a.X", "a." + chr(92) + "ud800").encode())
    command = ["guard", "--subjects", str(LEAVERS), "--plan-json", str(plan), "--format", form]
    assert main(command) == 1
    assert capsys.readouterr().out


@pytest.mark.parametrize("form", ["table", "json", "markdown", "sarif"])
def test_no_name_of_a_target_is_shown(
    form: str, write: Callable[[Any], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    member = {"role": "r", "member": "user:alice@example.com", "project": CANARY}
    made = change(["create"], None, member, type="google_project_iam_member", address="g.x")
    command = ["guard", "--subjects", str(LEAVERS), "--format", form]
    assert main([*command, "--plan-json", str(write(body(made)))]) == 1
    assert CANARY not in capsys.readouterr().out
