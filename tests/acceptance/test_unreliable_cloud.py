"""Acceptance 5: denied, throttled, replaced and changed since the plan."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from moto.iam.models import iam_backends

from iac_offboard.clouds import retries
from tests.acceptance.crowded import trust
from tests.acceptance.desk import ALICE, BOB, HOME, LATER, ONE_ACCOUNT, SUBJECT, Desk

EMPTY_ROOT = 'output "nobody" {\n  value = "here"\n}\n'


@pytest.fixture
def proven(desk: Desk) -> Desk:
    """alice is offboarded; the code that is looked at names nobody."""
    desk.user("alice")
    desk.user("bob")
    desk.write("infra/main.tf", EMPTY_ROOT)
    desk.planned("--terraform", "infra", *ONE_ACCOUNT)
    assert desk.apply().code == 0
    return desk


def by_kind(verified: object) -> dict[str, str]:
    assert isinstance(verified, dict)
    (verdict,) = verified["verdicts"]
    return {b["binding"]["target"]["kind"]: b["access"] for b in verdict["bindings"]}


def test_a5_dead_when_all_was_read(proven: Desk) -> None:
    ended = proven.verify("--format", "json")
    assert ended.code == 0, ended.out
    assert by_kind(ended.json) == {"iam_user": "dead", "iam_access_key": "dead"}
    assert proven.users() == ["bob"]


def test_a5_denied_list_of_keys_makes_the_key_unknown(desk: Desk) -> None:
    """The user has to be there for its keys to be listed at all."""
    desk.user("alice")
    desk.write("infra/main.tf", EMPTY_ROOT)
    desk.planned("--terraform", "infra", *ONE_ACCOUNT)
    (key,) = desk.keys()
    desk.aws().delete_access_key(UserName="alice", AccessKeyId=key)
    desk.app.injection.deny("iam:ListAccessKeys")

    ended = desk.verify("--format", "json")

    # alice still stands, and alive (1) comes before incomplete (3)
    assert ended.code == 1
    assert by_kind(ended.json) == {"iam_user": "alive", "iam_access_key": "unknown"}
    assert ended.json["counts"]["skipped"] == 1


def test_a5_denied_list_of_keys_ends_in_3_when_nothing_else_stands(proven: Desk) -> None:
    """Somebody new bears the name: not the leaver, as the roster says by now, but whose keys are
    there cannot be told."""
    hers = next(
        f["binding"]["target"]["unique_id"]
        for f in proven.plan_json["findings"]
        if f["binding"]["target"]["kind"] == "iam_user"
    )
    proven.user("alice")
    iam_backends[HOME]["aws"].users["alice"].create_date = datetime(2100, 1, 1, tzinfo=UTC)
    assert proven.verify().code == 3, "it may be the leaver, brought back"
    proven.roster(ALICE, {"aws_unique_id": hers, "name": "alice", "accounts": [HOME]})
    assert proven.verify().code == 0
    proven.app.injection.deny("iam:ListAccessKeys")

    ended = proven.verify("--format", "json")

    assert ended.code == 3
    assert by_kind(ended.json) == {"iam_user": "dead", "iam_access_key": "unknown"}
    (skipped,) = ended.json["skipped"]
    assert skipped["permission"] == "iam:ListAccessKeys"


@pytest.mark.parametrize(
    "action", ["iam:ListAccessKeys", "iam:GetAccountAuthorizationDetails", "iam:*"]
)
def test_a5_never_dead_while_something_is_denied(proven: Desk, action: str) -> None:
    proven.app.injection.deny(action)
    if action == "iam:ListAccessKeys":
        proven.user("alice")  # else nobody's keys are asked for
    ended = proven.verify("--format", "json")
    assert ended.code in (1, 3)
    assert by_kind(ended.json)["iam_access_key"] == "unknown"


def test_a5_ten_throttles_spread_over_the_calls(desk: Desk) -> None:
    desk.user("alice")
    desk.app.injection.throttle("*", every=2, times=10)
    found = desk.scan("--live", "aws", "--format", "json")
    assert found.code == 1
    assert found.json["skipped"] == []
    assert found.json["counts"]["findings"] == 2
    assert desk.app.injection.rules[0].times == 0


def test_a5_ten_throttles_in_a_row(desk: Desk) -> None:
    desk.user("alice")
    desk.app.injection.throttle("iam:ListAccessKeys", times=10)
    found = desk.scan(*ONE_ACCOUNT, "--format", "json")
    assert found.json["skipped"] == []
    assert found.json["counts"]["findings"] == 2
    assert desk.app.counts()["iam:ListAccessKeys"] == 11


def test_a5_apply_waits_throttles_out_as_well(desk: Desk) -> None:
    desk.user("alice")
    desk.planned(*ONE_ACCOUNT)
    desk.app.injection.throttle("iam:*", every=2, times=10)
    assert desk.apply().code == 0
    assert desk.users() == []
    assert set(desk.effects().values()) == {1}


def test_a5_throttled_without_end_is_skipped(desk: Desk) -> None:
    desk.user("alice")
    desk.app.injection.throttle("iam:ListAccessKeys")
    found = desk.scan(*ONE_ACCOUNT, "--retry-budget", "0.02", "--format", "json")
    assert found.code == 1  # the user was found; what was skipped stands beside it
    (skipped,) = found.json["skipped"]
    assert (skipped["reason"], skipped["where"]) == ("throttled", f"aws:{HOME}")
    planned = desk.plan(*ONE_ACCOUNT, "--retry-budget", "0.02")
    assert planned.code == 3
    assert planned.said("throttled")


def test_a5_throttled_bulk_read_ends_in_3(desk: Desk) -> None:
    desk.user("alice")
    desk.app.injection.throttle("iam:GetAccountAuthorizationDetails")
    found = desk.scan(*ONE_ACCOUNT, "--retry-budget", "0.02")
    assert found.code == 3
    assert found.said("throttled", "never counted as clean")


def test_a5_the_budget_rules_the_retries(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retries, "BASE_DELAY", 0.0)  # no wait at all: only the clock ends it
    desk.app.injection.throttle("iam:GetAccountAuthorizationDetails")
    assert desk.scan(*ONE_ACCOUNT, "--retry-budget", "0").code == 3
    assert desk.app.counts()["iam:GetAccountAuthorizationDetails"] == 1


# --------------------------------------------------------------------- another object by now


def test_a5_recreated_user_is_refused_and_left_alone(desk: Desk) -> None:
    desk.user("alice")
    desk.planned(*ONE_ACCOUNT)
    (key,) = desk.keys()
    desk.aws().delete_access_key(UserName="alice", AccessKeyId=key)
    desk.aws().delete_user(UserName="alice")
    desk.user("alice")
    desk.forget_writes()

    ended = desk.apply()

    assert ended.code == 2
    assert ended.said("refused", "is not the planned object")
    touched = {w for w in desk.writes() if "alice" in w.target}
    assert touched == set()
    assert list(desk.keys().values()) == ["Active"]
    assert desk.users() == ["alice"]


def test_a5_recreated_role_is_refused_and_left_alone(desk: Desk) -> None:
    desk.user("alice")
    desk.user("bob")
    desk.aws().create_role(RoleName="deploy", AssumeRolePolicyDocument=trust(ALICE, BOB))
    desk.planned(*ONE_ACCOUNT)
    desk.aws().delete_role(RoleName="deploy")
    desk.aws().create_role(RoleName="deploy", AssumeRolePolicyDocument=trust(ALICE, BOB))
    desk.forget_writes()

    ended = desk.apply()

    assert ended.code == 2
    assert ended.said("UpdateAssumeRolePolicy", "is not the planned object")
    assert [w for w in desk.writes() if "deploy" in w.target] == []
    # Every other action is of the planned objects and went its way.
    assert desk.users() == ["bob"]


def test_a5_gone_since_the_plan_is_progress(desk: Desk) -> None:
    desk.user("alice")
    desk.planned(*ONE_ACCOUNT)
    (key,) = desk.keys()
    desk.aws().delete_access_key(UserName="alice", AccessKeyId=key)
    desk.forget_writes()

    ended = desk.apply()

    assert ended.code == 0
    assert ended.said("already")
    assert [w for w in desk.writes() if key in w.target] == []


def test_a5_somebody_elses_entry_beside_it_is_kept(desk: Desk) -> None:
    for name in ("alice", "bob", "carol"):
        desk.user(name)
    carol = ALICE.replace("alice", "carol")
    desk.aws().create_role(RoleName="deploy", AssumeRolePolicyDocument=trust(ALICE, BOB))
    desk.planned(*ONE_ACCOUNT)
    desk.aws().update_assume_role_policy(RoleName="deploy", PolicyDocument=trust(carol, ALICE, BOB))

    assert desk.apply().code == 0

    now = desk.aws().get_role(RoleName="deploy")["Role"]["AssumeRolePolicyDocument"]
    assert [s["Principal"]["AWS"] for s in now["Statement"]] == [[carol, BOB]]


def test_a5_key_added_after_the_plan_is_alive(desk: Desk) -> None:
    desk.user("alice")
    desk.planned(*ONE_ACCOUNT)
    made = desk.aws().create_access_key(UserName="alice")["AccessKey"]["AccessKeyId"]

    ended = desk.verify("--format", "json")

    assert ended.code == 1
    (verdict,) = ended.json["verdicts"]
    new = {b["binding"]["target"]["name"]: b for b in verdict["bindings"]}[made]
    assert new["access"] == "alive"
    assert "not in the plan" in new["because"]
    assert verdict["subject"] == SUBJECT


def test_a5_key_added_after_the_plan_stops_the_deletion_and_is_said(desk: Desk) -> None:
    desk.user("alice")
    desk.planned(*ONE_ACCOUNT)
    made = desk.aws().create_access_key(UserName="alice")["AccessKey"]["AccessKeyId"]

    ended = desk.apply()

    assert ended.code == 2
    assert ended.said("DeleteUser")
    assert list(desk.keys()) == [made]
    assert desk.verify().code == 1


# --------------------------------------------------------------------- approvals


def test_a5_no_approval_no_apply(desk: Desk) -> None:
    desk.user("alice")
    assert desk.plan(*ONE_ACCOUNT).code == 0
    desk.forget_writes()
    ended = desk.apply()
    assert ended.code == 2
    assert ended.said("has no approval", "iac-offboard approve")
    assert desk.writes() == []


def test_a5_approval_of_another_plan_is_none(desk: Desk) -> None:
    desk.user("alice")
    desk.planned(*ONE_ACCOUNT)
    desk.aws().create_access_key(UserName="alice")
    assert desk.plan(*ONE_ACCOUNT).code == 0
    desk.forget_writes()
    ended = desk.apply()
    assert ended.code == 2
    assert ended.said("has no approval", "of an earlier version")
    assert desk.writes() == []


def test_a5_plan_edited_by_a_byte_is_not_what_was_approved(desk: Desk) -> None:
    desk.user("alice")
    desk.planned(*ONE_ACCOUNT)
    data = desk.plan_file.read_bytes()
    desk.plan_file.write_bytes(data.replace(b"no root manages it", b"no root manages At", 1))
    assert desk.plan_file.read_bytes() != data
    ended = desk.apply()
    assert ended.code == 2
    assert desk.writes() == []


def test_a5_approved_roster_says_when_it_left(desk: Desk) -> None:
    desk.user("alice")
    desk.planned(*ONE_ACCOUNT)
    (subject,) = desk.plan_json["subjects"]
    assert subject["left_at"].startswith(LATER[:10])
