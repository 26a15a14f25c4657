"""The query language of Cloud Asset's searches.

"Search syntax" of the Cloud Asset documentation: terms ``field:text``, ``field=text`` or free
text; quoted phrases; a trailing ``*`` for a prefix; AND, OR, NOT (and ``-``), parentheses;
terms side by side are joined by AND. Text compares by words: runs of letters and digits, without
regard to case; a phrase matches words that follow one another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from iac_offboard.demo.google.refusals import invalid

_LEX = re.compile(
    r'\s*(?:(\()|(\))|(-?)([A-Za-z][\w.]*)\s*([:=<>])\s*|("(?:[^"\\]|\\.)*")|([^\s()]+))'
)
_WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Term:
    """``field`` "" is free text. ``words`` must follow one another; ``prefix``: the last may
    be only begun."""

    field: str
    words: tuple[str, ...]
    prefix: bool
    exact: str = ""


@dataclass(frozen=True, slots=True)
class Both:
    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Either:
    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: Query


Query = Term | Both | Either | Not


@lru_cache(maxsize=500_000)
def words_of(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.lower()))


def found_in(term: Term, words: Sequence[str]) -> bool:
    """Does the phrase stand in these words?"""
    size = len(term.words)
    if size == 0:
        return True
    for at in range(len(words) - size + 1):
        part = tuple(words[at : at + size])
        if part == term.words:
            return True
        last = part[-1].startswith(term.words[-1])
        if term.prefix and part[:-1] == term.words[:-1] and last:
            return True
    return False


def terms(query: Query | None) -> Iterator[Term]:
    match query:
        case Term():
            yield query
        case Both(parts) | Either(parts):
            for part in parts:
                yield from terms(part)
        case Not(part):
            yield from terms(part)


def parse(text: str, fields: frozenset[str]) -> Query | None:
    """The query, None for an empty text.

    Raises:
        ApiError: 400 for an unknown field, unbalanced parentheses or an empty group.
    """
    tokens = list(_tokens(text, fields))
    if not tokens:
        return None
    parser = _Parser(tokens)
    tree = parser.either("")
    if parser.at < len(tokens):
        raise _syntax("unbalanced parentheses")
    return tree


def _syntax(why: str) -> Exception:
    return invalid(f"Invalid search query: {why}.", "query")


def _tokens(text: str, fields: frozenset[str]) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(text.rstrip()):
        found = _LEX.match(text, at)
        if found is None:
            raise _syntax(f"near {text[at : at + 20]!r}")
        opened, closed, minus, field, sign, quoted, bare = found.groups()
        if field is not None and field not in fields and not field.startswith("labels."):
            if field in KNOWN_UNSERVED:
                raise invalid(f"The field {field} is not served by the fake.", "query")
            if sign in {"<", ">", "="} or (field.islower() and "." in field):
                raise _syntax(f"unknown field {field}")
            # ``user:amy@example.com`` without quotes: a colon in free text.
            found = re.compile(r"\s*([^\s()]+)").match(text, at)
            assert found is not None
            yield "text", found.group(1)
        elif opened:
            yield "(", ""
        elif closed:
            yield ")", ""
        elif field is not None:
            if minus:
                yield "NOT", ""
            yield "field", f"{field}{sign}"
        elif quoted is not None:
            yield "quoted", quoted[1:-1].replace('\\"', '"')
        elif bare in {"AND", "OR", "NOT"}:
            yield bare, ""
        else:
            yield "text", bare
        at = found.end()


KNOWN_UNSERVED = frozenset({"policy.role.permissions", "policy.role"})


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens, self.at = tokens, 0

    def peek(self) -> str:
        return self.tokens[self.at][0] if self.at < len(self.tokens) else ""

    def take(self) -> tuple[str, str]:
        self.at += 1
        return self.tokens[self.at - 1]

    def either(self, field: str) -> Query:
        parts = [self.both(field)]
        while self.peek() == "OR":
            self.take()
            parts.append(self.both(field))
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def both(self, field: str) -> Query:
        parts = [self.one(field)]
        while self.peek() not in {"", ")", "OR"}:
            if self.peek() == "AND":
                self.take()
            parts.append(self.one(field))
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def one(self, field: str) -> Query:
        kind, text = self.take() if self.at < len(self.tokens) else ("", "")
        match kind:
            case "NOT":
                return Not(self.one(field))
            case "(":
                inner = self.either(field)
                if self.peek() != ")":
                    raise _syntax("unbalanced parentheses")
                self.take()
                return inner
            case "field":
                if self.peek() not in {"text", "quoted", "("}:
                    raise _syntax(f"{text} has no value")
                return self.one(text)
            case "quoted" | "text":
                return _term(field, text, kind == "quoted")
        raise _syntax("a term is missing")


def _term(field: str, text: str, quoted: bool) -> Term:
    name, sign = (field[:-1], field[-1]) if field else ("", ":")
    prefix = text.endswith("*")
    bare = text.removesuffix("*")
    if not quoted and bare.startswith("-") and not name:
        raise _syntax("a bare minus")
    return Term(name, words_of(bare), prefix, text if sign == "=" else "")
