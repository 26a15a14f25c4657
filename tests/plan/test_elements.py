"""Which entries of a document a rollback can put back, and under which identity."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from iac_offboard.model import Action, Phase, Target
from iac_offboard.plan.elements import Elements
from iac_offboard.plan.rollback import restore
from tests.plan.build import ACCOUNT
from tests.plan.test_rollback import act, done, plan, record, thing

ALICE = f"arn:aws:iam::{ACCOUNT}:user/team/Alice"
ROBOT = f"arn:aws:iam::{ACCOUNT}:role/robot"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/robot/alice"
PROVIDER = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.example"
USER_ID, ROLE_ID = "AIDAALICEALICEALICE", "AROAROBOTROBOTROBOT"


def taken(*principals: str) -> Action:
    """A removal of these from one statement, as the planner writes it."""
    statement = {"Effect": "Allow", "Principal": {"AWS": [*principals, "b"]}, "Action": "s3:*"}
    elements = [{"principal": p, "element": "AWS", "statement": statement} for p in principals]
    named = [
        {"kind": "iam_user", "value": "alice", "account": ACCOUNT, "stable_id": USER_ID},
        {"kind": "iam_role", "value": "robot", "account": ACCOUNT, "stable_id": ROLE_ID},
    ]
    return Action(
        id="A-001",
        phase=Phase.LIVE,
        verb="s3:PutBucketPolicy",
        target=Target(provider="aws", kind="s3_bucket", name="papers", account=ACCOUNT),
        subject="leaver-1",
        reason="",
        params=(("principals", json.dumps(named)), ("elements", json.dumps(elements))),
    )


def put_back(action: Action) -> list[list[Any]]:
    """(text, unique id) of the entries of each restoring action."""
    made = Elements.of(action, ()).actions(action, "s3_bucket")
    whole = [json.loads(a.param("elements")) for a in made]
    return [[(e["principal"], e.get("unique_id")) for e in entries] for entries in whole]


def test_each_identity_is_an_action_that_carries_its_unique_id() -> None:
    assert put_back(taken(ALICE, ROBOT, SESSION, PROVIDER)) == [
        [(ALICE, USER_ID)],
        [(ROBOT, ROLE_ID), (SESSION, ROLE_ID)],
        [(PROVIDER, None)],
    ]


@pytest.mark.parametrize(
    ("who", "why"),
    [
        (f"arn:aws:iam::{ACCOUNT}:user/bob", "unique id of .* was not recorded"),
        ("arn:aws:iam::444455556666:user/alice", "unique id of .* was not recorded"),
        (USER_ID, "by its unique id"),
    ],
)
def test_who_cannot_be_told_from_a_namesake_is_for_a_person(who: str, why: str) -> None:
    found = Elements.of(taken(who), ())
    assert found.whole == ()
    (said,) = found.by_hand
    assert re.search(why, said)


def test_whoever_the_plan_deleted_is_not_put_back() -> None:
    user = act(2, "iam:DeleteUser", thing("iam_user", "alice"), user_id=USER_ID)
    entry = taken(ALICE, ROBOT)
    made = restore(plan(entry, user), done([entry, user]))
    (back,) = made.actions
    assert [e["principal"] for e in json.loads(back.param("elements"))] == [ROBOT]
    assert any("somebody else" in step.reason and ALICE in step.reason for step in made.manual)
    # Only the journal says that it was.
    kept = restore(plan(entry, user), [record(entry.id)])
    assert len(kept.actions) == 2
