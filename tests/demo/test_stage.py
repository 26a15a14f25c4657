"""What the demo prints where nobody watches a terminal."""

from __future__ import annotations

import pytest

from iac_offboard.demo.stage import Stage


def test_a_patch_is_printed_in_whole_lines(capsys: pytest.CaptureFixture[str]) -> None:
    patch = f"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-{'long ' * 60}[bold]\n+short\n"
    Stage(environment={}).diff(patch)
    assert capsys.readouterr().out == patch
