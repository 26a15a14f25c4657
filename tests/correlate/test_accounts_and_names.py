"""What an unknown account or a missing state must not be taken for."""

from __future__ import annotations

from datetime import timedelta

from iac_offboard.model import Effect, SkipReason
from tests.correlate.builders import (
    LEFT,
    A,
    B,
    arn,
    binding,
    bound,
    code,
    leaver,
    live,
    member,
    run,
    state,
    summary,
    target,
    user,
    user_code,
    user_live,
    user_state,
)

C = "777788889999"
ALICE = leaver(arn("alice"))
KEY = "AKIAIOSFODNN7EXAMPLE"


def test_code_applied_only_to_excluded_accounts_is_dropped() -> None:
    states = (user_state("alice", B, file="b"), user_state("alice", C, file="c"))
    assert run(ALICE, user_code("alice"), *states).findings == ()


def test_a_reused_name_is_held_back_in_whatever_order_it_was_read() -> None:
    identity = user_live("alice", created_at=LEFT + timedelta(days=1))
    membership = live(member("alice", "admins", A))
    for seen in ((identity, membership), (membership, identity)):
        result = run(ALICE, *seen)
        assert (result.findings, result.notes) == ((), ())
        assert [s.reason for s in result.skipped] == [SkipReason.AMBIGUOUS]


def test_a_documents_unknown_account_is_not_the_roots_own() -> None:
    trust = binding(user("alice"), target("iam_role", "r"))
    result = run(ALICE, user_state("alice", A), code("aws_iam_role.r", trust))
    assert summary(result) == [
        "state only strong iam_user alice s",
        "code only weak iam_role r c",
    ]


def test_a_document_does_not_tell_where_the_roots_users_are() -> None:
    role = target("iam_role", "r", A)
    trust = binding(user("alice", B), role)
    result = run(ALICE, user_code("alice"), state("aws_iam_role.r", trust))
    assert summary(result) == ["code only weak iam_user alice c"]


def test_a_name_that_the_roster_lacks_joins_only_when_it_is_the_only_one() -> None:
    subject = leaver("alice@example.com")
    strong = user_live("asmith", A, emails=["alice@example.com"])
    assert summary(run(subject, strong, user_code("asmith"))) == [
        "managed strong iam_user asmith cl"
    ]
    assert summary(run(subject, strong, user_live("asmith", B), user_code("asmith"))) == [
        "live only strong iam_user asmith l"
    ]


def test_a_state_of_another_group_at_the_same_address_is_another_binding() -> None:
    result = run(
        ALICE,
        user_state("alice"),
        code("m", member("alice", "new")),
        state("m", member("alice", "old")),
    )
    assert summary(result)[1:] == [
        "code only strong iam_group new c",
        "state only strong iam_group old s",
    ]


def test_a_bucket_is_the_same_by_its_name_in_every_account() -> None:
    who = user("alice", A)
    result = run(
        ALICE,
        state("p", binding(who, target("s3_bucket", "b"))),
        live(binding(who, target("s3_bucket", "b", B, arn="arn:aws:s3:::b")), B),
    )
    assert summary(result) == ["managed strong s3_bucket b sl"]


def test_two_shapes_in_one_root_are_one_binding_without_any_state() -> None:
    shapes = (code("m", member("alice", "admins")), code("n", member("alice", "Admins")))
    assert len(run(ALICE, *shapes).findings) == 1
    elsewhere = code("n", member("alice", "admins"), root="other")
    assert len(run(ALICE, shapes[0], elsewhere).findings) == 2


def test_a_managed_membership_does_not_decide_for_the_users_keys() -> None:
    what = member("alice", "admins", A)
    key = live(binding(user("alice", A), target("iam_access_key", KEY, A)))
    result = run(leaver("alice"), code("m", what), state("m", what), live(what), key)
    assert summary(result) == ["managed strong iam_group admins csl"]
    assert [s.kinds for s in result.skipped] == [frozenset({"iam_access_key"})]


def test_code_that_spells_the_account_is_a_weak_finding_for_a_bare_name() -> None:
    who = user("alice", A)
    result = run(
        leaver("alice"),
        code("r", binding(who, target("iam_role", "r"))),
        live(binding(who, target("iam_role", "r", B)), B),
    )
    assert summary(result) == ["managed weak iam_role r cl"]


def test_a_deny_keeps_its_id_when_the_allow_beside_it_goes() -> None:
    who, role = user("alice", A), target("iam_role", "r", B)
    allow, deny = live(binding(who, role), B), live(binding(who, role, "", Effect.DENY), B)
    both = {f.binding.effect: f.id for f in run(ALICE, allow, deny).findings}
    assert run(ALICE, deny).findings[0].id == both[Effect.DENY]
    assert run(ALICE, allow).findings[0].id == both[Effect.ALLOW]


def test_subjects_that_were_not_asked_for_have_no_findings() -> None:
    result = run([leaver(bound("bob", A))], user_live("alice"), user_live("bob"))
    assert summary(result) == ["live only strong iam_user bob l"]
