"""Regular expressions of a configuration, run so that none can hang us.

Terraform's are RE2, which is linear; Python's are not. Long texts and nested repetitions are
therefore refused, as is what the two read differently: the answer is unknown, never late and
never another one. Syntax: the documentation of RE2 ("re2/wiki/Syntax").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

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
_TOKEN = re.compile(
    r"\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]|\\.|\(\?P?<\w+>|\(\?[a-zA-Z-]+[:)]|\(\?.?|[*+?}][*+]|.",
    re.DOTALL,
)
_CLASSES = {
    "[:alnum:]": "0-9A-Za-z",
    "[:alpha:]": "A-Za-z",
    "[:blank:]": r"\t ",
    "[:digit:]": "0-9",
    "[:lower:]": "a-z",
    "[:space:]": r"\t\n\v\f\r ",
    "[:upper:]": "A-Z",
    "[:word:]": "0-9A-Za-z_",
    "[:xdigit:]": "0-9A-Fa-f",
}
_FLAGS = re.compile(r"\(\?[ims]+[:)]|\(\?:")
MAX_SUBJECT = 2_000
MAX_REPEATS = 8


class _Foreign(Exception):
    """RE2 and Python read this differently."""


class _Refused(Exception):
    """RE2 does not accept this."""


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    """None for what is not evaluated. Raises _Refused for what Terraform refuses."""
    if _NESTED.search(pattern) or len(_REPEATS.findall(pattern)) > MAX_REPEATS:
        return None
    try:
        return re.compile("".join([_translated(t) for t in _tokens(pattern)]), re.ASCII)
    except _Foreign:
        return None
    except (re.error, OverflowError, RecursionError) as error:
        if str(error).startswith(("missing )", "unbalanced", "unterminated", "nothing to repeat")):
            raise _Refused from error
        return None


def _tokens(pattern: str) -> Iterator[str]:
    by_line = "m" in "".join(re.findall(r"\(\?([a-zA-Z-]+)[:)]", pattern))
    for match in _TOKEN.finditer(pattern):
        yield r"\z" if match.group() == "$" and not by_line else match.group()


def _translated(token: str) -> str:
    """One token of RE2 as Python spells it."""
    if token.startswith("[") and len(token) > 1:
        return _class(token)
    if token.startswith("\\"):
        if token == r"\z":
            return r"\Z"
        if token[1:].isdigit() or token[1:] in tuple("ZGKXR"):
            raise _Refused
        if token[1:].isalpha() and token[1:] not in tuple("dDwWsSbBAafnrtv"):
            raise _Foreign
        return token if token[1:] != "s" else r"[\t\n\f\r ]"
    if token.startswith("(?<"):
        return "(?P<" + token[3:] if token.endswith(">") else _refuse()
    if token.startswith("(?") and not token.startswith("(?P<"):
        if token in ("(?=", "(?!"):
            raise _Refused
        if not _FLAGS.fullmatch(token):
            raise _Foreign
    if len(token) == 2 and token[0] in "*+?}" and token[1] in "*+":
        raise _Refused
    return token


def _refuse() -> str:
    raise _Refused


def _class(token: str) -> str:
    for name, spelled in _CLASSES.items():
        token = token.replace(name, spelled)
    if "[:" in token or re.search(r"\\[pPCQE]|[&|~-]{2}", token):
        raise _Foreign
    inner = token[1:-1]
    return "[" + inner.replace("[", r"\[") + "]"


def find(pattern: str, text: Str, args: Sequence[Value]) -> list[Value] | Unknown:
    """All matches, as ``regexall`` gives them: a string, a list of groups or a map of names."""
    ready = _ready(pattern, text, args)
    if isinstance(ready, Unknown):
        return ready
    compiled, subject = ready
    if 0 < len(compiled.groupindex) < compiled.groups:
        return failure("a pattern names all of its groups or none", *args)
    whole = TextMap(text.pieces)
    return [_groups(match, subject, whole) for match in _matches(compiled, subject)]


def _ready(pattern: str, text: Str, args: Sequence[Value]) -> tuple[re.Pattern[str], str] | Unknown:
    try:
        compiled = _compiled(pattern)
    except _Refused:
        return failure("this is no pattern that Terraform accepts", *args)
    subject = text.text
    if subject is None or compiled is None or len(subject) > MAX_SUBJECT:
        return unknown("this pattern is not evaluated", *args)
    if "(?i" in pattern and not (subject.isascii() and pattern.isascii()):
        return unknown("this pattern is not evaluated", *args)
    return compiled, subject


def _matches(compiled: re.Pattern[str], subject: str) -> Iterator[re.Match[str]]:
    """As Go finds them: no empty match where the one before has just ended."""
    end = -1
    for match in compiled.finditer(subject):
        if match.start() == match.end() == end:
            continue
        end = match.end()
        yield match


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


def substitute(
    text: Str, pattern: str, other: Str, args: Sequence[Value], *, literal: bool = False
) -> Value:
    """``replace`` with a pattern; ``$1`` and ``${name}`` in the replacement are groups, unless it
    is ``literal``."""
    ready = _ready(pattern, text, args)
    template = other.text
    if isinstance(ready, Unknown) or template is None:
        return ready if isinstance(ready, Unknown) else unknown("part is not known", *args)
    compiled, subject = ready
    whole = TextMap(text.pieces)
    pieces: list[Piece | Hole] = []
    at = 0
    for match in _matches(compiled, subject):
        pieces.extend(
            whole.slice(len(subject[:at].encode()), len(subject[: match.start()].encode()))
        )
        filled = template if literal else _filled(match, template)
        pieces.extend(other.pieces if filled == template else (Piece(filled),))
        at = match.end()
    pieces.extend(whole.slice(len(subject[:at].encode()), len(subject.encode())))
    return string_of(pieces) if pieces else Str((Piece(""),))


def _filled(match: re.Match[str], template: str) -> str:
    """``$name`` takes as many letters as it can; what names no group is nothing."""

    def group(found: re.Match[str]) -> str:
        name = found.group(1) or found.group(2)
        if name is None:
            return "$"
        try:
            return str(match.group(int(name) if name.isdigit() else name) or "")
        except (IndexError, ValueError):
            return ""

    return re.sub(r"\$(?:\{(\w+)\}|(\w+)|\$)", group, template, flags=re.ASCII)
