"""Plans of real Terraform: twelve that bring a leaver back, twelve that do not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from iac_offboard.demo.strict import StrictServer
from iac_offboard.demo.toolchain import find_toolchain
from tests.guard.guarding import found, guarded
from tests.guard.making import PLANS, cases, new_enough, planned

# What is found in each: (grade, address, path).
FOUND = {
    "found-count-shift": [("returns", "aws_iam_user.person[0]", "name")],
    "found-create": [("returns", "aws_iam_user.alice", "name")],
    "found-data-source": [
        (
            "returns",
            "aws_iam_role.reader",
            "assume_role_policy$json.Statement.Principal.AWS",
        )
    ],
    "found-for-each": [("returns", 'aws_iam_user.person["alice"]', "name")],
    "found-module": [("returns", 'module.access.aws_iam_user.person["alice"]', "name")],
    "found-moved": [("returns", "aws_iam_group_membership.new", "users")],
    "found-output": [("returns", "output.admins", "")],
    "found-policy": [
        (
            "returns",
            "aws_iam_role.reader",
            "assume_role_policy$json.Statement.Principal.AWS",
        )
    ],
    "found-replace": [("returns", "aws_iam_user_policy_attachment.reader", "user")],
    "found-sensitive": [("returns", "aws_iam_group_membership.readers", "users")],
    "found-unknown": [
        ("returns", "aws_iam_role.reader", "assume_role_policy"),
        ("returns", "aws_iam_user.alice", "name"),
    ],
    "found-update": [("returns", "aws_iam_group_membership.readers", "users")],
}
PLANNED_AGAIN = (
    "found-data-source",
    "found-moved",
    "found-output",
    "found-sensitive",
    "found-unknown",
    "harmless-forgotten",
    "harmless-pending",
)
HARMLESS = {name for name in cases() if name.startswith("harmless-")}


def test_there_are_twelve_of_each() -> None:
    assert len(FOUND) == len(HARMLESS) == 12
    assert set(cases()) == set(FOUND) | HARMLESS


@pytest.mark.parametrize("name", sorted(FOUND))
def test_the_leaver_would_return(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    planned_code = str(PLANS / name / "after")
    code, result, _ = guarded(PLANS / name / "plan.json", capsys, "--terraform", planned_code)
    assert code == 1
    assert found(result, "returns") == FOUND[name]
    assert result["counts"]["skipped"] == 0
    assert {g["subject"] for g in result["found"]} == {"leaver-2041"}


@pytest.mark.parametrize("name", sorted(HARMLESS))
def test_a_harmless_plan_passes(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    planned_code = str(PLANS / name / "after")
    plan = PLANS / name / "plan.json"
    code, result, _ = guarded(plan, capsys, "--terraform", planned_code)
    assert code == 0, result
    assert not found(result, "returns", "covered")
    assert result["counts"]["skipped"] == 0


@pytest.fixture(scope="module")
def server() -> Iterator[StrictServer]:
    with StrictServer() as running:
        yield running


@pytest.mark.real
@pytest.mark.terraform
@pytest.mark.xdist_group("terraform")
@pytest.mark.parametrize("name", PLANNED_AGAIN)
def test_terraform_plans_it_so(
    name: str, server: StrictServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The plan that is kept says what Terraform says today; of all of them, seven kinds of it."""
    toolchain = find_toolchain()
    if not new_enough(toolchain):
        pytest.skip("These plans need Terraform 1.7 or newer: install one, or name it in "
                    "IAC_OFFBOARD_TERRAFORM.")  # fmt: skip
    made = tmp_path / "plan.json"
    made.write_text(planned(name, server, toolchain, tmp_path / "root"), encoding="utf-8")
    code, result, _ = guarded(made, capsys)
    kept_code, kept, _ = guarded(PLANS / name / "plan.json", capsys)
    assert (code, found(result)) == (kept_code, found(kept))
    assert re.search(r'"errored":\s*false', made.read_text("utf-8"))
