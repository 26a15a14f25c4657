from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iac_offboard.model import (
    Effect,
    NoteKind,
    Principal,
    PrincipalKind,
    Relation,
)
from tests.correlate.builders import (
    AIDA,
    KEY,
    OTHER_AIDA,
    A,
    B,
    arn,
    binding,
    code,
    key_live,
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

ALICE = leaver(arn("alice"))


@pytest.mark.parametrize(
    ("places", "asked", "expected"),
    [
        ("csl", True, ["managed strong iam_user alice csl"]),
        ("cl", True, ["managed strong iam_user alice cl"]),
        ("sl", True, ["managed strong iam_user alice sl"]),
        ("cs", True, ["code only strong iam_user alice cs"]),
        ("c", True, ["code only weak iam_user alice c"]),
        ("s", True, ["state only strong iam_user alice s"]),
        ("l", True, ["live only strong iam_user alice l"]),
        ("cs", False, ["declared strong iam_user alice cs"]),
        ("c", False, ["declared weak iam_user alice c"]),
        ("s", False, ["state only strong iam_user alice s"]),
        ("", True, []),
    ],
)
def test_one_finding_with_every_place(places: str, asked: bool, expected: list[str]) -> None:
    made = {"c": user_code("alice"), "s": user_state("alice"), "l": user_live("alice")}
    result = run(ALICE, *(made[p] for p in places), live_asked=asked)
    assert summary(result) == expected
    assert result.skipped == ()


def test_the_three_shapes_of_a_membership_are_one_binding() -> None:
    result = run(
        ALICE,
        user_state("alice"),
        code("aws_iam_group_membership.x", member("alice", "admins")),
        state("aws_iam_group_membership.x", member("alice", "admins")),
        code("aws_iam_user_group_membership.y", member("Alice", "admins")),
        code("aws_iam_user_group_membership.y", member("Alice", "devs")),
        live(member("alice", "admins", A)),
        live(member("alice", "by-hand", A)),
    )
    assert summary(result)[1:] == [
        "managed strong iam_group admins ccsl",
        "live only strong iam_group by-hand l",
        "code only strong iam_group devs c",
    ]


def test_an_access_key_gets_its_name_from_the_state() -> None:
    in_code = binding(user("alice"), target("iam_access_key"))
    in_state = binding(user("alice"), target("iam_access_key", KEY))
    result = run(
        ALICE,
        user_state("alice"),
        code("aws_iam_access_key.a", in_code),
        state("aws_iam_access_key.a", in_state),
        key_live(),
        key_live("AKIAIOSFODNN7SECOND0"),
    )
    assert summary(result)[:2] == [
        f"managed strong iam_access_key {KEY} csl",
        "live only strong iam_access_key AKIAIOSFODNN7SECOND0 l",
    ]


def test_a_trust_by_unique_id_is_the_users() -> None:
    role = target("iam_role", "deploy", B, arn=f"arn:aws:iam::{B}:role/deploy")
    by_id = Principal(
        provider="aws",
        kind=PrincipalKind.IAM_UNIQUE_ID,
        value=AIDA,
        account=B,
        stable_id=AIDA,
    )
    by_other = replace(by_id, value=OTHER_AIDA, stable_id=OTHER_AIDA)
    in_code = code("aws_iam_role.d", binding(user("alice", A), target("iam_role", "deploy")))
    result = run(
        ALICE,
        user_live("alice", uid=AIDA),
        live(binding(by_id, role), B),
        live(binding(by_other, role), B),
        in_code,
        state("aws_iam_role.d", binding(user("alice", A), role)),
    )
    assert summary(result) == [
        "live only strong iam_user alice l",
        "managed strong iam_role deploy csl",
    ]


def test_statements_of_one_document_are_one_binding_but_a_deny_is_its_own() -> None:
    bucket = target("s3_bucket", "b", A, arn="arn:aws:s3:::b")
    who = user("alice", A)
    result = run(
        ALICE,
        live(binding(who, bucket, "one")),
        live(binding(who, bucket, "two")),
        live(binding(who, bucket, "no", Effect.DENY)),
        code("aws_s3_bucket_policy.b", binding(who, target("s3_bucket", "b"), "one")),
    )
    assert summary(result) == [
        "managed strong s3_bucket b cll",
        "live only strong s3_bucket b l",
    ]
    assert [f.binding.effect for f in result.findings] == [Effect.ALLOW, Effect.DENY]
    assert len({f.id for f in result.findings}) == 2


def test_queues_of_two_regions_stay_apart() -> None:
    who = user("alice", A)
    queues = [
        target("sqs_queue", "q", A, region=r, arn=f"arn:aws:sqs:{r}:{A}:q") for r in ("r1", "r2")
    ]
    in_code = code("aws_sqs_queue_policy.q", binding(who, target("sqs_queue", "q")))
    result = run(ALICE, *(live(binding(who, q)) for q in queues), in_code)
    assert len(result.findings) == 3
    assert [n.kind for n in result.notes] == [NoteKind.HOLD_BACK]
    joined = run(
        ALICE,
        *(live(binding(who, q)) for q in queues),
        in_code,
        state("aws_sqs_queue_policy.q", binding(who, queues[1])),
    )
    assert summary(joined) == [
        "live only strong sqs_queue q l",
        "managed strong sqs_queue q csl",
    ]


def test_findings_spell_no_alias_and_do_not_depend_on_the_order_of_reading() -> None:
    seen = [
        user_code("alice"),
        user_state("alice"),
        user_live("alice", uid=AIDA, emails=["alice@example.com"]),
        key_live(),
        live(member("alice", "admins", A)),
        live(member("alice", "devs", A)),
    ]
    subject = leaver("alice@example.com", arn("alice"))
    first = run(subject, *seen)
    assert len(first.findings) == 4
    assert all("alice" not in f.why for f in first.findings)
    assert all(len(f.id) == 12 for f in first.findings)
    assert run(subject, *reversed(seen)) == first


def test_the_id_survives_the_removal_from_code() -> None:
    before = run(ALICE, user_code("alice"), user_state("alice"), user_live("alice"))
    after = run(ALICE, user_live("alice"))
    assert [f.id for f in before.findings] == [f.id for f in after.findings]


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_every_observation_of_a_strong_leaver_is_in_exactly_one_finding(
    data: st.DataObject,
) -> None:
    pool = [
        user_code("alice"),
        user_state("alice"),
        user_live("alice"),
        key_live(),
        code("m", member("alice", "admins")),
        state("m", member("alice", "admins")),
        live(member("alice", "admins", A)),
        live(binding(user("alice", A), target("iam_role", "r", B)), B),
    ]
    chosen = data.draw(st.lists(st.sampled_from(pool), unique_by=id))
    result = run(ALICE, *chosen)
    placed = [o for f in result.findings for o in f.observations]
    assert sorted(map(str, placed)) == sorted(map(str, chosen))
    assert result.skipped == ()


def test_a_hundred_thousand_observations_are_joined_in_seconds() -> None:
    seen = [live(member(f"user{i % 20000}", f"group{i}", A)) for i in range(100_000)]
    subjects = [leaver(arn(f"user{i}"), f"x{i}@example.com", id_=f"s{i}") for i in range(200)]
    start = time.process_time()
    result = run(subjects, *seen)
    assert len(result.findings) == 200 * 5
    assert all(f.binding.relation is Relation.MEMBERSHIP for f in result.findings)
    # Linear takes about a second; comparing each with each would take minutes.
    assert time.process_time() - start < 20
