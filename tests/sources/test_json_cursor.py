"""Large JSON read in parts says the same as read at once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iac_offboard.sources.json_cursor import BrokenJson, JsonCursor

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=20,
)
SPACES = st.sampled_from([None, 0, 1, "\t"])


def whole(cursor: JsonCursor) -> Any:
    """All of the text, and nothing behind it."""
    found = in_parts(cursor)
    cursor.end()
    return found


def in_parts(cursor: JsonCursor) -> Any:
    """Objects and lists member by member, all the way down."""
    if cursor.is_at("{"):
        return {key: in_parts(cursor) for key in cursor.members()}
    if cursor.is_at("["):
        return [in_parts(cursor) for _ in cursor.elements()]
    return cursor.value()


@given(VALUES, SPACES, st.booleans())
def test_in_parts_as_at_once(value: Any, indent: int | str | None, ascii_only: bool) -> None:
    data = json.dumps(value, indent=indent, ensure_ascii=ascii_only).encode()
    cursor = JsonCursor(b"\xef\xbb\xbf \n" + data + b" ")
    assert whole(cursor) == value


@given(VALUES, st.data())
def test_what_is_cut_off_is_broken(value: Any, data: st.DataObject) -> None:
    text = json.dumps({"a": [value]}, ensure_ascii=False).encode()
    cut = text[: data.draw(st.integers(0, len(text) - 1))]
    cursor = JsonCursor(cut)
    with pytest.raises(BrokenJson):
        whole(cursor)


@given(st.dictionaries(st.text(max_size=3), VALUES, max_size=5))
def test_what_nobody_takes_is_passed_over(value: dict[str, Any]) -> None:
    cursor = JsonCursor(json.dumps(value).encode())
    assert list(cursor.members()) == list(value)
    cursor.end()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{"a" 1}', 1),
        ('{"a": 1,}', 1),
        ('{\n"a": [1,\n 2\n,]}', 4),
        ('{"a": 1} x', 1),
        ("{'a': 1}", 1),
        ('{"a": "\udce9"}', 1),
    ],
)
def test_the_line_is_told_and_nothing_of_the_text(text: str, line: int) -> None:
    cursor = JsonCursor(text.encode("latin-1", "surrogateescape"))
    with pytest.raises(BrokenJson, match=f"^no JSON from line {line} on$") as raised:
        whole(cursor)
    assert raised.value.__cause__ is None


def test_a_part_can_be_had_as_text() -> None:
    cursor = JsonCursor('[{"a": "zoë"}, {"b": 1}]'.encode())
    texts = []
    for start in cursor.elements():
        cursor.value()
        texts.append(cursor.text_since(start))
    assert texts == ['{"a": "zoë"}', '{"b": 1}']
