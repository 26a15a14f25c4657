"""What a resource leaves to the configuration of its provider."""

from __future__ import annotations

import pytest

from iac_offboard.model import Target
from iac_offboard.sources.terraform import TerraformSource
from tests.hcl.trees import Memory

TOPIC = """
resource "google_pubsub_topic_iam_member" "alice" {{
  topic  = "orders"
  role   = "roles/pubsub.viewer"
  member = "user:alice@example.com"
  {more}
}}
"""
PROD = 'provider "google" {\n  project = "acme-prod"\n}\n'
TEST = 'provider "google" {\n  alias   = "test"\n  project = "acme-test"\n}\n'
BETA = 'provider "google-beta" {\n  project = "acme-beta"\n}\n'


def target(files: dict[str, str]) -> Target:
    source = TerraformSource(directory="infra", files=Memory(files), var_files={})
    (one,) = source.collect(()).observations
    return one.binding.target


@pytest.mark.parametrize(
    ("providers", "more", "account"),
    [
        (PROD, "", "acme-prod"),
        (PROD + TEST + BETA, "", "acme-prod"),
        (PROD + TEST, "provider = google.test", "acme-test"),
        (PROD + BETA, "provider = google-beta", "acme-beta"),
        (PROD, 'project = "acme-own"', "acme-own"),
        (TEST, "", None),
        ("", "", None),
        ('provider "google" {\n  region = "eu"\n}\n', "", None),
        ('variable "p" {}\nprovider "google" {\n  project = var.p\n}\n', "", None),
    ],
)
def test_a_resource_is_in_the_project_of_its_provider(
    providers: str, more: str, account: str | None
) -> None:
    found = target({"main.tf": providers + TOPIC.format(more=more)})
    assert found.account == account
    full = f"//pubsub.googleapis.com/projects/{account}/topics/orders"
    assert found.arn == (full if account else None)


@pytest.mark.parametrize(
    ("passed", "account"),
    [
        ("", "acme-prod"),
        ("providers = { google = google.test }", "acme-test"),
        ("providers = { google-beta = google-beta }", "acme-prod"),
    ],
)
def test_a_module_uses_what_its_caller_passes_on(passed: str, account: str) -> None:
    call = f'module "team" {{\n  source = "./team"\n  {passed}\n}}\n'
    files = {"main.tf": PROD + TEST + BETA + call, "team/main.tf": TOPIC.format(more="")}
    assert target(files).account == account


def test_a_name_that_the_module_gives_to_what_is_passed_on() -> None:
    call = (
        'module "team" {\n  source = "./team"\n  providers = { google.of_team = google.test }\n}\n'
    )
    inside = TOPIC.format(more="provider = google.of_team")
    assert target({"main.tf": PROD + TEST + call, "team/main.tf": inside}).account == "acme-test"


def test_what_stands_in_no_project_is_given_none() -> None:
    bucket = TOPIC.format(more="").replace("pubsub_topic", "storage_bucket")
    found = target({"main.tf": PROD + bucket.replace("topic ", "bucket")})
    assert (found.name, found.account) == ("orders", None)
