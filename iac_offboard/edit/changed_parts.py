"""What differs between two versions of an HCL file, in parts that can be read on their own.

A reader that takes seconds for a large file has to read only the blocks and attributes that an
edit touched: what stands between two of them is the same bytes in both versions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import tree_sitter

from iac_offboard.edit.tree import parse_hcl

Part = tuple[bytes, bytes]
"""The text before and after the edit; each holds whole blocks and attributes."""

_MOST = 2_000
"""Items in a row of which more than one changed; more are not compared with each other, which
may take the square of it."""


@dataclass(frozen=True, slots=True)
class _Item:
    """A block or attribute. ``head``: what stands before the body of a block."""

    start: int
    end: int
    text: bytes
    head: bytes
    body: tree_sitter.Node | None


def changed_parts(before: bytes, after: bytes) -> list[Part]:
    """The parts that differ, in order; the whole texts where one of them cannot be read."""
    old, new = parse_hcl(before + b"\n"), parse_hcl(after + b"\n")
    if old.has_error or new.has_error:
        return [(before, after)]
    return list(_parts(before, after, _Row.of(old, before), _Row.of(new, after)))


@dataclass(frozen=True, slots=True)
class _Row:
    """The items of one body, which stands at [start, end)."""

    items: Sequence[_Item]
    start: int
    end: int

    @classmethod
    def of(cls, root: tree_sitter.Node, text: bytes) -> _Row:
        body = next((c for c in root.named_children if c.type == "body"), None)
        return cls([] if body is None else _items(body, text), 0, len(text))

    def between(self, low: int, high: int, text: bytes) -> bytes:
        """Items low to high with all that stands around them, up to their neighbours."""
        start = self.items[low - 1].end if low else self.start
        end = self.items[high].start if high < len(self.items) else self.end
        return text[start:end]


def _items(body: tree_sitter.Node, text: bytes) -> list[_Item]:
    found = []
    for node in body.named_children:
        if node.type not in ("attribute", "block"):
            continue
        start, end = node.start_byte, node.end_byte
        opened = next((c for c in node.children if c.type == "block_start"), None)
        head = text[start : opened.start_byte] if opened is not None else b""
        inner = next((c for c in node.named_children if c.type == "body"), None)
        found.append(_Item(start, end, text[start:end], head, inner))
    return found


def _parts(before: bytes, after: bytes, old: _Row, new: _Row) -> Iterator[Part]:
    for low, high, first, last in _differing(old.items, new.items):
        one = high - low == 1 and last - first == 1
        a, b = (old.items[low], new.items[first]) if one else (None, None)
        if a and b and a.body and b.body and a.head == b.head:
            # In a one-line block the closing brace stands behind the body at once.
            inner = _Row(_items(a.body, before), a.body.start_byte, a.body.end_byte)
            other = _Row(_items(b.body, after), b.body.start_byte, b.body.end_byte)
            yield from _parts(before, after, inner, other)
            continue
        part = old.between(low, high, before), new.between(first, last, after)
        if part[0] != part[1]:
            yield part


def _differing(old: Sequence[_Item], new: Sequence[_Item]) -> Iterator[tuple[int, int, int, int]]:
    """[low, high) of the old items became [first, last) of the new ones."""
    a, b = [item.text for item in old], [item.text for item in new]
    same = 0
    while same < min(len(a), len(b)) and a[same] == b[same]:
        same += 1
    end = 0
    while end < min(len(a), len(b)) - same and a[-1 - end] == b[-1 - end]:
        end += 1
    a, b = a[same : len(a) - end], b[same : len(b) - end]
    if max(len(a), len(b)) > _MOST:
        yield same, same + len(a), same, same + len(b)
        return
    for tag, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag != "equal":
            yield same + i, same + j, same + k, same + m
