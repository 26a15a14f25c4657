from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iac_offboard.catalog.principal import parse_principal
from iac_offboard.model import (
    Alias,
    AliasKind,
    Principal,
    PrincipalKind,
    Strength,
    Subject,
    SubjectKind,
    SubjectStatus,
)
from iac_offboard.subjects import Matcher
from iac_offboard.subjects.aliases import infer, typed

A, B = "111122223333", "444455556666"
LEFT = datetime(2026, 11, 20, 17, tzinfo=UTC)
AIDA, OTHER_AIDA = "AIDAJQABLZS4A3QDU576Q", "AIDAJQABLZS4A3QDU576R"
GITHUB = "token.actions.githubusercontent.com"
STRONG, WEAK = Strength.STRONG, Strength.WEAK


def leaver(
    *aliases: str | Alias, kind: SubjectKind = SubjectKind.PERSON, id_: str = "s"
) -> Subject:
    found = tuple(infer(a) if isinstance(a, str) else a for a in aliases)
    return Subject(id=id_, kind=kind, left_at=LEFT, aliases=found)


def bound(name: str, *accounts: str) -> Alias:
    return typed(AliasKind.AWS_USER, name, accounts=frozenset(accounts))


def user(
    name: str, account: str | None = A, *, uid: str | None = None, emails: Sequence[str] = ()
) -> Principal:
    return Principal(
        provider="aws",
        kind=PrincipalKind.IAM_USER,
        value=name,
        account=account,
        stable_id=uid,
        emails=frozenset(emails),
    )


def of(
    kind: PrincipalKind, value: str, account: str | None = A, provider: str = "aws"
) -> Principal:
    return Principal(provider=provider, kind=kind, value=value, account=account)


def sub(text: str, issuer: str = GITHUB) -> Principal:
    return of(PrincipalKind.OIDC_SUBJECT, f"{issuer}|{text}")


def strength(subject: Subject, principal: Principal) -> Strength | None:
    found = Matcher([subject]).match(principal)
    assert len(found) <= 1
    return found[0].strength if found else None


ARN = f"arn:aws:iam::{A}:user/path/alice"
ROLE = f"arn:aws:iam::{A}:role/deploy"
SESSION = f"arn:aws:sts::{A}:assumed-role/deploy/alice"
STORE_ID = "906712345a-0a9c0000-1111-2222-3333-444455556666"
UUID = "0a9c0000-1111-2222-3333-444455556666"
K = PrincipalKind


@pytest.mark.parametrize(
    ("alias", "principal", "expected"),
    [
        (ARN, user("alice"), STRONG),
        (ARN, user("ALICE"), STRONG),
        (ARN, user("alice", B), None),
        (ARN, user("alice", None), WEAK),
        (ARN, of(K.IAM_ROLE, "alice"), None),
        (ARN, of(K.IAM_GROUP, "alice"), None),
        (ARN, of(K.AWS_ACCOUNT, A), None),
        (bound("alice", A), user("alice"), STRONG),
        (bound("alice", A), user("alice", B), None),
        (bound("alice", A), user("alice", None), WEAK),
        ("alice", user("alice"), WEAK),
        ("alice", user("alice", None), WEAK),
        ("alice", user("alice.smith"), None),
        ("al", user("alice"), None),
        ("alice", of(K.IAM_ROLE, "alice"), None),
        ("alice", of(K.IDENTITY_STORE_USER, "Alice"), WEAK),
        ("alice", of(K.OTHER, "alice", provider="gcp"), None),
        (ROLE, of(K.IAM_ROLE, "deploy"), STRONG),
        (ROLE, of(K.IAM_ROLE, "deploy", B), None),
        (ROLE, of(K.IAM_SESSION, "deploy/anyone"), STRONG),
        (ROLE, of(K.IAM_USER, "deploy"), None),
        (SESSION, of(K.IAM_SESSION, "deploy/alice"), STRONG),
        (SESSION, of(K.IAM_SESSION, "deploy/alicex"), None),
        ("alice", of(K.IAM_SESSION, "admin/alice"), WEAK),
        ("alice@example.com", of(K.IAM_SESSION, "SSO/Alice@example.com"), WEAK),
        ("alice@example.com", user("Alice@Example.com", B), STRONG),
        ("alice@example.com", user("alice"), None),
        ("alice@example.com", user("asmith", emails=["alice@example.com"]), STRONG),
        ("alice@example.com", of(K.EMAIL, "ALICE@example.com", None, "gcp"), STRONG),
        ("alice@example.com", user("robot", emails=["malice@example.com"]), None),
        (AIDA, user("whatever", uid=AIDA), STRONG),
        (AIDA, of(K.IAM_UNIQUE_ID, AIDA), STRONG),
        (AIDA, of(K.IAM_UNIQUE_ID, OTHER_AIDA), None),
        ("AKIAIOSFODNN7EXAMPLE", of(K.ACCESS_KEY, "AKIAIOSFODNN7EXAMPLE"), STRONG),
        (STORE_ID, of(K.IDENTITY_STORE_USER, STORE_ID.upper()), STRONG),
        (UUID, of(K.IDENTITY_STORE_USER, UUID), STRONG),
        (typed(AliasKind.ENTRA_OBJECT_ID, UUID), of(K.IDENTITY_STORE_USER, UUID), None),
        (typed(AliasKind.ENTRA_OBJECT_ID, UUID), of(K.OTHER, UUID, None, "entra"), STRONG),
        ("org/repo", sub("repo:Org/Repo:ref:refs/heads/main"), STRONG),
        ("org/repo", sub("repo:org/repo:*"), STRONG),
        ("org/repo", sub("repo:org/repo"), STRONG),
        ("org/repo", sub("repo:org@12/repo@34:ref:refs/heads/main"), STRONG),
        ("org/repo", sub("repo:org/repo:*", f"https://{GITHUB}"), STRONG),
        ("org/repo", sub("repo:org/repo:*", "gitlab.com"), None),
        ("org/repo", sub("repo:org/repo-two:*"), None),
        ("org/repo", sub("repo:org/repo*"), None),
        ("org/repo", sub("repo:org/*"), None),
        ("org/repo", sub("repo:my-org/repo:*"), None),
        (typed(AliasKind.GITHUB_LOGIN, "alice"), sub("repo:alice/dotfiles:*"), STRONG),
        (typed(AliasKind.GITHUB_LOGIN, "alice"), sub("repo:malice/dotfiles:*"), None),
        (typed(AliasKind.GITHUB_LOGIN, "alice"), sub("repo:alice/*"), STRONG),
        (typed(AliasKind.GITHUB_LOGIN, "alice"), sub("actor:Alice"), WEAK),
        (typed(AliasKind.GITHUB_LOGIN, "alice"), sub("actor:malice"), None),
        ("org/repo", sub("project_path:Org/Repo:ref_type:branch:ref:main", "gitlab.com"), WEAK),
        ("org/repo", sub("project_path:org/repo-two:*", "gitlab.com"), None),
        ("org/repo", sub("project_path:org/*", "gitlab.com"), None),
        ("alice@example.com", sub("Alice@example.com", "login.example.org"), WEAK),
        ("alice@example.com", sub("malice@example.com", "login.example.org"), None),
        ("alice@example.com", of(K.IAM_SESSION, "*/alice@example.com"), WEAK),
    ],
)
def test_matching(alias: str | Alias, principal: Principal, expected: Strength | None) -> None:
    assert strength(leaver(alias), principal) is expected
    if expected is not None:
        assert Matcher([leaver(alias)]).candidate(principal)


NAME = st.from_regex(r"[a-z][a-z0-9+=,.@_-]{0,20}", fullmatch=True)
EXTRA = st.from_regex(r"[a-z0-9+=,.@_-]{1,5}", fullmatch=True)


@settings(max_examples=200, deadline=None)
@given(name=NAME, extra=EXTRA, before=st.booleans(), account=st.sampled_from([A, None]))
def test_no_name_matches_by_a_part(
    name: str, extra: str, before: bool, account: str | None
) -> None:
    other = extra + name if before else name + extra
    subject = leaver(
        typed(AliasKind.USER_NAME, name),
        bound(name, A),
        f"arn:aws:iam::{A}:user/{name}",
        f"{name.replace('@', '.').strip('.')}@example.com",
    )
    matcher = Matcher([subject])
    if other.lower() in (a.value.lower() for a in subject.aliases):
        return
    assert matcher.match(user(other, account)) == ()
    assert matcher.match(of(K.IAM_SESSION, f"r/{other}", account)) == ()
    assert not matcher.candidate(user(other, account))
    assert matcher.match(user(name, A)) != ()


@settings(max_examples=100, deadline=None)
@given(local=st.from_regex(r"[a-z][a-z0-9.]{0,10}", fullmatch=True), flips=st.integers(0, 1 << 20))
def test_emails_compare_without_case(local: str, flips: int) -> None:
    email = f"{local}@example.com"
    mixed = "".join(c.upper() if flips >> i & 1 else c for i, c in enumerate(email))
    assert strength(leaver(mixed), user("x", emails=[email])) is STRONG
    assert strength(leaver(email), of(K.EMAIL, mixed)) is STRONG


def test_a_second_fact_makes_a_weak_name_strong() -> None:
    subject = leaver("alice", "alice@example.com", AIDA)
    assert strength(subject, user("alice")) is WEAK
    assert strength(subject, user("alice", emails=["Alice@example.com"])) is STRONG
    assert strength(subject, user("alice", uid=AIDA)) is STRONG


def test_a_new_hire_who_got_the_name_is_left_alone() -> None:
    after = LEFT + timedelta(days=3)
    for alias in ("alice", ARN, "alice@example.com"):
        matcher = Matcher([leaver(alias)])
        found = matcher.match(user("alice", emails=["alice@example.com"]), created_at=after)
        assert [m.reused for m in found] == [True]
        found = matcher.match(user("alice", emails=["alice@example.com"]), created_at=LEFT)
        assert [m.reused for m in found] == [False]


def test_what_else_than_the_name_agrees_is_said() -> None:
    after = LEFT + timedelta(days=3)
    matcher = Matcher([leaver("alice", ARN, bound("alice", A), "alice@example.com")])
    for name, emails, fact in (
        ("alice", [], ""),
        ("alice", ["alice@example.com"], "e-mail beside the name"),
        ("other", ["alice@example.com"], "e-mail beside the name"),
        ("alice@example.com", [], "e-mail as the name"),
    ):
        found = matcher.match(user(name, emails=emails), created_at=after)
        assert [(m.reused, m.fact) for m in found] == [(True, fact)]


def test_a_bare_name_stays_weak_in_other_accounts() -> None:
    subject = leaver("alice", bound("alice", A))
    assert strength(subject, user("alice", A)) is STRONG
    assert strength(subject, user("alice", B)) is WEAK


def test_shared_is_not_lost_when_another_alias_decides() -> None:
    shared = typed(AliasKind.AWS_USER, "team", shared=True)
    found = Matcher([leaver("a@example.com", shared)]).match(user("team", emails=["a@example.com"]))
    assert found[0].strength is STRONG
    assert found[0].alias.shared


def test_a_group_subject_is_a_group_and_not_a_user() -> None:
    subject = leaver("admins", kind=SubjectKind.GROUP)
    assert strength(subject, of(K.IAM_GROUP, "admins")) is WEAK
    assert strength(subject, user("admins")) is None


def test_the_catalogs_own_spellings_match() -> None:
    matcher = Matcher([leaver(ARN)])
    assert [
        bool(p and matcher.match(p))
        for p in (
            parse_principal("aws.principal", f"arn:aws:iam::{A}:user/other/alice"),
            parse_principal("aws.principal", "arn:aws:iam::\x00:user/alice"),
            parse_principal("aws.user_name", "alice"),
            parse_principal("aws.principal", f"arn:aws:iam::{A}:user/alice-2"),
        )
    ] == [True, True, True, False]


def test_readers_keep_namesakes_and_ids() -> None:
    matcher = Matcher([leaver(ARN)])
    assert matcher.candidate(user("alice", B))
    assert matcher.candidate(of(K.IAM_UNIQUE_ID, OTHER_AIDA))
    assert not matcher.candidate(user("bob"))


def test_cancelled_subjects_never_match() -> None:
    subject = Subject(
        id="s",
        kind=SubjectKind.PERSON,
        left_at=None,
        aliases=(infer("alice"),),
        status=SubjectStatus.CANCELLED,
    )
    assert Matcher([subject]).match(user("alice")) == ()
    assert Matcher([subject]).hints().names == frozenset()


def test_hints_tell_readers_what_to_ask_for() -> None:
    hints = Matcher([leaver(ARN, "Bob", "x@example.com", AIDA, STORE_ID, "o/r")]).hints()
    assert hints.names == {"alice", "Bob"}
    assert hints.emails == {"x@example.com"}
    assert hints.unique_ids == {AIDA}
    assert hints.identity_store_ids == {STORE_ID}
    assert hints.repositories == {"o/r"}
    assert hints.accounts == {A}


def test_why_spells_no_alias() -> None:
    aliases = (ARN, "alice", "alice@example.com", AIDA)
    for alias in aliases:
        principal = user("alice", uid=AIDA, emails=["alice@example.com"])
        why = Matcher([leaver(alias)]).match(principal)[0].why
        assert why
        assert "alice" not in why
        assert AIDA not in why


def test_two_subjects_answer_in_roster_order() -> None:
    first, second = leaver("alice", id_="z"), leaver("alice", id_="a")
    assert [m.subject.id for m in Matcher([first, second]).match(user("alice"))] == ["z", "a"]
