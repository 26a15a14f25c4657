"""What a leaver began before the removal: it lasts as long as the role lets a session last."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from iac_offboard.demo.calls import Caller
from iac_offboard.demo.strict import AccessKeyPair
from tests.acceptance.desk import ALICE, BOB, HOME, ONE_ACCOUNT, Desk

ROLE = f"arn:aws:iam::{HOME}:role/deploy"
EVERYTHING = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
    }
)
ENFORCED = {"StringEquals": {"sts:RoleSessionName": "${aws:username}"}}


def shared_role(desk: Desk, condition: Any = None, *, seconds: int = 3600) -> None:
    """A role that alice and bob may assume, and may do everything."""
    statement = {"Effect": "Allow", "Principal": {"AWS": [ALICE, BOB]}, "Action": "sts:AssumeRole"}
    if condition:
        statement["Condition"] = condition
    desk.aws().create_role(
        RoleName="deploy",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        MaxSessionDuration=seconds,
    )
    desk.aws().put_role_policy(RoleName="deploy", PolicyName="all", PolicyDocument=EVERYTHING)


def assumed(desk: Desk, user: str) -> Caller:
    """A session of the role, begun by one of its users, named after the user."""
    made = desk.aws().create_access_key(UserName=user)["AccessKey"]
    pair = AccessKeyPair(key_id=made["AccessKeyId"], secret=made["SecretAccessKey"])
    url = desk.server.url
    return Caller(url, Caller(url, pair).assume(ROLE, user))


def works(session: Caller) -> bool:
    return session.attempt("iam", "list_users", {}) is True


@pytest.fixture
def team(desk: Desk) -> Desk:
    for name in ("alice", "bob"):
        desk.aws().create_user(UserName=name)
    return desk


def test_a_session_outlives_the_removal_by_the_longest_that_the_role_allows(team: Desk) -> None:
    shared_role(team, seconds=7200)
    session = assumed(team, "alice")
    team.planned(*ONE_ACCOUNT)
    applied = team.apply()
    assert applied.code == 0, applied.out + applied.err
    assert team.users() == ["bob"]
    before = team.now()

    first = team.verify("--format", "json")
    assert first.code == 1
    until = datetime.fromisoformat(first.json["recheck_at"])
    assert timedelta(seconds=7200) <= until - before < timedelta(seconds=7230)
    (verdict,) = first.json["verdicts"]
    assert verdict["access"] == "alive-until"
    assert works(session), "this is why it is not called dead"

    team.ahead = timedelta(minutes=5)
    again = team.verify("--format", "json")
    assert again.code == 1
    assert datetime.fromisoformat(again.json["recheck_at"]) == until
    assert team.verify().said("alive-until", until.isoformat(timespec="seconds"))

    team.ahead = timedelta(seconds=7260)
    dead = team.verify("--format", "json")
    assert dead.code == 0, dead.out
    assert dead.json["verdicts"][0]["access"] == "dead"
    assert dead.json["recheck_at"] is None


def test_a_deny_that_is_read_back_ends_it_at_once_and_nobody_elses(team: Desk) -> None:
    shared_role(team, ENFORCED)
    hers, his = assumed(team, "alice"), assumed(team, "bob")
    assert works(hers)
    team.planned(*ONE_ACCOUNT)
    (deny,) = [a for a in team.plan_json["actions"] if a["verb"] == "iam:PutRolePolicy"]
    assert deny["phase"] == "contain"
    assert "aws:TokenIssueTime" not in json.dumps(deny)
    team.apply()
    assert not works(hers)
    assert works(his)
    dead = team.verify("--format", "json")
    assert dead.code == 0, dead.out
    assert dead.json["verdicts"][0]["access"] == "dead"

    # Once every session of hers has ended our deny goes: nothing of ours is left behind.
    waiting = team.apply()
    assert waiting.code == 1
    assert waiting.said("iam:DeleteRolePolicy", "until")
    team.ahead = timedelta(seconds=3700)
    assert team.apply().code == 0
    assert team.aws().list_role_policies(RoleName="deploy")["PolicyNames"] == ["all"]
    assert team.verify().code == 0


def test_without_a_mark_a_person_decides_and_is_told_whom_it_hits(team: Desk) -> None:
    shared_role(team)
    team.planned(*ONE_ACCOUNT)
    assert "iam:PutRolePolicy" not in team.actions()
    steps = [m for m in team.plan_json["manual"] if "deploy" in m["where"]]
    assert len(steps) == 1
    assert BOB in steps[0]["text"] + steps[0]["reason"]


def test_a_deny_for_somebody_else_is_none_for_the_leaver(team: Desk) -> None:
    shared_role(team, ENFORCED)
    role_id = team.aws().get_role(RoleName="deploy")["Role"]["RoleId"]
    team.planned(*ONE_ACCOUNT)
    team.apply()
    deny = {
        "Effect": "Deny",
        "Action": "*",
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:userid": f"{role_id}:bob"}},
    }
    (ours,) = set(team.aws().list_role_policies(RoleName="deploy")["PolicyNames"]) - {"all"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [deny]})
    team.aws().put_role_policy(RoleName="deploy", PolicyName=ours, PolicyDocument=document)
    assert team.verify("--format", "json").json["verdicts"][0]["access"] == "alive-until"


def test_a_role_that_trusts_the_account_is_entered_by_whom_a_policy_lets(team: Desk) -> None:
    trust = {"Effect": "Allow", "Principal": {"AWS": HOME}, "Action": "sts:AssumeRole"}
    team.aws().create_role(
        RoleName="deploy",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )
    allow = {"Effect": "Allow", "Action": "sts:Assume*", "Resource": f"arn:aws:iam::{HOME}:role/d*"}
    team.aws().put_user_policy(
        UserName="alice",
        PolicyName="roles",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [allow]}),
    )
    assert _sessions(team) == ["deploy"]
    deny = {"Effect": "Deny", "Action": "sts:AssumeRole", "Resource": "*"}
    team.aws().put_user_policy(
        UserName="alice",
        PolicyName="none",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [deny]}),
    )
    assert _sessions(team) == []


def _sessions(desk: Desk) -> list[str]:
    found = desk.scan(*ONE_ACCOUNT, "--format", "json").json["findings"]
    return [f["binding"]["target"]["name"] for f in found if f["binding"]["relation"] == "session"]


def test_a_plan_made_after_containment_still_knows_what_may_be_open(team: Desk) -> None:
    """Our own deny on the user says nothing of what began before it stood."""
    trust = {"Effect": "Allow", "Principal": {"AWS": HOME}, "Action": "sts:AssumeRole"}
    team.aws().create_role(
        RoleName="deploy",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )
    team.aws().put_user_policy(UserName="alice", PolicyName="all", PolicyDocument=EVERYTHING)
    team.planned(*ONE_ACCOUNT)
    assert team.apply("--phase", "contain").code == 0
    team.case.rename(team.here / "first")
    team.planned(*ONE_ACCOUNT)
    assert team.apply().code == 0
    assert team.verify().said("alive-until")
    team.ahead = timedelta(hours=2)
    assert team.verify().code == 0
