"""Rosters that name nobody."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from iac_offboard.cli import main
from tests.guard.guarding import (
    KEY,
    found,
)
from tests.guard.making import LEAVERS, PLANS, cases
from tests.guard.test_plans import FOUND, HARMLESS


def test_a_hashed_roster_names_nobody_and_is_the_same_every_time(
    hashed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = hashed.read_text("utf-8")
    for name in ("alice", "dora", "erin", "example.com", "user/", KEY):
        assert name not in text
    key = str(tmp_path / "roster.key")
    assert main(["roster", "hash", "--subjects", str(LEAVERS), "--key-file", key]) == 0
    assert capsys.readouterr().out == text


@pytest.mark.parametrize("name", cases())
def test_a_hashed_roster_finds_the_same_returns(
    name: str, hashed: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IAC_OFFBOARD_ROSTER_KEY", KEY)
    plan = str(PLANS / name / "plan.json")
    code = main(["guard", "--subjects", str(hashed), "--plan-json", plan, "--format", "json"])
    result = json.loads(capsys.readouterr().out)
    # What is unknown only the code tells, which cannot be read for digests.
    assert code == (3 if name == "harmless-unknown" else 0 if name in HARMLESS else 1)
    assert found(result, "returns") == FOUND.get(name, [])


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("", "no key was given"),
        ("short", "at least 16 bytes"),
        ("f" * 32, "hashed with another key"),
    ],
)
def test_a_hashed_roster_needs_its_key(
    key: str,
    why: str,
    hashed: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("IAC_OFFBOARD_ROSTER_KEY", key)
    plan = str(PLANS / "found-create" / "plan.json")
    assert main(["guard", "--subjects", str(hashed), "--plan-json", plan]) == 2
    said = capsys.readouterr().err
    assert why in said
    assert KEY not in said


def test_a_damaged_hashed_roster_is_refused(
    hashed: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IAC_OFFBOARD_ROSTER_KEY", KEY)
    text = hashed.read_text("utf-8")
    plan = str(PLANS / "found-create" / "plan.json")
    for broken in (
        text[:-20],
        text.replace('"emails"', '"nowhere"'),
        text.replace('"version": 1', '"version": 9'),
        text.replace('"person"', '"ghost"', 1),
        text.replace("+00:00", ""),
        text[: text.index('"subjects"')] + '"subjects": {}, "version": 1}',
        re.sub(r'"aliases": \[.*?\]', '"aliases": []', text, count=1, flags=re.S),
    ):
        hashed.write_text(broken, encoding="utf-8")
        assert main(["guard", "--subjects", str(hashed), "--plan-json", plan]) == 2
        assert "roster hash" in capsys.readouterr().err


def test_hashing_needs_a_key(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["roster", "hash", "--subjects", str(LEAVERS)]) == 2
    assert "none was given" in capsys.readouterr().err


def test_code_cannot_be_read_for_digests(
    hashed: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IAC_OFFBOARD_ROSTER_KEY", KEY)
    plan = str(PLANS / "found-create" / "plan.json")
    command = ["guard", "--subjects", str(hashed), "--plan-json", plan, "--terraform", "."]
    assert main(command) == 2
    assert "spells no names" in capsys.readouterr().err


def test_a_hashed_roster_is_not_hashed_again(
    hashed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = str(tmp_path / "roster.key")
    assert main(["roster", "hash", "--subjects", str(hashed), "--key-file", key]) == 2
    assert "hashed already" in capsys.readouterr().err
