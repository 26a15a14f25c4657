"""Which list elements and map entries of a file's text stand around a place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from iac_offboard.hcl import ast
from iac_offboard.hcl.faults import FileFault
from iac_offboard.hcl.free_names import children
from iac_offboard.hcl.json_syntax import parse_json_body
from iac_offboard.hcl.syntax import parse
from iac_offboard.model import Cut, CutKind, Span


def slots_around(data: bytes, place: Span) -> tuple[str, tuple[Cut, ...]]:
    """(name of the attribute, its elements and entries around ``place``, outermost first).

    ("", ()) for what stands in no attribute, and for a file that is not native HCL.
    """
    if place.file.endswith(".json"):
        return "", ()
    body = _body(data, place.file)
    if body is None:
        return "", ()
    for attribute in _attributes(body):
        if _around(attribute.expr.span, place):
            return attribute.name, tuple(_slots(attribute.expr, place))
    return "", ()


# These go on to another argument: that argument is something of its own, too.
_CHOOSING = frozenset(["try", "coalesce", "coalescelist"])


def holds_others(data: bytes, place: Span, gone: Sequence[Span]) -> bool:
    """Does a list or map in ``place`` hold anything without one of ``gone`` in it?

    A literal beside them is such a thing: it stays. Text around a reference inside one string is
    not, nor is the argument of a function, nor a field of the record that tells of it.
    """
    body = _body(data, place.file)
    todo: list[ast.Expr] = []
    for attribute in () if body is None else _attributes(body):
        if _around(place, attribute.expr.span) or _around(attribute.expr.span, place):
            todo.append(attribute.expr)
    records: set[Span] = set()
    while todo:
        node = todo.pop()
        todo.extend(children(node))
        records.update(_records(node, data))
        if node.span in records or not _around(place, node.span):
            continue
        items: Sequence[ast.Expr | ast.ObjectItem] = ()
        if isinstance(node, ast.Tuple | ast.Object):
            items = node.items
        elif isinstance(node, ast.Call) and node.name in _CHOOSING:
            items = node.args
        if any(not any(_around(item.span, one) for one in gone) for item in items):
            return True
    return False


def _records(node: ast.Expr, data: bytes) -> Iterator[Span]:
    """Objects that are one thing each: the elements of a list, or values with equal fields."""
    if isinstance(node, ast.Tuple):
        yield from (item.span for item in node.items if isinstance(item, ast.Object))
    elif isinstance(node, ast.Object):
        values = [item.value for item in node.items]
        objects = [v for v in values if isinstance(v, ast.Object)]
        fields = {
            frozenset(data[i.key.span.start : i.key.span.end] for i in v.items) for v in objects
        }
        if len(objects) == len(values) > 1 and len(fields) == 1:
            yield from (v.span for v in objects)


@lru_cache(maxsize=16)  # one file is asked about for everything in it that is left over
def _body(data: bytes, file: str) -> ast.Body | None:
    try:
        return parse_json_body(data, file) if file.endswith(".json") else parse(data, file)
    except FileFault:
        return None


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
