"""What came after the plan stays denied: the quarantine ends with the user, never before."""

from __future__ import annotations

import json

import pytest

from iac_offboard.apply.aws import hanging
from tests.acceptance.desk import ONE_ACCOUNT, Desk

QUARANTINE = "iac-offboard-quarantine"
DENY = "iac-offboard-deny-all"


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hanging, "SECONDS", 0.0)


def groups(desk: Desk) -> list[str]:
    found = desk.aws().list_groups_for_user(UserName="alice")["Groups"]
    return [group["GroupName"] for group in found]


def test_a_key_made_after_the_plan_stays_denied_until_a_new_plan(desk: Desk) -> None:
    desk.user("alice")
    desk.planned(*ONE_ACCOUNT)
    key = desk.aws().create_access_key(UserName="alice")["AccessKey"]["AccessKeyId"]

    ran = desk.apply()

    assert ran.code == 2
    assert ran.said(f"access key {key}", "stays in quarantine", "Make a new plan")
    assert groups(desk) == [QUARANTINE]
    assert desk.keys() == {key: "Active"}
    assert desk.aws().get_group_policy(GroupName=QUARANTINE, PolicyName=DENY)["PolicyDocument"]
    assert "DeleteUser" not in {w.operation for w in desk.writes()}

    desk.case.rename(desk.here / "first")
    desk.planned(*ONE_ACCOUNT)
    assert desk.apply().code == 0
    assert desk.users() == []
    assert desk.aws().list_groups()["Groups"] == []


def test_without_what_came_later_the_same_plan_goes_on(desk: Desk) -> None:
    desk.user("alice")
    desk.planned(*ONE_ACCOUNT)
    desk.aws().create_login_profile(UserName="alice", Password="Not-a-real-1-password")
    assert desk.apply().code == 2
    assert groups(desk) == [QUARANTINE]
    desk.aws().delete_login_profile(UserName="alice")
    assert desk.apply().code == 0
    assert desk.users() == []


def test_what_cannot_be_listed_may_still_be_there(desk: Desk) -> None:
    desk.user("alice")
    desk.planned(*ONE_ACCOUNT)
    desk.app.injection.deny("iam:ListSigningCertificates")
    ran = desk.apply()
    assert ran.code != 0
    assert ran.said("perhaps a signing certificate (could not be listed)")
    assert groups(desk) == [QUARANTINE]


def test_the_inline_deny_stays_too(desk: Desk) -> None:
    desk.user("alice")
    for number in range(10):
        desk.aws().create_group(GroupName=f"g{number}")
        desk.aws().add_user_to_group(GroupName=f"g{number}", UserName="alice")
    desk.planned(*ONE_ACCOUNT)
    allow = {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}
    later = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    desk.aws().put_user_policy(UserName="alice", PolicyName="later", PolicyDocument=later)
    ran = desk.apply()
    assert ran.code == 2
    assert ran.said("inline policy later")
    assert DENY in desk.aws().list_user_policies(UserName="alice")["PolicyNames"]
