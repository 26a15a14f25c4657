"""One leaver in three accounts, a robot and a new hire of the same name: only what is the
leaver's own is touched."""

from __future__ import annotations

from typing import Any

from iac_offboard.demo.calls import Caller
from tests.acceptance.desk import HOME, ORGANIZATION, OTHER, Desk

THIRD = "777788889999"
THIRD_ROLE = f"arn:aws:iam::{THIRD}:role/OrganizationAccountAccessRole"
ALL = (*ORGANIZATION, "--service", "iam")
EMAIL = "alice@example.com"


def _third(desk: Desk) -> Any:
    root = desk.server.app.config.root
    return Caller(
        desk.server.url, Caller(desk.server.url, root).assume(THIRD_ROLE, "setup")
    ).client("iam")


def _world(desk: Desk) -> Any:
    """alice at home (bound by the roster), alice in the second account (her e-mail is on it), and a
    robot called alice in the third."""
    desk.second_account()
    desk.app.add_account(THIRD, "robots")
    desk.user("alice")
    desk.user("alice", desk.other())
    desk.other().tag_user(UserName="alice", Tags=[{"Key": "email", "Value": EMAIL}])
    third = _third(desk)
    third.create_user(UserName="alice", Path="/robots/")
    third.create_access_key(UserName="alice")
    for iam in (desk.aws(), desk.other(), third):
        desk.user("bob", iam)
    desk.roster({"aws_user": "alice", "accounts": [HOME]}, EMAIL)
    return third


def _users(iam: Any) -> list[str]:
    return sorted(user["UserName"] for user in iam.list_users()["Users"])


def test_only_the_leavers_own_users_go(desk: Desk) -> None:
    third = _world(desk)
    desk.planned(*ALL)
    applied = desk.apply()
    assert applied.code == 0, applied.out + applied.err
    assert _users(desk.aws()) == _users(desk.other()) == ["bob"]
    assert _users(third) == ["alice", "bob"]
    assert {w.account for w in desk.writes() if w.operation != "sts:AssumeRole"} == {HOME, OTHER}
    assert desk.verify().code == 0


def test_a_new_hire_who_gets_the_name_between_plan_and_apply_is_left_alone(desk: Desk) -> None:
    third = _world(desk)
    desk.planned(*ALL)
    other = desk.other()
    for key in other.list_access_keys(UserName="alice")["AccessKeyMetadata"]:
        other.delete_access_key(UserName="alice", AccessKeyId=key["AccessKeyId"])
    other.delete_user(UserName="alice")
    hired = desk.user("alice", other)
    desk.forget_writes()

    refused = desk.apply()
    assert refused.code == 2
    assert refused.said("not the planned object", hired)
    assert _users(desk.aws()) == ["bob"]
    assert _users(other) == _users(third) == ["alice", "bob"]
    assert [w for w in desk.writes() if w.account == OTHER and "alice" in w.target] == []
    assert other.list_groups_for_user(UserName="alice")["Groups"] == []
