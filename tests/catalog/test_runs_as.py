"""The rows that say where workloads name their role, and how such a value is read."""

from __future__ import annotations

import pytest

from iac_offboard.catalog.principal import HOLE
from iac_offboard.catalog.runs_as import (
    Names,
    RunsAs,
    lookup,
    profile_name,
    role,
    rows,
    service_account,
)
from iac_offboard.cli import main
from iac_offboard.model import Principal, PrincipalKind


def iam_role(name: str, account: str | None = None) -> Principal:
    return Principal(provider="aws", kind=PrincipalKind.IAM_ROLE, value=name, account=account)


@pytest.mark.parametrize(
    ("type_", "path", "names"),
    [
        ("aws_lambda_function", "role", Names.ROLE),
        ("aws_ecs_task_definition", "task_role_arn", Names.ROLE),
        ("aws_ecs_task_definition", "execution_role_arn", Names.ROLE),
        ("aws_codepipeline", "stage[*].action[*].role_arn", Names.ROLE),
        ("aws_instance", "iam_instance_profile", Names.PROFILE),
        ("aws_launch_template", "iam_instance_profile[*].arn", Names.PROFILE),
        ("aws_emr_cluster", "service_role", Names.ROLE),
        ("aws_emr_cluster", "ec2_attributes[*].instance_profile", Names.PROFILE),
        ("aws_batch_compute_environment", "compute_resources[*].instance_role", Names.PROFILE),
        ("google_cloud_run_v2_service", "template[*].service_account", Names.SERVICE_ACCOUNT),
        ("google_compute_instance", "service_account[*].email", Names.SERVICE_ACCOUNT),
    ],
)
def test_workloads_and_where_they_name_their_role(type_: str, path: str, names: Names) -> None:
    assert RunsAs(path=path, names=names) in lookup(type_)


def test_types_that_run_as_nobody() -> None:
    assert lookup("aws_iam_user") == ()
    assert lookup("aws_grafana_workspace_api_key") == ()  # its key_role is a word of Grafana


def test_every_row_is_a_type_with_paths_of_its_cloud() -> None:
    assert len(rows()) > 250
    for name, entries in rows().items():
        assert entries
        of_google = {e.names is Names.SERVICE_ACCOUNT for e in entries}
        assert of_google == {name.startswith("google_")}
    assert all(len(set(entries)) == len(entries) for entries in rows().values())
    assert not any(e.path.startswith((".", "[")) for es in rows().values() for e in es)


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("arn:aws:iam::111122223333:role/bot", "role", iam_role("bot", "111122223333")),
        ("arn:aws:iam::111122223333:role/a/b/bot", "role_arn", iam_role("bot", "111122223333")),
        (f"arn:aws:iam::{HOLE}:role/bot", "role_arn", iam_role("bot")),
        ("bot", "service_role", iam_role("bot")),
        ("bot", "role_arn", None),
        ("", "role", None),
        (HOLE, "role", None),
        (f"bot-{HOLE}", "role", None),
        ("two words", "role", None),
        ("arn:aws:iam::111122223333:user/bot", "role", None),
        ("arn:aws:s3:::bot", "role", None),
    ],
)
def test_the_role_that_a_value_names(text: str, path: str, expected: Principal | None) -> None:
    assert role(text, path) == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("ci@acme.iam.gserviceaccount.com", "ci@acme.iam.gserviceaccount.com"),
        ("projects/-/serviceAccounts/ci@acme.iam.gserviceaccount.com", "ci@acme.iam.gservicea"),
        (f"ci@{HOLE}.iam.gserviceaccount.com", "ci"),
        (f"{HOLE}@acme.iam.gserviceaccount.com", None),
        ("default", None),
        ("", None),
    ],
)
def test_the_service_account_that_a_value_names(text: str, value: str | None) -> None:
    found = service_account(text)
    assert (found is None) is (value is None)
    assert found is None or found.value.startswith(value or "-")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("runner", "runner"),
        ("arn:aws:iam::111122223333:instance-profile/runner", "runner"),
        (f"arn:aws:iam::{HOLE}:instance-profile/ci/runner", "runner"),
        ("arn:aws:iam::111122223333:role/runner", ""),
        ("arn:aws:ec2:us-east-1:111122223333:instance-profile/runner", ""),
        (HOLE, ""),
    ],
)
def test_the_instance_profile_that_a_value_names(text: str, expected: str) -> None:
    assert profile_name(text) == expected


def test_the_catalog_lists_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalog", "aws_lambda_f*"]) == 0

    assert capsys.readouterr().out == "aws_lambda_function\n  role: runs as role\n"
