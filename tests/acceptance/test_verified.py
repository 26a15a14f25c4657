"""Verify: dead is said of a subject over a scope; and nobody's name leaves the roster."""

from __future__ import annotations

from pathlib import Path

import pytest
from moto.organizations.models import organizations_backends

from iac_offboard.cli import options
from iac_offboard.demo.strict import AccessKeyPair
from iac_offboard.pipeline.verify import run_verify
from tests.acceptance.crowded import trust
from tests.acceptance.desk import (
    ALICE,
    HOME,
    ONE_ACCOUNT,
    ORGANIZATION,
    OTHER,
    OTHER_ROLE,
    SUBJECT,
    Desk,
    run,
)

EMPTY_ROOT = 'output "nobody" {\n  value = "here"\n}\n'
TWO_ACCOUNTS = ("--terraform", "infra", *ORGANIZATION, "--service", "iam")


@pytest.fixture
def gone(desk: Desk) -> Desk:
    """alice is offboarded, in both accounts that were planned over."""
    desk.second_account()
    desk.user("alice")
    desk.write("infra/main.tf", EMPTY_ROOT)
    desk.planned(*TWO_ACCOUNTS)
    assert desk.apply().code == 0
    return desk


def test_dead_over_the_whole_scope(gone: Desk) -> None:
    ended = gone.verify("--format", "json")
    assert ended.code == 0
    (verdict,) = ended.json["verdicts"]
    assert (verdict["access"], verdict["return_risk"]) == ("dead", "none")
    assert verdict["not_covered"]


def test_an_account_that_is_not_reached_any_more_is_unknown(gone: Desk) -> None:
    gone.other().delete_role_policy  # noqa: B018 - the account is there
    gone.app.injection.deny("sts:AssumeRole")
    ended = gone.verify("--format", "json")
    assert ended.code == 3
    (verdict,) = ended.json["verdicts"]
    assert verdict["access"] == "unknown"
    assert OTHER in verdict["because"]


def test_an_account_that_left_the_organization_is_unknown(gone: Desk) -> None:
    accounts = organizations_backends[HOME]["aws"].accounts
    accounts[:] = [a for a in accounts if a.id != OTHER]
    ended = gone.verify("--format", "json")
    assert ended.code == 3
    assert f"the planned aws account {OTHER} was not looked at" in ended.out


def test_a_directory_that_is_gone_is_no_proof(gone: Desk) -> None:
    (gone.here / "infra" / "main.tf").unlink()
    (gone.here / "infra").rmdir()
    assert gone.verify().code == 2


def test_a_root_that_is_gone_is_unknown(gone: Desk) -> None:
    (gone.here / "infra" / "main.tf").unlink()
    ended = gone.verify("--format", "json")
    assert ended.code == 3
    (verdict,) = ended.json["verdicts"]
    assert (verdict["access"], verdict["return_risk"]) == ("dead", "unknown")


def test_code_that_names_the_leaver_again_is_a_risk(gone: Desk) -> None:
    gone.write(
        "infra/main.tf",
        f"""\
resource "aws_iam_role" "deploy" {{
  name = "deploy"
  assume_role_policy = jsonencode({{
    Statement = [{{ Effect = "Allow", Principal = {{ AWS = "{ALICE}" }}, Action = "sts:*" }}]
  }})
}}
""",
    )
    ended = gone.verify("--format", "json")
    assert ended.code == 1
    (verdict,) = ended.json["verdicts"]
    assert (verdict["access"], verdict["return_risk"]) == ("dead", "present")


def test_a_trust_made_after_the_plan_in_the_other_account_is_alive(desk: Desk) -> None:
    desk.second_account()
    desk.user("alice")
    desk.write("infra/main.tf", EMPTY_ROOT)
    desk.planned(*TWO_ACCOUNTS)
    desk.other().create_role(RoleName="back", AssumeRolePolicyDocument=trust(ALICE))
    assert desk.apply().code == 0

    ended = desk.verify("--format", "json")

    # AWS shows the unique id by now where the user's ARN stood
    assert ended.code == 1
    alive = {
        b["binding"]["target"]["name"]
        for b in ended.json["verdicts"][0]["bindings"]
        if b["access"] == "alive"
    }
    assert alive == {"back"}


def test_an_empty_plan_proves_nothing(desk: Desk) -> None:
    desk.write("infra/main.tf", EMPTY_ROOT)
    desk.planned("--terraform", "infra", *ONE_ACCOUNT)
    assert desk.actions() == []
    ended = desk.verify("--format", "json")
    assert ended.code == 3
    (verdict,) = ended.json["verdicts"]
    assert verdict["access"] == "unknown"
    assert "proves nothing" in verdict["because"]


def test_looks_until_the_cloud_has_settled(desk: Desk) -> None:
    desk.user("alice")
    desk.write("infra/main.tf", EMPTY_ROOT)
    desk.planned("--terraform", "infra", *ONE_ACCOUNT)
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 2:  # only now does the cloud show what was done
            assert desk.apply().code == 0

    found = run_verify(
        desk.plan_file,
        clock=options.now,
        settle_window=60.0,
        external_id="",
        retry_budget=1.0,
        monotonic=lambda: sum(slept),
        sleep=sleep,
    )
    assert found.exit_code == 0
    assert slept == [5.0, 5.0, 5.0]  # dead is seen twice before it is said


def test_gives_up_when_the_window_is_over(desk: Desk) -> None:
    desk.user("alice")
    desk.planned(*ONE_ACCOUNT)
    slept: list[float] = []
    found = run_verify(
        desk.plan_file,
        clock=options.now,
        settle_window=12.0,
        external_id="",
        retry_budget=1.0,
        monotonic=lambda: sum(slept),
        sleep=slept.append,
    )
    assert found.exit_code == 1
    assert len(slept) == 3


def test_the_old_key_is_tried(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.aws().create_user(UserName="alice")
    made = desk.aws().create_access_key(UserName="alice")["AccessKey"]
    pair = AccessKeyPair(key_id=made["AccessKeyId"], secret=made["SecretAccessKey"])
    keys = desk.write(
        "old-keys",
        f"[old]\naws_access_key_id = {pair.key_id}\naws_secret_access_key = {pair.secret}\n",
    )
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(keys))
    desk.write("infra/main.tf", EMPTY_ROOT)
    desk.planned("--terraform", "infra", *ONE_ACCOUNT)

    before = desk.verify("--probe", "old", "--format", "json")
    assert before.code == 1
    assert desk.apply().code == 0
    after = desk.verify("--probe", "old", "--format", "json")
    assert after.code == 0
    for ran, access in ((before, "alive"), (after, "dead")):
        (verdict,) = ran.json["verdicts"]
        key = {b["binding"]["target"]["name"]: b for b in verdict["bindings"]}[pair.key_id]
        assert (key["access"], key["grade"]) == (access, "probed")
        assert pair.secret not in ran.out + ran.err


# --------------------------------------------------------------------- not there, not unread


def test_suspended_account_and_disabled_region_are_no_gap(desk: Desk) -> None:
    desk.second_account()
    desk.aws("organizations").close_account(AccountId=OTHER)
    desk.user("alice")
    desk.write("infra/main.tf", EMPTY_ROOT)
    sources = ("--terraform", "infra", *ORGANIZATION, "--service", "iam,sqs")

    scanned = desk.scan(*sources, "--format", "json")

    assert scanned.code == 1
    kinds = {n["kind"] for n in scanned.json["notes"]}
    assert {"suspended account", "disabled region"} <= kinds
    assert scanned.json["skipped"] == []
    desk.planned(*sources)
    assert desk.apply().code == 0
    assert desk.verify().code == 0


def test_region_that_was_asked_for_and_is_not_enabled_is_no_gap(desk: Desk) -> None:
    ran = desk.scan("--live", "aws", "--service", "sqs", "--region", "us-east-1,af-south-1")
    assert ran.code == 0
    assert ran.said("af-south-1", "not enabled")


def test_role_per_account_is_a_scope(desk: Desk) -> None:
    desk.second_account()
    desk.user("alice", desk.other())
    desk.roster({"aws_user": "alice", "accounts": [OTHER]})
    desk.planned("--live", "aws", "--service", "iam", "--aws-role", OTHER_ROLE)
    assert [a["account"] for a in desk.plan_json["scope"]["accounts"]] == [OTHER]
    assert desk.apply().code == 0
    assert desk.users(desk.other()) == []


# --------------------------------------------------------------------- discretion

CODE = """\
locals {
  people = ["alice", "bob"]
}

resource "aws_iam_user" "people" {
  for_each = toset(local.people)
  name     = each.key
}
"""


@pytest.mark.parametrize("format_", ["table", "sarif", "markdown"])
def test_rule_14_the_roster_id_and_nothing_else_of_the_roster(desk: Desk, format_: str) -> None:
    user = desk.aws().create_user(
        UserName="alice", Tags=[{"Key": "email", "Value": "alice.liddell@example.com"}]
    )["User"]
    desk.aws().create_access_key(UserName="alice")
    desk.user("bob")
    desk.roster(
        "alice.liddell@example.com", "alice", user["UserId"], case="HR-77-1234", kind="person"
    )
    desk.write("infra/main.tf", CODE)
    sources = ("--terraform", "infra", *ONE_ACCOUNT)

    ran = [desk.scan(*sources, "--format", format_), desk.plan(*sources, "--format", format_)]
    ran += [desk.approve(), desk.apply(), desk.verify("--format", format_)]

    assert [r.code for r in ran] == [1, 0, 0, 1, 1], [r.err for r in ran]
    said = {f"run {i}": r.out + r.err for i, r in enumerate(ran)}
    said |= {name: _text(desk.case / name) for name in ("report.md", "journal.jsonl")}
    said["patch"] = _text(desk.case / "removal.patch")
    for where, text in said.items():
        assert "liddell" not in text.lower(), where
        assert "HR-77-1234" not in text, where
    assert SUBJECT in said["report.md"]
    assert SUBJECT in said["run 0"]


def test_rule_14_errors_do_not_spell_the_roster(desk: Desk) -> None:
    desk.user("alice")
    desk.roster("alice.liddell@example.com", "alice", case="HR-77-1234")
    for action in ("iam:ListAccessKeys", "iam:GetAccountAuthorizationDetails"):
        desk.app.injection.deny(action)
        ran = desk.scan(*ONE_ACCOUNT)
        assert ran.code == 3
        assert "liddell" not in ran.out + ran.err
    desk.roster("alice.liddell@example.com", "alice", case="HR-77-1234", brake_glass=True)
    ran = run("scan", "--subjects", "leavers.json", *ONE_ACCOUNT)
    assert ran.code == 2
    assert "liddell" not in ran.err


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
