"""Returned: the case was closed, and somebody brought the leaver back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.acceptance.desk import Ran
from tests.verdicts.closing import close, found, only_others_are_answered, planned, serial, verdict
from tests.verdicts.staging import BUCKET, LEAVER, Stage
from tests.verdicts.test_managed import CHANGES

pytestmark = [
    pytest.mark.real,
    pytest.mark.terraform,
    pytest.mark.xdist_group("terraform"),
]
IN_CODE = {
    "alice": 'aws_iam_user.person["alice"] in repository/infra (infra/people.tf:3) writes it',
    "alice-console": (
        "aws_iam_user.alice_console in repository/infra (infra/people.tf:24) writes it"
    ),
    "alice-console/look": (
        "aws_iam_user_policy.alice_console in repository/infra (infra/people.tf:27) writes it"
    ),
    "readers": (
        "aws_iam_group_membership.readers in repository/infra (infra/groups.tf:22) writes it"
    ),
    BUCKET: "aws_s3_bucket_policy.reports in repository/infra (infra/bucket.tf:16) writes it",
}
BY_HAND = [
    {"iam.create_user": {"UserName": LEAVER}},
    {"iam.create_access_key": {"UserName": LEAVER}},
    {"iam.add_user_to_group": {"UserName": LEAVER, "GroupName": "readers"}},
]


@pytest.fixture
def closed(stage: Callable[[str], Stage]) -> Stage:
    """The managed case, at its end."""
    team = stage("managed")
    planned(team)
    close(team, CHANGES)
    return team


def returned(ran: Ran) -> dict[str, list[str]]:
    """What came back, without the keys, and what brought it."""
    (one,) = ran.json["verdicts"]
    assert ran.json["counts"]["returned"] == len(one["returned"])
    return {
        back["binding"]["target"]["name"]: back["by"]
        for back in one["returned"]
        if back["binding"]["relation"] != "credential"
    }


def test_a_commit_that_is_reverted_brings_the_leaver_back(closed: Stage) -> None:
    team = closed
    team.git("revert", "--no-edit", "HEAD")
    assert verdict(team) == (1, "dead", "present")
    assert returned(team.verify()) == {name: [code] for name, code in IN_CODE.items()}
    team.terraform().apply()
    assert verdict(team) == (1, "alive", "present")
    held = f"in the state repository/infra/terraform.tfstate (serial {serial(team)}) holds it"
    back = returned(team.verify())
    assert {name: by[:2] for name, by in back.items()} == {
        name: [f"{code.partition(' in ')[0]} {held}", code] for name, code in IN_CODE.items()
    }
    (made,) = back[LEAVER][2:]
    assert made.startswith("made at ")
    assert made.endswith(" in 111122223333")
    _closed_again(team)
    close(team, CHANGES)
    assert found(team.scan()) == set()
    team.folder = "case"
    assert verdict(team) == (0, "dead", "none"), "the old case is closed again"


def test_a_hand_in_the_console_brings_the_leaver_back(closed: Stage) -> None:
    """A user of that name may be a new hire's: it is asked, and the answer decides."""
    team = closed
    team.do_by_hand(BY_HAND)
    asked = team.verify()
    assert asked.code == 3
    assert asked.said(f'aws_unique_id: \\"{team.unique_ids()[0]}')
    team.answer(*team.unique_ids())
    assert verdict(team) == (1, "alive", "none")
    back = returned(team.verify())
    assert set(back) == {LEAVER, "readers"}
    ((made,), _) = back.values()
    assert "outside of what was read of code and state" in made
    team.folder = "again"
    planned(team)
    team.collect_keys()
    close(team, {})
    only_others_are_answered(team)


def _closed_again(team: Stage) -> None:
    """A new case. Whose the new users are, its first plan asks."""
    knows = ("--case", "case/plan.json")
    assert {one.status for one in found(team.scan(*knows))} == {"returned"}
    team.folder = "again"
    assert team.plan().code == 0
    asked = " ".join(step["reason"] for step in team.plan_json["manual"])
    assert all(f"aws_unique_id: {i}" in asked for i in team.unique_ids())
    team.answer(*team.unique_ids())
    planned(team)
    team.collect_keys()
