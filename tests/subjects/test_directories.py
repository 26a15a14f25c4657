"""Aliases of a roster against principals of Entra ID, GitHub, Okta and Kubernetes."""

from __future__ import annotations

import pytest

from iac_offboard.model import (
    Alias,
    AliasKind,
    Principal,
    PrincipalKind,
    Strength,
    Subject,
    SubjectKind,
)
from iac_offboard.subjects import Matcher
from iac_offboard.subjects.aliases import AliasError, infer, typed

K = PrincipalKind
STRONG, WEAK = Strength.STRONG, Strength.WEAK
UUID = "0a9c1b2e-7c1d-4f53-9a55-3b1f0e0c2041"
OTHER = "5d2f6a10-4b3c-4a7e-8f21-6c9e0d1b7777"
OKTA = "00u1a2b3c4d5e6f7g8h9"


def of(provider: str, kind: PrincipalKind, value: str, *emails: str, id_: str = "") -> Principal:
    return Principal(
        provider=provider,
        kind=kind,
        value=value,
        stable_id=id_ or None,
        emails=frozenset(emails),
    )


def strength(
    alias: Alias, principal: Principal, kind: SubjectKind = SubjectKind.PERSON
) -> Strength | None:
    leaver = Subject(id="x", kind=kind, left_at=None, aliases=(alias,))
    found = Matcher([leaver]).match(principal)
    return found[0].strength if found else None


@pytest.mark.parametrize(
    ("alias", "principal", "expected"),
    [
        (infer("alice@example.com"), of("entra", K.ENTRA_USER, "alice@example.com"), STRONG),
        (infer("alice@example.com"), of("entra", K.ENTRA_USER, "malice@example.com"), None),
        (
            infer("alice@example.net"),
            of("entra", K.ENTRA_USER, "a_x.net#ext#@t.com", "alice@example.net"),
            STRONG,
        ),
        (infer(UUID), of("entra", K.ENTRA_OBJECT, UUID, id_=UUID), STRONG),
        (
            typed(AliasKind.ENTRA_OBJECT_ID, UUID.upper()),
            of("entra", K.ENTRA_OBJECT, UUID, id_=UUID),
            STRONG,
        ),
        (
            typed(AliasKind.ENTRA_OBJECT_ID, UUID),
            of("entra", K.ENTRA_OBJECT, OTHER, id_=OTHER),
            None,
        ),
        (
            typed(AliasKind.ENTRA_APPLICATION_ID, UUID),
            of("entra", K.ENTRA_APPLICATION, UUID, id_=UUID),
            STRONG,
        ),
        (
            typed(AliasKind.GITHUB_LOGIN, "Alice-Acme"),
            of("github", K.GITHUB_USER, "alice-acme"),
            STRONG,
        ),
        (typed(AliasKind.GITHUB_LOGIN, "alice"), of("github", K.GITHUB_USER, "alice-acme"), None),
        (infer("alice"), of("github", K.GITHUB_USER, "alice"), None),
        (typed(AliasKind.GITHUB_USER_ID, "4242"), of("github", K.OTHER, "user:4242"), STRONG),
        (typed(AliasKind.GITHUB_USER_ID, "4242"), of("github", K.OTHER, "user:42424"), None),
        (typed(AliasKind.GITHUB_USER_ID, "4242"), of("github", K.OTHER, "team:4242"), None),
        (infer(OKTA), of("okta", K.OKTA_USER, OKTA, id_=OKTA), STRONG),
        (infer(OKTA), of("okta", K.OKTA_USER, OKTA.upper(), id_=OKTA.upper()), None),
        (infer("alice@example.com"), of("okta", K.OKTA_USER, "alice@example.com"), STRONG),
        (infer("alice"), of("okta", K.OKTA_USER, "alice"), None),
        (infer("alice"), of("kubernetes", K.KUBERNETES_USER, "alice"), WEAK),
        (infer("alice"), of("kubernetes", K.KUBERNETES_USER, "malice"), None),
        (
            infer("system:serviceaccount:batch:importer"),
            of("kubernetes", K.KUBERNETES_SERVICE_ACCOUNT, "batch/importer"),
            STRONG,
        ),
        (
            infer("system:serviceaccount:batch:importer"),
            of("kubernetes", K.KUBERNETES_SERVICE_ACCOUNT, "web/importer"),
            None,
        ),
    ],
)
def test_an_alias_is_compared_by_its_type(
    alias: Alias, principal: Principal, expected: Strength | None
) -> None:
    assert strength(alias, principal) is expected


@pytest.mark.parametrize(
    ("kind", "principal", "expected"),
    [
        (SubjectKind.GROUP, of("okta", K.OKTA_GROUP, "Ops"), WEAK),
        (SubjectKind.GROUP, of("github", K.GITHUB_TEAM, "acme/ops"), WEAK),
        (SubjectKind.GROUP, of("kubernetes", K.KUBERNETES_GROUP, "ops"), WEAK),
        (SubjectKind.GROUP, of("entra", K.ENTRA_OBJECT, "group:ops"), WEAK),
        (SubjectKind.GROUP, of("entra", K.ENTRA_APPLICATION, "application:ops"), None),
        (SubjectKind.PERSON, of("okta", K.OKTA_GROUP, "ops"), None),
        (SubjectKind.PERSON, of("github", K.GITHUB_TEAM, "acme/ops"), None),
        (SubjectKind.PERSON, of("entra", K.ENTRA_APPLICATION, "application:ops"), None),
        (SubjectKind.SERVICE, of("entra", K.ENTRA_APPLICATION, "application:ops"), WEAK),
        (SubjectKind.SERVICE, of("entra", K.ENTRA_OBJECT, "identity:ops"), WEAK),
        (SubjectKind.WORKLOAD, of("okta", K.OTHER, "client:ops"), WEAK),
        (SubjectKind.SERVICE, of("entra", K.ENTRA_OBJECT, "group:ops"), None),
    ],
)
def test_a_bare_name_is_of_a_thing_of_the_subjects_kind_and_weak(
    kind: SubjectKind, principal: Principal, expected: Strength | None
) -> None:
    assert strength(infer("ops"), principal, kind) is expected


@pytest.mark.parametrize("text", ["", "0", "-1", "12a", "alice", "1" * 13])
def test_a_number_of_a_github_user_is_one(text: str) -> None:
    with pytest.raises(AliasError):
        typed(AliasKind.GITHUB_USER_ID, text)


def test_a_stated_name_may_hold_spaces_and_a_plain_string_may_not() -> None:
    stated = typed(AliasKind.USER_NAME, "Platform Operations")
    group = of("entra", K.ENTRA_OBJECT, "group:Platform Operations")
    assert strength(stated, group, SubjectKind.GROUP) is WEAK
    with pytest.raises(AliasError):
        infer("Platform Operations")
    with pytest.raises(AliasError):
        typed(AliasKind.USER_NAME, "Platform  Operations")
