"""Patterns that let a leaver in without naming anybody, and whom they do not concern."""

from __future__ import annotations

from datetime import timedelta

import pytest

from iac_offboard.model import (
    Binding,
    Effect,
    Finding,
    FindingStatus,
    Observation,
    Principal,
    PrincipalKind,
    Relation,
    Strength,
    Subject,
    Target,
)
from tests.correlate.builders import (
    AIDA,
    LEFT,
    A,
    B,
    arn,
    binding,
    bound,
    code,
    key_live,
    leaver,
    live,
    run,
    state,
    target,
    user_live,
)

GITHUB = "token.actions.githubusercontent.com"
REPOSITORY = leaver("acme/widgets")
ALICE = leaver(arn("alice"))
MEMBER = "90676e4f40-0b8b0bd1-7d29-4a0f-9c3f-111111111111"
GROUP = "90676e4f40-0b8b0bd1-7d29-4a0f-9c3f-222222222222"
STORE = leaver(MEMBER)
ANYONE = Principal(provider="aws", kind=PrincipalKind.ANYONE, value="*")


def oidc(text: str, issuer: str = GITHUB) -> Principal:
    return Principal(provider="aws", kind=PrincipalKind.OIDC_SUBJECT, value=f"{issuer}|{text}")


def root(account: str = A) -> Principal:
    return Principal(provider="aws", kind=PrincipalKind.AWS_ACCOUNT, value=account, account=account)


def role(name: str = "r", account: str | None = A) -> Target:
    return target("iam_role", name, account)


def key(name: str = "k", account: str = A) -> Target:
    full = f"arn:aws:kms:eu-west-1:{account}:key/{name}"
    return target("kms_key", name, account, region="eu-west-1", arn=full)


def covered(subjects: Subject | list[Subject], *seen: Observation) -> list[Finding]:
    result = run(subjects, *seen)
    assert result.skipped == ()
    return [f for f in result.findings if f.covered]


@pytest.mark.parametrize(
    "principal",
    [
        oidc("repo:acme/*"),
        oidc("repo:acme/widgets*"),
        oidc("repo:acme/wid*"),
        oidc("job_workflow_ref:acme/widgets/x.yml@*"),
        oidc("project_path:acme/*", "gitlab.com"),
    ],
)
def test_what_covers_a_repository_is_one_finding_over_live_code_and_state(
    principal: Principal,
) -> None:
    result = run(
        REPOSITORY,
        live(binding(principal, role())),
        code("aws_iam_role.r", binding(principal, role("r", None))),
        state("aws_iam_role.r", binding(principal, role())),
    )
    [found] = result.findings
    assert (result.skipped, result.notes) == ((), ())
    assert (found.status, found.strength) == (FindingStatus.MANAGED, Strength.STRONG)
    assert (found.covered, found.why) == (True, "the pattern covers it")
    assert found.binding.principal == principal
    assert (len(found.live), len(found.state), len(found.code)) == (1, 1, 1)


def test_a_pattern_in_code_alone_covers_a_repository() -> None:
    [found] = covered(REPOSITORY, code("aws_iam_role.r", binding(oidc("repo:acme/*"), role())))
    assert found.status is FindingStatus.CODE_ONLY


def test_each_role_that_covers_is_a_finding_of_its_own() -> None:
    wide = oidc("repo:acme/*")
    places = (("one", A), ("two", A), ("one", B))
    seen = [live(binding(wide, role(name, account)), account) for name, account in places]
    found = covered(REPOSITORY, *seen)
    assert len({f.id for f in found}) == 3
    assert [f.id for f in found] == [f.id for f in covered(REPOSITORY, *reversed(seen))]


def test_a_pattern_that_keeps_out_or_lets_others_in_is_nothing() -> None:
    result = run(
        REPOSITORY,
        live(binding(oidc("repo:acme/*"), role(), effect=Effect.DENY)),
        live(binding(oidc("repo:other/*"), role())),
        live(binding(oidc("repo:acme/gadgets:*"), role())),
    )
    assert (result.findings, result.skipped, result.notes) == ((), (), ())


def test_the_root_of_the_leavers_account_covers_wherever_it_is_let_in() -> None:
    abroad = live(binding(root(), role("r", B)), B)
    found = covered(ALICE, user_live("alice"), live(binding(root(), key())), abroad)
    assert [(f.binding.target.name, f.binding.target.account) for f in found] == [
        ("k", A),
        ("r", B),
    ]
    assert {f.status for f in found} == {FindingStatus.UNMANAGED}
    assert {f.binding.principal for f in found} == {root()}


def test_the_root_of_another_account_covers_nobody_here() -> None:
    assert covered(ALICE, user_live("alice"), live(binding(root(B), key()))) == []


@pytest.mark.parametrize("principal", [root(), ANYONE], ids=["root", "anyone"])
def test_a_deny_covers_nobody(principal: Principal) -> None:
    kept_out = live(binding(principal, key(), effect=Effect.DENY))
    assert covered(ALICE, user_live("alice"), kept_out) == []


def test_without_a_live_identity_nobody_is_covered() -> None:
    seen = [live(binding(who, key())) for who in (root(), ANYONE)]
    assert covered(ALICE, *seen) == []
    assert covered(leaver("AKIAIOSFODNN7EXAMPLE"), key_live(), *seen) == []


def test_a_namesake_in_another_account_covers_nothing() -> None:
    subject = leaver(bound("alice", A))
    seen = [user_live("alice"), user_live("alice", B)]
    seen += [live(binding(root(account), key("k", account)), account) for account in (A, B)]
    assert [f.binding.target.account for f in covered(subject, *seen)] == [A]


def test_a_bare_name_covers_nothing() -> None:
    result = run(leaver("alice"), user_live("alice"), live(binding(root(), key())))
    assert result.findings == ()
    assert len(result.skipped) == 1  # the question whether that user is the leaver


def test_a_name_that_is_used_again_covers_nothing() -> None:
    late = LEFT + timedelta(days=1)
    result = run(ALICE, user_live("alice", created_at=late), live(binding(root(), key())))
    assert result.findings == ()


def test_anyone_covers_who_lives_anywhere() -> None:
    subjects = [leaver(arn("alice", B), id_="b"), leaver(arn("carol"), id_="c")]
    found = covered(subjects, user_live("alice", B), live(binding(ANYONE, key())))
    assert [f.subject for f in found] == ["b"]


def test_what_names_a_subject_comes_before_what_covers_it_in_the_order_of_the_roster() -> None:
    subjects = [leaver(AIDA, id_="one"), leaver(arn("bob"), id_="two")]
    result = run(
        subjects,
        live(binding(root(), key())),
        user_live("bob"),
        user_live("alice", uid=AIDA),
    )
    assert [(f.subject, f.covered) for f in result.findings] == [
        ("one", False),
        ("one", True),
        ("two", False),
        ("two", True),
    ]
    assert len({f.id for f in result.findings}) == 4


def test_code_that_makes_a_covering_policy_is_told_and_alone_is_nothing() -> None:
    made = code("aws_kms_key.k", binding(root(), target("kms_key")))
    kept = state("aws_kms_key.k", binding(root(), key()))
    [found] = covered(ALICE, user_live("alice"), live(binding(root(), key())), made, kept)
    assert found.status is FindingStatus.MANAGED
    assert covered(ALICE, user_live("alice"), made, kept) == []


def store_user(user_id: str = MEMBER) -> Observation:
    who = Principal(
        provider="aws",
        kind=PrincipalKind.IDENTITY_STORE_USER,
        value="alice",
        account=A,
        stable_id=user_id,
    )
    at = target("identity_store_user", user_id, A, uid=user_id)
    return live(Binding(principal=who, relation=Relation.IDENTITY, target=at))


def assigned(detail: str) -> Observation:
    group = Principal(
        provider="aws",
        kind=PrincipalKind.IDENTITY_STORE_GROUP,
        value="admins",
        account=A,
        stable_id=GROUP,
    )
    return live(binding(group, target("sso_assignment", f"i/{B}/p", A), detail))


def test_a_group_covers_its_member() -> None:
    [found] = covered(STORE, store_user(), assigned(f"group {GROUP}, member {MEMBER}"))
    assert found.binding.principal.kind is PrincipalKind.IDENTITY_STORE_GROUP
    assert found.binding.target.kind == "sso_assignment"


@pytest.mark.parametrize("detail", [f"group {GROUP}, member {GROUP}", "", f"member {MEMBER}"])
def test_a_group_covers_nobody_else(detail: str) -> None:
    assert covered(STORE, store_user(), assigned(detail)) == []


def test_the_code_that_assigns_the_group_is_told() -> None:
    group = Principal(provider="aws", kind=PrincipalKind.IDENTITY_STORE_GROUP, value=GROUP)
    to = target("sso_assignment", f"i/{B}/p")
    seen = [store_user(), assigned(f"group {GROUP}, member {MEMBER}")]
    made = state("aws_ssoadmin_account_assignment.g", binding(group, to))
    [found] = covered(STORE, *seen, made)
    assert found.status is FindingStatus.MANAGED
    assert covered(STORE, store_user(), made) == []


def test_a_session_is_never_opened_by_a_pattern() -> None:
    entered = live(Binding(principal=root(), relation=Relation.SESSION, target=role()))
    assert covered(ALICE, user_live("alice"), entered) == []
