"""Containment stands until something of ours ends it, whoever undid it in between."""

from __future__ import annotations

from tests.acceptance.desk import ONE_ACCOUNT, Desk, run

TEAM = """\
resource "aws_iam_user" "alice" {
  name = "alice"
}
"""
GROUP = "iac-offboard-quarantine"


def _contained(desk: Desk) -> None:
    desk.user()
    desk.write("infra/main.tf", TEAM)
    roster = desk.roster()
    made = run("plan", "--subjects", roster, "--terraform", "infra", *ONE_ACCOUNT, "--out", "case")
    assert made.code == 0, made.err
    assert run("approve", "case/plan.json", "--by", "lead", "--early").code == 0
    assert run("apply", "case/plan.json", "--phase", "contain").code == 0


def test_a_refused_destroy_that_cleared_the_groups_is_contained_again(desk: Desk) -> None:
    _contained(desk)
    desk.aws().remove_user_from_group(GroupName=GROUP, UserName="alice")
    (key,) = desk.keys()
    desk.aws().update_access_key(UserName="alice", AccessKeyId=key, Status="Active")
    desk.forget_writes()
    assert run("apply", "case/plan.json", "--phase", "contain").code == 0
    assert [w.operation for w in desk.writes()] == ["iam:AddUserToGroup", "iam:UpdateAccessKey"]
    assert desk.keys() == {key: "Inactive"}


def test_what_stands_is_not_done_twice(desk: Desk) -> None:
    _contained(desk)
    desk.forget_writes()
    again = run("apply", "case/plan.json", "--phase", "contain")
    assert again.code == 0
    assert desk.writes() == []
    assert again.said("done by an earlier run")


def test_a_user_that_is_gone_is_not_contained_again(desk: Desk) -> None:
    _contained(desk)
    iam = desk.aws()
    iam.remove_user_from_group(GroupName=GROUP, UserName="alice")
    (key,) = desk.keys()
    iam.delete_access_key(UserName="alice", AccessKeyId=key)
    iam.delete_user(UserName="alice")
    desk.forget_writes()
    assert run("apply", "case/plan.json", "--phase", "contain").code == 0
    assert desk.writes() == []
