"""The part of the Logging query language that audit look-ups use.

Comparisons ``field OP value`` with ``=``, ``!=``, ``:`` (contains), ``=~`` and, for times and
texts, ``<``, ``<=``, ``>``, ``>=``; AND, OR, NOT, parentheses; a line break is AND.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from iac_offboard.demo.google.refusals import invalid
from iac_offboard.demo.google.wire import Json

Accept = Callable[[Json], bool]
_TOKEN = re.compile(r'\s*(?:([()])|(!=|=~|>=|<=|[:=<>])|"((?:[^"\\]|\\.)*)"|([^\s()=:<>!"]+))')


def compiled(text: str) -> Accept:
    """A predicate over entries.

    Raises:
        ApiError: 400 for a filter that does not parse.
    """
    tokens: list[tuple[str, str]] = []
    at = 0
    while at < len(text.rstrip()):
        found = _TOKEN.match(text, at)
        if found is None:
            raise invalid(f"Unparseable filter near position {at}.", "filter")
        bracket, sign, quoted, bare = found.groups()
        if quoted is not None:
            tokens.append(("text", quoted))
        else:
            tokens.append(("word" if bare else "sign", bare or bracket or sign))
        at = found.end()
    if not tokens:
        return bool
    parser = _Parser(tokens)
    accept = parser.either()
    if parser.at < len(tokens):
        raise invalid("Unparseable filter.", "filter")
    return accept


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens, self.at = tokens, 0

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("", "")

    def take(self) -> tuple[str, str]:
        self.at += 1
        if self.at > len(self.tokens):
            raise invalid("Unparseable filter.", "filter")
        return self.tokens[self.at - 1]

    def either(self) -> Accept:
        parts = [self.both()]
        while self.peek() == ("word", "OR"):
            self.take()
            parts.append(self.both())
        return lambda entry: any(part(entry) for part in parts)

    def both(self) -> Accept:
        parts = [self.one()]
        while self.peek() not in {("", ""), ("sign", ")"), ("word", "OR")}:
            if self.peek() == ("word", "AND"):
                self.take()
            parts.append(self.one())
        return lambda entry: all(part(entry) for part in parts)

    def one(self) -> Accept:
        kind, text = self.take()
        if (kind, text) == ("word", "NOT"):
            inner = self.one()
            return lambda entry: not inner(entry)
        if (kind, text) == ("sign", "("):
            group = self.either()
            self.take()
            return group
        if kind == "sign":
            raise invalid("Unparseable filter.", "filter")
        if self.peek()[0] != "sign" or self.peek()[1] in "()":
            return lambda entry: text.lower() in str(entry).lower()
        _, sign = self.take()
        kind, value = self.take()
        if (kind, value) == ("sign", "("):
            values = []
            while (token := self.take()) != ("sign", ")"):
                if token != ("word", "OR"):
                    values.append(token[1])
            return lambda entry: any(_compare(entry, text, sign, one) for one in values)
        return lambda entry: _compare(entry, text, sign, value)


def _compare(entry: Json, path: str, sign: str, value: str) -> bool:
    found = [str(one) for one in _values(entry, path.split("."))]
    match sign:
        case "=":
            return value in found
        case "!=":
            return value not in found
        case ":":
            return any(value.lower() in one.lower() for one in found)
        case "=~":
            return any(re.search(value, one) for one in found)
        case "<":
            return any(one < value for one in found)
        case "<=":
            return any(one <= value for one in found)
        case ">":
            return any(one > value for one in found)
        case _:
            return any(one >= value for one in found)


def _values(node: Any, path: list[str]) -> list[Any]:
    if isinstance(node, list):
        return [found for one in node for found in _values(one, path)]
    if not path:
        return [node]
    if isinstance(node, dict) and path[0] in node:
        return _values(node[path[0]], path[1:])
    return []
