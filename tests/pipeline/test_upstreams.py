"""Identity providers that are not read: whom they leave unknown, and what an attestation proves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from iac_offboard.model import (
    Access,
    Alias,
    AliasKind,
    Attestation,
    Binding,
    Finding,
    FindingStatus,
    Note,
    NoteKind,
    Principal,
    PrincipalKind,
    Relation,
    Side,
    Skipped,
    SkipReason,
    Strength,
    Subject,
    SubjectKind,
    SubjectStatus,
    Target,
    Upstream,
)
from iac_offboard.pipeline.upstreams import judge
from tests.verify.cases import judge as verdict_of
from tests.verify.cases import key, with_skips

A = "111122223333"
ALICE = f"arn:aws:iam::{A}:user/team/alice"
LEFT = datetime(2026, 11, 20, 17, tzinfo=UTC)
NOW = LEFT + timedelta(days=4)
SAML = f"arn:aws:iam::{A}:saml-provider/Okta"
OKTA = Upstream(source=SAML, account=A, text="The SAML provider Okta lets people in")
GITHUB = "token.actions.githubusercontent.com"


def person(*attested: Attestation, kind: SubjectKind = SubjectKind.PERSON) -> Subject:
    return Subject(id="leaver-1", kind=kind, left_at=LEFT, aliases=(), attested=attested)


def told(source: str, *, days: float, by: str = "bob") -> Attestation:
    return Attestation(source=source, by=by, at=LEFT + timedelta(days=days))


def outcome(
    subject: Subject, *findings: Finding, upstreams: tuple[Upstream, ...] = (OKTA,)
) -> tuple[tuple[Skipped, ...], tuple[Note, ...]]:
    found = judge([subject], upstreams, findings, NOW)
    return found.skipped, found.notes


def test_a_person_is_unknown_while_nobody_vouches() -> None:
    [skipped], notes = outcome(person(), upstreams=(OKTA, OKTA))
    assert notes == ()
    assert (skipped.reason, skipped.side) == (SkipReason.UPSTREAM, Side.ACCESS)
    assert (skipped.where, skipped.subject) == (f"aws:{A}", "leaver-1")
    assert skipped.detail.startswith("The SAML provider Okta lets people in: ")
    assert f'attested: [{{source: "{SAML}"' in skipped.next_step


def test_the_subject_becomes_unknown_and_none_of_its_bindings() -> None:
    skipped, _ = outcome(person())
    seen = verdict_of([key()], collected=with_skips(*skipped))
    assert seen.access is Access.UNKNOWN
    assert [b.access for b in seen.bindings] == [Access.DEAD]


@pytest.mark.parametrize("kind", [k for k in SubjectKind if k is not SubjectKind.PERSON])
def test_only_people_come_in_through_a_directory(kind: SubjectKind) -> None:
    assert outcome(person(kind=kind)) == ((), ())


def test_a_cancelled_case_is_nobodys() -> None:
    assert outcome(replace(person(), status=SubjectStatus.CANCELLED)) == ((), ())


@pytest.mark.parametrize("days", [0, 3])
def test_an_attestation_since_the_leaving_is_a_note(days: int) -> None:
    skipped, [note] = outcome(person(told(SAML, days=days)))
    assert skipped == ()
    assert (note.kind, note.where) == (NoteKind.ATTESTED, f"aws:{A}")
    assert "attested by bob at 2026-11-2" in note.text
    assert "leaver-1" in note.text


def test_the_first_attestation_is_the_one_that_counts() -> None:
    said = (told(SAML, days=1, by="early"), told(SAML, days=2, by="late"))
    _, [note] = outcome(person(*said))
    assert "attested by early" in note.text


def test_an_attestation_from_before_the_leaving_proves_nothing_and_is_said() -> None:
    [skipped], notes = outcome(person(told(SAML, days=-1)))
    assert notes == ()
    assert "bob attested it at 2026-11-19T17:00:00+00:00, before the subject left" in skipped.detail


@pytest.mark.parametrize(
    ("by", "days", "why"),
    [
        ("bob", 4.001, "which is yet to come"),
        ("Alice", 1, "and is the subject"),
        ("alice@example.com", 1, "and is the subject"),
        (ALICE, 1, "and is the subject"),
        ("leaver-1", 1, "and is the subject"),
        ("bob", 4, ""),
        ("alice@partner.example", 1, ""),
        ("al", 1, ""),
        ("widgets", 1, ""),
    ],
)
def test_nobody_vouches_for_oneself_nor_for_what_is_to_come(by: str, days: float, why: str) -> None:
    aliases = (
        Alias(kind=AliasKind.EMAIL, value="alice@example.com"),
        Alias(kind=AliasKind.REPOSITORY, value="acme/widgets"),
    )
    subject = replace(person(told(SAML, days=days, by=by)), aliases=aliases)
    skipped, notes = outcome(subject)
    assert (len(skipped), len(notes)) == ((1, 0) if why else (0, 1))
    assert all(f"{by} attested it at" in s.detail and why in s.detail for s in skipped)
    token = replace(subject, attested=(told(GITHUB, days=days, by=by),))
    assert len(outcome(token, covered(), upstreams=())[1]) == (0 if why else 1)


@pytest.mark.parametrize(
    ("alias", "by", "same"),
    [
        (Alias(kind=AliasKind.AWS_ARN, value=ALICE), "alice", True),
        (Alias(kind=AliasKind.AWS_ARN, value=ALICE), "alice@example.com", True),
        (Alias(kind=AliasKind.USER_NAME, value="alice"), ALICE, True),
        (Alias(kind=AliasKind.EMAIL, value="alice@example.com"), "alice", True),
        (Alias(kind=AliasKind.AWS_ARN, value=ALICE), "alice-admin", False),
    ],
)
def test_a_leaver_under_another_spelling(alias: Alias, by: str, same: bool) -> None:
    subject = replace(person(told(SAML, days=1, by=by)), aliases=(alias,))
    assert bool(outcome(subject)[0]) is same


def test_the_attestation_of_something_else_proves_nothing() -> None:
    [skipped], notes = outcome(person(told(f"{SAML}2", days=1), told("okta", days=1)))
    assert notes == ()
    assert "attested it" not in skipped.detail


def covered(issuer: str = GITHUB, *, is_covered: bool = True) -> Finding:
    return Finding(
        id="F-1",
        subject="leaver-1",
        binding=Binding(
            principal=Principal(
                provider="aws", kind=PrincipalKind.OIDC_SUBJECT, value=f"{issuer}|repo:acme/*"
            ),
            relation=Relation.TRUST,
            target=Target(provider="aws", kind="iam_role", name="r", account=A),
        ),
        status=FindingStatus.UNMANAGED,
        strength=Strength.STRONG,
        observations=(),
        why="the pattern covers it",
        covered=is_covered,
    )


@pytest.mark.parametrize("source", [GITHUB, f"https://{GITHUB}/", GITHUB.upper()])
def test_the_issuer_of_tokens_that_cover_a_repository_is_attested_by_its_host(source: str) -> None:
    subject = person(told(source, days=1), kind=SubjectKind.REPOSITORY)
    skipped, [note] = outcome(subject, covered(), covered(), upstreams=())
    assert skipped == ()
    assert note.text.startswith(f"{GITHUB} lets subject leaver-1 in no more: attested by bob")


def test_a_repository_that_nobody_vouches_for_is_a_finding_and_no_question() -> None:
    subject = person(kind=SubjectKind.REPOSITORY)
    assert outcome(subject, covered(), upstreams=()) == ((), ())
    named = covered(is_covered=False)
    vouched = person(told(GITHUB, days=1), kind=SubjectKind.REPOSITORY)
    assert outcome(vouched, named, upstreams=()) == ((), ())
