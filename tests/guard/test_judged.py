"""What returns, what is pending, what only covers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from iac_offboard.cli import main
from tests.guard.guarding import (
    ARN,
    ROLE,
    body,
    change,
    found,
    guarded,
)
from tests.guard.making import PLANS


def test_who_is_cancelled_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    roster = tmp_path / "leavers.csv"
    roster.write_text("id,kind,alias,left_at,case,status\nleaver-9,person,alice,,,cancelled\n")
    plan = str(PLANS / "found-create" / "plan.json")
    assert main(["guard", "--subjects", str(roster), "--plan-json", plan]) == 0
    assert "NOT looked for" in capsys.readouterr().out


def test_an_identity_that_is_made_anew_returns_and_a_membership_does_not(
    write: Callable[[Any], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    user = change(["delete", "create"], {"name": "alice"}, {"name": "alice"})
    member = {"name": "m", "group": "g", "users": ["alice"]}
    kept = change(
        ["delete", "create"],
        member,
        member,
        type="aws_iam_group_membership",
        address="aws_iam_group_membership.x",
    )
    code, result, _ = guarded(write(body(user, kept)), capsys)
    assert code == 1
    assert found(result) == [
        ("returns", "aws_iam_user.x", "name"),
        ("pending", "aws_iam_group_membership.x", "users"),
    ]


def test_a_second_statement_for_somebody_who_has_one_is_new(
    write: Callable[[Any], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    def policy(*actions: str) -> str:
        arn = "arn:aws:iam::111122223333:user/alice"
        made = [
            {"Effect": "Allow", "Principal": {"AWS": arn}, "Action": a, "Resource": "*"}
            for a in actions
        ]
        return json.dumps({"Version": "2012-10-17", "Statement": made})

    def queue(before: str, after: str) -> Any:
        kind = {"type": "aws_sqs_queue_policy", "address": "aws_sqs_queue_policy.x"}
        return body(
            change(["update"], {"queue_url": "q", "policy": before},
                   {"queue_url": "q", "policy": after}, **kind)
        )  # fmt: skip

    one, two = policy("sqs:ReceiveMessage"), policy("sqs:ReceiveMessage", "sqs:DeleteMessage")
    assert guarded(write(queue(one, two)), capsys)[0] == 1
    code, result, _ = guarded(write(queue(two, one)), capsys)
    assert code == 0
    assert {g["grade"] for g in result["found"]} == {"pending"}


def test_an_attribute_that_no_row_knows_is_read_by_its_form(
    write: Callable[[Any], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    arn = "arn:aws:iam::111122223333:user/alice"
    document = json.dumps({"deep": [{"who": arn}]})
    for value in (arn, [arn], {"owner": arn}, document, json.dumps({"inner": document})):
        made = change(["create"], None, {"settings": value}, type="acme_thing", address="acme.x")
        code, result, _ = guarded(write(body(made)), capsys)
        assert (code, found(result)) == (1, [("returns", "acme.x", "settings")]), value
    for value in ("alice", "alice@example.com", f"see {arn}", f"{arn}-archive"):
        made = change(["create"], None, {"settings": value}, type="acme_thing", address="acme.x")
        assert guarded(write(body(made)), capsys)[0] == 0, value


def test_a_policy_that_speaks_of_a_leaver_gives_the_leaver_nothing(
    write: Callable[[Any], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    arn = "arn:aws:iam::111122223333:user/alice"
    speaks = {"Effect": "Allow", "Action": "iam:GetUser", "Resource": arn}
    for statement, code in (
        (speaks, 0),
        (speaks | {"Principal": {"AWS": arn}}, 1),
        (speaks | {"Principal": {"AWS": arn}, "Effect": "Deny"}, 0),
        (speaks | {"NotPrincipal": {"AWS": arn}}, 0),
    ):
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        made = change(["create"], None, {"text": document}, type="acme_thing", address="acme.x")
        assert guarded(write(body(made)), capsys)[0] == code, statement


def test_a_new_place_in_an_object_that_names_the_leaver_already_returns(
    write: Callable[[Any], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    arn = "arn:aws:iam::111122223333:user/alice"
    before = {"name": "alice", "arn": arn, "more": ""}
    made = change(["update"], before, before | {"more": arn})
    code, result, _ = guarded(write(body(made)), capsys)
    assert code == 1
    assert found(result) == [
        ("pending", "aws_iam_user.x", "name"),
        ("returns", "aws_iam_user.x", "more"),
    ]


def test_what_lets_the_leaver_in_with_others_is_a_warning(
    write: Callable[[Any], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/ali*"}},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    made = change(["create"], None, {"name": "x", "assume_role_policy": json.dumps(trust)}, **ROLE)
    code, result, _ = guarded(write(body(made)), capsys)
    assert code == 0
    assert {g["grade"] for g in result["found"]} == {"covered"}
    assert guarded(write(body(made)), capsys, "--strict")[0] == 1


def test_strict_fails_on_what_is_there_already(capsys: pytest.CaptureFixture[str]) -> None:
    plan = PLANS / "harmless-pending" / "plan.json"
    assert guarded(plan, capsys)[1]["counts"]["pending"] > 0
    assert guarded(plan, capsys, "--strict")[0] == 1


def test_a_rehire_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    code, result, _ = guarded(PLANS / "harmless-rehired" / "plan.json", capsys)
    assert code == 0
    assert [n["where"] for n in result["notes"]] == ["leaver-2042"]


def bucket(effect: str) -> dict[str, Any]:
    statement = {"Effect": effect, "Principal": {"AWS": ARN.format("alice")}, "Action": "s3:*"}
    return {"bucket": "b", "policy": json.dumps({"Statement": [statement]})}


def test_a_deny_that_becomes_an_allow_returns(
    write: Callable[[Any], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    kind = {"type": "aws_s3_bucket_policy", "address": "aws_s3_bucket_policy.x"}
    made = change(["update"], bucket("Deny"), bucket("Allow"), **kind)
    assert guarded(write(body(made)), capsys)[0] == 1


@pytest.mark.parametrize("name", ["tag", "description", "notification"])
def test_a_name_in_a_text_is_a_mention(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    _, result, _ = guarded(PLANS / f"harmless-{name}" / "plan.json", capsys)
    assert {g["grade"] for g in result["found"]} == {"mention"}
