"""What a resource's bindings are about: one for each name that stands there."""

from __future__ import annotations

import pytest

from iac_offboard.catalog.extract import extract
from iac_offboard.catalog.rows import row


def named(groups: list[str]) -> list[str]:
    known = row("aws_iam_user_group_membership")
    assert known is not None
    found = extract(known, {"user": "alice", "groups": groups})
    return [one.binding.target.name for one in found if one.binding is not None]


@pytest.mark.parametrize(
    ("groups", "bindings"),
    [
        (["ops", "dev"], ["ops", "dev"]),
        (["ops", "dev", "ops"], ["ops", "dev"]),
        (["ops"] * 100_000, ["ops"]),
        ([], [""]),
    ],
)
def test_a_group_that_is_repeated_is_one_membership(groups: list[str], bindings: list[str]) -> None:
    assert named(groups) == bindings
