"""Real Terraform plans every patch of the cases, without it and with it: the witness agrees."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from tests.acceptance.desk import run
from tests.verdicts import test_managed
from tests.verdicts.closing import planned
from tests.verdicts.staging import Stage

NOT_MADE: Mapping[str, str] = {
    'aws_iam_access_key.person["alice"]': "not created",
    'aws_iam_user.person["alice"]': "not created",
    "aws_iam_group_membership.readers": "updated",
    "aws_s3_bucket_policy.reports": "updated",
}
WORDS = {("delete",): "deleted", ("update",): "updated"}
MANAGED = {address: WORDS[done] for address, done in test_managed.CHANGES.items()}


@pytest.mark.real
@pytest.mark.terraform
@pytest.mark.xdist_group("terraform")
@pytest.mark.parametrize(("name", "shown"), [("managed", MANAGED), ("code-only", NOT_MADE)])
def test_terraform_says_the_same_of_the_patch(
    stage: Callable[[str], Stage], name: str, shown: Mapping[str, str]
) -> None:
    team = stage(name)
    assert "code:apply" in planned(team)
    ran = run("prove", "case/plan.json", "--terraform", str(team.program()), "--format", "json")
    assert ran.code == 0, ran.out + ran.err
    (root,) = ran.json["roots"]
    assert (ran.json["grade"], root["root"]) == ("witnessed", "repository/infra")
    assert {one["address"]: one["shown"] for one in root["changes"]} == shown
