"""What a roster says of Google Cloud: how long an account stays disabled, who may go last."""

from __future__ import annotations

import json
from pathlib import Path

from iac_offboard.subjects import load_roster
from tests.subjects.test_roster import faults, one, write


def test_a_grace_is_a_duration(tmp_path: Path) -> None:
    text = one("[alice]")
    assert load_roster(write(tmp_path, text)).subjects[0].grace is None
    for written, seconds in (("90m", 5400), ("24h", 86_400), ("7 d", 604_800), ("0h", 0)):
        roster = load_roster(write(tmp_path, f"{text}  grace: {written}\n"))
        assert roster.subjects[0].grace == seconds
    for wrong in ("24", "a day", "-1d", "[1d]"):
        [(line, fault)] = faults(write(tmp_path, f"{text}  grace: {wrong}\n"))
        assert (line, '"grace" of subject "a"' in fault) == (6, True), wrong


def test_a_grace_in_csv_stands_once(tmp_path: Path) -> None:
    text = "id,kind,alias,left_at,case,grace\na,person,al,,,\na,,a@b.org,,,2d\na,,c@b.org,,,3d\n"
    [(line, fault)] = faults(write(tmp_path, text, "subjects.csv"))
    assert (line, "differs" in fault) == (4, True)
    kept = load_roster(write(tmp_path, text.replace("3d", "2d"), "subjects.csv"))
    assert kept.subjects[0].grace == 2 * 86_400


def test_a_google_account_may_be_left_without_an_owner(tmp_path: Path) -> None:
    marks = ["last-admin:acme-prod", "last-admin:organizations/123"]
    path = write(tmp_path, f"{one('[alice]')}  release: {json.dumps(marks)}\n")
    assert load_roster(path).subjects[0].release == set(marks)
