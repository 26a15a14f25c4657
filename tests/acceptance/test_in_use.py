"""What is still in use is shown, and waits until somebody accepts it by its id."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.acceptance.desk import ALICE, HOME, ONE_ACCOUNT, Desk, Ran, run

# The roster of these tests says that the subject left at the beginning of 2099.
AFTERWARDS = datetime(2099, 3, 1, 9, 30, tzinfo=UTC)
BEFORE = datetime(2098, 12, 1, 9, 30, tzinfo=UTC)
ROBOT = f"arn:aws:iam::{HOME}:role/robot"
WITH_LAMBDA = ("--live", "aws", "--service", "iam,lambda", "--region", "us-east-1")
CONTAIN = ("--phase", "contain")


def _accept(desk: Desk, *ids: str) -> Ran:
    accepted = [a for i in ids for a in ("--accept", i)]
    return run("approve", str(desk.plan_file), "--by", "lead@example.com", "--early", *accepted)


def _waiting(desk: Desk, phase: str = "") -> list[Any]:
    return [a for a in desk.plan_json["actions"] if a["accept"] and phase in ("", a["phase"])]


def _used(desk: Desk, at: datetime) -> str:
    (key,) = desk.keys()
    desk.app.set_last_use(key, at, "s3", "eu-west-1")
    return key


def test_a_key_used_after_the_leaving_waits_until_it_is_accepted(desk: Desk) -> None:
    desk.user()
    key = _used(desk, AFTERWARDS)
    desk.planned(*ONE_ACCOUNT)
    report = (desk.case / "report.md").read_text(encoding="utf-8")
    assert "2099-03-01T09:30" in report
    assert "s3" in report
    assert "eu-west-1" in report
    waiting = _waiting(desk, "contain")
    assert {a["verb"] for a in waiting} == {"iam:AddUserToGroup", "iam:UpdateAccessKey"}

    held = desk.apply(*CONTAIN)
    assert held.code == 1
    assert all(held.said(a["id"], "in use", "--accept") for a in waiting)
    assert desk.keys() == {key: "Active"}

    one = next(a["id"] for a in waiting if a["verb"] == "iam:UpdateAccessKey")
    assert _accept(desk, one).code == 0
    held = desk.apply(*CONTAIN)
    assert held.code == 1
    assert desk.keys() == {key: "Inactive"}

    assert _accept(desk, *(a["id"] for a in waiting if a["id"] != one)).code == 0
    assert desk.apply(*CONTAIN).code == 0
    groups = desk.aws().list_groups_for_user(UserName="alice")["Groups"]
    assert len(groups) == 1
    assert _accept(desk, *(a["id"] for a in _waiting(desk, "live"))).code == 0
    assert desk.apply().code == 0
    assert desk.users() == []


def test_a_key_used_before_the_leaving_is_shown_and_does_not_wait(desk: Desk) -> None:
    desk.user()
    _used(desk, BEFORE)
    shown = desk.plan(*ONE_ACCOUNT, "--format", "table").out
    report = (desk.case / "report.md").read_text(encoding="utf-8")
    for text in (shown, report):
        assert "2098-12-01T09:30" in text
        assert "s3 in eu-west-1" in text
    assert "## Hazards" not in report
    assert [h for a in desk.plan_json["actions"] for h in a["hazards"]] == []
    assert _waiting(desk) == []
    desk.approve()
    assert desk.apply().code == 0


def test_a_hostile_leaver_is_contained_at_once(desk: Desk) -> None:
    desk.user()
    key = _used(desk, AFTERWARDS)
    desk.roster(ALICE, tier="hostile")
    desk.planned(*ONE_ACCOUNT)
    assert _waiting(desk) == []
    assert "2099-03-01T09:30" in (desk.case / "report.md").read_text(encoding="utf-8")
    assert desk.apply(*CONTAIN).code == 0
    assert desk.keys() == {key: "Inactive"}


def test_an_id_that_does_not_wait_cannot_be_accepted(desk: Desk) -> None:
    desk.user()
    desk.planned(*ONE_ACCOUNT)
    refused = _accept(desk, "A-001")
    assert refused.code == 2
    assert refused.said("A-001")
    assert _accept(desk, "A-999").code == 2


@pytest.fixture
def robot(desk: Desk) -> Desk:
    """A role of its own that a Lambda function runs as."""
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    desk.aws().create_role(RoleName="robot", AssumeRolePolicyDocument=document)
    desk.aws("lambda").create_function(
        FunctionName="nightly",
        Runtime="python3.12",
        Role=ROBOT,
        Handler="main.run",
        Code={"ZipFile": b"nothing"},
    )
    desk.roster(ROBOT, kind="service")
    return desk


def test_a_role_that_a_function_runs_as_waits(robot: Desk) -> None:
    robot.planned(*WITH_LAMBDA)
    waiting = _waiting(robot, "contain")
    assert [a["verb"] for a in waiting] == ["iam:PutRolePolicy"]
    assert any("nightly" in h for h in waiting[0]["hazards"])
    held = robot.apply(*CONTAIN)
    assert held.code == 1
    assert held.said("nightly", waiting[0]["id"])
    assert robot.effects() == {}
    assert _accept(robot, waiting[0]["id"]).code == 0
    assert robot.apply(*CONTAIN).code == 0
    assert len(robot.aws().list_role_policies(RoleName="robot")["PolicyNames"]) == 1


def test_code_that_runs_as_the_role_is_named(robot: Desk) -> None:
    robot.aws("lambda").delete_function(FunctionName="nightly")
    robot.write(
        "infra/main.tf",
        'resource "aws_lambda_function" "weekly" {\n'
        '  function_name = "weekly"\n'
        f'  role          = "{ROBOT}"\n'
        "}\n",
    )
    robot.planned("--terraform", "infra", *WITH_LAMBDA)
    hazards = [h for a in _waiting(robot, "contain") for h in a["hazards"]]
    assert any("aws_lambda_function.weekly" in h for h in hazards)


def test_a_shared_robot_is_taken_over_and_its_old_key_goes_when_it_is_quiet(desk: Desk) -> None:
    desk.user("robot")
    (key,) = desk.keys("robot")
    desk.app.set_last_use(key, desk.now(), "sqs", "eu-west-1")
    desk.roster({"aws_arn": f"arn:aws:iam::{HOME}:user/robot", "shared": True})
    desk.planned(*ONE_ACCOUNT)
    waiting = {a["verb"]: a["id"] for a in _waiting(desk)}
    assert waiting.keys() == {"person:rotate", "person:hand-over"}
    held = desk.apply()
    assert held.code == 1
    assert held.said(*waiting.values(), "sqs")
    assert desk.effects() == {}

    assert _accept(desk, waiting["person:rotate"]).code == 0
    early = desk.apply()
    assert early.code == 1
    assert early.said("last used", "by sqs")
    assert desk.keys("robot") == {key: "Active"}

    desk.app.set_last_use(key, datetime(2020, 1, 1, tzinfo=UTC), "sqs", "eu-west-1")
    off = desk.apply()
    assert desk.keys("robot") == {key: "Inactive"}
    assert off.said("iam:DeleteAccessKey", "1 day, 0:00:00 after"), "it can still be set Active"
    desk.ahead = timedelta(hours=25)
    assert desk.apply().code == 1, "nobody has taken it over yet"
    assert desk.keys("robot") == {}
    assert desk.verify().code == 1
    assert _accept(desk, waiting["person:hand-over"]).code == 0
    assert desk.apply().code == 0
    assert desk.users() == ["robot"], "others use it"

    # Tokens that were made with the old key may be in use for 36 hours (GetSessionToken).
    assert desk.verify().said("alive-until")
    desk.ahead += timedelta(hours=37)
    ended = desk.verify("--format", "json")
    assert ended.code == 0, ended.out
    assert ended.json["verdicts"][0]["grade"] == "attested"


def test_a_shared_role_shows_who_runs_as_it_and_waits(robot: Desk) -> None:
    robot.roster({"aws_arn": ROBOT, "shared": True}, kind="service")
    robot.planned(*WITH_LAMBDA)
    (waiting,) = _waiting(robot)
    assert waiting["verb"] == "person:hand-over"
    assert any("nightly" in h for h in waiting["hazards"])
    held = robot.apply()
    assert held.code == 1
    assert held.said("nightly", waiting["id"])
    assert _accept(robot, waiting["id"]).code == 0
    assert robot.apply().code == 0
    assert robot.effects() == {}
    assert robot.verify().code == 0
