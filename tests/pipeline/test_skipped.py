"""What is said of what could not be read: what to do, and each thing once."""

from __future__ import annotations

from pathlib import Path

import pytest

from iac_offboard.hcl.context import Faults
from iac_offboard.hcl.faults import FileFault
from iac_offboard.model import Alias, AliasKind, Skipped, SkipReason, Subject, SubjectKind
from iac_offboard.pipeline.request import Request
from iac_offboard.pipeline.scan import run_scan

LEAVER = Subject(
    id="leaver-2041",
    kind=SubjectKind.PERSON,
    left_at=None,
    aliases=(Alias(kind=AliasKind.USER_NAME, value="alice"),),
)
UNREADABLE = """\
module "gone" {
  source = "../built"
}
module "outside" {
  source = "../../elsewhere"
}
variable "more" {
  type    = map(bool)
  default = null
}
resource "aws_iam_user" "each" {
  for_each = var.more.x ? toset(["a"]) : toset([])
  name     = "alice"
}
resource "aws_iam_user" "listed" {
  for_each = toset(yamldecode(file("people.yaml")))
  name     = each.key
}
"""


def _skipped(top: Path) -> tuple[Skipped, ...]:
    scan = run_scan(Request(subjects="", terraform=(str(top),)), subjects=(LEAVER,))
    return scan.collected.skipped


def test_each_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "main.tf").write_text(UNREADABLE, encoding="utf-8")
    found = _skipped(tmp_path)
    assert len(found) >= 4
    assert [s for s in found if not s.next_step] == []
    missing = next(s for s in found if s.where.endswith("module.gone"))
    assert missing.next_step == "Correct the source, or bring the module."
    refused = next(s for s in found if s.where.endswith("aws_iam_user.each"))
    assert "refuses it" in refused.next_step


def test_a_terragrunt_unit_is_told_what_terragrunt_can_do(tmp_path: Path) -> None:
    (tmp_path / "people").mkdir()
    (tmp_path / "people" / "terragrunt.hcl").write_text(
        'terraform {\n  source = "git::https://example.com/people.git"\n}\n'
        'inputs = {\n  admins = ["alice"]\n}\n'
        'generate "more" {\n  path = "more.tf"\n  contents = <<EOT\n'
        'resource "aws_iam_user" "alice" {\n  name = "alice"\n}\nEOT\n}\n',
        encoding="utf-8",
    )
    by_reason = {s.reason: s for s in _skipped(tmp_path)}
    generated = by_reason[SkipReason.UNSUPPORTED]
    assert "generate more (line 7)" in generated.detail
    assert "into a .tf file of the module" in generated.next_step
    unit = by_reason[SkipReason.UNDECIDED]
    assert "`terragrunt state pull`" in unit.next_step
    assert "terraform get" not in unit.next_step


@pytest.mark.parametrize(
    "reason", [SkipReason.DENIED, SkipReason.UNREACHABLE, SkipReason.TOO_LARGE]
)
def test_a_file_that_nobody_can_read_says_what_to_do(reason: SkipReason) -> None:
    faults = Faults()
    faults.fault(FileFault("people.yaml", reason, "is not to be had"))
    (told,) = faults.told()[0]
    assert told.next_step


def test_what_is_alike_under_many_variables_files_is_said_once(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "main.tf").write_text(
        'variable "x" {\n  type = string\n}\n'
        'resource "aws_iam_user" "u" {\n  name = data.other.thing.name\n}\n'
        'resource "aws_iam_user" "v" {\n  name = "${var.x}-${data.other.thing.name}"\n}\n',
        encoding="utf-8",
    )
    for name in ("one", "two", "three"):
        text = f'x = "{"al" if name == "two" else "a"}"\n'
        (tmp_path / "a" / f"{name}.tfvars").write_text(text, encoding="utf-8")
    found = [s for s in _skipped(tmp_path) if "aws_iam_user.u" in s.where]
    assert len(found) == 1
    assert "the same in 2 other ways to use this root" in found[0].detail
