"""Reasons to hold a plan, and what releases each."""

from __future__ import annotations

import pytest

from iac_offboard.model import AccountFacts, CodeInstance
from iac_offboard.plan import guards
from iac_offboard.plan.proof import Difference, View, holds
from tests.plan.build import ACCOUNT, subject, user


def facts(*admins: str) -> dict[str, AccountFacts]:
    return {ACCOUNT: AccountFacts(account=ACCOUNT, admins=admins)}


@pytest.mark.parametrize(
    ("admins", "release", "held"),
    [
        (("alice",), frozenset(), ["last-admin"]),
        (("alice", "bob"), frozenset(), []),
        (("bob",), frozenset(), []),
        (("alice",), frozenset({f"last-admin:{ACCOUNT}"}), []),
    ],
)
def test_last_admin(admins: tuple[str, ...], release: frozenset[str], held: list[str]) -> None:
    leaver = subject(release=release)
    assert [h.code for h in guards.holds([leaver], [user()], [], facts(*admins))] == held


@pytest.mark.parametrize(
    ("release", "held"),
    [(frozenset(), ["break-glass"]), (frozenset({"break-glass"}), [])],
)
def test_break_glass(release: frozenset[str], held: list[str]) -> None:
    leaver = subject(break_glass=True, release=release)
    assert [h.code for h in guards.holds([leaver], [user()], [], {})] == held


def test_more_actions_than_the_cap_hold_the_plan() -> None:
    from iac_offboard.plan.actions import build_actions

    made, _ = build_actions([user()], {"leaver-1": subject()}, {})
    assert [h.code for h in guards.holds([], [], made, {}, max_actions=1)] == ["too-many-actions"]
    assert guards.holds([], [], made, {}, max_actions=len(made)) == ()


BUCKET = CodeInstance(root="infra", address='aws_s3_bucket.home["alice"]', type="aws_s3_bucket")
NOTHING = View(observations=(), instances=())


def lost(*instances: CodeInstance) -> Difference:
    return Difference(gone=(), left=(), lost=instances, unplanned=(), new=())


@pytest.mark.parametrize(
    ("changes", "held"),
    [
        ({}, ["owned-resource"]),
        ({"release": frozenset({BUCKET.address})}, []),
        ({"release": frozenset({BUCKET.address}), "legal_hold": True}, ["owned-resource"]),
    ],
)
def test_a_resource_that_is_no_binding_is_kept_until_released(
    changes: dict[str, object], held: list[str]
) -> None:
    found = holds(lost(BUCKET), NOTHING, [], [subject(**changes)])
    assert [h.code for h in found] == held


def test_another_persons_binding_lost_with_the_edit_holds_the_plan() -> None:
    key = ("infra", "aws_iam_user.bob", "identity", "iam_user", "bob", "iam_user", "bob")
    difference = Difference(gone=(), left=(), lost=(), unplanned=(key,), new=())
    assert [h.code for h in holds(difference, NOTHING, [], [subject()])] == ["not-proven"]
