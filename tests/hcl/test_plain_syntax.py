"""What a pattern reads of plain attributes is what the grammar's tree leads to."""

from __future__ import annotations

import pytest

from iac_offboard.hcl.syntax import parse


@pytest.mark.parametrize(
    "text",
    ['"alice"', '""', '"a b # c"', '"é"', "var.name", "local.a.b_2.arn", '"a$$b"', '"${var.a}"',
     "each.value", "true", "1.5", "a.b-1", "a.b - 1", "a.0.b", "a.*.b"],
)  # fmt: skip
def test_the_same_expression_with_and_without_the_tree(text: str) -> None:
    body = parse(f"x {{\n  n = {text}\n}}\n".encode(), "main.tf")
    commented = parse(f"x {{\n  n = {text} /* */\n}}\n".encode(), "main.tf")
    plain, tree = (b.blocks[0].body.attributes[0].expr for b in (body, commented))
    assert plain == tree
