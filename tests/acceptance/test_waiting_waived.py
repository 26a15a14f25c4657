"""The code phase ends under the plan's waivers, as verify does."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.acceptance.desk import HOME, ONE_ACCOUNT, ORGANIZATION, OTHER, Desk
from tests.acceptance.test_waiting import TEAM
from tests.acceptance.test_waivers import DAYS, waivers

UNKNOWN = "it is not known whether it was applied"


@pytest.fixture
def merged(desk: Desk) -> Desk:
    """alice is managed by code and gone from there; her account is closed for us since."""
    desk.second_account()
    desk.user(iam=desk.other())
    desk.roster(f"arn:aws:iam::{OTHER}:user/alice")
    desk.write("infra/main.tf", TEAM)
    return desk


def _planned(desk: Desk, *scopes: str) -> str:
    file = waivers(desk, *scopes)
    desk.planned("--terraform", "infra", *ORGANIZATION, "--service", "iam", "--waivers", file)
    desk.apply()
    desk.write("infra/main.tf", TEAM.partition("\n\n")[2])
    desk.app.injection.deny("sts:AssumeRole")
    return file


def test_an_account_that_somebody_answers_for_is_not_waited_for(merged: Desk) -> None:
    _planned(merged, f"aws:{OTHER}")
    assert not merged.apply().said(UNKNOWN)
    merged.ahead = timedelta(days=DAYS + 1)
    assert merged.apply().said(UNKNOWN, OTHER)


def test_another_account_is(merged: Desk) -> None:
    _planned(merged, f"aws:{HOME}")
    assert merged.apply().said(UNKNOWN, OTHER)


def test_waivers_that_are_gone_are_said(merged: Desk) -> None:
    file = _planned(merged, f"aws:{OTHER}")
    Path(file).unlink()
    ran = merged.apply()
    assert ran.code == 1
    assert ran.said("Phase live waits for", "waivers.json cannot be read")


def test_what_is_read_and_stands_is_waited_for_whoever_answers(desk: Desk) -> None:
    desk.user()
    desk.write("infra/main.tf", TEAM)
    desk.planned("--terraform", "infra", *ONE_ACCOUNT, "--waivers", waivers(desk, f"aws:{HOME}"))
    desk.apply()
    desk.write("infra/main.tf", TEAM.partition("\n\n")[2])
    assert desk.apply().said("terraform apply has not removed everything")
