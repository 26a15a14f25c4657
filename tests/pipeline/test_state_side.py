"""How what would be destroyed with the leaver is kept, as the report shows it."""

from __future__ import annotations

import json
from html import unescape
from pathlib import Path

import pytest

from tests.acceptance.desk import run
from tests.hcl.golden import GOLDEN, Case


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("owned-forgotten", "  from = aws_s3_bucket.scratch"),
        ("owned-bucket", "terraform state rm 'aws_s3_bucket.home[\"alice\"]'"),
        ("prevent-destroy", "  from = aws_iam_user.alice"),
    ],
)
def test_the_report_has_it_written_out(
    case: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Case.copy(case, tmp_path)
    assert (GOLDEN / case).is_dir()
    run("plan", "--subjects", "leavers.yaml", "--terraform", "repo", "--out", "case")
    lines = unescape((tmp_path / "case/report.md").read_text(encoding="utf-8")).splitlines()
    assert said in lines
    assert any("Forgetting is not removing" in line for line in lines)
    held = json.loads((tmp_path / "case/plan.json").read_bytes())["holds"]
    assert all("forget it, as written out" in h["release"] for h in held if h["written"])
    patch = (tmp_path / "case/removal.patch").read_text(encoding="utf-8")
    assert "removed {" not in patch
