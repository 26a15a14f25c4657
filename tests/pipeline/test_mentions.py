"""Who is named where no finding explains it."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from iac_offboard.cli import main

ROSTER = """\
version: 1
subjects:
  - {id: leaver-2041, kind: person, left_at: 2026-03-01T17:00:00Z, aliases: [alice@example.com]}
"""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the tests work: a user of hers in the code, and her address in a text."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "leavers.yaml").write_text(ROSTER, encoding="utf-8")
    (tmp_path / "main.tf").write_text('resource "aws_iam_user" "bob" {\n  name = "bob"\n}\n')
    (tmp_path / "contacts.txt").write_text("ask alice@example.com\n")
    return tmp_path


def plan(out: str) -> list[str]:
    """Where the plan says that somebody is mentioned."""
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        main(["plan", "--subjects", "leavers.yaml", "--terraform", ".", "--out", out])
    notes = json.loads(Path(out, "plan.json").read_bytes())["notes"]
    return [note["where"] for note in notes if note["kind"] == "mention"]


def test_our_own_files_name_leavers_by_purpose(desk: Path) -> None:
    assert plan("case") == ["./contacts.txt:1"]
    assert "alice@example.com" in (desk / "case" / "plan.json").read_text(encoding="utf-8")
    assert plan("case") == ["./contacts.txt:1"]


def test_an_earlier_case_is_a_file_like_any_other(desk: Path) -> None:
    plan("case")
    (desk / "contacts.txt").unlink()
    assert {where.rpartition(":")[0] for where in plan("later")} >= {"./case/plan.json"}
