"""Acceptance 5 and 6: cancelled, rolled back, with the journal and without."""

from __future__ import annotations

import json

import pytest

from iac_offboard.pipeline.rollbacks import rolled_back
from iac_offboard.plan import file_v1
from tests.acceptance.crowded import BUCKET, crowd, policy, statement
from tests.acceptance.desk import (
    ALICE,
    BOB,
    ONE_ACCOUNT,
    SUBJECT,
    Desk,
    run,
)
from tests.acceptance.restoring import (
    CAROL,
    EVERYWHERE,
    POLICIES,
    bucket,
    denied,
    keep_the_user,
    photo,
    restored,
    rollback,
    shared,
)


def test_a6_contain_cancel_restore_leaves_the_account_as_it_was(desk: Desk) -> None:
    crowd(desk)
    before = photo(desk)
    desk.planned(*EVERYWHERE)
    assert desk.apply("--phase", "contain").code == 0
    assert photo(desk) != before
    original = desk.plan_file.read_bytes()
    desk.roster(status="cancelled")
    cancelled = desk.plan(*EVERYWHERE)
    assert cancelled.code == 0, cancelled.err
    assert cancelled.said("rollback/plan.json")
    assert desk.plan_file.read_bytes() == original
    done = restored(desk)
    assert done.code == 0, done.out + done.err
    assert photo(desk) == before
    again = desk.plan(*EVERYWHERE)  # a pipeline with the same roster runs the next day
    assert again.code == 0, again.err
    assert again.said("rollback/plan.json")


def test_a5_another_member_added_between_apply_and_rollback_stays(desk: Desk) -> None:
    shared(desk)
    desk.roster(ALICE)
    desk.planned(*POLICIES)
    keep_the_user(desk)
    desk.apply()
    assert ALICE not in bucket(desk)
    granted = statement(BOB, CAROL, action="s3:GetObject", resource=f"arn:aws:s3:::{BUCKET}/*")
    desk.aws("s3").put_bucket_policy(Bucket=BUCKET, Policy=policy(granted))
    desk.aws().add_user_to_group(GroupName="developers", UserName="carol")
    desk.app.injection.clear()
    assert rollback(desk).code == 0
    done = restored(desk)
    assert done.code == 0, done.out + done.err
    assert {ALICE, BOB, CAROL} <= set(bucket(desk))
    members = {u["UserName"] for u in desk.aws().get_group(GroupName="developers")["Users"]}
    assert members == {"alice", "bob", "carol"}
    assert denied(desk) == []


def test_a5_rollback_works_from_the_plan_when_the_journal_is_lost(desk: Desk) -> None:
    shared(desk)
    desk.roster(ALICE)
    desk.planned(*POLICIES)
    keep_the_user(desk)
    desk.apply()
    (desk.case / "journal.jsonl").unlink()
    desk.app.injection.clear()
    made = rollback(desk)
    assert made.code == 0, made.err
    assert made.said("there is no journal")
    file = str(desk.case / "rollback" / "plan.json")
    assert run("approve", file, "--by", "lead@example.com").code == 0
    desk.forget_writes()
    waits = run("apply", file)
    assert waits.code == 1, waits.out + waits.err
    assert waits.said("not known to be ours", "--accept R-001")
    assert desk.writes() == []
    done = restored(desk)
    assert done.code == 0, done.out + done.err
    assert {ALICE, BOB} <= set(bucket(desk))
    members = {u["UserName"] for u in desk.aws().get_group(GroupName="developers")["Users"]}
    assert members == {"alice", "bob"}
    assert denied(desk) == []


def test_a5_rollback_without_approval_writes_nothing(desk: Desk) -> None:
    desk.user()
    desk.planned(*ONE_ACCOUNT)
    assert desk.apply("--phase", "contain").code == 0
    made = rollback(desk)
    assert made.code == 0
    desk.forget_writes()
    refused = run("apply", str(desk.case / "rollback" / "plan.json"))
    assert refused.code == 2
    assert desk.writes() == []
    # The approval of the original is of another digest.
    (desk.case / "rollback" / "approvals").mkdir()
    for record in (desk.case / "approvals").iterdir():
        (desk.case / "rollback" / "approvals" / record.name).write_bytes(record.read_bytes())
    assert run("apply", str(desk.case / "rollback" / "plan.json")).code == 2
    assert desk.writes() == []


def test_a_restore_that_fails_half_way_leaves_the_person_denied(desk: Desk) -> None:
    shared(desk)
    desk.roster(ALICE)
    desk.planned(*POLICIES)
    keep_the_user(desk)
    desk.apply()
    desk.app.injection.clear()
    assert rollback(desk).code == 0
    desk.app.injection.deny("s3:PutBucketPolicy")
    assert restored(desk).code == 2
    assert denied(desk) == ["alice"]
    assert "Active" not in desk.keys().values()
    desk.app.injection.clear()
    assert restored(desk).code == 0
    assert denied(desk) == []


def test_only_the_cancelled_one_of_two_is_restored(desk: Desk) -> None:
    for name in ("alice", "bob"):
        desk.user(name)
    _two(desk, bob="leaving")
    desk.planned(*ONE_ACCOUNT)
    assert desk.apply("--phase", "contain").code == 0
    assert denied(desk) == ["alice", "bob"]
    _two(desk, bob="cancelled")
    assert desk.plan(*ONE_ACCOUNT).code == 0
    assert restored(desk).code == 0
    assert denied(desk) == ["alice"]
    assert set(desk.keys("bob").values()) == {"Active"}
    assert set(desk.keys("alice").values()) == {"Inactive"}


def test_who_is_cancelled_before_any_plan_is_said_and_the_others_are_planned(desk: Desk) -> None:
    for name in ("alice", "bob"):
        desk.user(name)
    _two(desk, bob="cancelled")
    made = desk.plan(*ONE_ACCOUNT)
    assert made.code == 0
    assert made.said("leaver-2", "nothing of it was planned here")
    assert {a["subject"] for a in desk.plan_json["actions"]} == {SUBJECT}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--subject", "nobody"), "no subject nobody"),
        (("--journal", "nowhere.jsonl"), "no journal"),
    ],
)
def test_what_a_rollback_cannot_be_made_from(desk: Desk, more: tuple[str, ...], words: str) -> None:
    desk.user()
    desk.planned(*ONE_ACCOUNT)
    refused = rollback(desk, *more)
    assert refused.code == 2
    assert refused.said(words)
    assert not (desk.case / "rollback").exists()


def test_a_rollback_is_not_rolled_back_nor_written_over(desk: Desk) -> None:
    desk.user()
    desk.planned(*ONE_ACCOUNT)
    assert desk.apply("--phase", "contain").code == 0
    assert rollback(desk).code == 0
    file = desk.case / "rollback" / "plan.json"
    assert run("rollback", str(file)).said("is a rollback itself")
    assert restored(desk).code == 0
    assert rollback(desk).code == 2
    assert rollback(desk, "--out", "elsewhere").code == 0


def test_the_original_knows_that_it_was_rolled_back(desk: Desk) -> None:
    desk.user()
    desk.planned(*ONE_ACCOUNT)
    assert desk.apply("--phase", "contain").code == 0
    digest = file_v1.digest(desk.plan_file.read_bytes())
    assert not rolled_back(desk.plan_file, digest)
    assert rollback(desk).code == 0
    assert not rolled_back(desk.plan_file, digest)  # written, and not carried out
    assert restored(desk).code == 0
    assert rolled_back(desk.plan_file, digest)
    assert not rolled_back(desk.plan_file, "0" * 64)


def test_what_cannot_come_back_is_listed(desk: Desk) -> None:
    desk.user()
    desk.planned(*ONE_ACCOUNT)
    assert desk.apply().code == 0
    made = rollback(desk)
    assert made.code == 0
    body = json.loads((desk.case / "rollback" / "plan.json").read_bytes())
    assert body["actions"] == []
    assert any("iam:DeleteUser " in step["text"] for step in body["manual"])
    assert any("iam:DeleteAccessKey " in step["text"] for step in body["manual"])
    report = (desk.case / "rollback" / "report.md").read_text(encoding="utf-8")
    assert "# Rollback plan" in report


def _two(desk: Desk, *, bob: str) -> None:
    subjects = [
        {"id": SUBJECT, "kind": "person", "aliases": [ALICE]},
        {"id": "leaver-2", "kind": "person", "aliases": [BOB], "status": bob},
    ]
    left = {"left_at": "2099-01-01T00:00:00Z"}
    body = {"version": 1, "subjects": [s | left for s in subjects]}
    desk.write("leavers.json", json.dumps(body))
