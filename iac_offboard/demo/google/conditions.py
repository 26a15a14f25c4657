"""The part of the Common Expression Language that conditions use.

Comparison, ``in``, ``startsWith``, ``endsWith``, ``contains``; ``&&``, ``||``, ``!``,
parentheses, ``timestamp("...")`` and dotted names, with ``name["key"]`` for maps ("Conditions
attribute reference", "Workload identity federation: attribute conditions"). What is outside of
this part is unsupported: a condition that cannot be decided denies.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from iac_offboard.demo.google.refusals import invalid

Node = tuple[Any, ...]

_TOKEN = re.compile(
    r"\s*(?:(?P<text>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')|(?P<number>\d+)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<op>==|!=|<=|>=|&&|\|\||[<>!()\[\],.]))"
)


class UnsupportedError(Exception):
    """The expression asks for something that this evaluator does not know."""


def parse(expression: str) -> Node:
    """The tree of ``expression``.

    Raises:
        ApiError: 400 for a text that does not parse.
    """
    tokens: list[tuple[str, str]] = []
    at, text = 0, expression.rstrip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if not found:
            raise _syntax(expression, at)
        kind = found.lastgroup or ""
        tokens.append((kind, found.group(kind)))
        at = found.end()
    parser = _Parser(tokens, expression)
    tree = parser.either()
    if parser.at < len(tokens):
        raise _syntax(expression, parser.at)
    return tree


def _syntax(expression: str, at: int) -> Exception:
    return invalid(f"Expression does not parse near position {at}: {expression[:80]}")


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]], expression: str) -> None:
        self.tokens, self.expression, self.at = tokens, expression, 0

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("", "")

    def take(self, text: str) -> bool:
        if self.peek() == ("op", text):
            self.at += 1
            return True
        return False

    def need(self, text: str) -> None:
        if not self.take(text):
            raise _syntax(self.expression, self.at)

    def either(self) -> Node:
        left = self.both()
        while self.take("||"):
            left = ("or", left, self.both())
        return left

    def both(self) -> Node:
        left = self.compared()
        while self.take("&&"):
            left = ("and", left, self.compared())
        return left

    def compared(self) -> Node:
        left = self.unary()
        kind, text = self.peek()
        if kind == "op" and text in {"==", "!=", "<", "<=", ">", ">="}:
            self.at += 1
            return ("compare", text, left, self.unary())
        if (kind, text) == ("name", "in"):
            self.at += 1
            return ("in", left, self.unary())
        return left

    def unary(self) -> Node:
        if self.take("!"):
            return ("not", self.unary())
        return self.postfix(self.primary())

    def postfix(self, node: Node) -> Node:
        while True:
            if self.take("."):
                kind, name = self.peek()
                if kind != "name":
                    raise _syntax(self.expression, self.at)
                self.at += 1
                if self.take("("):
                    node = ("method", node, name, self.until(")"))
                else:
                    node = ("member", node, name)
            elif self.take("["):
                node = ("index", node, self.either())
                self.need("]")
            else:
                return node

    def until(self, end: str) -> list[Node]:
        items: list[Node] = []
        while not self.take(end):
            items.append(self.either())
            if not self.take(","):
                self.need(end)
                break
        return items

    def primary(self) -> Node:
        kind, text = self.peek()
        self.at += 1
        if kind == "text":
            return ("value", re.sub(r"\\(.)", r"\1", text[1:-1]))
        if kind == "number":
            return ("value", int(text))
        if kind == "name":
            if text in {"true", "false"}:
                return ("value", text == "true")
            if self.take("("):
                return ("call", text, self.until(")"))
            return ("name", text)
        if (kind, text) == ("op", "("):
            node = self.either()
            self.need(")")
            return node
        if (kind, text) == ("op", "["):
            return ("list", self.until("]"))
        raise _syntax(self.expression, self.at - 1)


def holds(expression: str, names: Mapping[str, Any]) -> bool:
    """Is the expression true with these names? What cannot be decided is not true."""
    try:
        return _eval(parse(expression), names) is True
    except (UnsupportedError, TypeError, KeyError):
        return False


def value(expression: str, names: Mapping[str, Any]) -> Any:
    """What the expression comes to, None when it cannot be decided."""
    try:
        return _eval(parse(expression), names)
    except (UnsupportedError, TypeError, KeyError):
        return None


def _eval(node: Node, names: Mapping[str, Any]) -> Any:
    match node:
        case ("value", value):
            return value
        case ("list", items):
            return [_eval(item, names) for item in items]
        case ("name", name):
            return names[name]
        case ("member" | "index", inner, key):
            inside = _eval(inner, names)
            return inside[key if node[0] == "member" else _eval(key, names)]
        case ("not", inner):
            return _eval(inner, names) is False
        case ("and", left, right):
            return _eval(left, names) is True and _eval(right, names) is True
        case ("or", left, right):
            return _lenient(left, names) or _eval(right, names) is True
        case ("in", left, right):
            return _eval(left, names) in _eval(right, names)
        case ("compare", sign, left, right):
            return _compare(sign, _eval(left, names), _eval(right, names))
        case _:
            return _function(node, names)


def _lenient(node: Node, names: Mapping[str, Any]) -> bool:
    """One side of ``||``: CEL lets a true side win over an error on the other."""
    try:
        return _eval(node, names) is True
    except (UnsupportedError, TypeError, KeyError):
        return False


def _compare(sign: str, left: Any, right: Any) -> bool:
    if isinstance(left, datetime) is not isinstance(right, datetime):
        raise UnsupportedError(sign)
    match sign:
        case "==":
            return bool(left == right)
        case "!=":
            return bool(left != right)
        case "<":
            return bool(left < right)
        case "<=":
            return bool(left <= right)
        case ">":
            return bool(left > right)
        case _:
            return bool(left >= right)


def _function(node: Node, names: Mapping[str, Any]) -> Any:
    match node:
        case ("call", "timestamp", [only]):
            return datetime.fromisoformat(str(_eval(only, names))).astimezone(UTC)
        case ("call", "has", [("member", inner, key)]):
            return key in _eval(inner, names)
        case ("method", inner, ("startsWith" | "endsWith" | "contains") as name, [only]):
            text, part = _eval(inner, names), _eval(only, names)
            if not isinstance(text, str) or not isinstance(part, str):
                raise UnsupportedError(name)
            return {
                "startsWith": text.startswith(part),
                "endsWith": text.endswith(part),
                "contains": part in text,
            }[name]
    raise UnsupportedError(str(node[1]))
