"""One leaver with several identities: the unique id of one says nothing about another."""

from __future__ import annotations

from typing import Any

import pytest

from tests.acceptance.desk import ALICE, HOME, LONG_AGO, ONE_ACCOUNT, Desk, Ran
from tests.acceptance.test_right_people import found

ADMIN = f"arn:aws:iam::{HOME}:user/alice-admin"
ROBOT: dict[str, object] = {"aws_arn": f"arn:aws:iam::{HOME}:user/robot", "shared": True}


def bindings(ended: Ran) -> dict[str, tuple[str, str]]:
    """(access, because) of every identity in the one verdict, by name."""
    (verdict,) = ended.json["verdicts"]
    judged: list[Any] = verdict["bindings"]
    return {
        b["binding"]["target"]["name"]: (b["access"], b["because"])
        for b in judged
        if b["binding"]["relation"] == "identity"
    }


def remove(desk: Desk, name: str = "alice") -> None:
    for key in desk.keys(name):
        desk.aws().delete_access_key(UserName=name, AccessKeyId=key)
    desk.aws().delete_user(UserName=name)


def test_a_second_identity_that_appears_after_the_plan_makes_alive(desk: Desk) -> None:
    desk.user()
    desk.roster(ALICE, ADMIN)
    desk.planned(*ONE_ACCOUNT)
    desk.user("alice-admin")
    assert desk.apply().code == 0

    ended = desk.verify("--format", "json")

    assert ended.code == 1
    assert bindings(ended)["alice"][0] == "dead"
    assert bindings(ended)["alice-admin"] == ("alive", "not in the plan: it is live")


def test_a_shared_identity_that_nobody_took_over_is_alive(desk: Desk) -> None:
    desk.user()
    desk.user("robot")
    desk.roster(ALICE, ROBOT)
    desk.planned(*ONE_ACCOUNT)
    assert desk.apply().code == 1

    ended = desk.verify("--format", "json")

    assert ended.code == 1
    assert bindings(ended)["alice"][0] == "dead"
    assert bindings(ended)["robot"][0] == "alive"


@pytest.mark.parametrize("shared", [True, False])
def test_an_identity_that_was_renamed_is_found_by_its_id(desk: Desk, shared: bool) -> None:
    desk.user("robot")
    desk.roster(ROBOT if shared else str(ROBOT["aws_arn"]))
    desk.planned(*ONE_ACCOUNT)
    desk.aws().update_user(UserName="robot", NewUserName="robot2")

    ended = desk.verify("--format", "json")

    assert ended.code == 1
    assert bindings(ended)["robot2"][0] == "alive"


def test_an_id_in_the_roster_does_not_hide_the_other_identity(desk: Desk) -> None:
    first = desk.user()
    desk.user("alice-admin")
    desk.roster(ALICE, {"aws_unique_id": first}, ADMIN)
    scanned = desk.scan(*ONE_ACCOUNT, "--format", "json")
    assert found(scanned.json) == {(HOME, "alice"), (HOME, "alice-admin")}

    remove(desk)
    scanned = desk.scan(*ONE_ACCOUNT, "--format", "json")
    assert scanned.code == 1
    assert found(scanned.json) == {(HOME, "alice-admin")}


# --------------------------------------------------------------------- made again


def _made_again(desk: Desk) -> tuple[str, str]:
    """alice is planned, removed, and made anew: her old and her new id."""
    old = desk.user()
    desk.roster(ALICE)
    desk.planned(*ONE_ACCOUNT)
    assert desk.apply().code == 0
    return old, desk.user()


def test_a_user_made_again_under_the_planned_arn_is_asked_about(desk: Desk) -> None:
    old, new = _made_again(desk)

    ended = desk.verify("--format", "json")

    assert ended.code == 3
    (verdict,) = ended.json["verdicts"]
    assert verdict["access"] == "unknown"
    access, because = bindings(ended)["alice"]
    assert access == "unknown"
    assert "gone" not in because
    (asked,) = verdict["skipped"]
    assert asked["reason"] == "ambiguous"
    assert f'{{aws_unique_id: "{new}"}}' in asked["next_step"]
    assert f'{{aws_unique_id: "{old}", name: alice, accounts: ["{HOME}"]}}' in asked["next_step"]


def test_whoever_says_what_the_leaver_had_is_not_asked_again(desk: Desk) -> None:
    """The next steps of the question, both ways, without a new plan."""
    old, new = _made_again(desk)

    desk.roster(ALICE, {"aws_unique_id": old, "name": "alice", "accounts": [HOME]})
    ended = desk.verify("--format", "json")
    assert ended.code == 0
    assert bindings(ended)["alice"][0] == "dead"
    notes = ended.json["notes"]
    assert any(n["kind"] == "held back" and "left alone" in n["text"] for n in notes)

    desk.roster(ALICE, {"aws_unique_id": new})
    ended = desk.verify("--format", "json")
    assert ended.code == 1
    assert bindings(ended)["alice"][0] == "alive"


def test_an_id_bound_to_its_name_decides_among_several_names(desk: Desk) -> None:
    desk.user()
    desk.user("alice-admin")
    former = {"aws_unique_id": "AIDAJQABLZS4A3QDU576Q", "name": "alice", "accounts": [HOME]}
    desk.roster(ALICE, ADMIN, former, left_at=LONG_AGO)

    scanned = desk.scan(*ONE_ACCOUNT, "--format", "json")

    assert scanned.code == 3
    (asked,) = scanned.json["skipped"]
    assert "alice-admin" in asked["detail"]
    assert [n["kind"] for n in scanned.json["notes"]].count("held back") == 1
