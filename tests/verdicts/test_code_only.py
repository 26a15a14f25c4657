"""Code only: the code names the leaver, and nobody has applied it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.verdicts.closing import (
    Found,
    apply_code,
    found,
    only_others_are_answered,
    planned,
    verdict,
)
from tests.verdicts.staging import LEAVER, Stage

EXPECTED = {
    Found("code only", "identity", LEAVER, ("infra/people.tf:3",)),
    Found("code only", "credential", "", ("infra/people.tf:3",)),  # no key has an id before apply
    Found("code only", "membership", "readers", ("infra/groups.tf:22",)),
    Found("code only", "grant", "example-reports", ("infra/bucket.tf:16",)),
}


@pytest.mark.real
@pytest.mark.terraform
@pytest.mark.xdist_group("terraform")
def test_what_nobody_applied_is_cut_and_never_made(stage: Callable[[str], Stage]) -> None:
    team = stage("code-only")
    scanned = team.scan()
    assert (scanned.code, found(scanned)) == (1, EXPECTED)
    assert planned(team) == ["code:apply"]
    assert team.approve().code == 0
    assert verdict(team) == (1, "dead", "present")
    waits = team.apply()
    assert waits.code == 1
    assert waits.said("the patch is not merged")
    apply_code(team, {})
    assert team.apply().code == 0
    assert verdict(team) == (0, "dead", "none")
    only_others_are_answered(team)
    assert found(team.scan()) == set()
    users = team.aws("iam").list_users()["Users"]
    assert {user["UserName"] for user in users} == {"bob", "carol"}
