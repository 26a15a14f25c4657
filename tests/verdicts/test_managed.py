"""Managed: code, state and cloud agree on every binding of the leaver."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.verdicts.closing import (
    DELETE,
    DETAILS,
    UPDATE,
    Found,
    close,
    found,
    planned,
    serial,
    serials,
)
from tests.verdicts.staging import LEAVER, Stage

CHANGES = {
    'aws_iam_access_key.person["alice"]': DELETE,
    'aws_iam_user.person["alice"]': DELETE,
    "aws_iam_user.alice_console": DELETE,
    "aws_iam_user_policy.alice_console": DELETE,
    "aws_iam_group_membership.readers": UPDATE,
    "aws_s3_bucket_policy.reports": UPDATE,
}


def _expected(key: str) -> set[Found]:
    people, bucket = "infra/people.tf", "example-reports"
    rows = (
        ("identity", "alice", f"{people}:3", 'aws_iam_user.person["alice"]', DETAILS),
        (
            *("credential", key, f"{people}:3", 'aws_iam_access_key.person["alice"]'),
            "iam:ListAccessKeys",
        ),
        (
            "membership",
            "readers",
            "infra/groups.tf:22",
            "aws_iam_group_membership.readers",
            DETAILS,
        ),
        (
            "grant",
            bucket,
            "infra/bucket.tf:16",
            "aws_s3_bucket_policy.reports",
            "s3:GetBucketPolicy",
        ),
        ("identity", "alice-console", f"{people}:24", "aws_iam_user.alice_console", DETAILS),
        (
            *("grant", "alice-console/look", f"{people}:27"),
            *("aws_iam_user_policy.alice_console", DETAILS),
        ),
    )
    return {
        Found("managed", relation, target, (code,), (state,), (live,))
        for relation, target, code, state, live in rows
    }


@pytest.mark.terraform
@pytest.mark.xdist_group("terraform")
def test_what_all_three_know_is_found_cut_and_dead(stage: Callable[[str], Stage]) -> None:
    team = stage("managed")
    (key,) = team.keys[LEAVER]
    scanned = team.scan()
    assert scanned.code == 1
    assert found(scanned) == _expected(key.key_id)
    assert serials(scanned) == {serial(team)}
    assert "code:apply" in planned(team)
    close(team, CHANGES)
    assert found(team.scan()) == set()
