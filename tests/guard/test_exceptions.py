"""Exceptions of the guard: one resource, until a date."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.guard.guarding import (
    NOW,
    exceptions,
    guarded,
    refused,
)
from tests.guard.making import PLANS


def test_an_exception_holds_until_its_date(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = PLANS / "found-create" / "plan.json"
    good = exceptions(tmp_path, NOW + timedelta(days=9))
    code, result, _ = guarded(plan, capsys, "--exceptions", good)
    assert code == 0
    assert result["counts"]["excepted"] == 1
    assert result["found"][0]["exempted"]["by"] == "lead@example.com"
    for until, address in ((NOW - timedelta(days=2), "aws_iam_user.alice"),
                           (NOW + timedelta(days=9), "aws_iam_user.alic")):  # fmt: skip
        spent = exceptions(tmp_path, until, address)
        code, result, _ = guarded(plan, capsys, "--exceptions", spent)
        assert code == 1
        assert len([n for n in result["notes"] if n["kind"] == "waiver"]) == 1


def test_a_broken_file_of_exceptions_is_told_with_every_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "exceptions.yaml"
    path.write_text("version: 1\nexceptions:\n  - subject: x\n    address: '*'\n    until: soon\n")
    said = refused(PLANS / "found-create" / "plan.json", capsys, "--exceptions", str(path))
    assert "exceptions.yaml:4" in said
    assert "exceptions.yaml:5" in said
    assert "Nothing was excepted" in said
    assert 'an exception needs "by"' in said


@pytest.mark.parametrize("address", ["module.access", "alice", "aws_iam_user", "output", "*.x"])
def test_an_exception_speaks_of_one_resource(
    address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wide = exceptions(tmp_path, NOW + timedelta(days=9), f"'{address}'")
    said = refused(PLANS / "found-create" / "plan.json", capsys, "--exceptions", wide)
    assert "an address is one of a resource" in said
