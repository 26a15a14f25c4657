"""Whether a credential is in use could not be read: then a person says so, as if it were."""

from __future__ import annotations

from typing import Any

import pytest

from tests.acceptance.desk import ALICE, HOME, ONE_ACCOUNT, Desk, run

UNREAD = "its last use could not be read"


def _plan(desk: Desk, *more: str) -> list[Any]:
    """What waits in a plan that has to be incomplete."""
    assert desk.plan(*ONE_ACCOUNT, *more).code == 3
    assert desk.approve().code == 0
    actions: list[Any] = desk.plan_json["actions"]
    return [a for a in actions if a["accept"]]


def test_a_key_whose_last_use_is_denied_waits_until_it_is_accepted(desk: Desk) -> None:
    desk.user()
    (key,) = desk.keys()
    desk.app.injection.deny("iam:GetAccessKeyLastUsed")
    waiting = _plan(desk)
    assert {a["verb"] for a in waiting} >= {"iam:UpdateAccessKey", "iam:AddUserToGroup"}
    assert {a["accept"] for a in waiting} == {"in use"}
    assert all(any(UNREAD in h for h in a["hazards"]) for a in waiting)

    held = desk.apply()
    assert held.code == 1
    assert held.said(UNREAD, "--accept")
    assert desk.keys() == {key: "Active"}
    assert desk.users() == ["alice"]

    ids = [word for a in waiting for word in ("--accept", a["id"])]
    given = run("approve", str(desk.plan_file), "--by", "lead@example.com", "--early", *ids)
    assert given.code == 0, given.err
    assert desk.apply().code == 0
    assert desk.users() == []


def test_a_password_whose_last_use_is_denied_waits(desk: Desk) -> None:
    desk.user()
    desk.aws().create_login_profile(UserName="alice", Password="Not-a-real-1-password")
    desk.app.injection.deny("iam:GetUser")
    waiting = _plan(desk)
    assert "iam:AddUserToGroup" in {a["verb"] for a in waiting}
    assert "iam:DeleteLoginProfile" in {a["verb"] for a in waiting}
    assert "iam:UpdateAccessKey" not in {a["verb"] for a in waiting}


def test_of_a_hostile_leaver_it_is_said_and_waits_for_nobody(desk: Desk) -> None:
    desk.user()
    (key,) = desk.keys()
    desk.roster(ALICE, tier="hostile")
    desk.app.injection.deny("iam:GetAccessKeyLastUsed")
    assert _plan(desk) == []
    assert any(UNREAD in h for a in desk.plan_json["actions"] for h in a["hazards"])
    assert desk.apply("--phase", "contain").code == 0
    assert desk.keys() == {key: "Inactive"}


@pytest.mark.parametrize("scope", [f"aws:{HOME}"])
def test_a_waiver_makes_nothing_unused(desk: Desk, scope: str) -> None:
    desk.user()
    desk.app.injection.deny("iam:GetAccessKeyLastUsed")
    waivers = desk.write(
        "waivers.yaml",
        f"version: 1\nwaivers:\n- scope: {scope}\n  reason: x\n  by: ops@example.com\n"
        "  until: 2099-12-31\n",
    )
    assert desk.plan(*ONE_ACCOUNT, "--waivers", str(waivers)).code == 0
    assert any(a["accept"] == "in use" for a in desk.plan_json["actions"])
