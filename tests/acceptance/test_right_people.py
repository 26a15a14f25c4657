"""Who is meant, live: names are weak, guards hold, and nobody else is touched."""

from __future__ import annotations

import pytest

from tests.acceptance.crowded import crowd
from tests.acceptance.desk import (
    ADMINISTRATOR,
    ALICE,
    HOME,
    LONG_AGO,
    ONE_ACCOUNT,
    ORGANIZATION,
    OTHER,
    SUBJECT,
    Desk,
)

TWO_ACCOUNTS = (*ORGANIZATION, "--service", "iam")


def found(scanned: object) -> set[tuple[str, str]]:
    """(account, user) of every identity found."""
    assert isinstance(scanned, dict)
    targets = [f["binding"]["target"] for f in scanned["findings"]]
    return {(t["account"], t["name"]) for t in targets if t["kind"] == "iam_user"}


# --------------------------------------------------------------------- names


def test_robot_with_a_longer_name_is_not_the_leaver(desk: Desk) -> None:
    for name in ("alice", "alice-backup", "s3-alice", "ALICE2"):
        desk.user(name)
    desk.planned(*ONE_ACCOUNT)
    assert desk.apply().code == 0
    assert desk.users() == ["ALICE2", "alice-backup", "s3-alice"]
    assert all("alice-backup" not in w.target for w in desk.writes())


def test_bare_name_in_two_accounts_is_ambiguous_and_nothing_is_done(desk: Desk) -> None:
    desk.second_account()
    desk.user("alice")
    desk.user("alice", desk.other())
    desk.roster("alice")

    scanned = desk.scan(*TWO_ACCOUNTS, "--format", "json")
    planned = desk.plan(*TWO_ACCOUNTS)

    assert scanned.code == planned.code == 3
    assert {s["reason"] for s in scanned.json["skipped"]} == {"ambiguous"}
    assert {s["where"] for s in scanned.json["skipped"]} == {f"aws:{HOME}", f"aws:{OTHER}"}
    assert all(f"add this alias to subject {SUBJECT}" in s["next_step"]
               for s in scanned.json["skipped"])  # fmt: skip
    assert desk.actions() == []


def test_bound_name_is_strong_and_the_namesake_elsewhere_is_not_mentioned(desk: Desk) -> None:
    desk.second_account()
    desk.user("alice")
    desk.user("alice", desk.other())
    desk.roster({"aws_user": "alice", "accounts": [HOME]})

    scanned = desk.scan(*TWO_ACCOUNTS, "--format", "json")
    assert scanned.code == 1
    assert scanned.json["skipped"] == []
    assert found(scanned.json) == {(HOME, "alice")}
    desk.planned(*TWO_ACCOUNTS)
    assert desk.apply().code == 0
    assert desk.users() == []
    assert desk.users(desk.other()) == ["alice"]
    assert {w.account for w in desk.writes()} == {HOME}


def test_the_same_leaver_in_two_accounts(desk: Desk) -> None:
    desk.second_account()
    desk.user("alice")
    desk.user("alice", desk.other())
    desk.roster({"aws_user": "alice", "accounts": [HOME, OTHER]})
    desk.planned(*TWO_ACCOUNTS)
    assert desk.apply().code == 0
    assert desk.users() == desk.users(desk.other()) == []
    for iam in (desk.aws(), desk.other()):
        assert iam.list_groups()["Groups"] == []  # nothing of ours is left behind


def test_new_hire_who_got_the_name_is_left_alone_and_asked_about(desk: Desk) -> None:
    """Or the leaver brought back: an ARN alone cannot tell."""
    new = desk.user("alice")
    desk.roster(left_at=LONG_AGO)

    scanned = desk.scan(*ONE_ACCOUNT, "--format", "json")
    planned = desk.plan(*ONE_ACCOUNT)

    assert scanned.code == planned.code == 3
    assert scanned.json["findings"] == []
    (asked,) = scanned.json["skipped"]
    assert "left alone" in asked["detail"]
    assert new in asked["next_step"]
    assert desk.actions() == []


def test_new_hire_is_no_question_where_the_roster_knows_the_leavers_own_id(desk: Desk) -> None:
    desk.user("alice")
    desk.roster(ALICE, "AIDAJQABLZS4A3QDU576Q", left_at=LONG_AGO)

    scanned = desk.scan(*ONE_ACCOUNT, "--format", "json")
    planned = desk.plan(*ONE_ACCOUNT)

    assert scanned.code == 0
    assert scanned.json["findings"] == []
    (note,) = [n for n in scanned.json["notes"] if n["kind"] == "held back"]
    assert "left alone" in note["text"]
    assert planned.code == 0
    assert desk.actions() == []
    assert "left alone" in (desk.case / "report.md").read_text(encoding="utf-8")


def test_unknown_subject_gives_an_empty_plan(desk: Desk) -> None:
    desk.user("bob")
    assert desk.scan(*ONE_ACCOUNT).code == 0
    assert desk.plan(*ONE_ACCOUNT).code == 0
    assert desk.plan_json["actions"] == []
    assert desk.plan_json["can_apply"] is True


def test_cancelled_leaver_stays(desk: Desk) -> None:
    desk.user("alice")
    desk.roster(status="cancelled")
    assert desk.scan(*ONE_ACCOUNT).code == 0
    assert desk.plan(*ONE_ACCOUNT).code == 0
    assert desk.actions() == []


# --------------------------------------------------------------------- guards


def held(desk: Desk) -> list[str]:
    """The codes of what holds the plan; apply has to refuse it, and says why."""
    assert desk.approve().code == 0
    desk.forget_writes()
    ended = desk.apply()
    codes = [h["code"] for h in desk.plan_json["holds"]]
    assert desk.plan_json["can_apply"] is not bool(codes)
    if codes:
        assert ended.code == 2
        assert ended.said("held")
        assert desk.writes() == []
        report = (desk.case / "report.md").read_text(encoding="utf-8")
        assert "Held: must not be applied yet" in report
    return codes


@pytest.mark.parametrize("by_group", [False, True])
def test_last_administrator_holds_the_plan(desk: Desk, by_group: bool) -> None:
    desk.user("alice")
    desk.user("bob")
    if by_group:
        desk.aws().create_group(GroupName="admins")
        desk.aws().attach_group_policy(GroupName="admins", PolicyArn=ADMINISTRATOR)
        desk.aws().add_user_to_group(GroupName="admins", UserName="alice")
    else:
        desk.aws().attach_user_policy(UserName="alice", PolicyArn=ADMINISTRATOR)
    planned = desk.plan(*ONE_ACCOUNT)
    assert planned.code == 0
    assert planned.said("apply will refuse until released")
    assert held(desk) == ["last-admin"]

    desk.roster(release=[f"last-admin:{HOME}"])
    desk.planned(*ONE_ACCOUNT)
    assert held(desk) == []


def test_another_administrator_is_enough(desk: Desk) -> None:
    for name in ("alice", "bob"):
        desk.user(name)
        desk.aws().attach_user_policy(UserName=name, PolicyArn=ADMINISTRATOR)
    desk.planned(*ONE_ACCOUNT)
    assert held(desk) == []
    assert desk.users() == ["bob"]


def test_break_glass_holds_the_plan_while_the_patch_is_written(desk: Desk) -> None:
    desk.user("alice")
    code = 'resource "aws_iam_user" "people" {\n  for_each = toset(["alice", "bob"])\n'
    desk.write("infra/main.tf", code + "  name     = each.key\n}\n")
    desk.roster(*desk.aliases, "alice", break_glass=True)
    assert desk.plan("--terraform", "infra", *ONE_ACCOUNT).code == 0
    assert held(desk) == ["break-glass"]
    patch = (desk.case / "removal.patch").read_text(encoding="utf-8")
    assert '-  for_each = toset(["alice", "bob"])' in patch
    assert '+  for_each = toset(["bob"])' in patch

    desk.roster(*desk.aliases, "alice", break_glass=True, release=["break-glass"])
    desk.planned(*ONE_ACCOUNT)
    assert held(desk) == []


def test_shared_identity_is_for_a_person(desk: Desk) -> None:
    desk.user("release-bot")
    desk.roster({"aws_user": "release-bot", "accounts": [HOME], "shared": True})
    desk.planned(*ONE_ACCOUNT)
    verbs = desk.actions()
    assert {"person:rotate", "person:hand-over"} <= set(verbs)
    assert "iam:DeleteUser" not in verbs
    waiting = desk.apply()
    assert waiting.code == 1
    assert desk.effects() == {}
    assert desk.users() == ["release-bot"]
    assert list(desk.keys("release-bot").values()) == ["Active"]


def test_cap_on_the_number_of_actions(desk: Desk) -> None:
    crowd(desk)
    assert desk.plan(*ONE_ACCOUNT, "--max-actions", "5").code == 0
    assert held(desk) == ["too-many-actions"]


# --------------------------------------------------------------------- ten groups


def test_user_in_ten_groups_is_denied_inline(desk: Desk) -> None:
    desk.user("alice")
    for number in range(10):
        desk.aws().create_group(GroupName=f"team-{number}")
        desk.aws().add_user_to_group(GroupName=f"team-{number}", UserName="alice")
    desk.planned(*ONE_ACCOUNT)

    assert desk.actions("contain") == ["iam:PutUserPolicy", "iam:UpdateAccessKey"]
    assert desk.apply("--phase", "contain").code == 0
    name = desk.aws().list_user_policies(UserName="alice")["PolicyNames"]
    assert name == ["iac-offboard-deny-all"]

    ended = desk.apply()
    assert ended.code == 0, ended.err
    assert desk.users() == []
    assert desk.actions("live")[-2:] == ["iam:DeleteUserPolicy", "iam:DeleteUser"]
    assert all(w.error == "" for w in desk.writes())
    assert desk.verify().code == 0


@pytest.mark.parametrize("groups", [0, 9, 10])
def test_a_new_plan_over_a_quarantined_user_takes_the_quarantine_away_last(
    desk: Desk, groups: int
) -> None:
    desk.user("alice")
    for number in range(groups):
        desk.aws().create_group(GroupName=f"team-{number}")
        desk.aws().add_user_to_group(GroupName=f"team-{number}", UserName="alice")
    desk.planned(*ONE_ACCOUNT)
    assert desk.apply("--phase", "contain").code == 0
    first = desk.actions()
    desk.aws().create_login_profile(UserName="alice", Password="Not-a-real-1-password")

    second = Desk(desk.server, desk.here / "second")
    second.planned(*ONE_ACCOUNT)

    new = [a for a in second.actions() if a not in ("iam:DeleteLoginProfile",)]
    assert new == [a for a in first if a != "iam:UpdateAccessKey"]
    ended = second.apply()
    assert ended.code == 0, ended.out
    assert desk.users() == []
    kept = [g["GroupName"] for g in desk.aws().list_groups()["Groups"]]
    assert len(kept) == groups  # nothing of ours is left behind


def test_a_case_that_was_begun_is_not_planned_over(desk: Desk) -> None:
    """The plan that a journal belongs to is needed to go on with it."""
    desk.user("alice")
    desk.planned(*ONE_ACCOUNT)
    assert desk.apply("--phase", "contain").code == 0
    plan = desk.plan_file.read_bytes()

    again = desk.plan(*ONE_ACCOUNT)

    assert again.code == 2
    assert again.said("journal", "--out")
    assert desk.plan_file.read_bytes() == plan
    assert desk.apply().code == 0
    assert desk.users() == []
