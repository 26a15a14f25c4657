"""Hops: the steps by which a value came to be, as data without secrets."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from iac_offboard.hcl import ast
from iac_offboard.hcl.free_names import children
from iac_offboard.hcl.secret_names import secret_name
from iac_offboard.hcl.values import (
    Bool,
    Hole,
    List,
    Map,
    Null,
    Num,
    Piece,
    Str,
    Unknown,
    Value,
)
from iac_offboard.model import Span

REDACTED = "(redacted)"
LONGEST = 160
_SENSITIVE = "sensitive"
_INSIDE = re.compile(
    r"""((?:password|passwd|passphrase|secret|token|(?:private|api)_?key)\w*["']?\s*[:=]\s*)"""
    r"""("(?:[^"\\]|\\.)*"|'[^']*'|[^\s,}]+)""",
    re.IGNORECASE,
)


class HopKind(StrEnum):
    ATTRIBUTE = "attribute"
    COMPUTED = "computed"  # by the provider, as far as the catalog knows how
    LOCAL = "local"
    EACH = "each"  # each.key, each.value, count.index
    ELEMENT = "element"  # of what a `for`, a splat or a dynamic block goes through
    ENTRY = "entry"  # the part of a list or object that was asked for
    ARGUMENT = "argument"  # of a module call
    VARIABLE = "variable"
    GIVEN = "given"  # by a variable file
    DEFAULT = "default"
    OUTPUT = "output"
    BOUNDARY = "boundary"  # a module that is not in this tree
    FILE = "file"
    LITERAL = "literal"
    NAME = "name"  # anything else that a name stands for: path.module, terraform.workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One step back from a value to what it was made from.

    ``value`` is JSON, cut when it is long, ``*`` for what is not known; ``unknown`` says why.
    ``text`` is the source of the expression on one line. ``redacted``: a secret stands here, and
    neither shows it. ``line`` is 1-based, 0 when there is no place in the code.
    """

    kind: HopKind
    label: str
    value: str
    unknown: tuple[str, ...] = ()
    file: str = ""
    line: int = 0
    text: str = ""
    note: str = ""
    redacted: bool = False
    hops: tuple[Hop, ...] = ()


@dataclass(slots=True)
class Draft:
    """A hop while its secrets are still in it. ``expr`` is what its text is taken from; ``of``
    names what it tells of, the same wherever that is told."""

    kind: HopKind
    label: str
    value: Value
    span: Span | None = None
    expr: ast.Expr | None = None
    note: str = ""
    secret: bool = False
    told: bool = False  # where it comes from stands above
    of: tuple[str, str] = ("", "")
    hops: list[Draft] = field(default_factory=list)


def shown(value: Value) -> str:
    """JSON on one line, secrets by name left out."""
    text = json.dumps(_plain(value), ensure_ascii=False)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _plain(value: Value) -> object:
    match value:
        case Str():
            return _document(value.render("*"))
        case Num() | Bool():
            return value.value
        case Null():
            return None
        case List():
            return [_plain(element.value) for element in value.elements]
        case Map():
            named = ((entry.key.render("*"), entry.value) for entry in value.entries)
            return {k: REDACTED if secret_name(k) else _plain(v) for k, v in named}
        case Unknown():
            return "*"


def _document(text: str) -> str:
    return _INSIDE.sub(rf"\1{REDACTED}", text)


def reasons(value: Value) -> tuple[str, ...]:
    """Why parts of the value are not known, each once."""
    return tuple(dict.fromkeys(_reasons(value)))


def _reasons(value: Value) -> Iterator[str]:
    match value:
        case Unknown():
            yield f"{value.reason} ({value.ref})" if value.ref else value.reason
        case Str():
            holes = [piece for piece in value.pieces if isinstance(piece, Hole)]
            yield from (f"{h.reason} ({h.ref})" if h.ref else h.reason for h in holes)
        case List():
            for element in value.elements:
                yield from _reasons(element.value)
        case Map():
            for entry in value.entries:
                yield from _reasons(entry.value)
        case _:
            return


def excerpt(data: bytes, expr: ast.Expr, *, hidden: bool) -> str:
    """The source of an expression on one line. Literals under a secret's name are masked; with
    ``hidden``, all of them are."""
    text, place = "", expr.span.start
    for span in sorted(_masked(expr, hidden=hidden), key=lambda s: s.start):
        if span.start >= place:
            text += data[place : span.start].decode("utf-8", "replace") + REDACTED
            place = span.end
    text += data[place : expr.span.end].decode("utf-8", "replace")
    line = " ".join(_document(text).split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def _masked(expr: ast.Expr, *, hidden: bool) -> Iterator[Span]:
    todo = [(expr, hidden)]
    while todo:
        node, secret = todo.pop()
        if isinstance(node, ast.Literal | ast.Template) and secret:
            yield node.span
        elif isinstance(node, ast.Object):
            for item in node.items:
                key = item.key.value if isinstance(item.key, ast.Literal) else None
                named = isinstance(key, Str) and secret_name(key.render("*"))
                todo += [(item.key, False), (item.value, secret or named)]
        else:
            sensitive = isinstance(node, ast.Call) and node.name == _SENSITIVE
            todo += [(child, secret or sensitive) for child in children(node)]


def calls_sensitive(expr: ast.Expr) -> bool:
    """Does it say that what it makes is a secret?"""
    todo = [expr]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Call) and node.name == _SENSITIVE:
            return True
        todo += children(node)
    return False


def is_literal(expr: ast.Expr) -> bool:
    """Nothing but text that was written down."""
    if isinstance(expr, ast.Template):
        return all(isinstance(part, Piece) for part in expr.parts)
    return isinstance(expr, ast.Literal)
