"""Functions on strings and numbers. Pieces keep their spans, and are exact while unchanged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from iac_offboard.hcl.ast import pieces_slot
from iac_offboard.hcl.conversion import STRINGS
from iac_offboard.hcl.convert import (
    failure,
    text_value,
    to_string,
    unknown,
    whole_number,
)
from iac_offboard.hcl.registry import function
from iac_offboard.hcl.strings import graphemes, string_in, string_of, text_in
from iac_offboard.hcl.text_map import PLACEHOLDER, TextMap
from iac_offboard.hcl.value_types import BOOL, NUMBER, STRING
from iac_offboard.hcl.values import (
    Bool,
    Element,
    Hole,
    List,
    Piece,
    Str,
    Unknown,
    Value,
)

_MAX_INDENT = 1_000


def _each_piece(name: str, change: Callable[[str, str], str]) -> None:
    """``change`` is given a piece's text and the character in front of it."""

    @function(name, 1, takes=(STRING,))
    def _apply(args: Sequence[Value]) -> Value:
        pieces: list[Piece | Hole] = []
        before = " "
        for piece in string_in(args[0]).pieces:
            if isinstance(piece, Piece):
                text = change(piece.text, before)
                before = piece.text[-1:] or before
                piece = replace(piece, text=text, exact=piece.exact and text == piece.text)
            else:
                before = "x"
            pieces.append(piece)
        return Str(tuple(pieces))


def _single(change: Callable[[str], str]) -> Callable[[str, str], str]:
    """Character by character, as Go does it: a change of length (ß to SS) is not made."""
    return lambda text, _: "".join([c if len(change(c)) != 1 else change(c) for c in text])


def _title(text: str, before: str) -> str:
    """Go's strings.Title: a letter is raised behind a separator; of what is not ASCII only white
    space separates."""
    out = ""
    for char in text:
        inside = before.isalnum() or before == "_" if before.isascii() else not before.isspace()
        out += char if inside else _upper(char, before)
        before = char
    return out


_upper = _single(str.upper)
_each_piece("lower", _single(str.lower))
_each_piece("upper", _upper)
_each_piece("title", _title)


@function("tostring", 1, takes=(STRING,), nulls=True)
@function("tonumber", 1, takes=(NUMBER,), nulls=True)
@function("tobool", 1, takes=(BOOL,), nulls=True)
@function("sensitive", 1, strict=False, nulls=True)
@function("nonsensitive", 1, strict=False, nulls=True)
@function("ephemeralasnull", 1, strict=False, nulls=True)
def _same(args: Sequence[Value]) -> Value:
    return args[0]


def cut_text(value: Str, start: int, end: int) -> Value:
    """Bytes [start, end) of a string, origins kept."""
    pieces = TextMap(value.pieces).slice(start, end)
    return string_of(pieces) if pieces else Str((Piece(""),))


def _trimmed(value: Value, left: str | None, right: str | None) -> Value:
    """Cuts characters of these sets off; None cuts white space, "" nothing."""
    text = string_in(value)
    shown = text.render(PLACEHOLDER)
    start = len(shown) - len(shown.lstrip(left)) if left != "" else 0
    end = len(shown.rstrip(right)) if right != "" else len(shown)
    if start >= end:
        return Str((Piece(""),))
    return cut_text(text, len(shown[:start].encode()), len(shown[:end].encode()))


@function("trimspace", 1, takes=(STRING,))
def _trimspace(args: Sequence[Value]) -> Value:
    return _trimmed(args[0], None, None)


@function("chomp", 1, takes=(STRING,))
def _chomp(args: Sequence[Value]) -> Value:
    return _trimmed(args[0], "", "\r\n")


@function("trim", 2, takes=(STRING,))
def _trim(args: Sequence[Value]) -> Value:
    return _trimmed(args[0], text_in(args[1]), text_in(args[1]))


@function("trimprefix", 2, takes=(STRING,))
def _trimprefix(args: Sequence[Value]) -> Value:
    text, prefix = string_in(args[0]), text_in(args[1])
    shown = text.render(PLACEHOLDER)
    if not shown.startswith(prefix):
        return _unless_hole(text, shown[: len(prefix)], args)
    return cut_text(text, len(prefix.encode()), len(shown.encode()))


@function("trimsuffix", 2, takes=(STRING,))
def _trimsuffix(args: Sequence[Value]) -> Value:
    text, suffix = string_in(args[0]), text_in(args[1])
    shown = text.render(PLACEHOLDER)
    if not suffix or not shown.endswith(suffix):
        return _unless_hole(text, shown[len(shown) - len(suffix) :], args)
    return cut_text(text, 0, len(shown.encode()) - len(suffix.encode()))


def _unless_hole(text: Str, compared: str, args: Sequence[Value]) -> Value:
    if PLACEHOLDER in compared and text.text is None:
        return unknown("part of the string is not known", *args)
    return text


@function("startswith", 2, takes=(STRING,))
def _startswith(args: Sequence[Value]) -> Value:
    shown, prefix = string_in(args[0]).render(PLACEHOLDER), text_in(args[1])
    head = shown.split(PLACEHOLDER)[0]
    if len(head) >= len(prefix) or not prefix.startswith(head) or PLACEHOLDER not in shown:
        return Bool(head.startswith(prefix))
    return unknown("part of the string is not known", *args)


@function("endswith", 2, takes=(STRING,))
def _endswith(args: Sequence[Value]) -> Value:
    shown, suffix = string_in(args[0]).render(PLACEHOLDER), text_in(args[1])
    tail = shown.split(PLACEHOLDER)[-1]
    if len(tail) >= len(suffix) or not suffix.endswith(tail) or PLACEHOLDER not in shown:
        return Bool(tail.endswith(suffix))
    return unknown("part of the string is not known", *args)


@function("strcontains", 2, takes=(STRING,))
def _strcontains(args: Sequence[Value]) -> Value:
    text, part = string_in(args[0]), text_in(args[1])
    if part in text.render(PLACEHOLDER):
        return Bool(True)
    return Bool(False) if text.text is not None else unknown("part is not known", *args)


@function("split", 2, takes=(STRING,))
def _split(args: Sequence[Value]) -> Value:
    separator, text = text_in(args[0]), string_in(args[1])
    shown = text.render(PLACEHOLDER)
    parts = shown.split(separator) if separator else graphemes(shown)
    if parts is None:
        return unknown("the characters of this string are not counted", *args)
    elements: list[Element] = []
    at = 0
    places = TextMap(text.pieces)
    whole = places.span(0, len(places.data))
    for part in parts:
        size = len(part.encode())
        span = places.span(at, at + size)
        slots = () if span is None else pieces_slot(span, whole, separator)
        elements.append(Element(cut_text(text, at, at + size), slots))
        at += size + len(separator.encode())
    return List(tuple(elements), typed=True)


@function("join", 1, -1, takes=(STRING, STRINGS))
def _join(args: Sequence[Value]) -> Value:
    separator = string_in(args[0])
    pieces: list[Piece | Hole] = []
    first = True
    for part in args[1:]:
        if not isinstance(part, List):
            return failure("join needs lists", *args)
        for item in part.elements:
            text = to_string(item.value)
            if not first:
                pieces.extend(separator.pieces)
            first = False
            if isinstance(text, Str):
                pieces.extend(text.pieces)
            elif isinstance(text, Unknown) and not text.error:
                pieces.append(Hole(text.reason, text.ref))
            else:
                return failure("join needs strings", *args)
    return string_of(pieces) if pieces else Str((Piece(""),))


@function("substr", 3, takes=(STRING, NUMBER, NUMBER))
def _substr(args: Sequence[Value]) -> Value:
    text, offset, length = string_in(args[0]), whole_number(args[1]), whole_number(args[2])
    if text.text is None or offset is None or length is None:
        return unknown("part of the string is not known", *args)
    parts = graphemes(text.text)
    if parts is None:
        return unknown("the characters of this string are not counted", *args)
    size = len(parts)
    start = max(size + offset, 0) if offset < 0 else min(offset, size)
    end = size if length < 0 else min(start + length, size)
    return cut_text(text, len("".join(parts[:start]).encode()), len("".join(parts[:end]).encode()))


@function("strrev", 1, takes=(STRING,))
def _strrev(args: Sequence[Value]) -> Value:
    text = string_in(args[0]).text
    parts = None if text is None else graphemes(text)
    if parts is None:
        return unknown("the characters of this string are not counted", *args)
    return text_value("".join(reversed(parts)))


@function("indent", 2, takes=(NUMBER, STRING))
def _indent(args: Sequence[Value]) -> Value:
    count, text = whole_number(args[0]), string_in(args[1])
    if count is None or count < 0:
        return failure("indent needs a number of spaces", *args)
    if count > _MAX_INDENT:
        return unknown("the string is too long to be evaluated", *args)
    pieces: list[Piece | Hole] = []
    for piece in text.pieces:
        if isinstance(piece, Hole) or "\n" not in piece.text:
            pieces.append(piece)
            continue
        whole = TextMap((piece,))
        at = 0
        for line in piece.text.splitlines(keepends=True):
            size = len(line.encode())
            pieces.extend(whole.slice(at, at + size))
            if line.endswith("\n"):
                pieces.append(Piece(" " * count))
            at += size
    return string_of(pieces)
