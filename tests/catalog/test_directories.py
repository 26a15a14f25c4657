"""Identities of Entra ID, Azure, GitHub, Okta and Kubernetes, by structure."""

from __future__ import annotations

import pytest

from iac_offboard.catalog.directories import parse, parts, spellings
from iac_offboard.catalog.naming import HOLE, marked
from iac_offboard.catalog.rows import rows
from iac_offboard.model import PrincipalKind as Kind

ID = "0a9c1b2e-7c1d-4f53-9a55-3b1f0e0c2041"
OKTA = "00u1a2b3c4d5e6f7g8h9"
GITHUB = "token.actions.githubusercontent.com"


def read(spelling: str, text: str, **attrs: object) -> tuple[Kind, str] | None:
    found = parse(spelling, text, attrs)
    return None if found is None else (found.kind, found.value)


@pytest.mark.parametrize(
    ("spelling", "text", "kind", "value"),
    [
        ("entra.object_id", ID.upper(), Kind.ENTRA_OBJECT, ID),
        ("entra.object_id", f"/users/{ID}", Kind.ENTRA_OBJECT, ID),
        ("entra.object_id", marked(["A@x.com"]), Kind.ENTRA_USER, "a@x.com"),
        ("entra.object_id", marked(["group:devs"]), Kind.ENTRA_OBJECT, "group:devs"),
        ("entra.object_id", marked([f"application:{ID}"]), Kind.ENTRA_APPLICATION, ID),
        ("entra.object_id", marked(["application:ci"]), Kind.ENTRA_APPLICATION, "application:ci"),
        ("entra.application_id", marked(["identity:ci"]), Kind.ENTRA_OBJECT, "identity:ci"),
        ("azure.user", f"app:{ID}@tenant", Kind.ENTRA_APPLICATION, ID),
        ("azure.user", "Alice@example.com", Kind.ENTRA_USER, "alice@example.com"),
        ("azure.identity_name", "ci", Kind.ENTRA_OBJECT, "identity:ci"),
        ("entra.application_name", "ci", Kind.ENTRA_APPLICATION, "application:ci"),
        ("github.login", "Alice-Acme", Kind.GITHUB_USER, "alice-acme"),
        ("github.actor", "/Alice", Kind.GITHUB_USER, "alice"),
        ("github.actor", "acme/Platform", Kind.GITHUB_TEAM, "acme/platform"),
        ("github.actor", marked(["team:platform"]), Kind.GITHUB_TEAM, "platform"),
        ("github.user_id", "4242", Kind.OTHER, "user:4242"),
        ("github.user_id", marked(["alice"]), Kind.GITHUB_USER, "alice"),
        ("okta.user", OKTA, Kind.OKTA_USER, OKTA),
        ("okta.user", f"https://x.okta.com/api/v1/users/{OKTA}", Kind.OKTA_USER, OKTA),
        ("okta.user", "https://x.okta.com/api/v1/groups/00g1", Kind.OKTA_GROUP, "00g1"),
        (
            "okta.user",
            f"https://x.okta.com/api/v1/groups/{marked(['group:devs'])}",
            Kind.OKTA_GROUP,
            "devs",
        ),
        ("okta.user", f"{HOLE}/users/{marked(['a@x.com'])}", Kind.OKTA_USER, "a@x.com"),
        ("okta.client_name", "ci", Kind.OTHER, "client:ci"),
        ("kubernetes.user", "system:serviceaccount:a:b", Kind.KUBERNETES_SERVICE_ACCOUNT, "a/b"),
        ("kubernetes.service_account", "ci", Kind.KUBERNETES_SERVICE_ACCOUNT, "default/ci"),
        ("kubernetes.entra_application", ID, Kind.ENTRA_APPLICATION, ID),
        ("kubernetes.aws_principal", "arn:aws:iam::111122223333:role/ci", Kind.IAM_ROLE, "ci"),
        (
            "kubernetes.gcp_service_account",
            "ci@acme.iam.gserviceaccount.com",
            Kind.GCP_SERVICE_ACCOUNT,
            "ci@acme.iam.gserviceaccount.com",
        ),
    ],
)
def test_an_identity_is_who_its_structure_says(
    spelling: str, text: str, kind: Kind, value: str
) -> None:
    assert read(spelling, text) == (kind, value)


@pytest.mark.parametrize(
    ("spelling", "text"),
    [
        ("entra.object_id", "All"),
        ("entra.object_id", "GuestsOrExternalUsers"),
        ("entra.object_id", "alice"),
        ("entra.object_id", HOLE),
        ("entra.application_id", "ci"),
        ("azure.user", "alice"),
        ("azure.email", "alice"),
        ("entra.upn", f"alice@{HOLE}"),
        ("entra.oidc_subject", f"repo:{HOLE}/web:ref:refs/heads/main"),
        ("github.login", HOLE),
        ("okta.user", "https://x.okta.com/oauth2/v1/clients/0oa1"),
        ("okta.user", f"https://x.okta.com/api/v1/users/{HOLE}"),
        ("okta.user", "alice"),
        ("kubernetes.service_account", HOLE),
        ("kubernetes.gcp_service_account", "ci"),
    ],
)
def test_what_names_nobody_for_certain_is_nobody(spelling: str, text: str) -> None:
    assert read(spelling, text) is None


@pytest.mark.parametrize(
    ("attrs", "kind", "value"),
    [
        ({"kind": "User"}, Kind.KUBERNETES_USER, "ci"),
        ({"kind": "Group"}, Kind.KUBERNETES_GROUP, "ci"),
        ({"kind": "ServiceAccount"}, Kind.KUBERNETES_SERVICE_ACCOUNT, "default/ci"),
        (
            {"kind": "ServiceAccount", "namespace": "web"},
            Kind.KUBERNETES_SERVICE_ACCOUNT,
            "web/ci",
        ),
    ],
)
def test_the_kind_beside_a_subject_says_what_its_name_is(
    attrs: dict[str, object], kind: Kind, value: str
) -> None:
    assert read("kubernetes.subject", "ci", **attrs) == (kind, value)


@pytest.mark.parametrize(
    ("text", "issuer", "value"),
    [
        ("repo:acme/web:ref:main", f"https://{GITHUB}", f"{GITHUB}|repo:acme/web:ref:main"),
        ("repo:acme/web:environment:prod", "", f"{GITHUB}|repo:acme/web:environment:prod"),
        ("claims['sub'] matches 'repo:acme/*'", f"https://{GITHUB}/", f"{GITHUB}|repo:acme/*"),
        ("system:serviceaccount:a:b", HOLE, "*|system:serviceaccount:a:b"),
    ],
)
def test_a_subject_of_a_token_has_its_issuer(text: str, issuer: str, value: str) -> None:
    assert read("entra.oidc_subject", text, issuer=issuer) == (Kind.OIDC_SUBJECT, value)


def test_a_rule_is_read_literal_by_literal() -> None:
    rule = "user.login == \"alice@example.com\" OR user.login == 'bob@example.com'"
    assert parts("okta.rule", rule) == ("alice@example.com", "bob@example.com")
    assert parts("okta.user", "alice@example.com") == ("alice@example.com",)


def test_every_spelling_of_a_row_has_a_reader() -> None:
    used = {e.spelling for row in rows().values() for e in row.paths}
    mine = {s for s in used if s.partition(".")[0] not in ("aws", "gcp")}
    assert mine
    assert {s.replace("azure.", "entra.") for s in mine} <= spellings()


def test_the_ids_beside_a_name_are_second_facts() -> None:
    user = parse("entra.upn", "Alice_x.com#EXT#@t.onmicrosoft.com", {"object_id": ID})
    assert user is not None
    assert (user.stable_id, "alice@x.com" in user.emails) == (ID, True)
    app = parse("entra.application_name", "ci", {"client_id": ID})
    assert app is not None
    assert app.stable_id == ID
