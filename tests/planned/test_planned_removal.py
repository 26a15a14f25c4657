"""The removal of what only Terraform's plan calls the leaver's: a person edits the block."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from iac_offboard.cli import main
from iac_offboard.plan import file_v1
from tests.guard.making import LEAVERS
from tests.planned.desk import laid_out


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    laid_out("undecided", tmp_path)
    return tmp_path


def planned(*sources: str) -> Any:
    assert main(["plan", "--subjects", str(LEAVERS), *sources, "--out", "case"]) == 0
    return json.loads(Path("case/plan.json").read_bytes())


def test_each_block_is_named_with_its_line(here: Path) -> None:
    plan = planned("--terraform", "code", "--plan-json", "tfplan.json")
    assert sorted(m["where"] for m in plan["manual"]) == [
        "code: aws_iam_group_membership.readers (main.tf:30)",
        "code: aws_iam_user.lead (main.tf:17)",
        'code: module.access.aws_iam_user_group_membership.person["alice"] (access/main.tf:9)',
    ]
    assert {m["reason"] for m in plan["manual"]} == {
        "this block makes it and does not spell the leaver: only the plan tells whose it is"
    }
    assert [a["reason"].partition(":")[0] for a in plan["actions"]] == [
        "do the manual steps and run terraform apply"
    ]
    assert (plan["patches"], plan["order"]) == ([], ["code"])
    assert ["plan-json", "tfplan.json"] in plan["sources"]
    assert plan["scope"]["plans"] == ["tfplan.json"]
    assert "plan-json tfplan.json" in dict(plan["inputs"])
    assert file_v1.read(here / "case" / "plan.json")[0].findings[0].planned


def test_a_plan_whose_code_was_not_read_says_where_to_look(here: Path) -> None:
    plan = planned("--plan-json", "tfplan.json")
    assert [m["where"] for m in plan["manual"]] == [
        "tfplan.json: aws_iam_user.lead",
        'tfplan.json: module.access.aws_iam_user_group_membership.person["alice"]',
        "tfplan.json: aws_iam_group_membership.readers",
    ]
    assert all("its code was not read" in m["reason"] for m in plan["manual"])
    report = (here / "case" / "report.md").read_text("utf-8")
    assert "Made by what Terraform planned, spelled in no code" in report


def test_a_plan_that_knows_another_value_is_believed(here: Path) -> None:
    """What the code says by default is not what the pipeline plans with."""
    file = here / "code" / "main.tf"
    text = file.read_text("utf-8").replace("  type = string\n", '  default = "bob"\n')
    file.write_text(text, encoding="utf-8")
    plan = planned("--terraform", "code", "--plan-json", "tfplan.json")
    lead = next(m for m in plan["manual"] if "aws_iam_user.lead" in m["where"])
    assert lead["where"].endswith("(main.tf:17)")
    assert "it was planned with other values" in lead["reason"]


def test_code_that_spells_the_leaver_is_cut_as_ever(here: Path) -> None:
    file = here / "code" / "main.tf"
    text = file.read_text("utf-8").replace("[var.deputy, var.lead]", '["alice", var.deputy]')
    file.write_text(text, encoding="utf-8")
    plan = planned("--terraform", "code", "--plan-json", "tfplan.json")
    assert not any("membership.readers" in m["where"] for m in plan["manual"])
    assert '-  users = ["alice", var.deputy]' in Path("case/removal.patch").read_text("utf-8")
