"""One place that cannot be edited, among others that can."""

from __future__ import annotations

from pathlib import Path

from iac_offboard.hcl.files import DiskFiles
from iac_offboard.model import CodeOrigin, Cut, CutKind, Span
from iac_offboard.pipeline.leftovers import settle
from iac_offboard.pipeline.untouchable import Untouchable
from iac_offboard.pipeline.whose import Whose
from iac_offboard.sources.terraform import TerraformSource

ALICE = b'resource "aws_iam_user" "a" {\n  name = "alice"\n}\n'
BOB = b'\nresource "aws_iam_user" "b" {\n  name = "bob"\n}\n'


def test_the_others_are_made(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_bytes(ALICE + BOB)
    source = TerraformSource(directory=str(tmp_path), files=DiskFiles(tmp_path), var_files={})
    origins = [o.origin for o in source.collect(()).observations]
    good = [c for o in origins if isinstance(o, CodeOrigin) for c in o.cuts][:1]
    bad = Cut(kind=CutKind.ELEMENT, span=Span(file="main.tf", start=2, end=5))
    settled = settle(source, [bad, *good], Untouchable(source), {}, Whose())
    assert settled.result.files == {"main.tf": BOB.lstrip()}
    assert list(settled.refused) == [bad]
    assert "the edit cannot be made: main.tf: no element stands" in settled.refused[bad]
