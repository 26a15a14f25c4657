"""JSON documents inside strings: written by ``jsonencode``, or read from text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from iac_offboard.hcl.arithmetic import decimal_text
from iac_offboard.hcl.faults import FileFault
from iac_offboard.hcl.json_spans import parse_json
from iac_offboard.hcl.strings import MAX_PIECES, MAX_TEXT
from iac_offboard.hcl.text_map import as_text
from iac_offboard.hcl.values import (
    Bool,
    Encoded,
    Hole,
    List,
    Map,
    Null,
    Num,
    Piece,
    Str,
    Unknown,
    Value,
)

_PLAIN = re.compile(r"[\w .:/*@+=,;$%()!?#~|{}\[\]'-]*", re.ASCII)


def document_of(value: Value) -> Value | None:
    """The document in a string: what made it, or its text parsed with spans through its pieces.

    A hole inside a JSON string stays a hole there; a hole anywhere else, or text that is not
    JSON, gives None. A list or map is its own document.
    """
    if isinstance(value, List | Map):
        return value
    if not isinstance(value, Str):
        return None
    if value.document is not None:
        return value.document
    text = as_text(value)
    if text.data.lstrip()[:1] not in (b"{", b"["):
        return None
    try:
        return parse_json(text, "document")
    except FileFault:
        return None


def encoded(value: Value) -> Str:
    """``jsonencode``: the JSON text, with the value as its document. A text that is too long is
    not known."""
    return Encoded(lambda: _written(value), value)


def _written(value: Value) -> tuple[Piece | Hole, ...]:
    pieces = tuple(merged(islice(json_pieces(value), 5 * MAX_PIECES)))
    size = sum([len(p.text) for p in pieces if isinstance(p, Piece)])
    if size > MAX_TEXT or len(pieces) > MAX_PIECES:
        return (Hole("the document is too long to be evaluated"),)
    return pieces


def json_pieces(value: Value) -> Iterator[Piece | Hole]:
    """Compact JSON. Escaped text is never exact: its bytes are not those of the file."""
    match value:
        case Str():
            yield Piece('"')
            for piece in value.pieces:
                if isinstance(piece, Hole):
                    yield piece
                    continue
                text = _escaped(piece.text)
                yield replace(piece, text=text, exact=piece.exact and text == piece.text)
            yield Piece('"')
        case Num():
            shown = decimal_text(value.value)
            yield Hole("not all digits are known") if shown is None else Piece(shown)
        case Bool():
            yield Piece(json.dumps(value.value))
        case Null():
            yield Piece("null")
        case List():
            yield from _sequence(value)
        case Map() if value.missing is not None:
            yield Hole("what else this holds is not known")
        case Map():
            yield from _mapping(value)
        case Unknown():
            yield Hole(value.reason, value.ref)


def _escaped(text: str) -> str:
    """As Terraform writes it: <, > and & as escapes too."""
    if _PLAIN.fullmatch(text):
        return text
    shown = json.dumps(text, ensure_ascii=False)[1:-1]
    return shown.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _sequence(value: List) -> Iterator[Piece | Hole]:
    yield Piece("[")
    for i, item in enumerate(value.elements):
        if i:
            yield Piece(",")
        yield from json_pieces(item.value)
    yield Piece("]")


def _mapping(value: Map) -> Iterator[Piece | Hole]:
    yield Piece("{")
    for i, entry in enumerate(sorted(value.entries, key=lambda e: e.key.render("\x00"))):
        if i:
            yield Piece(",")
        yield from json_pieces(entry.key)
        yield Piece(":")
        yield from json_pieces(entry.value)
    yield Piece("}")


def merged(pieces: Iterator[Piece | Hole]) -> Iterator[Piece | Hole]:
    """Neighbours without a place as one piece."""
    text = ""
    for piece in pieces:
        if isinstance(piece, Piece) and piece.span is None:
            text += piece.text
            continue
        if text:
            yield Piece(text)
            text = ""
        yield piece
    if text:
        yield Piece(text)
