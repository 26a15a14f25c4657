"""Unmanaged: made by hand, and neither code nor state knows of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.verdicts.closing import DETAILS, Found, close, found, planned
from tests.verdicts.staging import LEAVER, Stage


@pytest.mark.real
@pytest.mark.terraform
@pytest.mark.xdist_group("terraform")
def test_what_was_made_by_hand_is_taken_away_live(stage: Callable[[str], Stage]) -> None:
    team = stage("unmanaged")
    (key,) = team.keys[LEAVER]
    scanned = team.scan()
    rows = (
        ("identity", LEAVER, DETAILS),
        ("credential", key.key_id, "iam:ListAccessKeys"),
        ("grant", "alice/look", DETAILS),
        ("membership", "readers", DETAILS),
        ("grant", "example-reports", "s3:GetBucketPolicy"),
    )
    assert scanned.code == 1
    assert found(scanned) == {
        Found("live only", relation, target, (), (), (seen,)) for relation, target, seen in rows
    }
    verbs = planned(team)
    assert team.plan_json["patches"] == []
    assert verbs[-8:] == [
        "s3:PutBucketPolicy",
        "iam:DeleteAccessKey",
        "iam:DeleteUserPolicy",
        *("iam:RemoveUserFromGroup", "iam:RemoveUserFromGroup"),  # readers, and our quarantine
        "iam:DeleteUser",
        *("iam:DeleteGroupPolicy", "iam:DeleteGroup"),
    ]
    close(team, {})
    assert team.bucket_principals() == ["arn:aws:iam::111122223333:user/bob"]
    (member,) = team.aws("iam").get_group(GroupName="readers")["Users"]
    assert member["UserName"] == "bob"
