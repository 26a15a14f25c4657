"""A leaver in a Condition is a manual step of the plan, not a promise that apply breaks."""

from __future__ import annotations

import json
from typing import Any

from tests.acceptance.crowded import policy, statement, trust
from tests.acceptance.desk import ALICE, HOME, LATER, ONE_ACCOUNT, SUBJECT, Desk

ROOT = f"arn:aws:iam::{HOME}:root"
ISSUER = "token.actions.githubusercontent.com"
NARROW = {"StringEquals": {"aws:username": ["alice", "carol"]}}


def role(desk: Desk, name: str, document: str) -> None:
    desk.aws().create_role(RoleName=name, AssumeRolePolicyDocument=document)


def statements(desk: Desk, name: str) -> Any:
    found = desk.aws().get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
    return found["Statement"]


def by_hand(desk: Desk) -> list[str]:
    """What a person has to do about documents; open sessions are another story."""
    steps = [s for s in desk.plan_json["manual"] if not s["text"].startswith("Open sessions at ")]
    return [f"{step['where']}: {step['reason']}" for step in steps]


def test_only_in_a_condition_is_a_manual_step_and_apply_ends_well(desk: Desk) -> None:
    desk.user("alice")
    role(desk, "t", policy(statement(ROOT, action="sts:AssumeRole", Condition=NARROW)))
    desk.planned(*ONE_ACCOUNT)
    assert "iam:UpdateAssumeRolePolicy" not in desk.actions()
    (step,) = by_hand(desk)
    assert "role/t" in step
    assert "Condition that narrows access" in step
    ran = desk.apply()
    assert ran.code == 0
    (line,) = (line for line in ran.out.splitlines() if line.startswith("by hand: "))
    assert SUBJECT in line
    assert "role/t" in line
    assert "Condition that narrows access" in line
    assert statements(desk, "t")[0]["Condition"] == NARROW


def test_the_same_step_for_two_leavers_says_whose_each_is(desk: Desk) -> None:
    for name in ("alice", "carol"):
        desk.user(name)
    role(desk, "t", policy(statement(ROOT, action="sts:AssumeRole", Condition=NARROW)))
    people = [
        {"id": f"L-{n}", "kind": "person", "left_at": LATER, "aliases": [ALICE.replace("alice", n)]}
        for n in ("alice", "carol")
    ]
    desk.write("leavers.json", json.dumps({"version": 1, "subjects": people}))
    desk.planned(*ONE_ACCOUNT)
    ran = desk.apply()
    steps = [line for line in ran.out.splitlines() if line.startswith("by hand: ")]
    assert [step.split()[2] for step in steps] == ["L-alice:", "L-carol:"]
    texts = [step["text"] for step in desk.plan_json["manual"]]
    assert [("L-alice" in t, "L-carol" in t) for t in texts] == [(True, False), (False, True)]


def test_a_repository_in_a_subject_claim_is_a_manual_step(desk: Desk) -> None:
    provider = f"arn:aws:iam::{HOME}:oidc-provider/{ISSUER}"
    claim = {"StringLike": {f"{ISSUER}:sub": ["repo:acme/widgets:*", "repo:acme/other:*"]}}
    body = {
        "Effect": "Allow",
        "Principal": {"Federated": provider},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": claim,
    }
    role(desk, "ci", json.dumps({"Version": "2012-10-17", "Statement": [body]}))
    desk.roster("acme/widgets", kind="repository")
    desk.planned(*ONE_ACCOUNT)
    assert desk.actions() == []
    assert len(by_hand(desk)) == 1
    assert desk.apply().code == 0


def test_the_plain_entry_goes_though_one_in_a_condition_stays(desk: Desk) -> None:
    desk.user("alice")
    mixed = statement(ALICE, ROOT, action="sts:AssumeRole", Condition=NARROW)
    role(desk, "t", policy(mixed))
    apart = statement(ROOT, action="sts:AssumeRole", Condition=NARROW, Sid="Narrow")
    role(desk, "u", policy(statement(ALICE, ROOT, action="sts:AssumeRole"), apart))
    desk.planned(*ONE_ACCOUNT)
    assert desk.actions("live").count("iam:UpdateAssumeRolePolicy") == 2
    assert len(by_hand(desk)) == 2

    ran = desk.apply()

    assert ran.code == 0, ran.out + ran.err
    for name in ("t", "u"):
        assert {json.dumps(s["Principal"]["AWS"]) for s in statements(desk, name)} <= {
            json.dumps(ROOT),
            json.dumps([ROOT]),
        }
        assert statements(desk, name)[-1]["Condition"] == NARROW
    assert desk.users() == []


def test_an_entry_without_a_condition_has_no_manual_step(desk: Desk) -> None:
    desk.user("alice")
    role(desk, "t", trust(ALICE, ROOT))
    desk.planned(*ONE_ACCOUNT)
    assert by_hand(desk) == []
