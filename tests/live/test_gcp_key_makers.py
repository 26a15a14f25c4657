"""Whose key of a shared service account it is, and who owns a project, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from iac_offboard.clouds.gcp.session import open_session
from iac_offboard.clouds.retries import Timing
from iac_offboard.demo.google import GoogleServer
from iac_offboard.live.gcp.source import GcpSource
from iac_offboard.model import (
    Alias,
    AliasKind,
    Collected,
    Observation,
    PrincipalKind,
    Relation,
    SkipReason,
    Subject,
    SubjectKind,
)
from iac_offboard.subjects import Matcher

PROJECT = "acme-prod"
EMAIL = f"shared-ci@{PROJECT}.iam.gserviceaccount.com"
ALICE, BOB = "alice@acme.example", "bob@acme.example"


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GoogleServer]:
    with GoogleServer() as running:
        for name, value in running.environment(tmp_path).items():
            monkeypatch.setenv(name, value)
        running.world.organization("123")
        running.world.project(PROJECT, parent="organizations/123")
        running.world.service_account(PROJECT, "shared-ci")
        yield running


def alice(*more: Alias) -> Subject:
    aliases = (
        Alias(kind=AliasKind.EMAIL, value=ALICE),
        Alias(kind=AliasKind.GCP_SERVICE_ACCOUNT, value=EMAIL, shared=True),
        *more,
    )
    return Subject(id="leaver-1", kind=SubjectKind.PERSON, left_at=None, aliases=aliases)


def read(*subjects: Subject) -> tuple[GcpSource, Collected]:
    quick = Timing(budget=2.0, sleep=lambda _: None, jitter=lambda _: 0.0)
    matcher = Matcher(subjects)
    source = GcpSource(open_session(timing=quick), matcher.candidate, (f"projects/{PROJECT}",))
    return source, source.collect(subjects)


def key_made_by(server: GoogleServer, maker: str) -> str:
    """The resource name of a new key of the shared account, with its entry in the audit log."""
    key = server.world.key(EMAIL)
    name = f"projects/{PROJECT}/serviceAccounts/{EMAIL}/keys/{key.id}"
    if maker:
        server.world.log(
            f"projects/{PROJECT}",
            {
                "serviceName": "iam.googleapis.com",
                "methodName": "google.iam.admin.v1.CreateServiceAccountKey",
                "authenticationInfo": {"principalEmail": maker},
                "response": {"name": name},
            },
        )
    return name


def holders(found: Collected, key: str) -> list[tuple[PrincipalKind, str]]:
    seen: list[Observation] = [o for o in found.observations if o.binding.target.name == key]
    assert {o.binding.relation for o in seen} <= {Relation.CREDENTIAL}
    return sorted((o.binding.principal.kind, o.binding.principal.value) for o in seen)


def test_the_audit_log_says_who_made_a_key(server: GoogleServer) -> None:
    hers, his = key_made_by(server, ALICE), key_made_by(server, BOB)
    _, found = read(alice())
    account = (PrincipalKind.GCP_SERVICE_ACCOUNT, EMAIL)
    assert holders(found, hers) == [account, (PrincipalKind.GCP_USER, ALICE)]
    assert holders(found, his) == []  # somebody else's, who stays
    assert found.skipped == ()
    assert server.requests["logging.entries.list"] == 1


@pytest.mark.parametrize("maker", ["", f"terraform@{PROJECT}.iam.gserviceaccount.com"])
def test_a_key_that_nobody_is_known_to_have_is_ambiguous_by_name(
    server: GoogleServer, maker: str
) -> None:
    key = key_made_by(server, maker)
    _, found = read(alice())
    [skipped] = found.skipped
    assert (skipped.reason, skipped.subject) == (SkipReason.AMBIGUOUS, "leaver-1")
    assert skipped.where == f"gcp:{PROJECT}"
    assert key in skipped.detail
    assert f"{{gcp_service_account_key: {key}}}" in skipped.next_step
    assert holders(found, key) == [(PrincipalKind.GCP_SERVICE_ACCOUNT, EMAIL)]


def test_the_roster_says_whose_key_it_is_and_the_log_is_not_asked(server: GoogleServer) -> None:
    key = key_made_by(server, BOB)
    named = Alias(kind=AliasKind.GCP_SERVICE_ACCOUNT_KEY, value=key)
    _, found = read(alice(named))
    assert (PrincipalKind.ACCESS_KEY, key) in holders(found, key)
    assert found.skipped == ()
    assert server.requests["logging.entries.list"] == 0


def test_a_log_that_may_not_be_read_leaves_the_key_ambiguous(server: GoogleServer) -> None:
    key_made_by(server, ALICE)
    server.faults.deny("logging.entries.list", PROJECT)
    _, found = read(alice())
    assert {s.reason for s in found.skipped} == {SkipReason.DENIED, SkipReason.AMBIGUOUS}
    [denied] = [s for s in found.skipped if s.reason is SkipReason.DENIED]
    assert denied.permission == "logging.logEntries.list"
    assert denied.kinds == {"gcp_service_account_key"}


def test_a_key_of_the_leavers_own_account_needs_no_log(server: GoogleServer) -> None:
    key_made_by(server, BOB)
    own = Alias(kind=AliasKind.GCP_SERVICE_ACCOUNT, value=EMAIL)
    leaver = Subject(id="ci", kind=SubjectKind.SERVICE, left_at=None, aliases=(own,))
    _, found = read(leaver)
    assert found.skipped == ()
    assert server.requests["logging.entries.list"] == 0


def test_who_owns_a_project_is_known_to_the_guards(server: GoogleServer) -> None:
    place = f"projects/{PROJECT}"
    for member in (ALICE, BOB):
        server.world.grant(place, "roles/owner", f"user:{member}")
    server.world.delete_user(BOB)
    source, _ = read(alice())
    assert source.facts[PROJECT].admins == (f"user:{ALICE}",)
