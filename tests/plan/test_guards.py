"""Reasons to hold a plan, and what releases each."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from iac_offboard.model import AccountFacts, CodeInstance, Effect, Finding, Relation
from iac_offboard.plan import guards
from iac_offboard.plan.proof import Difference, View, holds
from tests.plan import gcp
from tests.plan.build import ACCOUNT, finding, subject, user


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


@pytest.mark.parametrize(
    ("release", "held"), [(frozenset(), ["rehired"]), (frozenset({"rehired"}), [])]
)
def test_rehired(release: frozenset[str], held: list[str]) -> None:
    leaver = subject(rehired_at=datetime(2026, 12, 1, tzinfo=UTC), release=release)
    assert [h.code for h in guards.holds([leaver], [user()], [], {})] == held
    assert guards.holds([leaver], [], [], {}) == ()


KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1"


def in_key(removal: str, effect: Effect = Effect.ALLOW) -> Finding:
    found = finding("kms_key", "1", relation=Relation.GRANT)
    binding = replace(found.binding, target=replace(found.binding.target, arn=KEY), effect=effect)
    seen = replace(found.observations[0], binding=binding, removal=removal)
    return replace(found, binding=binding, observations=(seen,))


@pytest.mark.parametrize(
    ("found", "release", "held"),
    [
        (in_key("manual"), frozenset(), [KEY]),
        (in_key("manual"), frozenset({f"last-principal:{KEY}"}), []),
        (in_key(""), frozenset(), []),
        (in_key("manual", Effect.DENY), frozenset(), []),
        (finding("iam_role", "1", relation=Relation.TRUST), frozenset(), []),
    ],
)
def test_the_last_principal_of_a_key(
    found: Finding, release: frozenset[str], held: list[str]
) -> None:
    made = guards.holds([subject(release=release)], [found], [], {})
    assert [h.where for h in made] == held
    assert {h.code for h in made} <= {"last-key-principal"}


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
    found = holds(lost(BUCKET), NOTHING, NOTHING, [subject(**changes)])
    assert [h.code for h in found] == held


def test_another_persons_binding_lost_with_the_edit_holds_the_plan() -> None:
    key = ("infra", "aws_iam_user.bob", "identity", "iam_user", "bob", "iam_user", "bob", "allow")
    difference = Difference(gone=(), left=(), lost=(), unplanned=(key,), new=())
    assert [h.code for h in holds(difference, NOTHING, NOTHING, [subject()])] == ["not-proven"]


def test_the_last_owner_of_a_google_project_holds_the_plan() -> None:
    owner = gcp.member(role="roles/owner")
    leaver = "user:Alice@Example.com"
    for admins, released, held in (
        ((leaver,), frozenset[str](), ["last-admin"]),
        ((leaver, "user:bob@example.com"), frozenset[str](), []),
        ((leaver,), frozenset({"last-admin:acme-prod"}), []),
        (("user:bob@example.com",), frozenset[str](), []),
    ):
        known = {"acme-prod": AccountFacts(account="acme-prod", admins=admins)}
        found = guards.holds([subject(release=released)], [owner], [], known)
        assert [h.code for h in found] == held, (admins, released)
    [hold] = guards.holds(
        [subject()], [owner], [], {"acme-prod": AccountFacts(account="acme-prod", admins=(leaver,))}
    )
    assert (hold.where, "roles/owner" in hold.text) == ("gcp:acme-prod", True)


def test_a_viewer_is_no_owner() -> None:
    known = {"acme-prod": AccountFacts(account="acme-prod", admins=("user:alice@example.com",))}
    assert guards.holds([subject()], [gcp.member()], [], known) == ()
