"""The code phase is over when a fresh look shows it, and not while the look is refused."""

from __future__ import annotations

from tests.acceptance.desk import ONE_ACCOUNT, SUBJECT, Desk, run

TEAM = """\
resource "aws_iam_user" "alice" {
  name = "alice"
}

resource "aws_iam_user" "bob" {
  name = "bob"
}
"""


def _planned(desk: Desk) -> None:
    """alice is managed by code, her key is not."""
    desk.user()
    desk.write("infra/main.tf", TEAM)
    roster = desk.roster()
    planned = run(
        "plan", "--subjects", roster, "--terraform", "infra", *ONE_ACCOUNT, "--out", "case"
    )
    assert planned.code == 0, planned.err
    assert run("approve", "case/plan.json", "--by", "lead", "--early").code == 0


def test_live_waits_for_the_merge_then_for_the_apply(desk: Desk) -> None:
    _planned(desk)
    waiting = run("apply", "case/plan.json")
    assert waiting.code == 1
    assert waiting.said("infra", "the patch is not merged")
    desk.write("infra/main.tf", TEAM.partition("\n\n")[2])
    applied = run("apply", "case/plan.json")
    assert applied.code == 1
    assert applied.said("terraform apply has not removed everything")


def test_live_does_not_begin_while_the_user_cannot_be_looked_for(desk: Desk) -> None:
    _planned(desk)
    run("apply", "case/plan.json")
    desk.write("infra/main.tf", TEAM.partition("\n\n")[2])
    desk.app.injection.deny("iam:GetAccountAuthorizationDetails")
    desk.forget_writes()
    refused = run("apply", "case/plan.json")
    assert refused.code == 1
    assert refused.said("it is not known whether it was applied", "GetAccountAuthorizationDetails")
    assert desk.writes() == []


def test_broken_code_is_not_merged_code(desk: Desk) -> None:
    _planned(desk)
    run("apply", "case/plan.json")
    desk.write("infra/main.tf", 'resource "aws_iam_user" "bob" {')
    iam = desk.aws()
    for group in iam.list_groups_for_user(UserName="alice")["Groups"]:
        iam.remove_user_from_group(GroupName=group["GroupName"], UserName="alice")
    iam.delete_user(UserName="alice")
    desk.forget_writes()
    unread = run("apply", "case/plan.json")
    assert unread.code == 1
    assert unread.said("cannot be read")
    assert desk.writes() == []
    assert SUBJECT not in unread.err
