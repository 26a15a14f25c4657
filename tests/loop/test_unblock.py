"""Terraform's destroy of the leaver, refused without the unblock phase and done with it."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from iac_offboard.demo.terraform import TerraformRun
from iac_offboard.demo.world import LEAVER
from iac_offboard.errors import ToolError
from tests.loop.team import SOURCES, Team

DESTROYED = {
    'aws_iam_access_key.person["alice"]',
    'aws_iam_user.person["alice"]',
    'aws_iam_user_group_membership.person["alice"]',
}
UPDATED = {
    "aws_iam_group_membership.oncall",
    "aws_iam_role.deploy",
    "aws_s3_bucket_policy.artifacts",
    "aws_sns_topic_policy.alerts",
}


@pytest.mark.real
@pytest.mark.terraform
@pytest.mark.xdist_group("terraform")
def test_destroy_is_refused_until_unblock_has_run(team: Team) -> None:
    terraform = team.world.terraform
    terraform.apply()  # nothing to do, but the state now shows what only a refresh fills in
    before = _resources(terraform)
    code, said = team.offboard("plan", *SOURCES, "--out", "case")
    assert code == 0, said
    plan = json.loads((team.work / "case/plan.json").read_bytes())
    assert team.offboard("approve", "case/plan.json", "--by", "lead@example.com")[0] == 0

    code, said = team.offboard("apply", "case/plan.json", "--phase", "contain")
    assert code == 0, said
    assert team.refused()
    (patch,) = plan["patches"]
    subprocess.run(patch["apply_command"], shell=True, cwd=patch["apply_in"], check=True)
    _only_the_leaver_goes(json.loads(terraform.plan().json))

    with pytest.raises(ToolError, match="DeleteConflict"):
        terraform.apply()
    assert team.refused(), "the half-done destroy gives nothing back"

    code, said = team.offboard("apply", "case/plan.json", "--phase", "unblock")
    assert code == 0, said
    terraform.apply()
    assert not terraform.plan().changes
    _in_place(before, _resources(terraform))
    code, said = team.offboard("apply", "case/plan.json")
    assert code == 0, said
    # What she may have begun by assuming a role outlives her by the role's longest session.
    assert team.offboard("verify", "case/plan.json", "--settle", "1")[0] == 1
    code, said = team.later(2, "verify", "case/plan.json", "--settle", "1")
    assert code == 0, said
    assert "leaver-2041: access dead, return risk none" in said


def _only_the_leaver_goes(plan: Any) -> None:
    changes = {c["address"]: tuple(c["change"]["actions"]) for c in plan["resource_changes"]}
    assert {a for a, actions in changes.items() if actions == ("delete",)} == DESTROYED
    assert {a for a, actions in changes.items() if actions == ("update",)} == UPDATED
    assert set(changes.values()) <= {("delete",), ("update",), ("no-op",), ("read",)}


def _resources(terraform: TerraformRun) -> dict[str, Any]:
    state = json.loads(terraform.show_json())["values"]["root_module"]["resources"]
    return {r["address"]: r["values"] for r in state if r["mode"] == "managed"}


def _in_place(before: dict[str, Any], after: dict[str, Any]) -> None:
    """Only her entries left the shared resources, and nothing else changed its value."""
    assert before.keys() - after.keys() == DESTROYED
    assert not after.keys() - before.keys()
    for address, values in after.items():
        was, now = Counter(_leaves(before[address])), Counter(_leaves(values))
        assert not now - was, address
        gone = [leaf.rpartition("/")[2] for leaf in (was - now).elements()]
        assert gone == ([LEAVER] if address in UPDATED else []), address


def _leaves(value: Any) -> Iterator[str]:
    """Every scalar as text, those of documents inside strings included."""
    if isinstance(value, dict):
        for item in value.values():
            yield from _leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, str) and value.startswith("{"):
        yield from _leaves(json.loads(value))
    elif value is not None:
        yield str(value)
