"""Attributes so plain that a pattern reads them: about half of those in public repositories.

Quoted text with no escape and nothing to fill in, and names joined by dots. What is read here is
what tree-sitter's tree leads to, without the tree; everything else is left to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from iac_offboard.hcl import ast
from iac_offboard.hcl.values import Piece, Str
from iac_offboard.model import Span

_PLAIN = re.compile(
    rb'[A-Za-z_][\w-]*[ \t]*=[ \t]*(?:"(?P<text>[^"\\$%\r\n]*)"'
    rb"|(?P<name>[A-Za-z_]\w*)(?P<rest>(?:\.[A-Za-z_]\w*)+))\s*"
)
_STEP = re.compile(rb"\w+")


def plain_expression(text: bytes, locate: Callable[[int, int], Span]) -> ast.Expr | None:
    """The expression of the attribute that ``text`` holds; None when it is not plain."""
    found = _PLAIN.fullmatch(text)
    if found is None:
        return None
    if found["text"] is None:
        return _traversal(text, found, locate)
    start, end = found.span("text")
    whole = locate(start - 1, end + 1)
    if start == end:
        return ast.Literal(Str((Piece("", whole),)), whole)
    piece = Piece(found["text"].decode("utf-8", "replace"), locate(start, end), True)
    return ast.Literal(Str((piece,)), whole)


def _traversal(
    text: bytes, found: re.Match[bytes], locate: Callable[[int, int], Span]
) -> ast.Traversal:
    base = ast.Variable(found["name"].decode(), locate(*found.span("name")))
    steps = [
        ast.GetAttr(step.group().decode(), locate(*step.span()))
        for step in _STEP.finditer(text, *found.span("rest"))
    ]
    return ast.Traversal(base, tuple(steps), locate(found.start("name"), found.end("rest")))
