"""A trust that outlived its user is one binding, by ARN before and by unique id after."""

from __future__ import annotations

from tests.acceptance.crowded import trust
from tests.acceptance.desk import ALICE, HOME, ONE_ACCOUNT, Desk


def test_a_planned_trust_that_still_stands_is_said_once(desk: Desk) -> None:
    desk.user("alice")
    desk.aws().create_role(
        RoleName="t", AssumeRolePolicyDocument=trust(ALICE, f"arn:aws:iam::{HOME}:root")
    )
    desk.planned(*ONE_ACCOUNT)
    for key in list(desk.keys("alice")):
        desk.aws().delete_access_key(UserName="alice", AccessKeyId=key)
    desk.aws().delete_user(UserName="alice")

    ended = desk.verify("--format", "json")

    assert ended.code == 1
    (verdict,) = ended.json["verdicts"]
    said = [
        (b["access"], b["because"])
        for b in verdict["bindings"]
        if b["binding"]["target"]["kind"] == "iam_role" and not b["covered"]
    ]
    assert said == [("alive", "it is live")]
