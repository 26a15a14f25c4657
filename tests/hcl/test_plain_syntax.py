"""What a pattern reads of plain attributes is what the grammar's tree leads to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iac_offboard.hcl.faults import FileFault
from iac_offboard.hcl.syntax import parse

_PLAIN = ['"alice"', '""', '"a b # c"', '"é"', '"a,b]"', "0", "12", "007", "9" * 400, "var.name",
          "local.a.b_2.arn", "each.value", '"${var.a}-x"', '"a/${b}/${c.d.e}é"', '"${a.b}"',
          '"${a}"', '"${a}${b.c}"', '"-${true.a}"']  # fmt: skip
_OTHERS = ['"a$$b"', '"$${a}"', '"${true}"', '"${null}x"', '"${nullable}"', '"x${ a }"', '"${~a}"',
           '"%{if a}"', '"${a[0]}"', '"${var.a}"', '"\\n"', "true", "null", "x", "-1", "1.5", "1e3",
           "a.b-1", "a.b - 1", "a.0.b", "a.*.b", "a[0]", "f(1)", "[]", "[[1]]",
           "{ a = 1 }"]  # fmt: skip
_SPACE = st.sampled_from(["", " ", "\n", "\r\n  ", "\t", " # c\n"])
_LIST = st.builds(
    lambda first, items, last: f"[{first}{''.join(items)}{last}]",
    _SPACE,
    st.lists(st.builds("{}{},{}".format, st.sampled_from(_PLAIN + _OTHERS), _SPACE, _SPACE)),
    st.sampled_from(["", *_PLAIN]),
)


def _same(text: str) -> None:
    try:
        commented = parse(f"x {{\n  n = {text} /* */\n}}\n".encode(), "main.tf")
    except FileFault:
        with pytest.raises(FileFault):
            parse(f"x {{\n  n = {text}\n}}\n".encode(), "main.tf")
        return
    body = parse(f"x {{\n  n = {text}\n}}\n".encode(), "main.tf")
    plain, tree = (b.blocks[0].body.attributes[0].expr for b in (body, commented))
    assert plain == tree


@pytest.mark.parametrize("text", _PLAIN + _OTHERS)
def test_the_same_expression_with_and_without_the_tree(text: str) -> None:
    _same(text)


@given(_LIST)
def test_the_same_list_with_and_without_the_tree(text: str) -> None:
    _same(text)
