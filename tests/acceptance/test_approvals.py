"""Who may approve, how many have to, and not before the subject has left."""

from __future__ import annotations

import json

import pytest

from tests.acceptance.desk import ALICE, ONE_ACCOUNT, SUBJECT, Desk, run

SOON = "2099-01-01T00:00:00Z"


def _planned(desk: Desk, left_at: str = SOON) -> None:
    desk.user()
    desk.roster(ALICE, "alice@example.com", left_at=left_at)
    assert desk.plan(*ONE_ACCOUNT).code == 0
    desk.forget_writes()


def _approve(desk: Desk, by: str, *more: str) -> int:
    return run("approve", str(desk.plan_file), "--by", by, *more).code


@pytest.mark.parametrize(
    "by",
    [
        "alice@example.com",
        "Alice <ALICE@example.com>",
        ALICE,
        "alice",
        "user/alice",
        "alice (case owner)",
    ],
)
def test_the_leaver_does_not_approve(desk: Desk, by: str) -> None:
    _planned(desk)
    assert _approve(desk, by, "--early") == 2
    assert not (desk.case / "approvals").exists()


def test_who_made_the_plan_does_not_approve(desk: Desk) -> None:
    _planned(desk)
    makers = dict(desk.plan_json["made_by"])
    refused = run("approve", str(desk.plan_file), "--by", makers["os"], "--early")
    assert refused.code == 2
    assert refused.said("made the plan")


@pytest.mark.parametrize(
    "by", ["Bob Jones", "bob@corp.example", "BOB JONES <b.jones@example.com>", "bob"]
)
def test_who_made_the_plan_does_not_approve_under_a_name_that_git_knows(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    for number, (key, value) in enumerate(
        (("user.name", "Bob Jones"), ("user.email", "bob@corp.example"))
    ):
        monkeypatch.setenv(f"GIT_CONFIG_KEY_{number}", key)
        monkeypatch.setenv(f"GIT_CONFIG_VALUE_{number}", value)
    monkeypatch.setenv("GIT_CONFIG_COUNT", "2")
    _planned(desk)
    assert dict(desk.plan_json["made_by"])["git-name"] == "Bob Jones"
    assert _approve(desk, by, "--early") == 2
    assert _approve(desk, "bob.smith@corp.example", "--early") == 0


def test_a_record_that_the_leaver_wrote_by_hand_lets_nothing_through(desk: Desk) -> None:
    _planned(desk)
    assert _approve(desk, "lead", "--early") == 0
    (record,) = (desk.case / "approvals").iterdir()
    body = json.loads(record.read_bytes())
    record.write_text(json.dumps({**body, "by": "alice@example.com"}), encoding="utf-8")
    assert desk.apply().code == 2
    assert desk.writes() == []


def test_two_are_needed_where_two_are_asked_for(desk: Desk) -> None:
    _planned(desk)
    assert _approve(desk, "lead", "--early") == 0
    assert desk.apply("--min-approvals", "2").code == 2
    assert desk.writes() == []
    assert _approve(desk, "security") == 0
    assert desk.apply("--min-approvals", "2").code == 0


def test_two_spellings_of_one_name_are_one_approval(desk: Desk) -> None:
    _planned(desk)
    for by in ("lead@example.com", "Lead Person <lead@example.com>", "lead"):
        assert _approve(desk, by, "--early") == 0
    refused = desk.apply("--min-approvals", "2")
    assert refused.code == 2
    assert refused.said("1 of the 2 approvals")
    assert desk.writes() == []


def test_nothing_is_done_before_the_subject_has_left(desk: Desk) -> None:
    _planned(desk)
    assert _approve(desk, "lead") == 0
    early = desk.apply()
    assert early.code == 2
    assert early.said(SUBJECT, "--early")
    assert desk.writes() == []
    assert _approve(desk, "lead", "--early") == 0
    assert desk.apply().code == 0


def test_the_journal_may_stand_elsewhere(desk: Desk) -> None:
    _planned(desk)
    assert _approve(desk, "lead", "--early") == 0
    elsewhere = desk.here / "kept" / "journal.jsonl"
    elsewhere.parent.mkdir()
    assert desk.apply("--journal", str(elsewhere)).code == 0
    assert elsewhere.read_bytes()
    assert not (desk.case / "journal.jsonl").exists()


def test_a_lost_journal_ends_the_same(desk: Desk) -> None:
    _planned(desk)
    assert _approve(desk, "lead", "--early") == 0
    assert desk.apply("--phase", "contain").code == 0
    (desk.case / "journal.jsonl").unlink()
    assert desk.apply().code == 0
    assert desk.users() == []
