"""Base64, percent signs and character sets."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from urllib.parse import quote_plus

from iac_offboard.hcl.convert import failure, known_text, unknown
from iac_offboard.hcl.registry import function
from iac_offboard.hcl.strings import text_in
from iac_offboard.hcl.text_map import TextMap
from iac_offboard.hcl.value_types import STRING
from iac_offboard.hcl.values import Piece, Str, Value

_CHARSETS = {"UTF-8": "utf-8", "UTF-16LE": "utf-16-le", "UTF-16BE": "utf-16-be"}


def _in_place(source: Value, text: str) -> Value:
    """The result stands where the whole of the argument does."""
    assert isinstance(source, Str)
    places = TextMap(source.pieces)
    return Str((Piece(text, places.span(0, len(places.data))),))


def _decoded(source: Value, charset: str, args: Sequence[Value]) -> Value:
    try:
        data = base64.b64decode(text_in(source).replace("\n", "").replace("\r", ""), validate=True)
        return _in_place(source, data.decode(charset))
    except (binascii.Error, UnicodeError):
        return failure("this is not base64 of a text", *args)


@function("base64encode", 1, takes=(STRING,))
def _base64encode(args: Sequence[Value]) -> Value:
    if known_text(args[0]) is None:
        return unknown("part of the text is not known", *args)
    return _in_place(args[0], base64.b64encode(text_in(args[0]).encode()).decode())


@function("base64decode", 1, takes=(STRING,))
def _base64decode(args: Sequence[Value]) -> Value:
    if known_text(args[0]) is None:
        return unknown("part of the text is not known", *args)
    return _decoded(args[0], "utf-8", args)


@function("urlencode", 1, takes=(STRING,))
def _urlencode(args: Sequence[Value]) -> Value:
    if known_text(args[0]) is None:
        return unknown("part of the text is not known", *args)
    return _in_place(args[0], quote_plus(text_in(args[0]), safe="~"))


@function("textencodebase64", 2, takes=(STRING,))
def _textencodebase64(args: Sequence[Value]) -> Value:
    charset = _CHARSETS.get(known_text(args[1]) or "")
    if charset is None or known_text(args[0]) is None:
        return unknown("this character set is not evaluated", *args)
    encoded = base64.b64encode(text_in(args[0]).encode(charset)).decode()
    return _in_place(args[0], encoded)


@function("textdecodebase64", 2, takes=(STRING,))
def _textdecodebase64(args: Sequence[Value]) -> Value:
    charset = _CHARSETS.get(known_text(args[1]) or "")
    if charset is None or known_text(args[0]) is None:
        return unknown("this character set is not evaluated", *args)
    return _decoded(args[0], charset, args)
