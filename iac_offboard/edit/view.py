"""Text inside text. A ``View`` is the decoded text of a string, with the way back to its bytes.

A policy document may stand in a heredoc, in a quoted string with escaped quotes, or in a string
of a ``.tf.json`` file. It is edited in its decoded form; every decoded byte knows the byte of
the file that it came from, so that a removal maps back exactly.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import tree_sitter

from iac_offboard.edit.tree import parse_hcl
from iac_offboard.hcl.faults import BOM

_HEREDOC = frozenset({"heredoc_template"})
TEMPLATES = frozenset({"heredoc_template", "quoted_template", "string_lit"})


@dataclass(frozen=True, slots=True)
class View:
    """``origin[i]`` is the file offset of ``text[i]``; one more entry gives the end.

    ``directives``: ``%{ if }`` or ``%{ for }`` stand in it, so that what is written is not
    what will be there.
    """

    text: bytes
    origin: Sequence[int]
    directives: bool = False

    def out(self, offset: int) -> int:
        """The file offset of an offset in the text."""
        return self.origin[offset]

    def back(self, start: int, end: int) -> tuple[int, int] | None:
        """Offsets in the text of file offsets, or None when they lie outside."""
        if start < self.origin[0] or end > self.origin[-1]:
            return None
        low = bisect_left(self.origin, start)
        if self.origin[low] != start:
            low -= 1
        return low, bisect_left(self.origin, end)


def of_file(data: bytes) -> View:
    """A whole file, without its byte order mark."""
    base = len(BOM) if data.startswith(BOM) else 0
    return View(data[base:], range(base, len(data) + 1))


_HCL_ESCAPE = re.compile(
    rb'\\u(?P<u>[0-9a-fA-F]{4})|\\U(?P<w>[0-9a-fA-F]{8})|\\(?P<c>[nrt"\\])|(?P<d>\$\$|%%)(?=\{)'
)
_HEREDOC_ESCAPE = re.compile(rb"(?P<u>(?!))|(?P<w>(?!))|(?P<c>(?!))|(?P<d>\$\$|%%)(?=\{)")
_JSON_ESCAPE = re.compile(rb'\\u(?P<u>[0-9a-fA-F]{4})|(?P<w>(?!))|\\(?P<c>[nrtbf"\\/])|(?P<d>(?!))')
_CONTROL = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def _unescaped(match: re.Match[bytes]) -> bytes:
    if (code := match["u"] or match["w"]) is not None:
        return chr(min(int(code, 16), 0x10FFFF)).encode("utf-8", "surrogatepass")
    if match["c"] is not None:
        return _CONTROL.get(match["c"], match["c"])
    return match["d"][:1]


def _decode(
    outer: View, start: int, end: int, escape: re.Pattern[bytes]
) -> Iterator[tuple[bytes, int]]:
    """(decoded bytes, offset in ``outer``) for each byte or escape of [start, end)."""
    at = start
    for match in escape.finditer(outer.text, start, end):
        for i in range(at, match.start()):
            yield outer.text[i : i + 1], i
        yield _unescaped(match), match.start()
        at = match.end()
    for i in range(at, end):
        yield outer.text[i : i + 1], i


def _build(outer: View, pieces: Iterator[tuple[bytes, int]], end: int, directives: bool) -> View:
    text = bytearray()
    origin: list[int] = []
    for piece, at in pieces:
        text += piece
        origin += [outer.out(at)] * len(piece)
    origin.append(outer.out(end))
    return View(bytes(text), origin, outer.directives or directives)


def of_json_string(outer: View, start: int, end: int) -> View:
    """The text of a JSON string whose quotes stand at ``start`` and before ``end``."""
    return _build(outer, _decode(outer, start + 1, end - 1, _JSON_ESCAPE), end - 1, False)


def of_template(outer: View, node: tree_sitter.Node) -> View:
    """The text of an HCL template. An interpolation becomes one digit, which is valid both
    inside a JSON string and as a JSON value of its own."""
    if node.type in _HEREDOC:
        names = [c for c in node.children if c.type == "heredoc_identifier"]
        start = outer.text.index(b"\n", names[0].end_byte) + 1
        end, escape = names[-1].start_byte, _HEREDOC_ESCAPE
    else:
        start, end, escape = node.start_byte + 1, node.end_byte - 1, _HCL_ESCAPE
    holes = [(c.start_byte, c.end_byte, c.type) for c in node.children if c.type in _HOLES]
    directives = any(kind == "template_directive" for _, _, kind in holes)
    return _build(outer, _pieces(outer, start, end, holes, escape), end, directives)


_HOLES = {"template_interpolation": b"1", "template_directive": b" "}


def _pieces(
    outer: View, start: int, end: int, holes: list[tuple[int, int, str]], escape: re.Pattern[bytes]
) -> Iterator[tuple[bytes, int]]:
    at = start
    for low, high, kind in holes:
        yield from _decode(outer, at, low, escape)
        yield _HOLES[kind], low
        at = high
    yield from _decode(outer, at, end, escape)


_MARK = b"__IAC_OFFBOARD_TEMPLATE__"
_HEAD = b"x = <<" + _MARK + b"\n"


def of_bare_template(outer: View) -> View | None:
    """The text of a file that ``templatefile`` reads, or None when it is no template."""
    root = parse_hcl(_HEAD + outer.text + b"\n" + _MARK + b"\n")
    if root.has_error or _MARK in outer.text:
        return None
    shift, size = len(_HEAD), len(outer.text)
    node: tree_sitter.Node | None = root
    while node is not None and node.type not in _HEREDOC:
        node = node.named_children[-1] if node.named_children else None
    if node is None:
        return None
    holes = [
        (c.start_byte - shift, c.end_byte - shift, c.type)
        for c in node.children
        if c.type in _HOLES
    ]
    directives = any(kind == "template_directive" for _, _, kind in holes)
    return _build(outer, _pieces(outer, 0, size, holes, _HEREDOC_ESCAPE), size, directives)
