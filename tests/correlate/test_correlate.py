from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from iac_offboard.model import (
    Effect,
    NoteKind,
    Observation,
    Principal,
    PrincipalKind,
    Relation,
    Side,
    SkipReason,
)
from tests.correlate.builders import (
    AIDA,
    LEFT,
    OTHER_AIDA,
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

KEY = "AKIAIOSFODNN7EXAMPLE"
ALICE = leaver(arn("alice"))


def key_live(name: str = KEY, owner: str = "alice", account: str = A) -> Observation:
    return live(binding(user(owner, account), target("iam_access_key", name, account)), account)


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


# ------------------------------------------------------------------ rule 12: names are weak


def test_a_bare_name_live_is_asked_once_for_the_identity() -> None:
    result = run(
        leaver("alice"), user_live("alice"), key_live(), live(member("alice", "admins", A))
    )
    assert result.findings == ()
    assert len(result.skipped) == 1
    skipped = result.skipped[0]
    assert skipped.reason is SkipReason.AMBIGUOUS
    assert skipped.side is Side.ACCESS
    assert skipped.subject == "s"
    assert skipped.where == f"aws:{A}"
    assert skipped.kinds == {"iam_user", "iam_access_key", "iam_group"}
    assert f'{{aws_user: alice, accounts: ["{A}"]}}' in skipped.next_step


def test_the_line_that_decides_does_decide() -> None:
    result = run(leaver("alice", bound("alice", A)), user_live("alice"), key_live())
    assert len(result.findings) == 2
    assert result.skipped == ()


def test_a_managed_binding_of_the_same_code_decides() -> None:
    result = run(
        leaver("alice"),
        user_code("alice"),
        user_state("alice"),
        user_live("alice"),
        key_live(),
    )
    assert summary(result) == [
        f"live only strong iam_access_key {KEY} l",
        "managed strong iam_user alice csl",
    ]
    assert result.skipped == ()


def test_code_by_name_alone_is_a_weak_finding_and_the_live_user_is_asked_about() -> None:
    result = run(leaver("alice"), user_code("alice"), user_live("alice"))
    assert summary(result) == ["code only weak iam_user alice c"]
    assert len(result.skipped) == 1


def test_state_without_code_is_nobodys_review() -> None:
    result = run(leaver("alice"), user_state("alice"), user_live("alice"))
    assert result.findings == ()
    assert len(result.skipped) == 1


def test_an_email_beside_the_name_decides_for_all_the_users_bindings() -> None:
    result = run(
        leaver("alice@example.com"),
        user_live("asmith", emails=["alice@example.com"]),
        key_live(owner="asmith"),
        user_live("alice"),
        key_live("AKIAIOSFODNN7ROBOT00", owner="alice"),
    )
    assert summary(result) == [
        f"live only strong iam_access_key {KEY} l",
        "live only strong iam_user asmith l",
    ]
    assert result.skipped == ()


def test_an_email_in_code_decides_for_the_roots_other_blocks() -> None:
    membership = code("aws_iam_user_group_membership.x", member("asmith", "admins"))
    elsewhere = code("aws_iam_user_group_membership.x", member("asmith", "admins"), root="other")
    result = run(
        leaver("alice@example.com"),
        user_code("asmith", emails=["alice@example.com"]),
        membership,
        elsewhere,
    )
    assert summary(result) == [
        "code only strong iam_user asmith c",
        "code only strong iam_group admins c",
    ]


def test_a_robot_of_the_same_name_in_another_account_is_not_the_leaver() -> None:
    everything = (
        user_live("alice", A),
        user_live("alice", B),
        key_live(),
        key_live("AKIAIOSFODNN7ROBOT00", account=B),
    )
    silent = run(leaver(bound("alice", A)), *everything)
    assert {o.account for f in silent.findings for o in f.live} == {A}
    assert silent.skipped == ()
    # With a bare alias the roster itself says that the name may be the leaver's anywhere.
    asked = run(leaver("alice", bound("alice", A)), *everything)
    assert {o.account for f in asked.findings for o in f.live} == {A}
    assert [s.where for s in asked.skipped] == [f"aws:{B}"]


def test_code_whose_state_is_an_excluded_account_is_dropped() -> None:
    membership = member("alice", "admins")
    result = run(
        ALICE,
        user_code("alice"),
        user_state("alice", B),
        user_live("alice", B),
        code("aws_iam_user_group_membership.x", membership),
        state("aws_iam_user_group_membership.x", membership),
    )
    assert result.findings == ()
    assert result.skipped == ()


def test_a_name_in_code_with_two_live_users_is_joined_to_neither() -> None:
    result = run(
        leaver(bound("alice", A, B)),
        user_code("alice"),
        user_live("alice", A),
        user_live("alice", B),
    )
    assert sorted(summary(result)) == [
        "code only weak iam_user alice c",
        "live only strong iam_user alice l",
        "live only strong iam_user alice l",
    ]
    assert ["--state" in n.text for n in result.notes] == [True]
    assert len({f.id for f in result.findings}) == 3


def test_one_root_applied_to_two_accounts_belongs_to_both() -> None:
    result = run(
        leaver(bound("alice", A, B)),
        user_code("alice"),
        user_state("alice", A, file="a"),
        user_state("alice", B, file="b"),
        user_live("alice", A),
        user_live("alice", B),
    )
    assert summary(result) == ["managed strong iam_user alice csl"] * 2


def test_a_new_hire_who_got_the_name_is_left_alone() -> None:
    after = LEFT + timedelta(days=2)
    for subject in (ALICE, leaver("alice"), leaver("alice", "alice@example.com")):
        result = run(
            subject,
            user_live("alice", created_at=after, emails=["alice@example.com"]),
            key_live(),
            live(member("alice", "admins", A)),
            user_code("alice"),
        )
        assert result.findings == ()
        assert result.skipped == ()
        assert [(n.kind, n.where) for n in result.notes] == [(NoteKind.HOLD_BACK, f"aws:{A}")]


def test_a_key_made_after_the_leaving_is_the_leavers_key() -> None:
    late = replace(key_live(), created_at=LEFT + timedelta(days=2))
    result = run(ALICE, user_live("alice", created_at=LEFT - timedelta(days=9)), late)
    assert len(result.findings) == 2


def test_another_unique_id_than_the_rosters_is_left_alone() -> None:
    result = run(leaver(arn("alice"), AIDA), user_live("alice", uid=OTHER_AIDA), key_live())
    assert result.findings == ()
    assert len(result.notes) == 1


def test_the_holder_of_the_leavers_key_is_the_leaver() -> None:
    result = run(leaver(KEY), user_live("asmith"), key_live(owner="asmith"))
    assert len(result.findings) == 2


def test_a_namesake_who_is_known_to_be_another_leaver_is_no_question() -> None:
    other = leaver("alice", id_="t")
    result = run([ALICE, other], user_live("alice"))
    assert [f.subject for f in result.findings] == ["s"]
    assert result.skipped == ()


def test_shared_identities_are_marked() -> None:
    shared = replace(bound("team", A), shared=True)
    result = run(leaver(shared), user_live("team"), key_live(owner="team"))
    assert [f.shared for f in result.findings] == [True, True]


def test_the_repository_in_a_trust_is_found_and_a_wider_pattern_is_not() -> None:
    def trust(sub: str, name: str) -> Observation:
        who = Principal(
            provider="aws",
            kind=PrincipalKind.OIDC_SUBJECT,
            value=f"token.actions.githubusercontent.com|{sub}",
        )
        return live(binding(who, target("iam_role", name, A)))

    result = run(leaver("org/repo"), trust("repo:org/repo:*", "one"), trust("repo:org/*", "many"))
    assert summary(result) == ["live only strong iam_role one l"]


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
