"""Regular expressions of a configuration, run so that none can hang us.

Terraform's are RE2, which is linear; Python's are not. Long texts and nested repetitions are
therefore refused: the answer is unknown, never late.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from iac_offboard.hcl.convert import failure, unknown
from iac_offboard.hcl.strings import string_of
from iac_offboard.hcl.text_map import TextMap
from iac_offboard.hcl.values import (
    Element,
    Entry,
    Hole,
    List,
    Map,
    Null,
    Piece,
    Str,
    Unknown,
    Value,
)

_NESTED = re.compile(r"[*+}]\??\)[*+{]|\([^)]*\|[^)]*\)[*+{]")
_REPEATS = re.compile(r"(?<!\\)[*+]")
MAX_SUBJECT = 2_000
MAX_REPEATS = 8


def _compiled(pattern: str) -> re.Pattern[str] | None:
    if _NESTED.search(pattern) or len(_REPEATS.findall(pattern)) > MAX_REPEATS:
        return None
    try:
        return re.compile(pattern.replace(r"\z", r"\Z"))
    except (re.error, OverflowError, RecursionError):
        return None


def find(pattern: str, text: Str, args: Sequence[Value]) -> list[Value] | Unknown:
    """All matches, as ``regexall`` gives them: a string, a list of groups or a map of names."""
    compiled = _compiled(pattern)
    subject = text.text
    if subject is None or compiled is None or len(subject) > MAX_SUBJECT:
        return unknown("this pattern is not evaluated", *args)
    whole = TextMap(text.pieces)
    return [_groups(match, subject, whole) for match in compiled.finditer(subject)]


def _groups(match: re.Match[str], subject: str, whole: TextMap) -> Value:
    def group(number: int) -> Value:
        start, end = match.span(number)
        if start < 0:
            return Null()
        pieces = whole.slice(len(subject[:start].encode()), len(subject[:end].encode()))
        return string_of(pieces) if pieces else Str((Piece(""),))

    count = match.re.groups
    if not count:
        return group(0)
    names = match.re.groupindex
    if names:
        return Map(tuple([Entry(Str((Piece(n),)), group(i)) for n, i in names.items()]))
    return List(tuple([Element(group(i)) for i in range(1, count + 1)]))


def substitute(text: Str, pattern: str, other: Str, args: Sequence[Value]) -> Value:
    """``replace`` with a pattern; ``$1`` and ``${name}`` in the replacement are groups."""
    compiled = _compiled(pattern)
    subject, template = text.text, other.text
    if subject is None or template is None or compiled is None or len(subject) > MAX_SUBJECT:
        return unknown("this pattern is not evaluated", *args)
    whole = TextMap(text.pieces)
    pieces: list[Piece | Hole] = []
    at = 0
    for match in compiled.finditer(subject):
        pieces.extend(
            whole.slice(len(subject[:at].encode()), len(subject[: match.start()].encode()))
        )
        filled = _filled(match, template)
        if filled is None:
            return failure("the replacement names an unknown group", *args)
        pieces.extend(other.pieces if filled == template else (Piece(filled),))
        at = match.end()
    pieces.extend(whole.slice(len(subject[:at].encode()), len(subject.encode())))
    return string_of(pieces) if pieces else Str((Piece(""),))


def _filled(match: re.Match[str], template: str) -> str | None:
    def group(found: re.Match[str]) -> str:
        name = found.group(1) or found.group(2)
        return str(match.group(int(name) if name.isdigit() else name) or "")

    try:
        return re.sub(r"\$(?:\{(\w+)\}|(\w+))", group, template)
    except (IndexError, ValueError):
        return None
