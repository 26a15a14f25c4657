"""Google's resources in state files: the same rows, no secret."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from iac_offboard.catalog.policy import Json
from iac_offboard.model import Binding, Collected, PrincipalKind, StateOrigin
from iac_offboard.sources.state import StateSource
from iac_offboard.storage.local import in_file

CI = "ci-bot@acme-prod.iam.gserviceaccount.com"
NAME = f"projects/acme-prod/serviceAccounts/{CI}"
CANARY = "canary-91c2-secret"


def collect(tmp_path: Path, type_: str, attributes: dict[str, Json]) -> Collected:
    resource: Json = {
        "mode": "managed",
        "type": type_,
        "name": "x",
        "provider": 'provider["example.com/hashicorp/google"]',
        "instances": [{"schema_version": 0, "attributes": attributes}],
    }
    path = tmp_path / "terraform.tfstate"
    state = {"version": 4, "serial": 1, "lineage": "l", "resources": [resource]}
    path.write_text(json.dumps(state), encoding="utf-8")
    return StateSource(in_file(str(path))).collect(())


def only(tmp_path: Path, type_: str, attributes: dict[str, Json]) -> Binding:
    found = collect(tmp_path, type_, attributes)
    assert found.skipped == ()
    (observation,) = found.observations
    assert isinstance(observation.origin, StateOrigin)
    return observation.binding


def test_a_service_account_has_its_e_mail_and_its_unique_id(tmp_path: Path) -> None:
    found = only(
        tmp_path,
        "google_service_account",
        {
            "account_id": "ci-bot",
            "project": "acme-prod",
            "email": CI,
            "unique_id": "112233445566778899001",
            "id": NAME,
        },
    )
    assert found.principal.value == CI
    assert found.principal.account == "acme-prod"
    assert found.principal.stable_id == "112233445566778899001"
    assert found.target.account == "acme-prod"


def test_a_key_names_its_account_and_shows_nothing_of_itself(tmp_path: Path) -> None:
    found = collect(
        tmp_path,
        "google_service_account_key",
        {"service_account_id": NAME, "name": f"{NAME}/keys/1f", "private_key": CANARY},
    )
    assert [o.binding.principal.value for o in found.observations] == [CI]
    assert CANARY not in repr(found)


def test_each_role_is_a_binding_with_its_condition_in_digest(tmp_path: Path) -> None:
    found = collect(
        tmp_path,
        "google_project_iam_binding",
        {
            "project": "acme-prod",
            "role": "roles/editor",
            "members": ["user:alice@example.com", "deleted:user:bob@example.com?uid=112233445566"],
            "condition": [{"title": "t", "expression": f"x == '{CANARY}'", "description": ""}],
        },
    )
    assert [o.binding.principal.value for o in found.observations] == [
        "alice@example.com",
        "bob@example.com",
    ]
    assert {o.binding.detail for o in found.observations} == {"roles/editor"}
    assert all(o.authoritative for o in found.observations)
    assert all(o.binding.condition for o in found.observations)
    assert CANARY not in repr(found)


def test_a_policy_is_read_out_of_its_string(tmp_path: Path) -> None:
    policy = {"bindings": [{"role": "roles/owner", "members": ["user:alice@example.com"]}]}
    found = only(
        tmp_path,
        "google_project_iam_policy",
        {"project": "acme-prod", "policy_data": json.dumps(policy)},
    )
    assert (found.principal.value, found.detail) == ("alice@example.com", "roles/owner")


def test_an_access_block_that_sets_one_of_many_names_one(tmp_path: Path) -> None:
    found = only(
        tmp_path,
        "google_bigquery_dataset",
        {
            "dataset_id": "sales",
            "project": "acme-prod",
            "access": [
                {"role": "READER", "user_by_email": "alice@example.com", "group_by_email": ""},
                {"role": "OWNER", "user_by_email": "", "special_group": "projectOwners"},
            ],
        },
    )
    assert (found.principal.kind, found.target.name) == (PrincipalKind.GCP_USER, "sales")


@pytest.mark.parametrize(
    "issuer", ["https://token.actions.githubusercontent.com", "https://ci.example.com"]
)
def test_a_provider_s_condition_speaks_of_its_own_issuer(tmp_path: Path, issuer: str) -> None:
    found = only(
        tmp_path,
        "google_iam_workload_identity_pool_provider",
        {
            "workload_identity_pool_id": "ci",
            "workload_identity_pool_provider_id": "ci",
            "attribute_condition": "assertion.repository == 'example/payments'",
            "oidc": [{"issuer_uri": issuer}],
        },
    )
    assert found.principal.value == f"{issuer}|repository:example/payments"


def test_members_that_are_no_list_are_said(tmp_path: Path) -> None:
    found = collect(
        tmp_path,
        "google_project_iam_binding",
        {"project": "acme-prod", "role": "roles/editor", "members": "user:alice@example.com"},
    )
    assert found.observations == ()
    assert len(found.skipped) == 1
