"""Attributes so plain that a pattern reads them: more than half of those in public repositories.

Quoted text with no escape, names joined by dots also in it, whole numbers, and lists of these.
What is read here is what tree-sitter's tree leads to, without the tree; everything else is left
to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from iac_offboard.hcl import ast
from iac_offboard.hcl.numbers import parse_number
from iac_offboard.hcl.values import Num, Piece, Str
from iac_offboard.model import Span

_TEXT = rb'[^"\\$%\r\n]*+'
_FILLED = rb"\$\{(?!(?:true|false|null)\b)[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*+\}"
_ONE = (
    rb'"(?P<text>' + _TEXT + rb')"'
    rb'|"(?P<template>(?:' + _TEXT + _FILLED + rb")++" + _TEXT + rb')"'
    rb"|(?P<name>[A-Za-z_]\w*)(?P<rest>(?:\.[A-Za-z_]\w*)+)"
    rb"|(?P<digits>[0-9]+)"
)
_ANY = re.sub(rb"\?P<\w+>", b"?:", _ONE)
_ITEM = re.compile(_ONE)
_PLAIN = re.compile(
    rb"[A-Za-z_][\w-]*[ \t]*=[ \t]*(?:(?P<one>" + _ANY + rb")"
    rb"|\[\s*(?P<list>(?:(?>" + _ANY + rb")\s*+,\s*+)*+(?:(?>" + _ANY + rb")\s*+)?)\])\s*"
)
_PART = re.compile(rb'(?P<text>[^"$]++)|\$\{(?P<name>[A-Za-z_]\w*)(?P<rest>(?:\.[A-Za-z_]\w*)*)\}')
_STEP = re.compile(rb"\w+")

Locate = Callable[[int, int], Span]


def plain_expression(text: bytes, locate: Locate) -> ast.Expr | None:
    """The expression of the attribute that ``text`` holds; None when it is not plain."""
    found = _PLAIN.fullmatch(text)
    if found is None:
        return None
    if found["list"] is None:
        item = _ITEM.match(text, found.start("one"))
        return None if item is None else _expression(text, item, locate)
    items = tuple([_expression(text, m, locate) for m in _ITEM.finditer(text, *found.span("list"))])
    start, end = text.rindex(b"[", 0, found.start("list")), text.index(b"]", found.end("list"))
    return ast.Tuple(items, locate(start, end + 1))


def _expression(text: bytes, found: re.Match[bytes], locate: Locate) -> ast.Expr:
    if found["name"] is not None:
        return _traversal(text, found, locate)
    whole = locate(found.start(), found.end())
    if found["digits"] is not None:
        return ast.Literal(Num(parse_number(found["digits"].decode()), whole), whole)
    if found["template"] is not None:
        return _template(text, found, whole, locate)
    if not found["text"]:
        return ast.Literal(Str((Piece("", whole),)), whole)
    return ast.Literal(Str((_piece(found, locate),)), whole)


def _piece(found: re.Match[bytes], locate: Locate) -> Piece:
    return Piece(found["text"].decode("utf-8", "replace"), locate(*found.span("text")), True)


def _template(text: bytes, found: re.Match[bytes], whole: Span, locate: Locate) -> ast.Template:
    parts: list[ast.Part] = []
    for part in _PART.finditer(text, *found.span("template")):
        if part["text"] is not None:
            parts.append(_piece(part, locate))
        else:
            value = _traversal(text, part, locate)
            parts.append(ast.Interpolation(value, locate(*part.span())))
    wrap = len(parts) == 1 and isinstance(parts[0], ast.Interpolation)
    return ast.Template(tuple(parts), whole, wrap)


def _traversal(text: bytes, found: re.Match[bytes], locate: Locate) -> ast.Variable | ast.Traversal:
    base = ast.Variable(found["name"].decode(), locate(*found.span("name")))
    if not found["rest"]:
        return base
    steps = [
        ast.GetAttr(step.group().decode(), locate(*step.span()))
        for step in _STEP.finditer(text, *found.span("rest"))
    ]
    return ast.Traversal(base, tuple(steps), locate(found.start("name"), found.end("rest")))
