"""YAML as ``yamlencode`` writes it: blocks, keys and strings in double quotes, keys in order."""

from __future__ import annotations

from collections.abc import Iterator

from iac_offboard.hcl.documents import json_pieces, merged
from iac_offboard.hcl.values import Bool, Hole, List, Map, Null, Num, Piece, Str, Value

_LONG = 70
"""Longer texts may be broken into lines: how is not said here."""


def yaml_encoded(value: Value) -> Str:
    """The text, with the value as its document. Strings of several lines, long ones and those
    that are not ASCII are holes: their spelling is not known."""
    pieces = list(merged(_block(value, 0, False)))
    if isinstance(value, Null | Bool | Num):  # what is bare and alone ends the document
        pieces.append(Piece("...\n"))
    return Str(tuple(pieces), value)


def _block(value: Value, depth: int, inline: bool) -> Iterator[Piece | Hole]:
    """``inline``: behind a ``- `` on the same line, which the first entry shares."""
    if isinstance(value, List) and value.elements:
        for i, element in enumerate(value.elements):
            yield Piece(("" if inline and not i else "  " * depth) + "- ")
            yield from _block(element.value, depth + 1, True)
    elif isinstance(value, Map) and value.missing is None and value.entries:
        entries = sorted(value.entries, key=lambda e: e.key.render("\x00"))
        for i, entry in enumerate(entries):
            yield Piece("" if inline and not i else "  " * depth)
            yield from _scalar(entry.key)
            yield Piece(":")
            yield from _behind_key(entry.value, depth)
    else:
        yield from _scalar(value)
        yield Piece("\n")


def _behind_key(value: Value, depth: int) -> Iterator[Piece | Hole]:
    if isinstance(value, List) and value.elements:  # lists are not indented below their key
        yield Piece("\n")
        yield from _block(value, depth, False)
    elif isinstance(value, Map) and value.missing is None and value.entries:
        yield Piece("\n")
        yield from _block(value, depth + 1, False)
    else:
        yield Piece(" ")
        yield from _block(value, depth, True)


def _scalar(value: Value) -> Iterator[Piece | Hole]:
    if isinstance(value, Str):
        text = value.text
        if text is None or len(text) > _LONG or not text.isascii() or not text.isprintable():
            yield Hole("how this is written in YAML is not known")
            return
        for piece in json_pieces(value):
            plain = piece.text if isinstance(piece, Piece) else ""
            for escape, char in (("\\u003c", "<"), ("\\u003e", ">"), ("\\u0026", "&")):
                plain = plain.replace(escape, char)
            yield Piece(plain, piece.span if isinstance(piece, Piece) else None)
        return
    yield from json_pieces(value)
