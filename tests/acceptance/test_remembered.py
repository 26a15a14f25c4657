"""What verify has to remember of ways in that were opened, lengthened or shut in between."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from iac_offboard.demo.calls import Caller
from iac_offboard.demo.strict import AccessKeyPair
from tests.acceptance.desk import ALICE, BOB, HOME, LATER, ONE_ACCOUNT, Desk, run
from tests.acceptance.test_covered import GITHUB
from tests.acceptance.test_sessions import ENFORCED, ROLE, assumed, shared_role, works

DENY = {"Effect": "Deny", "Action": "*", "Resource": "*"}


@pytest.fixture
def team(desk: Desk) -> Desk:
    for name in ("alice", "bob"):
        desk.aws().create_user(UserName=name)
    return desk


def _trust(desk: Desk, *who: str, condition: Any = None) -> None:
    """Who may enter the role from now on."""
    statement = {"Effect": "Allow", "Principal": {"AWS": list(who)}, "Action": "sts:AssumeRole"}
    if condition:
        statement["Condition"] = condition
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    desk.aws().update_assume_role_policy(RoleName="deploy", PolicyDocument=document)


def _remove_alice(desk: Desk) -> None:
    for key in desk.keys("alice"):
        desk.aws().delete_access_key(UserName="alice", AccessKeyId=key)
    desk.aws().delete_user(UserName="alice")


def _verdict(desk: Desk) -> Any:
    (verdict,) = desk.verify("--format", "json").json["verdicts"]
    return verdict


def _wait(desk: Desk) -> timedelta:
    return datetime.fromisoformat(_verdict(desk)["recheck_at"]) - desk.now()


def test_a_maximum_that_was_raised_after_the_plan_counts(team: Desk) -> None:
    shared_role(team, seconds=3600)
    team.planned(*ONE_ACCOUNT)
    team.aws().update_role(RoleName="deploy", MaxSessionDuration=43200)
    assert team.apply().code == 0
    assert _wait(team) > timedelta(hours=11)
    team.aws().update_role(RoleName="deploy", MaxSessionDuration=3600)
    team.ahead = timedelta(seconds=3700)
    assert _verdict(team)["access"] == "alive-until", "it was twelve hours when it was shut"


def test_without_list_roles_the_longest_that_iam_allows_counts(team: Desk) -> None:
    shared_role(team, seconds=3600)
    team.planned(*ONE_ACCOUNT)
    assert team.apply().code == 0
    team.app.injection.deny("iam:ListRoles")
    assert _wait(team) > timedelta(hours=11)
    team.app.injection.clear()


def test_a_deny_by_a_mark_leaves_out_who_came_in_without_it(team: Desk) -> None:
    team.planned(*ONE_ACCOUNT)
    shared_role(team)
    made = team.aws().create_access_key(UserName="alice")["AccessKey"]
    pair = AccessKeyPair(key_id=made["AccessKeyId"], secret=made["SecretAccessKey"])
    nameless = Caller(team.server.url, Caller(team.server.url, pair).assume(ROLE, "whatever"))
    assert team.verify().code == 1
    _trust(team, ALICE, BOB, condition=ENFORCED)
    team.aws().update_role(RoleName="deploy", MaxSessionDuration=43200)
    assert team.verify().code == 1

    role_id = team.aws().get_role(RoleName="deploy")["Role"]["RoleId"]
    deny = {**DENY, "Condition": {"StringEquals": {"aws:userid": f"{role_id}:alice"}}}
    document = json.dumps({"Version": "2012-10-17", "Statement": [deny]})
    team.aws().put_role_policy(RoleName="deploy", PolicyName="d", PolicyDocument=document)
    _trust(team, BOB)
    _remove_alice(team)
    assert works(nameless)
    assert _verdict(team)["access"] == "alive-until"


def test_a_clock_that_went_back_is_refused(team: Desk) -> None:
    shared_role(team, seconds=43200)
    team.planned(*ONE_ACCOUNT)
    assert team.apply().code == 0
    team.ahead = -timedelta(days=2)
    refused = team.verify()
    assert refused.code == 2
    assert refused.said("clock")
    assert not (team.case / "sightings.jsonl").exists()

    team.ahead = timedelta(hours=3)
    assert team.verify().code == 1
    team.ahead = timedelta(hours=2)
    assert team.verify().code == 2, "an earlier look was later than that"
    team.ahead = timedelta(hours=3, minutes=-4)
    assert team.verify().code == 1, "clocks of two machines differ a little"


def test_a_key_that_was_made_before_the_hand_over_is_not_theirs(desk: Desk) -> None:
    desk.user("robot")
    robot = {"aws_arn": f"arn:aws:iam::{HOME}:user/robot", "shared": True}
    left = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=1)
    desk.roster(robot, left_at=left.isoformat())
    desk.planned(*ONE_ACCOUNT)
    accept = [x for a in desk.plan_json["actions"] if a["accept"] for x in ("--accept", a["id"])]
    while datetime.now(UTC) <= left + timedelta(seconds=1):  # IAM dates a key to the second
        desk.users()
    backdoor = desk.aws().create_access_key(UserName="robot")["AccessKey"]["AccessKeyId"]
    assert (
        run("approve", str(desk.plan_file), "--by", "l@example.com", "--early", *accept).code == 0
    )
    for _ in range(2):  # the old key is switched off, and deleted when nobody missed it
        desk.ahead += timedelta(days=8)
        done = desk.apply()
    assert done.code == 0, done.out
    desk.ahead += timedelta(days=3)
    for _ in range(2):
        bindings = _verdict(desk)["bindings"]
        (new,) = [b for b in bindings if b["binding"]["target"]["name"] == backdoor]
        assert new["access"] == "alive"
        assert "replace it" in new["because"]


def test_what_only_the_last_verification_still_knows_is_not_forgotten(team: Desk) -> None:
    team.planned(*ONE_ACCOUNT)
    shared_role(team, seconds=43200)
    session = assumed(team, "alice")
    assert team.verify().code == 1
    _trust(team, BOB)
    _remove_alice(team)
    (team.case / "sightings.jsonl").unlink()
    assert works(session)
    assert _wait(team) > timedelta(hours=11)
    (team.case / "sightings.jsonl").unlink()
    team.ahead = timedelta(hours=2)
    assert timedelta(hours=9) < _wait(team) < timedelta(hours=11)


def test_an_attested_token_opens_sessions_until_then(desk: Desk) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": f"arn:aws:iam::{HOME}:oidc-provider/{GITHUB}"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringLike": {f"{GITHUB}:sub": "repo:acme/*"}},
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    desk.aws().create_role(
        RoleName="ci", AssumeRolePolicyDocument=document, MaxSessionDuration=7200
    )
    desk.user()
    desk.roster(ALICE, "acme/widgets", left_at=datetime.now(UTC).isoformat(), kind="repository")
    assert desk.plan(*ONE_ACCOUNT).code == 0
    assert desk.approve().code == 0
    assert desk.apply().code == 0
    assert desk.verify().code == 1

    at = datetime.now(UTC).isoformat()
    attested = [{"source": GITHUB, "by": "bob", "at": at}]
    left = desk.plan_json["subjects"][0]["left_at"]
    desk.roster(ALICE, "acme/widgets", left_at=left, kind="repository", attested=attested)
    first = _verdict(desk)
    assert first["access"] == "alive-until"
    desk.ahead = timedelta(hours=1)
    assert _verdict(desk)["recheck_at"] == first["recheck_at"]
    desk.ahead = timedelta(hours=2, minutes=1)
    assert _verdict(desk)["access"] == "dead"
    assert _verdict(desk)["grade"] == "attested"


# ------------------------------------------------------------------ another plan in the same DIR


def test_a_new_plan_in_the_same_directory_remembers_what_may_be_open(team: Desk) -> None:
    shared_role(team, seconds=43200)
    session = assumed(team, "alice")
    team.planned(*ONE_ACCOUNT)
    assert team.verify().code == 1
    _trust(team, BOB)
    assert team.verify().code == 1
    team.planned(*ONE_ACCOUNT)
    planned = [f["binding"]["relation"] for f in team.plan_json["findings"]]
    assert "session" not in planned
    assert team.apply().code == 0
    assert works(session)
    team.ahead = timedelta(hours=1)
    wait = _wait(team)
    assert timedelta(hours=10) < wait < timedelta(hours=11, minutes=1), "from the old look on"
    team.ahead = timedelta(hours=37)
    assert _verdict(team)["access"] == "dead"


def test_so_does_one_after_a_plan_that_was_never_verified(team: Desk) -> None:
    shared_role(team, seconds=43200)
    team.planned(*ONE_ACCOUNT)
    _trust(team, BOB)
    team.planned(*ONE_ACCOUNT)
    assert team.apply().code == 0
    assert _wait(team) > timedelta(hours=11)


def test_nothing_is_written_when_the_new_plan_knows_it_all(team: Desk) -> None:
    shared_role(team)
    team.planned(*ONE_ACCOUNT)
    team.planned(*ONE_ACCOUNT)
    assert not (team.case / "sightings.jsonl").exists()


def test_sightings_without_their_plan_are_not_thrown_away(team: Desk) -> None:
    shared_role(team)
    team.planned(*ONE_ACCOUNT)
    assert team.verify().code == 1
    team.plan_file.unlink()
    refused = team.plan(*ONE_ACCOUNT)
    assert refused.code == 2
    assert refused.said("sightings.jsonl")
    assert (team.case / "sightings.jsonl").exists()


def test_what_a_plan_cannot_know_is_said(team: Desk) -> None:
    assert team.roster(ALICE, left_at=LATER)
    team.planned(*ONE_ACCOUNT)
    assert team.verify().said("sessions whose way in was shut before this plan was made")


def test_a_deny_by_hand_before_the_plan_hides_no_open_session(team: Desk) -> None:
    shared_role(team, seconds=7200)
    session = assumed(team, "alice")
    document = json.dumps({"Version": "2012-10-17", "Statement": [DENY]})
    team.aws().put_user_policy(UserName="alice", PolicyName="helpdesk", PolicyDocument=document)
    team.planned(*ONE_ACCOUNT)
    made_at = datetime.fromisoformat(team.plan_json["made_at"])
    assert team.apply().code == 0
    assert works(session)
    team.ahead = timedelta(minutes=30)
    verdict = _verdict(team)
    assert verdict["access"] == "alive-until"
    assert datetime.fromisoformat(verdict["recheck_at"]) == made_at + timedelta(seconds=7200)
    team.ahead = timedelta(hours=37)
    assert _verdict(team)["access"] == "dead"
