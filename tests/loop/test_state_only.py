"""A state that names the leaver where the code does not: what the plan says to do there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.hcl.golden import Case

STATE_ONLY = "state-tells-what-code-does-not"
LOOKED_UP = "data.aws_identitystore_user.oncall.user_id"
MAIN = "repo/main.tf"


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    monkeypatch.chdir(tmp_path)
    return Case.copy(STATE_ONLY, tmp_path)


def edited(case: Case, old: str, new: str, expected: int = 0) -> Any:
    main = case.work / MAIN
    main.write_text(main.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    code, plan = case.plan("out")
    assert code == expected
    return plan


def test_a_block_that_looks_the_leaver_up_is_for_a_person(case: Case) -> None:
    plan = edited(case, "", "")
    (step,), (action,) = plan["manual"], plan["actions"]
    assert "(main.tf:11)" in step["where"]
    assert action["reason"].startswith("do the manual steps and run terraform apply: ")


def test_code_that_names_somebody_else_by_now_waits_for_its_apply(case: Case) -> None:
    plan = edited(case, LOOKED_UP, '"22222222-2222-2222-2222-222222222222"')
    assert plan["manual"] == []
    assert [a["reason"] for a in plan["actions"]] == [
        "run terraform apply: the code no longer names the leaver in "
        "aws_identitystore_group_membership.oncall"
    ]


def test_a_value_out_of_a_module_that_is_not_there_is_for_a_person(case: Case) -> None:
    call = 'module "people" {\n  source = "example/people/aws"\n}\n\nvariable'
    plan = edited(case, "variable", call)
    plan = edited(case, LOOKED_UP, "module.people.oncall")
    assert len(plan["manual"]) == 1


def test_instances_that_cannot_be_counted_are_for_a_person(case: Case) -> None:
    path = case.work / "repo" / "terraform.tfstate.json"
    state = json.loads(path.read_text(encoding="utf-8"))
    state["resources"][0]["instances"][0]["index_key"] = "alice"
    path.write_text(json.dumps(state), encoding="utf-8")
    own = '"oncall" {\n  identity_store_id = "d-1"\n  group'
    plan = edited(case, own, own.replace("{", "{\n  for_each = var.oncall", 1), expected=3)
    assert len(plan["manual"]) == 1
