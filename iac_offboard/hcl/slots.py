"""Which list elements and map entries of a file's text stand around a place."""

from __future__ import annotations

from collections.abc import Iterator

from iac_offboard.hcl import ast
from iac_offboard.hcl.faults import FileFault
from iac_offboard.hcl.free_names import children
from iac_offboard.hcl.syntax import parse
from iac_offboard.model import Cut, CutKind, Span


def slots_around(data: bytes, place: Span) -> tuple[str, tuple[Cut, ...]]:
    """(name of the attribute, its elements and entries around ``place``, outermost first).

    ("", ()) for what stands in no attribute, and for a file that is not native HCL.
    """
    try:
        body = parse(data, place.file)
    except FileFault:
        return "", ()
    for attribute in _attributes(body):
        if _around(attribute.expr.span, place):
            return attribute.name, tuple(_slots(attribute.expr, place))
    return "", ()


def _attributes(body: ast.Body) -> Iterator[ast.Attribute]:
    todo = [body]
    while todo:
        current = todo.pop()
        yield from current.attributes
        todo.extend(block.body for block in current.blocks)


def _slots(expr: ast.Expr, place: Span) -> Iterator[Cut]:
    node: ast.Expr | None = expr
    while node is not None:
        match node:
            case ast.Tuple():
                for item in node.items:
                    if _around(item.span, place):
                        yield from ast.slot(CutKind.ELEMENT, item.span, node.span)
            case ast.Object():
                for entry in node.items:
                    if _around(entry.span, place):
                        yield from ast.slot(CutKind.ENTRY, entry.span, node.span)
            case _:
                pass
        node = next((c for c in children(node) if _around(c.span, place)), None)


def _around(outer: Span, inner: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end
