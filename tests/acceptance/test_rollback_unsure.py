"""What nobody recorded may be somebody else's decision: it is not undone unasked."""

from __future__ import annotations

import json
from typing import Any

from tests.acceptance.crowded import BUCKET, policy, statement
from tests.acceptance.desk import ALICE, BOB, HOME, Desk, run
from tests.acceptance.restoring import POLICIES, denied, rollback, shared


def _taken_out_by_hand(desk: Desk) -> None:
    desk.aws().remove_user_from_group(GroupName="developers", UserName="alice")
    left = statement(BOB, action="s3:GetObject", resource=f"arn:aws:s3:::{BUCKET}/*")
    desk.aws("s3").put_bucket_policy(Bucket=BUCKET, Policy=policy(left))
    (key,) = desk.keys()
    desk.aws().update_access_key(UserName="alice", AccessKeyId=key, Status="Inactive")


def _restoring(desk: Desk) -> Any:
    return json.loads((desk.case / "rollback" / "plan.json").read_bytes())


def test_of_a_plan_that_nobody_approved_nothing_was_done(desk: Desk) -> None:
    shared(desk)
    desk.roster(ALICE)
    assert desk.plan(*POLICIES).code == 0
    _taken_out_by_hand(desk)
    made = rollback(desk)
    assert made.code == 0, made.err
    assert made.said("nobody approved that plan", "nothing to put back")
    body = _restoring(desk)
    assert (body["actions"], body["manual"]) == ([], [])
    report = (desk.case / "rollback" / "report.md").read_text(encoding="utf-8")
    assert "nobody approved that plan" in report
    file = str(desk.case / "rollback" / "plan.json")
    assert run("approve", file, "--by", "lead@example.com").code == 0
    desk.forget_writes()
    assert run("apply", file).code == 0
    assert desk.writes() == []


def test_cancelled_before_anybody_approved(desk: Desk) -> None:
    shared(desk)
    desk.roster(ALICE)
    assert desk.plan(*POLICIES).code == 0
    desk.roster(ALICE, status="cancelled")
    made = desk.plan(*POLICIES)
    assert made.code == 0, made.err
    assert made.said("nothing to put back")
    assert _restoring(desk)["actions"] == []


def test_of_an_approved_plan_without_a_journal_each_step_waits_for_its_id(desk: Desk) -> None:
    shared(desk)
    desk.roster(ALICE)
    desk.planned(*POLICIES)
    _taken_out_by_hand(desk)
    made = rollback(desk)
    assert made.code == 0, made.err
    actions = _restoring(desk)["actions"]
    assert actions
    assert {a["accept"] for a in actions} == {"not known to be ours"}
    assert all("somebody else may have done it" in " ".join(a["hazards"]) for a in actions)
    assert made.said("--accept", actions[0]["id"])
    file = str(desk.case / "rollback" / "plan.json")
    (member,) = [a["id"] for a in actions if a["verb"] == "iam:AddUserToGroup"]
    approved = run("approve", file, "--by", "lead@example.com", "--accept", member)
    assert approved.code == 0, approved.err
    done = run("apply", file)
    assert done.code == 1, done.out + done.err
    members = {u["UserName"] for u in desk.aws().get_group(GroupName="developers")["Users"]}
    assert members == {"alice", "bob"}
    document = desk.aws("s3").get_bucket_policy(Bucket=BUCKET)["Policy"]
    assert f"arn:aws:iam::{HOME}:user/alice" not in document
    assert set(desk.keys().values()) == {"Inactive"}
    assert denied(desk) == []


def test_what_the_journal_says_that_we_did_waits_for_nobody(desk: Desk) -> None:
    desk.user()
    desk.planned(*POLICIES)
    assert desk.apply("--phase", "contain").code == 0
    assert rollback(desk).code == 0
    assert {a["accept"] for a in _restoring(desk)["actions"]} == {""}
