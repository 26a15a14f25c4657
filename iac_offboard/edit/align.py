"""The alignment of ``=`` and of trailing comments, as ``terraform fmt`` does it.

The rule is that of ``hclwrite.Format`` (hashicorp/hcl, hclwrite/format.go): a line splits into
lead, assignment and comment; the assignments of consecutive lines that have one stand in one
column, and so do their comments. A line whose value opens a bracket that it does not close has
no assignment cell and ends a chain, as do blank lines and lines with a comment only. A heredoc
or a multi-line string counts as one line.

Only a file whose indentation and alignment were right before the edit is touched: in any
other, ``terraform fmt`` would change more than the lines next to the edit.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import tree_sitter

from iac_offboard.edit.group import line_start
from iac_offboard.edit.tree import parse_hcl
from iac_offboard.hcl.faults import BOM

_WHOLE = frozenset({"heredoc_template", "quoted_template", "string_lit", "comment"})
_OPEN = frozenset({"(", "[", "{"})
_CLOSE = frozenset({")", "]", "}"})


class Leaf(NamedTuple):
    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line as the formatter sees it. ``equals`` and ``comment`` are where those cells begin,
    ``lead`` and ``content`` where what stands before them ends; -1 for a cell that it lacks."""

    start: int
    net: int
    equals: int = -1
    lead: int = -1
    comment: int = -1
    content: int = -1


def adjust(before: bytes, after: bytes) -> tuple[bytes, tuple[int, ...]]:
    """``after`` with neighbouring lines aligned again, and the 1-based lines that changed."""
    if not _was_formatted(before):
        return after, ()
    changed: set[int] = set()
    return _all_aligned(after, changed), tuple(sorted(changed))


def tidy(text: bytes) -> bytes:
    """``text`` with all neighbouring lines aligned."""
    return _all_aligned(text, set())


def _all_aligned(text: bytes, changed: set[int]) -> bytes:
    found = lines(text)
    aligned = _aligned(text, found, _equals, changed)
    if aligned != text:
        found = lines(aligned)
    return _aligned(aligned, found, _comment, changed)


def _equals(line: Line) -> tuple[int, int] | None:
    return (line.lead, line.equals) if line.equals >= 0 else None


def _comment(line: Line) -> tuple[int, int] | None:
    return (line.content, line.comment) if line.comment >= 0 else None


_Cell = Callable[[Line], tuple[int, int] | None]


def _aligned(text: bytes, found: Sequence[Line | None], cell: _Cell, changed: set[int]) -> bytes:
    parts: list[bytes] = []
    at = 0
    for low, high, spaces in _wrong(text, found, cell):
        parts += [text[at:low], b" " * spaces]
        at = high
        changed.add(text.count(b"\n", 0, low) + 1)
    return b"".join([*parts, text[at:]])


def _wrong(
    text: bytes, found: Sequence[Line | None], cell: _Cell
) -> Iterator[tuple[int, int, int]]:
    """(start, end, right number of spaces) of every gap before a cell that is not right."""
    chain: list[tuple[int, int]] = []
    for line in (*found, None):
        gap = cell(line) if line is not None else None
        if gap is not None:
            chain.append(gap)
            continue
        widths = [_columns(text, low) for low, _ in chain]
        for (low, high), width in zip(chain, widths, strict=True):
            spaces = max(widths) - width + 1
            if text[low:high] != b" " * spaces:
                yield low, high, spaces
        chain = []


def _columns(text: bytes, at: int) -> int:
    shown = text[line_start(text, at) : at].removeprefix(BOM).decode("utf-8", "replace")
    return sum(1 for c in shown if not unicodedata.combining(c))


def _was_formatted(text: bytes) -> bool:
    found = lines(text)
    return (
        _indented(text, found)
        and not any(True for _ in _wrong(text, found, _equals))
        and not any(True for _ in _wrong(text, found, _comment))
    )


def _indented(text: bytes, found: Sequence[Line | None]) -> bool:
    """Two spaces for each line that opened brackets and is not closed yet."""
    opened: list[int] = []
    for line in found:
        if line is None:
            continue
        closed = -line.net
        while closed > 0 and opened:
            if closed >= opened[-1]:
                closed -= opened.pop()
            else:
                opened[-1] -= closed
                closed = 0
        begin = line_start(text, line.start)
        if text[begin : line.start].removeprefix(BOM) != b"  " * len(opened):
            return False
        if line.net > 0:
            opened.append(line.net)
    return True


def lines(text: bytes) -> list[Line | None]:
    """The formatter's lines; None stands for blank lines between two of them."""
    found: list[Line | None] = []
    current: list[Leaf] = []
    for leaf in _leaves(parse_hcl(text), text):
        breaks = text.count(b"\n", current[-1].end, leaf.start) if current else 0
        if breaks:
            found.append(_line(current))
            current = []
        if breaks > 1:
            found.append(None)
        current.append(leaf)
    if current:
        found.append(_line(current))
    return found


def _leaves(root: tree_sitter.Node, text: bytes) -> Iterator[Leaf]:
    cursor = root.walk()
    assigned = False  # was the leaf before this an equals sign?
    while True:
        node = cursor.node
        whole = node is None or node.type in _WHOLE or (assigned and _is_one_cell(node, text))
        if not whole and cursor.goto_first_child():
            continue
        if node is not None and node.start_byte < node.end_byte:
            assigned = node.type == "="
            yield Leaf(node.type, node.start_byte, node.end_byte)
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return


def _is_one_cell(node: tree_sitter.Node, text: bytes) -> bool:
    """Is what is assigned on one line, without a comment? Its brackets even out."""
    if node.type != "expression":
        return False
    inside = text[node.start_byte : node.end_byte]
    return not any(sign in inside for sign in (b"\n", b"#", b"//", b"/*"))


def _line(leaves: list[Leaf]) -> Line:
    cells = leaves
    comment = content = equals = lead = -1
    if len(leaves) > 1 and leaves[-1].kind == "comment":
        comment, content = leaves[-1].start, leaves[-2].end
        cells = leaves[:-1]
    for i, leaf in enumerate(cells):
        if i and leaf.kind == "=":
            if not _net(cells[i:]):
                equals, lead = leaf.start, cells[i - 1].end
            break
    return Line(leaves[0].start, _net(cells), equals, lead, comment, content)


def _net(leaves: Sequence[Leaf]) -> int:
    opened = sum(leaf.kind in _OPEN for leaf in leaves)
    return opened - sum(leaf.kind in _CLOSE for leaf in leaves)
