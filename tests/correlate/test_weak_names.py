"""Rule 12: a name is not a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from iac_offboard.model import (
    NoteKind,
    Observation,
    Principal,
    PrincipalKind,
    Side,
    SkipReason,
)
from tests.correlate.builders import (
    AIDA,
    KEY,
    LEFT,
    OTHER_AIDA,
    A,
    B,
    arn,
    binding,
    bound,
    code,
    key_live,
    leaver,
    live,
    member,
    run,
    state,
    summary,
    target,
    user_code,
    user_live,
    user_state,
)

ALICE = leaver(arn("alice"))


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
    """By a bare name it is nobody's in particular; and where the roster says what the leaver had
    under the name, it is somebody else's."""
    after = LEFT + timedelta(days=2)
    for subject in (leaver("alice"), leaver(arn("alice"), AIDA), leaver(bound("alice", A), AIDA)):
        result = run(
            subject,
            user_live("alice", created_at=after, emails=["al@example.com"], uid=OTHER_AIDA),
            key_live(),
            live(member("alice", "admins", A)),
        )
        assert result.findings == ()
        assert result.skipped == ()
        assert [(n.kind, n.where) for n in result.notes] == [(NoteKind.HOLD_BACK, f"aws:{A}")]


def test_who_got_a_name_that_the_roster_places_is_asked_about() -> None:
    after = LEFT + timedelta(days=2)
    for subject in (ALICE, leaver(bound("alice", A), "a.other@example.com")):
        result = run(
            subject,
            user_live("alice", created_at=after, emails=["al@example.com"], uid=OTHER_AIDA),
            key_live(),
            live(member("alice", "admins", A)),
        )
        assert (result.findings, result.notes) == ((), ())
        [asked] = result.skipped
        assert (asked.reason, asked.side) == (SkipReason.AMBIGUOUS, Side.ACCESS)
        assert asked.kinds == {"iam_user", "iam_access_key", "iam_group"}
        assert "left alone" in asked.detail
        assert f'{{aws_unique_id: "{OTHER_AIDA}"}}' in asked.next_step
        assert f'name: alice, accounts: ["{A}"]}}' in asked.next_step


def test_code_that_made_the_user_again_is_a_finding_that_nothing_live_acts_on() -> None:
    after = LEFT + timedelta(days=2)
    result = run(ALICE, user_live("alice", created_at=after), key_live(), user_code("alice"))
    assert [(f.binding.target.kind, f.reused) for f in result.findings] == [("iam_user", True)]
    assert result.findings[0].code


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


def test_the_repository_in_a_trust_is_named_and_a_wider_pattern_covers_it() -> None:
    def trust(sub: str, name: str) -> Observation:
        who = Principal(
            provider="aws",
            kind=PrincipalKind.OIDC_SUBJECT,
            value=f"token.actions.githubusercontent.com|{sub}",
        )
        return live(binding(who, target("iam_role", name, A)))

    result = run(leaver("org/repo"), trust("repo:org/repo:*", "one"), trust("repo:org/*", "many"))
    assert [(f.binding.target.name, f.covered) for f in result.findings] == [
        ("one", False),
        ("many", True),
    ]
