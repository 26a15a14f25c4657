"""A scan evaluates what a row asks for and nothing else, and finds what a full evaluation finds."""

from __future__ import annotations

from pathlib import Path

import pytest

from iac_offboard.hcl.files import DiskFiles
from iac_offboard.hcl.resources import everything
from iac_offboard.model import SkipReason
from iac_offboard.pipeline.request import Request
from iac_offboard.pipeline.scan import run_scan
from iac_offboard.sources.terraform import TerraformSource
from tests.hcl.golden import GOLDEN, cases


def source(directory: Path) -> TerraformSource:
    return TerraformSource(directory="repo", files=DiskFiles(directory), var_files={})


@pytest.mark.parametrize("name", cases())
def test_what_is_asked_for_is_what_a_full_evaluation_says(name: str) -> None:
    lazy, full = source(GOLDEN / name / "before"), source(GOLDEN / name / "before")
    for root in full.repository.roots:
        everything(root)
    found, expected = lazy.collect(()), full.collect(())
    assert found.observations == expected.observations
    assert found.notes == expected.notes
    assert set(found.skipped) <= set(expected.skipped)
    # What else a full evaluation meets stands where nobody can be named.
    assert not [
        s for s in expected.skipped if s not in found.skipped and s.reason is SkipReason.UNDECIDED
    ]


@pytest.mark.parametrize("name", cases())
def test_a_scan_that_leaves_others_out_finds_the_same(name: str) -> None:
    roster = GOLDEN / name / "leavers.yaml"
    request = Request(subjects=str(roster), terraform=(str(GOLDEN / name / "before"),))
    narrow, wide = run_scan(request, findings_only=True), run_scan(request)
    assert narrow.findings == wide.findings
    assert (narrow.collected.skipped, narrow.collected.notes) == (
        wide.collected.skipped,
        wide.collected.notes,
    )


def test_what_no_row_reads_is_not_evaluated(tmp_path: Path) -> None:
    """The file is not there; nothing that could hold an identity depends on it."""
    (tmp_path / "main.tf").write_text(
        'resource "aws_lb" "x" {\n  name = file("${path.module}/gone.txt")\n}\n'
        'resource "aws_iam_user" "x" {\n  name          = "alice"\n'
        '  force_destroy = file("${path.module}/gone.txt")\n}\n'
    )
    found = source(tmp_path)
    assert [o.binding.principal.value for o in found.collect(()).observations] == ["alice"]
    assert found.collect(()).skipped == ()
    assert [s.reason for s in found.repository.skipped] == [SkipReason.MISSING]


def test_what_a_row_reads_is_evaluated_wherever_it_leads(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        'resource "aws_lb" "x" {\n  name = file("${path.module}/gone.txt")\n}\n'
        'resource "aws_iam_user" "x" {\n  name = aws_lb.x.name\n}\n'
    )
    found = source(tmp_path).collect(())
    assert found.observations == ()
    assert [(s.where, s.reason) for s in found.skipped if s.reason is SkipReason.MISSING] == [
        ("repo/gone.txt", SkipReason.MISSING)
    ]
