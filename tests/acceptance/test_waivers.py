"""Waivers, the waits for open sessions, and who both applied and looked (issue 4)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.acceptance.desk import HOME, ONE_ACCOUNT, ORGANIZATION, OTHER, Desk
from tests.acceptance.test_verified import EMPTY_ROOT

FORMATS = ("table", "json", "sarif", "markdown")
BY, REASON = "ops@example.com", "the auditor holds it"
DAYS = 3


def waivers(desk: Desk, *scopes: str) -> str:
    until = (datetime.now(UTC) + timedelta(days=DAYS)).date().isoformat()
    entries = [{"scope": s, "reason": REASON, "by": BY, "until": until} for s in scopes]
    return str(desk.write("waivers.json", json.dumps({"version": 1, "waivers": entries})))


@pytest.fixture
def denied(desk: Desk) -> Desk:
    """alice, in an account whose access keys nobody may list."""
    desk.user("alice")
    desk.write("infra/main.tf", EMPTY_ROOT)
    desk.app.injection.deny("iam:ListAccessKeys")
    return desk


def test_scan_and_plan_with_a_waived_scope_are_complete(denied: Desk) -> None:
    file = waivers(denied, f"aws:{HOME}")
    assert denied.plan(*ONE_ACCOUNT).code == 3
    for format_ in FORMATS:
        made = denied.plan(*ONE_ACCOUNT, "--waivers", file, "--format", format_)
        assert made.code == 0, made.err
        assert made.said(BY, REASON), format_
    assert denied.plan_json["skipped"] == []
    assert [w["by"] for w in denied.plan_json["waived"]] == [BY]
    assert ["waivers", file] in denied.plan_json["sources"]
    report = (denied.case / "report.md").read_text(encoding="utf-8")
    assert REASON in report
    scanned = denied.scan(*ONE_ACCOUNT, "--waivers", file, "--format", "json")
    assert scanned.json["counts"]["waived"] == 1
    assert scanned.code == 1  # the user itself was found


def test_verify_reads_the_recorded_waivers_until_the_day_after_they_end(denied: Desk) -> None:
    denied.app.injection.clear()
    recorded = waivers(denied, f"aws:{HOME}")
    denied.planned("--terraform", "infra", *ONE_ACCOUNT, "--waivers", recorded)
    assert denied.apply().code == 0
    assert denied.verify().code == 0  # read gone: from now on the tokens of the key run out
    denied.ahead = timedelta(hours=37)
    denied.app.injection.deny("iam:GetAccountAuthorizationDetails")

    ended = denied.verify("--format", "json")
    assert ended.code == 0, ended.out
    (verdict,) = ended.json["verdicts"]
    assert (verdict["access"], verdict["grade"]) == ("dead", "waived")
    assert f"waived by {BY}" in verdict["bindings"][0]["because"]
    for format_ in FORMATS:
        assert denied.verify("--format", format_).said(BY, REASON), format_

    denied.ahead = timedelta(days=DAYS + 1)
    after = denied.verify()
    assert after.code == 3
    assert after.said("expired on")

    denied.ahead = timedelta(hours=37)
    other = denied.verify("--waivers", waivers(denied, f"aws:{OTHER}"))
    assert other.code == 3
    assert other.said("matches nothing")


def test_waivers_that_are_gone_or_wrong_are_an_error(denied: Desk) -> None:
    file = waivers(denied, f"aws:{HOME}")
    denied.planned("--terraform", "infra", *ONE_ACCOUNT, "--waivers", file)
    Path(file).unlink()
    assert denied.verify().code == 2
    wrong = waivers(denied, "aws")
    for ran in (denied.scan(*ONE_ACCOUNT, "--waivers", wrong), denied.verify()):
        assert ran.code == 2
        assert ran.said("waivers.json:1", "12 digits")


def test_an_account_that_was_planned_and_is_not_reached_can_be_waived(desk: Desk) -> None:
    desk.second_account()
    desk.user("alice")
    desk.write("infra/main.tf", EMPTY_ROOT)
    desk.planned("--terraform", "infra", *ORGANIZATION, "--service", "iam")
    assert desk.apply().code == 0
    desk.app.injection.deny("sts:AssumeRole")
    assert desk.verify().code == 3
    ended = desk.verify("--waivers", waivers(desk, f"aws:{OTHER}"), "--format", "json")
    assert ended.code == 0, ended.out
    assert ended.json["verdicts"][0]["grade"] == "waived"


# --------------------------------------------------------------------- memory


def test_tokens_of_a_key_that_is_gone_while_its_user_stands(desk: Desk) -> None:
    desk.user("alice")
    desk.write("infra/main.tf", EMPTY_ROOT)
    desk.planned("--terraform", "infra", *ONE_ACCOUNT)
    (key,) = desk.keys()
    desk.aws().delete_access_key(UserName="alice", AccessKeyId=key)
    before = desk.now()

    first = desk.verify("--format", "json")

    until = datetime.fromisoformat(first.json["recheck_at"])
    assert timedelta(hours=36) <= until - before < timedelta(hours=36, minutes=1)
    sightings = desk.case / "sightings.jsonl"
    assert len(sightings.read_bytes().splitlines()) == 1
    assert sightings.stat().st_mode & 0o777 == 0o600

    desk.ahead = timedelta(hours=35)
    again = desk.verify("--format", "json")
    assert datetime.fromisoformat(again.json["recheck_at"]) == until
    assert len(sightings.read_bytes().splitlines()) == 1
    for format_ in ("table", "markdown"):
        shown = desk.verify("--format", format_)
        assert "Look again at" in shown.out, format_

    desk.ahead = timedelta(hours=37)
    assert desk.verify("--format", "json").json["recheck_at"] is None

    sightings.unlink()  # a runner whose disk does not last: the wait begins anew
    assert desk.verify("--format", "json").json["recheck_at"] is not None


def test_sightings_that_were_altered_are_an_error(desk: Desk) -> None:
    desk.user("alice")
    desk.planned(*ONE_ACCOUNT)
    assert desk.verify().code == 1
    sightings = desk.case / "sightings.jsonl"
    sightings.write_bytes(sightings.read_bytes().replace(b'"seen"', b'"gone"', 1))
    ran = desk.verify()
    assert ran.code == 2
    assert ran.said("was altered")


def test_a_new_plan_begins_without_the_memory_of_the_old_one(desk: Desk) -> None:
    desk.user("alice")
    desk.planned(*ONE_ACCOUNT)
    assert desk.verify().code == 1
    desk.user("bob")
    desk.planned(*ONE_ACCOUNT)
    assert desk.verify().code == 1


# --------------------------------------------------------------------- who looked


def test_who_applied_and_looked_is_said(desk: Desk) -> None:
    desk.user("alice")
    desk.write("infra/main.tf", EMPTY_ROOT)
    desk.planned("--terraform", "infra", *ONE_ACCOUNT)
    before = desk.verify("--format", "json")
    assert before.json["same_hands"] == []
    journal = desk.here / "kept" / "journal.jsonl"
    journal.parent.mkdir()
    assert desk.apply("--journal", str(journal)).code == 0
    assert desk.verify("--format", "json").json["same_hands"] == []
    for format_ in FORMATS:
        ran = desk.verify("--journal", str(journal), "--format", format_)
        assert ran.code == 0
        assert ("same_hands" if format_ == "json" else "by the same identity") in ran.out
    told = desk.verify("--journal", str(journal), "--format", "json").json["same_hands"]
    assert told == [desk.plan_json["made_by"][0][1]]
    assert desk.verify("--journal", "none.jsonl").code == 2


def test_containment_that_was_undone_is_said(desk: Desk) -> None:
    desk.user("alice")
    desk.planned(*ONE_ACCOUNT)
    assert desk.apply("--phase", "contain").code == 0
    (key,) = desk.keys()
    desk.aws().update_access_key(UserName="alice", AccessKeyId=key, Status="Active")
    assert "Active again: somebody set it back" in desk.verify("--format", "json").out


def test_a_plan_that_puts_back_is_not_verified(desk: Desk) -> None:
    desk.user("alice")
    desk.planned(*ONE_ACCOUNT)
    body = desk.plan_json | {"rolls_back": "0" * 64}
    desk.plan_file.write_text(json.dumps(body))
    ran = desk.verify()
    assert ran.code == 2
    assert ran.said("puts back")
