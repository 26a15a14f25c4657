"""What is left to a person is not listed as changed by the patch."""

from __future__ import annotations

import shutil
from pathlib import Path

from iac_offboard.cli import main

GOLDEN = Path(__file__).parents[1] / "golden" / "edit-count-chain"


def test_what_no_edit_touches_is_not_said_to_change(
    tmp_path: Path,
) -> None:
    work = tmp_path / "repo"
    shutil.copytree(GOLDEN / "before", work)
    out = tmp_path / "case"
    roster = str(GOLDEN / "leavers.yaml")
    main(["plan", "--subjects", roster, "--terraform", str(work), "--out", str(out)])
    report = (out / "report.md").read_text(encoding="utf-8")
    assert "No code changes." in report
    assert "Will be changed" not in report
