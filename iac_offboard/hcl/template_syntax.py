"""The inside of quoted strings and heredocs: escapes, indentation, strip marks, directives.

Rules: HCL native syntax specification, "Template Expressions"; HashiCorp's parser trims only
the one literal token next to a strip mark, and a heredoc has one token per line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, TypeVar

from iac_offboard.hcl import ast
from iac_offboard.hcl.values import Piece
from iac_offboard.model import Span


@dataclass(frozen=True, slots=True)
class Raw:
    """Text between markers, as byte offsets of the parsed text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Marker:
    """An interpolation or one end of a directive. ``left``/``right``: has a strip mark there."""

    kind: str
    start: int
    end: int
    expr: ast.Expr | None
    key_var: str
    value_var: str
    left: bool
    right: bool


Token: TypeAlias = Raw | Marker
Locate: TypeAlias = Callable[[int, int], Span]

_QUOTED = re.compile(rb'\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[nrt"\\])|\$\$\{|%%\{')
_BARE = re.compile(rb"\$\$\{|%%\{")
_SIMPLE = {b"n": "\n", b"r": "\r", b"t": "\t", b'"': '"', b"\\": "\\"}


def quoted_pieces(raw: bytes, offset: int, locate: Locate, exact: bool) -> tuple[Piece, ...]:
    """The pieces of a quoted string's inside; an escape is a piece of its own, never exact."""
    return tuple(_pieces(raw, offset, locate, exact, _QUOTED))


def _pieces(
    raw: bytes, offset: int, locate: Locate, exact: bool, escapes: re.Pattern[bytes]
) -> Iterator[Piece]:
    at = 0
    for match in escapes.finditer(raw):
        if match.start() > at:
            yield _piece(raw[at : match.start()], offset + at, locate, exact)
        span = locate(offset + match.start(), offset + match.end())
        yield Piece(_unescape(match.group()), span)
        at = match.end()
    if at < len(raw):
        yield _piece(raw[at:], offset + at, locate, exact)


def _piece(raw: bytes, offset: int, locate: Locate, exact: bool) -> Piece:
    return Piece(raw.decode("utf-8", "replace"), locate(offset, offset + len(raw)), exact)


def _unescape(raw: bytes) -> str:
    if raw[:1] != b"\\":
        return raw[1:].decode()
    if raw[1:2] in (b"u", b"U"):
        code = int(raw[2:], 16)
        return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
    return _SIMPLE[raw[1:2]]


def assemble(
    data: bytes, tokens: list[Token], locate: Locate, quoted: bool, stripped: bool, exact: bool
) -> tuple[ast.Part, ...]:
    """Tokens to template parts: trim, take off indentation, nest the directives."""
    items: list[Marker | list[Piece]] = []
    for token in tokens:
        if isinstance(token, Marker):
            items.append(token)
        elif quoted:
            raw = data[token.start : token.end]
            items.append(list(quoted_pieces(raw, token.start, locate, exact)))
        else:
            items.extend(_lines(data, token, locate, exact))
    _trim(items)
    if stripped:
        _dedent(items)
    parts, _ = _nest(items, 0, locate)
    return tuple(merged(parts))


def _lines(data: bytes, token: Raw, locate: Locate, exact: bool) -> Iterator[list[Piece]]:
    at = token.start
    while at < token.end:
        newline = data.find(b"\n", at, token.end)
        end = token.end if newline < 0 else newline + 1
        yield list(_pieces(data[at:end], at, locate, exact, _BARE))
        at = end


def _trim(items: list[Marker | list[Piece]]) -> None:
    for i, item in enumerate(items):
        if not isinstance(item, Marker):
            continue
        before = items[i - 1] if i else None
        after = items[i + 1] if i + 1 < len(items) else None
        if item.left and isinstance(before, list):
            while before and not before[-1].text.strip():
                before.pop()
            if before:
                before[-1] = _cut_right(before[-1])
        if item.right and isinstance(after, list):
            while after and not after[0].text.strip():
                after.pop(0)
            if after:
                text = after[0].text
                after[0] = cut_left(after[0], len(text) - len(text.lstrip()))


def _cut_right(piece: Piece) -> Piece:
    text = piece.text.rstrip()
    return part_of(piece, 0, len(text))


def cut_left(piece: Piece, characters: int) -> Piece:
    return part_of(piece, characters, len(piece.text))


def part_of(piece: Piece, start: int, end: int) -> Piece:
    """Characters [start, end) of a piece; its span narrows with it while it is exact."""
    text = piece.text[start:end]
    if not piece.exact or piece.span is None or text == piece.text:
        return replace(piece, text=text)
    low = piece.span.start + len(piece.text[:start].encode())
    span = Span(file=piece.span.file, start=low, end=low + len(text.encode()))
    return Piece(text, span, True)


def _dedent(items: list[Marker | list[Piece]]) -> None:
    fresh = True
    least: int | None = None
    adjust: list[list[Piece]] = []
    for item in items:
        text = "" if isinstance(item, Marker) else "".join(p.text for p in item)
        if fresh:
            fresh = False
            if isinstance(item, Marker):
                least = 0
            elif text.strip() or not text.endswith("\n"):
                spaces = len(text) - len(text.lstrip())
                least = spaces if least is None else min(least, spaces)
                adjust.append(item)
        if text.endswith("\n"):
            fresh = True
    for line in adjust:
        if least and line:
            line[0] = cut_left(line[0], least)


def _nest(items: list[Marker | list[Piece]], at: int, locate: Locate) -> tuple[list[ast.Part], int]:
    """Parts up to the marker that closes this level; the index of that marker."""
    parts: list[ast.Part] = []
    while at < len(items):
        item = items[at]
        if isinstance(item, list):
            parts.extend(p for p in item if p.text)
        elif item.kind == "template_interpolation" and item.expr is not None:
            parts.append(ast.Interpolation(item.expr, locate(item.start, item.end)))
        elif item.kind == "template_if_intro" and item.expr is not None:
            then, at = _nest(items, at + 1, locate)
            otherwise: list[ast.Part] = []
            if at < len(items) and _kind(items[at]) == "template_else_intro":
                otherwise, at = _nest(items, at + 1, locate)
            span = locate(item.start, _end(items, at))
            parts.append(
                ast.IfDirective(item.expr, tuple(merged(then)), tuple(merged(otherwise)), span)
            )
        elif item.kind == "template_for_start" and item.expr is not None:
            body, at = _nest(items, at + 1, locate)
            span = locate(item.start, _end(items, at))
            names = (item.key_var, item.value_var)
            parts.append(ast.ForDirective(*names, item.expr, tuple(merged(body)), span))
        else:
            return parts, at
        at += 1
    return parts, at


def _kind(item: Marker | list[Piece]) -> str:
    return item.kind if isinstance(item, Marker) else ""


def _end(items: list[Marker | list[Piece]], at: int) -> int:
    item = items[min(at, len(items) - 1)]
    return item.end if isinstance(item, Marker) else 0


Other = TypeVar("Other")


def merged(parts: Iterable[Piece | Other]) -> Iterator[Piece | Other]:
    """Neighbouring exact pieces that touch in the file become one."""
    run: list[Piece] = []
    for part in parts:
        if isinstance(part, Piece) and run and _touching(run[-1], part):
            run.append(part)
            continue
        if run:
            yield _joined(run)
            run = []
        if isinstance(part, Piece):
            run = [part]
        else:
            yield part
    if run:
        yield _joined(run)


def _touching(left: Piece, right: Piece) -> bool:
    return (
        left.exact
        and right.exact
        and left.span is not None
        and right.span is not None
        and left.span.file == right.span.file
        and left.span.end == right.span.start
    )


def _joined(run: Sequence[Piece]) -> Piece:
    """Pieces that touch as one."""
    first, last = run[0].span, run[-1].span
    if len(run) == 1 or first is None or last is None:
        return run[0]
    span = Span(file=first.file, start=first.start, end=last.end)
    return Piece("".join([piece.text for piece in run]), span, True)
