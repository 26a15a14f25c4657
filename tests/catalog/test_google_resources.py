"""Full resource names of Google Cloud, in both directions, and what code spells instead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iac_offboard.catalog.extract import extract
from iac_offboard.catalog.google_resources import GENERIC, full_name, located, of
from iac_offboard.catalog.principal import HOLE
from iac_offboard.catalog.rows import row
from iac_offboard.model import Target

PUBSUB = "//pubsub.googleapis.com/projects/acme-prod/topics/orders"
KEY = "//cloudkms.googleapis.com/projects/acme-prod/locations/eu/keyRings/ring/cryptoKeys/key"
ACCOUNT = "//iam.googleapis.com/projects/acme-prod/serviceAccounts/112233445566778899001"
DENY = (
    "//iam.googleapis.com/policies/cloudresourcemanager.googleapis.com%2Fprojects%2Facme-prod"
    "/denypolicies/no-keys"
)


@pytest.mark.parametrize(
    ("full", "kind", "name", "account"),
    [
        (PUBSUB, "gcp_pubsub_topic", "orders", "acme-prod"),
        (KEY, "gcp_kms_crypto_key", "ring/key", "acme-prod"),
        (ACCOUNT, "gcp_service_account", "112233445566778899001", "acme-prod"),
        (DENY, "gcp_deny_policy", "no-keys", "acme-prod"),
        ("//storage.googleapis.com/acme-logs", "gcp_storage_bucket", "acme-logs", None),
        (
            "//cloudresourcemanager.googleapis.com/projects/acme-prod",
            "gcp_project",
            "acme-prod",
            "acme-prod",
        ),
        ("//cloudresourcemanager.googleapis.com/folders/456", "gcp_folder", "456", "folders/456"),
        (
            "//cloudresourcemanager.googleapis.com/organizations/123",
            "gcp_organization",
            "123",
            "organizations/123",
        ),
        (
            "//cloudbilling.googleapis.com/billingAccounts/01-02-03",
            "gcp_billing_account",
            "01-02-03",
            "billingAccounts/01-02-03",
        ),
        (
            "//bigquery.googleapis.com/projects/acme-prod/datasets/sales",
            "gcp_bigquery_dataset",
            "sales",
            "acme-prod",
        ),
        (
            "//logging.googleapis.com/folders/456/locations/global/buckets/b/views/v",
            "gcp_logging_log_view",
            "b/v",
            "folders/456",
        ),
        (
            "//run.googleapis.com/projects/acme-prod/locations/eu/services/api",
            "gcp_cloud_run_service",
            "api",
            "acme-prod",
        ),
    ],
)
def test_a_full_name_says_what_it_names_and_is_made_of_that(
    full: str, kind: str, name: str, account: str | None
) -> None:
    found = of(full)
    assert (found.kind, found.name, found.account, found.full) == (kind, name, account, full)
    assert full_name(kind, name, account, location=found.place, unique_id=name) == full


@pytest.mark.parametrize(
    ("email", "project"),
    [
        ("ci@acme-prod.iam.gserviceaccount.com", "acme-prod"),
        ("ci@acme.example.com.iam.gserviceaccount.com", "example.com:acme"),
    ],
)
def test_a_service_account_is_called_by_its_account_id(email: str, project: str) -> None:
    found = of(f"//iam.googleapis.com/projects/-/serviceAccounts/{email}")
    assert (found.kind, found.name, found.account) == ("gcp_service_account", "ci", project)


def test_the_account_of_a_service_is_called_by_its_e_mail() -> None:
    email = "123-compute@developer.gserviceaccount.com"
    found = of(f"//iam.googleapis.com/projects/acme-prod/serviceAccounts/{email}")
    assert (found.name, found.account) == (email, "acme-prod")


def test_what_no_row_speaks_of_is_called_by_its_full_name() -> None:
    full = "//things.googleapis.com/projects/acme-prod/things/x"
    found = of(full)
    assert (found.kind, found.name, found.account) == (GENERIC, full, "acme-prod")
    assert full_name(GENERIC, full, "acme-prod") == full_name("gcp_nothing", "x", "p") == ""


def test_a_name_that_lacks_a_part_is_none() -> None:
    assert full_name("gcp_service_account", "ci", "acme-prod") == ""
    assert full_name("gcp_cloud_run_service", "api", "acme-prod") == ""
    assert full_name("gcp_pubsub_topic", "orders", None) == ""
    assert located("gcp_cloud_run_service")
    assert not located("gcp_pubsub_topic")


def target(type_: str, **attrs: str) -> Target:
    known = row(type_)
    assert known is not None
    (found,) = extract(known, {"member": "user:alice@example.com", "role": "r", **attrs})
    assert found.binding is not None
    return found.binding.target


@pytest.mark.parametrize(
    "attrs",
    [
        {"project": "acme-prod", "topic": "orders"},
        {"project": "other", "topic": "projects/acme-prod/topics/orders"},
        {"topic": "acme-prod/orders"},
        {"topic": PUBSUB},
        {"topic": "https://pubsub.googleapis.com/v1/projects/acme-prod/topics/orders"},
    ],
)
def test_every_spelling_of_a_topic_is_one_target(attrs: dict[str, str]) -> None:
    found = target("google_pubsub_topic_iam_member", **attrs)
    assert (found.arn, found.name, found.account) == (PUBSUB, "orders", "acme-prod")


@pytest.mark.parametrize(
    "spelled",
    [
        "projects/acme-prod/locations/eu/keyRings/ring/cryptoKeys/key",
        "acme-prod/eu/ring/key",
        "//cloudkms.googleapis.com/projects/acme-prod/locations/eu/keyRings/ring/cryptoKeys/key",
    ],
)
def test_every_spelling_of_a_key_is_one_target(spelled: str) -> None:
    found = target("google_kms_crypto_key_iam_member", crypto_key_id=spelled)
    assert (found.arn, found.name, found.account) == (KEY, "ring/key", "acme-prod")


@pytest.mark.parametrize(
    ("type_", "attrs", "arn", "name", "account"),
    [
        (
            "google_storage_bucket_iam_member",
            {"bucket": "b/logs"},
            "//storage.googleapis.com/logs",
            "logs",
            None,
        ),
        (
            "google_folder_iam_member",
            {"folder": "folders/456"},
            "//cloudresourcemanager.googleapis.com/folders/456",
            "456",
            "folders/456",
        ),
        (
            "google_organization_iam_member",
            {"org_id": "123"},
            "//cloudresourcemanager.googleapis.com/organizations/123",
            "123",
            "organizations/123",
        ),
        (
            "google_project_iam_member",
            {"project": "projects/acme-prod"},
            "//cloudresourcemanager.googleapis.com/projects/acme-prod",
            "acme-prod",
            "acme-prod",
        ),
        (
            "google_compute_instance_iam_member",
            {
                "instance_name": "https://www.googleapis.com/compute/v1/projects/acme-prod/zones/"
                "eu-a/instances/vm"
            },
            "//compute.googleapis.com/projects/acme-prod/zones/eu-a/instances/vm",
            "vm",
            "acme-prod",
        ),
        (
            "google_cloud_run_service_iam_member",
            {"service": "v1/projects/acme-prod/locations/eu/services/api"},
            "//run.googleapis.com/projects/acme-prod/locations/eu/services/api",
            "api",
            "acme-prod",
        ),
        (
            "google_storage_managed_folder_iam_member",
            {"bucket": "b/logs", "managed_folder": "a/b/"},
            "//storage.googleapis.com/projects/_/buckets/logs/managedFolders/a/b",
            "logs/a/b",
            None,
        ),
        (
            "google_logging_log_view_iam_member",
            {"name": "projects/acme-prod/locations/eu/buckets/b/views/v"},
            "//logging.googleapis.com/projects/acme-prod/locations/eu/buckets/b/views/v",
            "b/v",
            "acme-prod",
        ),
        (
            "google_pubsub_topic_iam_member",
            {"project": HOLE, "topic": "orders"},
            None,
            "orders",
            None,
        ),
        (
            "google_pubsub_topic_iam_member",
            {"topic": f"projects/{HOLE}/topics/orders"},
            None,
            "orders",
            None,
        ),
        ("google_pubsub_topic_iam_member", {"project": "p", "topic": f"{HOLE}-x"}, None, "", "p"),
    ],
)
def test_a_target_is_what_its_attributes_spell(
    type_: str, attrs: dict[str, str], arn: str | None, name: str, account: str | None
) -> None:
    found = target(type_, **attrs)
    assert (found.arn, found.name, found.account) == (arn, name, account)


def test_a_service_account_in_code_is_told_by_its_e_mail() -> None:
    known = row("google_service_account_iam_member")
    assert known is not None
    email = "ci@acme-prod.iam.gserviceaccount.com"
    for spelled in (f"projects/-/serviceAccounts/{email}", email):
        attrs = {"service_account_id": spelled, "member": "user:alice@example.com"}
        found = {e.binding.target for e in extract(known, attrs) if e.binding is not None}
        (one,) = found
        assert (one.kind, one.name, one.account) == ("gcp_service_account", "ci", "acme-prod")
        assert one.arn is None


@given(st.text(max_size=80))
def test_no_text_is_too_strange(text: str) -> None:
    assert of(text).full == text
    assert HOLE not in (target("google_kms_crypto_key_iam_member", crypto_key_id=text).arn or "")
