"""JSON text to values: every array element and object member knows its own bytes (RFC 8259)."""

from __future__ import annotations

import re
import threading

import tree_sitter
import tree_sitter_json

from iac_offboard.hcl.ast import slot
from iac_offboard.hcl.faults import BOM, MAX_DEPTH, FileFault, decode, too_deep
from iac_offboard.hcl.numbers import parse_number
from iac_offboard.hcl.parsing import TooBroken, parsed
from iac_offboard.hcl.recursion import allow_deep_recursion
from iac_offboard.hcl.text_map import PLACEHOLDER, TextMap
from iac_offboard.hcl.values import (
    Bool,
    Element,
    Entry,
    Hole,
    List,
    Map,
    Null,
    Num,
    Piece,
    Str,
    Value,
)
from iac_offboard.model import CutKind, SkipReason

_LANGUAGE = tree_sitter.Language(tree_sitter_json.language())
_LOCAL = threading.local()
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)"
)
_FORBIDDEN = re.compile(rb"[\x00-\x1f]|(?<!\\)(?:\\\\)*\\(?![\"\\/bfnrtu])")
"""What a string may not hold as it is (RFC 8259, 7); the grammar lets it pass."""
_TOKENS = re.compile(rb'(?:[ \t\n\r{}\[\]:,0-9+.a-zE-]++|"(?:[^"\\]++|\\.)*+")*+', re.DOTALL)
"""What a text may hold (RFC 8259, 2 to 7); the grammar takes other space and comments as well."""
_SIMPLE = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
_HOLE = PLACEHOLDER.encode()
Node = tree_sitter.Node


def _parser() -> tree_sitter.Parser:
    parser = getattr(_LOCAL, "parser", None)
    if not isinstance(parser, tree_sitter.Parser):
        parser = tree_sitter.Parser(_LANGUAGE)
        _LOCAL.parser = parser
    return parser


def parse_json_file(data: bytes, file: str) -> Value:
    """A whole .json file. Raises FileFault naming file, line and cause."""
    text = decode(data, file)
    bare = text.removeprefix("\ufeff")
    return parse_json(TextMap.of_file(bare, file, len(data) - len(bare.encode())), file)


def parse_json(text: TextMap, where: str) -> Value:
    """One JSON value. A hole is allowed inside strings; anywhere else it is a syntax error."""
    allow_deep_recursion()
    try:
        root = parsed(_parser(), text.data)
    except TooBroken as broken:
        raise _fault(where, text.data, broken.offset) from broken
    if text.data.startswith(BOM):
        raise _fault(where, text.data, 0)
    told = None if root.has_error else _TOKENS.match(text.data)
    if told is not None and told.end() < len(text.data):
        raise _fault(where, text.data, told.end())
    if root.has_error or len(root.named_children) != 1:
        raise _fault(where, text.data, _fault_offset(root))
    return _Reader(text, where).value(root.named_children[0], 0)


def _fault(where: str, data: bytes, offset: int) -> FileFault:
    return FileFault(
        where,
        SkipReason.UNPARSEABLE,
        "is not valid JSON",
        line=data.count(b"\n", 0, offset) + 1,
        hint="Check it with `python -m json.tool`.",
    )


def _fault_offset(root: Node) -> int:
    node = root
    while node.type != "ERROR" and not node.is_missing:
        bad = [c for c in node.children if c.has_error or c.is_missing or c.type == "ERROR"]
        if not bad:
            break
        node = bad[0]
    return node.start_byte


class _Reader:
    def __init__(self, text: TextMap, where: str) -> None:
        self.text = text
        self.where = where

    def value(self, node: Node, depth: int) -> Value:
        if depth > MAX_DEPTH:
            raise too_deep(self.where, node.start_point.row + 1)
        kind = node.type
        span = self.text.span(node.start_byte, node.end_byte)
        if kind == "string":
            return self.string(node)
        if kind == "number":
            return Num(parse_number(self.raw(node).decode()), span)
        if kind in ("true", "false"):
            return Bool(kind == "true", span)
        if kind == "null":
            return Null(span)
        if kind == "array":
            return self.array(node, depth)
        return self.object(node, depth)

    def raw(self, node: Node) -> bytes:
        return self.text.data[node.start_byte : node.end_byte]

    def array(self, node: Node, depth: int) -> List:
        container = self.text.span(node.start_byte, node.end_byte)
        elements: list[Element] = []
        for child in node.named_children:
            span = self.text.span(child.start_byte, child.end_byte)
            slots = () if span is None else slot(CutKind.ELEMENT, span, container)
            elements.append(Element(self.value(child, depth + 1), slots))
        return List(tuple(elements), container)

    def object(self, node: Node, depth: int) -> Map:
        container = self.text.span(node.start_byte, node.end_byte)
        entries: dict[str, Entry] = {}
        for child in node.named_children:
            key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
            if key is None or value is None:
                continue
            name = self.string(key)
            span = self.text.span(child.start_byte, child.end_byte)
            slots = () if span is None else slot(CutKind.ENTRY, span, container)
            shown = name.render(PLACEHOLDER)
            shadowed = entries.pop(shown, None)
            also = () if shadowed is None else (shadowed, *shadowed.also)
            entries[shown] = Entry(name, self.value(value, depth + 1), slots, also)
        return Map(tuple(entries.values()), container)

    def string(self, node: Node) -> Str:
        start, end = node.start_byte + 1, node.end_byte - 1
        bad = _FORBIDDEN.search(self.text.data, start, end)
        if bad is not None:
            raise _fault(self.where, self.text.data, bad.start())
        pieces: list[Piece | Hole] = []
        at = start
        for match in _ESCAPE.finditer(self.text.data, start, end):
            pieces += self.text.slice(at, match.start())
            span = self.text.span(match.start(), match.end())
            pieces.append(Piece(_unescape(match.group().decode("utf-8", "replace")), span))
            at = match.end()
        pieces += self.text.slice(at, end)
        whole = self.text.span(node.start_byte, node.end_byte)
        return Str(tuple(pieces) or (Piece("", whole),))


def _unescape(text: str) -> str:
    if text[1] != "u":
        return _SIMPLE.get(text[1], text[1])
    codes = [int(part, 16) for part in text[2:].split("\\u")]
    if len(codes) == 2:
        return chr(0x10000 + ((codes[0] - 0xD800) << 10) + (codes[1] - 0xDC00))
    return "\ufffd" if 0xD800 <= codes[0] < 0xE000 else chr(codes[0])
