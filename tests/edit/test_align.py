"""Alignment after an edit, against what ``terraform fmt`` makes of it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.edit.marked import edit, marked

CASES = {
    "attribute": ("x {\n  a      = 1\n  «longer = 2»\n  bb     = 3\n}\n", "attribute", (2, 3)),
    "entry": ("x = {\n  a      = 1\n  «longer = 2»\n}\n", "entry", (2,)),
    "quoted keys": ('x = {\n  "a"      = 1\n  «"longer" = [1]»\n}\n', "entry", (2,)),
    "not the longest": ("x {\n  aaa = 1\n  «b   = 2»\n}\n", "attribute", ()),
    "top level": ("a      = 1\n«longer = 2»\nb      = 3\n", "attribute", (1, 2)),
    "a long value between two groups": (
        "x {\n  a = 1\n  «l = [\n    1,\n  ]»\n  bbb = 2\n}\n",
        "attribute",
        (2,),
    ),
    "trailing comments of a list": (
        'x = [\n  "a", # a\n  «"longer"», # l\n  "b", # b\n]\n'.replace(
            '"a", #', '"a",      #'
        ).replace('"b", #', '"b",      #'),
        "element",
        (2, 3),
    ),
    "trailing comments of attributes": (
        "x {\n  a      = 1      # a\n  «longer = 222222» # l\n}\n",
        "attribute",
        (2,),
    ),
    "wide characters": ('x = {\n  "é"      = 1\n  «"longer" = 2»\n}\n', "entry", (2,)),
    "heredoc in the group": (
        "x {\n  a      = 1\n  «longer = 2»\n  h      = <<EOF\nt = 1\nEOF\n  b      = 2\n}\n",
        "attribute",
        (2, 3, 6),
    ),
    "element of a nested list": (
        'x = {\n  a      = ["x", «"y"»] # a\n  longer = ["x"]      # b\n}\n',
        "element",
        (3,),
    ),
    "windows lines": ("x {\r\n  a      = 1\r\n  «longer = 2»\r\n}\r\n", "attribute", (2,)),
    "calls": (
        "x {\n  «longer = merge({\n    a = 1\n  }, { b = 2 })»\n  c = jsonencode({ a = 1 })\n}\n",
        "attribute",
        (),
    ),
    "nested indentation": (
        "x {\n  s {\n    p {\n      t    = 1\n      «ids  = [2]»\n      long = 3\n    }\n  }\n}\n",
        "attribute",
        (),
    ),
}


def fmt(text: bytes, tmp_path: Path) -> bytes:
    """What the real formatter makes of a text."""
    program = shutil.which("terraform")
    if program is None:
        pytest.skip("install terraform and put it on PATH")
    config = tmp_path / "terraform.rc"
    config.write_bytes(b"")
    environment = {**os.environ, "TF_CLI_CONFIG_FILE": str(config), "CHECKPOINT_DISABLE": "1"}
    done = subprocess.run(
        [program, "fmt", "-"], input=text, capture_output=True, check=True, env=environment
    )
    return done.stdout


@pytest.mark.terraform
@pytest.mark.parametrize("case", CASES)
def test_the_real_formatter_has_nothing_to_do(case: str, tmp_path: Path) -> None:
    text, kind, _ = CASES[case]
    before, _ = marked(text, kind)
    after = edit(text, kind).files["main.tf"]
    assert fmt(before, tmp_path) == before
    assert fmt(after, tmp_path) == after


@pytest.mark.parametrize("case", CASES)
def test_adjusted_lines_are_listed(case: str) -> None:
    text, kind, lines = CASES[case]
    result = edit(text, kind)
    assert result.alignment.get("main.tf", ()) == lines


@pytest.mark.parametrize(
    "text",
    [
        "x {\n  a  = 1\n  «longer = 2»\n}\n",
        "x {\n    a      = 1\n    «longer = 2»\n}\n",
        "x {\n\ta      = 1\n\t«longer = 2»\n}\n",
        "y {\n  a = 1\n  bb = 2\n}\n\nx {\n  a      = 1\n  «longer = 2»\n}\n",
    ],
    ids=["group", "indentation", "tabs", "elsewhere"],
)
def test_a_file_that_was_not_formatted_is_left_as_it_was(text: str) -> None:
    result = edit(text, "attribute")
    before, _ = marked(text, "attribute")
    start, end = result.removed[0].start, result.removed[0].end
    assert result.alignment == {}
    assert result.files["main.tf"] == before[:start] + before[end:]
