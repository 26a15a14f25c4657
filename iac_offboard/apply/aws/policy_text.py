"""One statement into the text of a policy and out of it again, all other bytes untouched.

What is put in and taken out again leaves the text as it was, its spacing included: the place of
the statement says how. It stands last in a list; where there was one statement without a list,
it stands first in the list that was made for both.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from iac_offboard.catalog.policy import Json
from iac_offboard.errors import CloudError

_DECODER = json.JSONDecoder()
_SPACE = " \t\r\n"


@dataclass(frozen=True, slots=True)
class _Piece:
    """A value of the text and its span [start, end)."""

    value: Json
    start: int
    end: int


def statement_of(text: str, sid: str) -> Json:
    """The statement with this Sid, None when there is none. Raises CloudError for a text that
    is no policy; so do the two below."""
    return next((piece.value for piece in _pieces(text)[1] if _sid(piece.value) == sid), None)


def with_statement(text: str, sid: str, statement: Json) -> str:
    """The text with the statement, which replaces one of the same Sid. ``text`` "" is no
    policy yet."""
    written = json.dumps(statement, separators=(",", ":"))
    if not text:
        return f'{{"Version":"2012-10-17","Statement":[{written}]}}'
    body, pieces = _pieces(text)
    for piece in pieces:
        if _sid(piece.value) == sid:
            return text[: piece.start] + written + text[piece.end :]
    if isinstance(body.value, Mapping):
        alone = text[body.start : body.end]
        return f"{text[: body.start]}[{written},{alone}]{text[body.end :]}"
    if not pieces:
        return f"{text[: body.start]}[{written}]{text[body.end :]}"
    return f"{text[: pieces[-1].end]},{written}{text[pieces[-1].end :]}"


def without_statement(text: str, sid: str) -> str:
    """The text without the statement; "" when nothing is left of the policy. Unchanged when
    there is no such statement."""
    body, pieces = _pieces(text)
    found = [i for i, piece in enumerate(pieces) if _sid(piece.value) == sid]
    if not found:
        return text
    i = found[0]
    match (i, len(pieces)):
        case (_, 1):
            return ""
        case (0, 2):  # ours was put before one that had no list
            other = pieces[1]
            return text[: body.start] + text[other.start : other.end] + text[body.end :]
        case (0, _):
            return text[: pieces[0].start] + text[pieces[1].start :]
    return text[: pieces[i - 1].end] + text[pieces[i].end :]


def _sid(statement: Json) -> Json:
    return statement.get("Sid") if isinstance(statement, Mapping) else None


def _pieces(text: str) -> tuple[_Piece, list[_Piece]]:
    """The value of Statement, and its statements."""
    try:
        if not isinstance(json.loads(text), dict):
            raise ValueError("no object")
        body = dict(_members(text))["Statement"]
        if isinstance(body.value, Mapping):
            return body, [body]
        return body, list(_elements(text, body))
    except (ValueError, KeyError, RecursionError) as fault:
        raise CloudError(
            "The inline policy of the permission set is not a policy in JSON.",
            hint="Look at it by hand; it was left alone.",
        ) from fault


def _members(text: str) -> Iterator[tuple[str, _Piece]]:
    """The members of the object that ``text`` is; it has been parsed once and is valid."""
    at = _skip(text, _skip(text, 0) + 1)
    while text[at] != "}":
        key, at = _DECODER.raw_decode(text, at)
        start = _skip(text, _skip(text, at) + 1)  # behind the colon
        value, end = _DECODER.raw_decode(text, start)
        yield key, _Piece(value, start, end)
        at = _next(text, end)


def _elements(text: str, body: _Piece) -> Iterator[_Piece]:
    if text[body.start] != "[":
        raise ValueError("Statement is no list")
    at = _skip(text, body.start + 1)
    while text[at] != "]":
        value, end = _DECODER.raw_decode(text, at)
        yield _Piece(value, at, end)
        at = _next(text, end)


def _next(text: str, end: int) -> int:
    at = _skip(text, end)
    return _skip(text, at + 1) if text[at] == "," else at


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _SPACE:
        at += 1
    return at
