"""Azure, Entra ID, GitHub, Okta and Kubernetes in state files: ids are whose the state says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from iac_offboard.catalog.policy import Json
from iac_offboard.model import StateOrigin
from iac_offboard.pipeline.request import Request
from iac_offboard.pipeline.scan import run_scan

CANARY = "canary-91c2-secret"
ALICE = "0a9c1b2e-7c1d-4f53-9a55-3b1f0e0c2041"
BOB = "5d2f6a10-4b3c-4a7e-8f21-6c9e0d1b7777"
APP = "9e8d7c6b-5a49-4838-a271-605f4e3d2c1b"
SP = "3c1d2e4f-aaaa-4bbb-8ccc-0123456789ab"
SUBSCRIPTION = "/subscriptions/00000000-1111-2222-3333-444444444444"
ROSTER = f"""\
version: 1
subjects:
  - id: leaver-1
    kind: person
    left_at: 2026-03-01T17:00:00Z
    aliases: [alice@example.com, {{github_login: alice-acme}}, {{github_user_id: "4242"}}]
  - id: service-1
    kind: service
    left_at: 2026-03-01T17:00:00Z
    aliases: [{{entra_application_id: {APP}}}]
"""

Resources = tuple[tuple[str, str, dict[str, Json]], ...]


def found(tmp_path: Path, resources: Resources) -> dict[str, str]:
    """The subject of each finding by address. No word of a secret is anywhere in the scan."""
    made: list[Json] = [
        {
            "mode": "managed",
            "type": type_,
            "name": name,
            "provider": 'provider["example.com/x/x"]',
            "instances": [
                {"schema_version": 0, "attributes": {"admin_password": CANARY, **attributes}}
            ],
        }
        for type_, name, attributes in resources
    ]
    state = {"version": 4, "serial": 1, "lineage": "l", "resources": made}
    (tmp_path / "terraform.tfstate").write_text(json.dumps(state), encoding="utf-8")
    (tmp_path / "leavers.yaml").write_text(ROSTER, encoding="utf-8")
    scan = run_scan(
        Request(
            subjects=str(tmp_path / "leavers.yaml"), states=(str(tmp_path / "terraform.tfstate"),)
        )
    )
    assert scan.collected.skipped == ()
    assert CANARY not in repr(scan)
    return {
        o.origin.address: finding.subject
        for finding in scan.findings
        for o in finding.observations
        if isinstance(o.origin, StateOrigin)
    }


ENTRA: Resources = (
    (
        "azuread_user",
        "alice",
        {"user_principal_name": "alice@example.com", "object_id": ALICE, "id": f"/users/{ALICE}"},
    ),
    ("azuread_user", "bob", {"user_principal_name": "bob@example.com", "object_id": BOB}),
    ("azuread_application", "ci", {"display_name": "ci", "client_id": APP, "owners": [BOB]}),
    ("azuread_service_principal", "ci", {"client_id": APP, "object_id": SP, "owners": []}),
    ("azuread_group", "all", {"display_name": "all", "members": [BOB, ALICE], "owners": []}),
    ("azuread_group", "others", {"display_name": "others", "members": [BOB], "owners": [BOB]}),
    (
        "azuread_application_password",
        "ci",
        {"application_id": APP, "display_name": "p", "value": CANARY},
    ),
)
AZURE: Resources = (
    ("azurerm_role_assignment", "alice", {"principal_id": ALICE, "scope": SUBSCRIPTION}),
    ("azurerm_role_assignment", "bob", {"principal_id": BOB, "scope": SUBSCRIPTION}),
    ("azurerm_role_assignment", "ci", {"principal_id": SP, "scope": SUBSCRIPTION}),
    (
        "azurerm_key_vault",
        "v",
        {"name": "v", "access_policy": [{"object_id": BOB}, {"object_id": ALICE}]},
    ),
    (
        "azapi_resource",
        "grant",
        {
            "name": "g",
            "body": {
                "type": ["object", {"properties": ["object", {"principalId": "string"}]}],
                "value": {"properties": {"principalId": ALICE, "secret": CANARY}},
            },
        },
    ),
    (
        "azapi_resource",
        "grant_in_json",
        {"name": "g", "body": json.dumps({"properties": {"principalId": ALICE}})},
    ),
)


def test_an_object_id_is_whose_the_state_says_it_is(tmp_path: Path) -> None:
    assert found(tmp_path, (*ENTRA, *AZURE)) == {
        "azuread_user.alice": "leaver-1",
        "azuread_application.ci": "service-1",
        "azuread_service_principal.ci": "service-1",
        "azuread_application_password.ci": "service-1",
        "azuread_group.all": "leaver-1",
        "azurerm_role_assignment.alice": "leaver-1",
        "azurerm_role_assignment.ci": "service-1",
        "azurerm_key_vault.v": "leaver-1",
        "azapi_resource.grant": "leaver-1",
        "azapi_resource.grant_in_json": "leaver-1",
    }


def test_without_the_user_in_state_an_id_is_nobodys(tmp_path: Path) -> None:
    assert found(tmp_path, AZURE[:2]) == {}


def test_okta_ids_are_whose_the_state_says_they_are(tmp_path: Path) -> None:
    alice, bob = "00u1a2b3c4d5e6f7g8h9", "00uZZZZZZZZZZZZZZZZZ"
    resources: Resources = (
        ("okta_user", "alice", {"login": "alice@example.com", "id": alice, "password": CANARY}),
        ("okta_user", "bob", {"login": "bob@example.com", "id": bob}),
        ("okta_group_memberships", "all", {"group_id": "00g1", "users": [bob, alice]}),
        ("okta_group_memberships", "others", {"group_id": "00g2", "users": [bob]}),
        ("okta_user_admin_roles", "alice", {"user_id": alice, "admin_roles": ["APP_ADMIN"]}),
        (
            "okta_admin_role_custom_assignments",
            "desk",
            {"custom_role_id": "c", "members": [f"https://acme.okta.com/api/v1/users/{alice}"]},
        ),
    )
    assert set(found(tmp_path, resources)) == {
        "okta_user.alice",
        "okta_group_memberships.all",
        "okta_user_admin_roles.alice",
        "okta_admin_role_custom_assignments.desk",
    }


def test_github_logins_and_numbers_in_state(tmp_path: Path) -> None:
    reviewers: dict[str, Json] = {"users": [4343, 4242], "teams": []}
    resources: Resources = (
        ("github_membership", "alice", {"username": "Alice-Acme", "role": "member"}),
        ("github_membership", "bob", {"username": "alice", "role": "member"}),
        (
            "github_repository_environment",
            "prod",
            {"repository": "web", "environment": "prod", "reviewers": [reviewers]},
        ),
        (
            "github_repository_ruleset",
            "main",
            {"name": "m", "bypass_actors": [{"actor_id": 4242, "actor_type": "Team"}]},
        ),
    )
    assert set(found(tmp_path, resources)) == {
        "github_membership.alice",
        "github_repository_environment.prod",
    }


@pytest.mark.parametrize("type_", ["kubernetes_role_binding", "kubernetes_cluster_role_binding_v1"])
def test_kubernetes_bindings_and_manifests_in_state(tmp_path: Path, type_: str) -> None:
    alice: Json = {"kind": "User", "name": "alice@example.com", "namespace": "default"}
    group: Json = {"kind": "Group", "name": "alice@example.com", "namespace": "default"}
    manifest: Json = {
        "kind": "RoleBinding",
        "metadata": {"name": "m"},
        "subjects": [alice],
        "data": {"password": CANARY},
    }
    resources: Resources = (
        (type_, "a", {"metadata": [{"name": "a"}], "subject": [group, alice]}),
        (type_, "b", {"metadata": [{"name": "b"}], "subject": [group]}),
        ("kubernetes_manifest", "m", {"manifest": {"type": ["object", {}], "value": manifest}}),
        ("kubernetes_secret", "s", {"metadata": [{"name": "s"}], "data": {"k": CANARY}}),
    )
    assert set(found(tmp_path, resources)) == {f"{type_}.a", "kubernetes_manifest.m"}
