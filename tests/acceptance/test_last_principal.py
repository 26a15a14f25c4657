"""A key that only leavers may use is not left to nobody."""

from __future__ import annotations

from typing import Any

from tests.acceptance.crowded import policy, statement
from tests.acceptance.desk import ALICE, BOB, Desk

SCOPE = ("--live", "aws", "--service", "iam,kms", "--regions", "us-east-1")


def key(desk: Desk, *principals: str) -> str:
    made: dict[str, Any] = desk.aws("kms").create_key()["KeyMetadata"]
    written = policy(statement(*principals, action="kms:*", resource="*"))
    desk.aws("kms").put_key_policy(KeyId=made["KeyId"], PolicyName="default", Policy=written)
    return str(made["Arn"])


def test_the_plan_is_held_until_the_roster_releases_the_key(desk: Desk) -> None:
    desk.user("alice")
    arn = key(desk, ALICE)
    assert desk.plan(*SCOPE).code == 0
    (hold,) = desk.plan_json["holds"]
    assert (hold["code"], hold["where"]) == ("last-key-principal", arn)
    mark = f"last-principal:{arn}"
    assert mark in hold["release"]
    desk.approve()
    assert desk.apply().code == 2
    assert desk.users() == ["alice"]

    desk.roster(release=[mark])
    desk.planned(*SCOPE)
    assert desk.plan_json["holds"] == []
    assert desk.apply().code == 0
    assert desk.users() == []


def test_a_key_of_others_too_holds_nothing(desk: Desk) -> None:
    desk.user("alice")
    desk.user("bob")
    arn = key(desk, ALICE, BOB)
    desk.planned(*SCOPE)
    assert desk.plan_json["holds"] == []
    assert desk.apply().code == 0
    left = desk.aws("kms").get_key_policy(KeyId=arn, PolicyName="default")["Policy"]
    assert BOB in left
    assert "alice" not in left
