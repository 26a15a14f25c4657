"""Our deny on what Terraform destroys stands until the patch is merged, days after contain."""

from __future__ import annotations

import json

import pytest

from tests.acceptance.desk import ALICE, BOB, HOME, ONE_ACCOUNT, Desk, Ran, run

ROBOT = f"arn:aws:iam::{HOME}:role/robot"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": BOB}, "Action": "sts:AssumeRole"},
        ],
    }
)
TEAM = 'resource "aws_iam_user" "bob" {\n  name = "bob"\n}\n'
ALICES = 'resource "aws_iam_user" "alice" {\n  name = "alice"\n}\n'
ROBOTS = 'resource "aws_iam_role" "robot" {\n  name = "robot"\n  assume_role_policy = "{}"\n}\n'
CODE = ("--terraform", "infra")


@pytest.fixture
def crowded(desk: Desk) -> Desk:
    """alice is in ten groups, so an inline policy denies her; Terraform made her."""
    desk.user()
    desk.aws().create_login_profile(UserName="alice", Password="Not-a-real-1-password")
    for number in range(10):
        desk.aws().create_group(GroupName=f"g{number}")
        desk.aws().add_user_to_group(GroupName=f"g{number}", UserName="alice")
    desk.write("infra/main.tf", f"{TEAM}\n{ALICES}")
    desk.planned(*CODE, *ONE_ACCOUNT)
    return desk


def _state(attributes: dict[str, str]) -> dict[str, object]:
    resource = {
        "mode": "managed",
        "type": "aws_iam_role",
        "name": "robot",
        "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
        "instances": [{"schema_version": 0, "attributes": attributes}],
    }
    return {
        "version": 4,
        "terraform_version": "1.5.0",
        "serial": 1,
        "lineage": "x",
        "outputs": {},
        "resources": [resource],
    }


@pytest.fixture
def robot(desk: Desk) -> Desk:
    """A role that is the leaver's; Terraform made it."""
    desk.user("bob")
    made = desk.aws().create_role(RoleName="robot", AssumeRolePolicyDocument=TRUST)["Role"]
    desk.write("infra/main.tf", f"{TEAM}\n{ROBOTS}")
    held = {"arn": ROBOT, "name": "robot", "id": "robot", "unique_id": made["RoleId"]}
    desk.write("infra.tfstate", json.dumps(_state(held)))
    desk.roster(ROBOT, kind="service")
    desk.planned(*CODE, "--state", "infra=infra.tfstate", *ONE_ACCOUNT)
    return desk


def _user(desk: Desk) -> list[str]:
    found: list[str] = desk.aws().list_user_policies(UserName="alice")["PolicyNames"]
    return found


def _role(desk: Desk) -> list[str]:
    found: list[str] = desk.aws().list_role_policies(RoleName="robot")["PolicyNames"]
    return found


def _drop(desk: Desk, verb: str) -> str:
    (found,) = [
        a["id"]
        for a in desk.plan_json["actions"]
        if a["verb"] == verb and a["phase"] == "unblock" and "after_merge" in json.dumps(a)
    ]
    return str(found)


def _accept(desk: Desk, one: str) -> Ran:
    return run(
        "approve", str(desk.plan_file), "--by", "lead@example.com", "--early", "--accept", one
    )


def test_a_denied_user_stays_denied_until_the_patch_is_merged(crowded: Desk) -> None:
    for _ in range(2):
        held = crowded.apply()
        assert held.code == 1
        assert held.said(
            "the deny stands until removal.patch is merged in infra",
            "run apply again right before terraform apply",
        )
        assert _user(crowded) == ["iac-offboard-deny-all"]
    assert crowded.keys() == {}, "credentials that no root knows go at once"

    crowded.write("infra/main.tf", TEAM)
    assert crowded.apply().said("terraform apply has not removed everything")
    assert _user(crowded) == []


def test_the_leavers_role_stays_denied_until_the_patch_is_merged(robot: Desk) -> None:
    for _ in range(2):
        assert robot.apply().code == 1
        assert len(_role(robot)) == 1
    robot.write("infra/main.tf", TEAM)
    robot.apply()
    assert _role(robot) == []


def test_a_deny_that_others_took_away_is_set_again_while_its_drop_waits(robot: Desk) -> None:
    robot.apply()
    (ours,) = _role(robot)
    robot.aws().delete_role_policy(RoleName="robot", PolicyName=ours)
    assert robot.apply().said("done again")
    assert _role(robot) == [ours]
    robot.write("infra/main.tf", TEAM)
    robot.apply()
    assert not robot.apply().said("done again")
    assert _role(robot) == [], "what ended it was ours"


def test_another_spelling_or_address_is_not_merged(crowded: Desk) -> None:
    crowded.apply()
    moved = 'resource "aws_iam_user" "people" {\n  for_each = toset(["alice"])\n'
    crowded.write("infra/main.tf", f"{moved}  name = each.key\n}}\n")
    assert crowded.apply().said("the deny stands until removal.patch is merged in infra")
    assert _user(crowded) == ["iac-offboard-deny-all"]


def test_code_that_cannot_be_read_is_not_merged_unless_somebody_says_so(crowded: Desk) -> None:
    crowded.apply()
    (crowded.here / "infra").rename(crowded.here / "elsewhere")
    held = crowded.apply("--phase", "unblock")
    assert held.code == 1
    assert held.said("infra", "cannot be told", "--accept")
    assert _user(crowded) == ["iac-offboard-deny-all"]
    crowded.write("infra/main.tf", 'resource "aws_iam_user" "bob" {')
    assert crowded.apply("--phase", "unblock").said("cannot be told", "main.tf")
    assert _accept(crowded, _drop(crowded, "iam:DeleteUserPolicy")).code == 0
    assert crowded.apply("--phase", "unblock").code == 0
    assert _user(crowded) == []


def test_the_code_is_read_without_any_cloud_and_only_where_a_deny_waits(desk: Desk) -> None:
    desk.user()
    desk.write("infra/main.tf", f"{TEAM}\n{ALICES}")
    desk.planned(*CODE, *ONE_ACCOUNT)
    assert "after_merge" not in desk.plan_file.read_text(encoding="utf-8"), "a group holds her"
    assert desk.apply("--phase", "unblock", "--phase", "contain").code == 0
    assert ALICE.endswith(desk.users()[0])
