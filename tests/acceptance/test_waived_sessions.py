"""A waiver for an account that cannot be read does not end the sessions that are open there."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests.acceptance.desk import ALICE, HOME, ONE_ACCOUNT, Desk, Ran
from tests.acceptance.test_sessions import EVERYTHING, ROLE, assumed, shared_role, works
from tests.acceptance.test_waivers import waivers


@pytest.fixture
def team(desk: Desk) -> Desk:
    for name in ("alice", "bob"):
        desk.aws().create_user(UserName=name)
    shared_role(desk, seconds=43200)
    return desk


def _said(ran: Ran) -> tuple[int, str, str]:
    (verdict,) = ran.json["verdicts"]
    return ran.code, verdict["access"], verdict["grade"]


def test_a_waived_account_keeps_an_open_session_open(team: Desk) -> None:
    open_ = assumed(team, "alice")
    team.planned(*ONE_ACCOUNT)
    assert team.apply().code == 0
    team.app.injection.deny("iam:GetAccountAuthorizationDetails")
    file = waivers(team, f"aws:{HOME}")

    seen = team.verify("--waivers", file, "--format", "json")
    assert _said(seen) == (1, "alive-until", "waived")
    team.ahead = timedelta(hours=13)
    later = team.verify("--waivers", file, "--format", "json")
    assert _said(later) == (1, "alive-until", "waived"), "nobody has looked since"

    team.app.injection.clear()
    assert works(open_), "this is why it is not called dead"
    assert team.verify().code == 1
    team.ahead += timedelta(hours=37)
    team.app.injection.deny("iam:GetAccountAuthorizationDetails")
    ended = team.verify("--waivers", file, "--format", "json")
    assert _said(ended) == (0, "dead", "waived"), "the wait began at the look that read it"


def test_a_waiver_that_names_the_role_and_the_user_answers_for_it(team: Desk) -> None:
    team.aws().create_access_key(UserName="alice")
    team.planned(*ONE_ACCOUNT)
    assert team.apply().code == 0
    team.app.injection.deny("iam:GetAccountAuthorizationDetails")
    file = waivers(team, f"aws:{HOME}", ROLE, ALICE)
    assert _said(team.verify("--waivers", file, "--format", "json")) == (0, "dead", "waived")


def test_a_policy_of_somebody_else_that_is_waived_ends_no_session(team: Desk) -> None:
    open_ = assumed(team, "alice")
    iam = team.aws()
    iam.create_user(UserName="carol")
    made = iam.create_policy(PolicyName="p", PolicyDocument=EVERYTHING)["Policy"]["Arn"]
    iam.attach_user_policy(UserName="carol", PolicyArn=made)
    team.roster(ALICE, {"aws_arn": f"arn:aws:iam::{HOME}:user/carol", "shared": True})
    assert team.plan(*ONE_ACCOUNT).code == 0
    assert team.approve().code == 0
    team.apply()
    for operation in ("iam:GetPolicyVersion", "iam:GetPolicy"):
        team.app.injection.deny(operation)
    seen = team.verify("--waivers", waivers(team, f"aws:{HOME}"), "--format", "json")
    sessions = [
        b["access"]
        for v in seen.json["verdicts"]
        for b in v["bindings"]
        if b["binding"]["relation"] == "session"
    ]
    team.app.injection.clear()
    assert works(open_)
    assert sessions
    assert "dead" not in sessions, json.dumps(seen.json["verdicts"])
