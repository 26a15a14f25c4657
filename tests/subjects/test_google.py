"""Principals of Google Cloud against a roster."""

from __future__ import annotations

import pytest

from iac_offboard.catalog.google import parse
from iac_offboard.catalog.principal import HOLE
from iac_offboard.model import AliasKind, Strength, Subject, SubjectKind
from iac_offboard.subjects.aliases import typed
from iac_offboard.subjects.google import spellings
from iac_offboard.subjects.matching import Matcher

POOL = "iam.googleapis.com/projects/1234/locations/global/workloadIdentityPools/github"
CI = "ci-bot@acme-prod.iam.gserviceaccount.com"
KSA = "serviceAccount:acme.svc.id.goog[batch/importer]"
UID = "112233445566778899001"


def leaver(kind: AliasKind, value: str, of: SubjectKind = SubjectKind.PERSON) -> Subject:
    return Subject(id="x", kind=of, left_at=None, aliases=(typed(kind, value),))


def strength(subject: Subject, text: str, spelling: str = "gcp.member") -> Strength | None:
    principal = parse(spelling, text, {})
    assert principal is not None
    found = Matcher([subject]).match(principal)
    return found[0].strength if found else None


@pytest.mark.parametrize(
    ("kind", "alias", "text", "expected"),
    [
        (AliasKind.EMAIL, "alice@example.com", "user:Alice@Example.com", Strength.STRONG),
        (
            AliasKind.EMAIL,
            "alice@example.com",
            f"deleted:user:alice@example.com?uid={UID}",
            Strength.STRONG,
        ),
        (AliasKind.EMAIL, "alice@example.com", "user:alice@example.org", None),
        (AliasKind.EMAIL, "alice@example.com", "user:malice@example.com", None),
        (AliasKind.EMAIL, "alice@example.com", "group:alice@example.com", None),
        (AliasKind.EMAIL, "alice@example.com", "domain:example.com", None),
        (AliasKind.USER_NAME, "alice", "user:alice@example.com", None),
        (AliasKind.GCP_SERVICE_ACCOUNT, CI, f"serviceAccount:{CI}", Strength.STRONG),
        (
            AliasKind.GCP_SERVICE_ACCOUNT,
            CI,
            f"serviceAccount:ci-bot@{HOLE}.iam.gserviceaccount.com",
            Strength.WEAK,
        ),
        (
            AliasKind.GCP_SERVICE_ACCOUNT,
            CI,
            "serviceAccount:ci-bot@other.iam.gserviceaccount.com",
            None,
        ),
        (
            AliasKind.REPOSITORY,
            "example/payments",
            f"principalSet://{POOL}/attribute.repository/Example/payments",
            Strength.STRONG,
        ),
        (
            AliasKind.REPOSITORY,
            "example/payments",
            f"principalSet://{POOL}/attribute.repository/example/payments-api",
            None,
        ),
        (
            AliasKind.GITHUB_LOGIN,
            "alice",
            f"principalSet://{POOL}/attribute.actor/alice",
            Strength.WEAK,
        ),
        (
            AliasKind.GCP_PRINCIPAL,
            f"principal://{POOL}/subject/a1",
            f"principal://{POOL}/subject/a1",
            Strength.STRONG,
        ),
        (
            AliasKind.GCP_PRINCIPAL,
            f"principal://{POOL}/subject/a1",
            f"principal://{POOL.replace('projects/1234', HOLE)}/subject/a1",
            Strength.WEAK,
        ),
        (
            AliasKind.GCP_PRINCIPAL,
            "group:Ops@example.com",
            "group:ops@example.com",
            Strength.STRONG,
        ),
        (AliasKind.KUBERNETES_SERVICE_ACCOUNT, "batch/importer", KSA, Strength.WEAK),
        (AliasKind.KUBERNETES_SERVICE_ACCOUNT, "web/importer", KSA, None),
    ],
)
def test_who_a_member_is(kind: AliasKind, alias: str, text: str, expected: Strength | None) -> None:
    assert strength(leaver(kind, alias), text) == expected


def test_the_e_mail_of_a_group_that_leaves_is_the_group() -> None:
    subject = leaver(AliasKind.EMAIL, "ops@example.com", SubjectKind.GROUP)
    assert strength(subject, "group:ops@example.com") is Strength.STRONG


@pytest.mark.parametrize(
    ("kind", "alias", "text", "covers"),
    [
        (AliasKind.EMAIL, "alice@example.com", "domain:example.com", True),
        (AliasKind.EMAIL, "alice@sub.example.com", "domain:example.com", False),
        (AliasKind.EMAIL, "alice@example.com", "allAuthenticatedUsers", True),
        (AliasKind.REPOSITORY, "example/payments", f"principalSet://{POOL}/*", True),
        (
            AliasKind.REPOSITORY,
            "example/payments",
            f"principalSet://{POOL}/attribute.repository_owner/example",
            True,
        ),
        (
            AliasKind.REPOSITORY,
            "example/payments",
            f"principalSet://{POOL}/attribute.repository_owner/other",
            False,
        ),
        (
            AliasKind.REPOSITORY,
            "example/payments",
            f"principalSet://{POOL}/attribute.repository/example/payments",
            False,
        ),
        (
            AliasKind.GCP_PRINCIPAL,
            f"principal://{POOL}/subject/a1",
            f"principalSet://{POOL}/*",
            True,
        ),
    ],
)
def test_who_is_let_in_among_others(kind: AliasKind, alias: str, text: str, covers: bool) -> None:
    principal = parse("gcp.member", text, {})
    assert principal is not None
    matcher = Matcher([leaver(kind, alias)])
    assert bool(matcher.covers(principal)) == covers
    if covers:
        assert matcher.match(principal) == ()
        assert matcher.candidate(principal)


def test_an_undecided_member_may_be_whom_the_roster_spells() -> None:
    assert f"attribute.repository:{'example/payments'}" in set(
        spellings([leaver(AliasKind.REPOSITORY, "example/payments")])
    )
    assert CI in set(spellings([leaver(AliasKind.GCP_SERVICE_ACCOUNT, CI)]))
    assert set(spellings([leaver(AliasKind.USER_NAME, "alice")])) == set()
