"""Terraform's plan as what is known of the code: beside the live cloud, and looked at again."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

from tests.acceptance.desk import ONE_ACCOUNT, Desk
from tests.guard import making as guard
from tests.planned.making import PLANS


def _planned(desk: Desk, name: str = "lookup") -> Path:
    """Beside a cloud where the user of the plan stands: with the id that this one gave it."""
    made = desk.user("alice")
    shutil.copytree(PLANS / name / "after", desk.here / "code")
    text = (PLANS / name / "plan.json").read_text("utf-8")
    return desk.write("tfplan.json", re.sub(r"AIDA[A-Z0-9]{17}", made, text))


def _role(desk: Desk, user: str) -> None:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"AWS": f"arn:aws:iam::111122223333:user/{user}"},
            }
        ],
    }
    desk.aws().create_role(RoleName="reader", AssumeRolePolicyDocument=json.dumps(trust))


def _statuses(result: Any) -> set[tuple[str, str]]:
    return {
        (f["binding"]["relation"], f["status"])
        for f in result["findings"]
        if f["binding"]["relation"] in ("identity", "trust")
    }


def test_what_only_the_plan_knows_of_the_code_is_managed(desk: Desk) -> None:
    _planned(desk)
    _role(desk, "alice")
    alone = desk.scan("--terraform", "code", *ONE_ACCOUNT, "--format", "json")
    assert _statuses(alone.json) == {("identity", "managed"), ("trust", "live only")}
    given = ("--plan-json", "tfplan.json", *ONE_ACCOUNT, "--format", "json")
    for sources in (("--terraform", "code"), ()):
        told = desk.scan(*sources, *given)
        assert told.code == 1
        assert _statuses(told.json) == {("identity", "managed"), ("trust", "managed")}


def _risk(desk: Desk) -> tuple[str, list[str]]:
    (verdict,) = desk.verify("--format", "json").json["verdicts"]
    where = [s["where"] for s in verdict["skipped"] if s["side"] == "return_risk"]
    return verdict["return_risk"], where


def test_a_plan_that_the_code_left_behind_says_nothing(desk: Desk) -> None:
    """It names the leaver, and no apply of the code as it is now would: until somebody plans anew,
    nobody knows."""
    tfplan = _planned(desk)
    assert desk.plan("--terraform", "code", "--plan-json", "tfplan.json", *ONE_ACCOUNT).code == 0
    assert _risk(desk) == ("present", [])
    main_tf = desk.here / "code" / "main.tf"
    main_tf.write_text('resource "aws_iam_user" "bob" {\n  name = "bob"\n}\n', encoding="utf-8")
    assert _risk(desk) == ("unknown", ["tfplan.json"])
    clean = {"format_version": "1.2", "terraform_version": "1.13.0", "complete": True}
    tfplan.write_text(json.dumps(clean), encoding="utf-8")
    assert _risk(desk) == ("none", [])
    tfplan.unlink()
    assert _risk(desk) == ("unknown", ["tfplan.json"])


def test_a_plan_of_which_nothing_counted_is_a_note(desk: Desk) -> None:
    """All that it told of the leaver the code and a state tell by themselves."""
    tfplan = _planned(desk)
    body = json.loads(tfplan.read_bytes())
    body["prior_state"] = None
    role = "aws_iam_role.reader"
    body["resource_changes"] = [c for c in body["resource_changes"] if c["address"] != role]
    tfplan.write_text(json.dumps(body), encoding="utf-8")
    desk.write("code/main.tf", 'resource "aws_iam_user" "alice" {\n  name = "alice"\n}\n')
    assert desk.plan("--terraform", "code", "--plan-json", "tfplan.json", *ONE_ACCOUNT).code == 0
    desk.write("code/main.tf", "")
    ran = desk.verify("--format", "json").json
    assert ran["verdicts"][0]["return_risk"] == "none"
    assert [n["where"] for n in ran["notes"] if "before the code was changed" in n["text"]] == [
        "tfplan.json"
    ]


def test_a_block_that_does_not_say_whom_it_makes_is_not_known_to_be_merged(desk: Desk) -> None:
    """The plan said that it makes the leaver; the code alone, which is read then, does not."""
    _planned(desk, "moved")
    for i in range(10):  # so many that the denial is a policy of the user's own
        desk.aws().create_group(GroupName=f"g{i}")
        desk.aws().add_user_to_group(GroupName=f"g{i}", UserName="alice")
    desk.planned("--terraform", "code", "--plan-json", "tfplan.json", *ONE_ACCOUNT)
    waiting = desk.apply()
    assert waiting.code == 1
    assert waiting.said("cannot be told: code: aws_iam_user.person", "accepts this step")


def test_what_the_plan_destroys_is_taken_out_of_no_json(desk: Desk) -> None:
    """Nothing can be taken out of what Terraform prints: only out of a state."""
    shutil.copy(guard.PLANS / "harmless-destroy" / "plan.json", desk.here / "tfplan.json")
    assert desk.plan("--plan-json", "tfplan.json", *ONE_ACCOUNT).code == 0
    (step,) = desk.plan_json["manual"]
    assert "terraform state rm '" in step["text"]
    assert "-state" not in step["text"]
