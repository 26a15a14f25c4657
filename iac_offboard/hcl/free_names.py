"""Which names an expression mentions."""

from __future__ import annotations

from collections.abc import Iterator

from iac_offboard.hcl import ast
from iac_offboard.hcl.values import Piece

_SEEN: dict[int, tuple[ast.Expr, frozenset[str]]] = {}
_MOST = 200_000
_NONE: frozenset[str] = frozenset()


def free_names(expr: ast.Expr) -> frozenset[str]:
    """The first words of all traversals in an expression (bound ones too); memoised by node."""
    if isinstance(expr, ast.Literal):
        return _NONE
    known = _SEEN.get(id(expr))
    if known is not None and known[0] is expr:
        return known[1]
    names = frozenset([t[0] for t in mentions(expr)])
    if len(_SEEN) > _MOST:
        _SEEN.clear()
    _SEEN[id(expr)] = (expr, names)
    return names


def mentions(
    expr: ast.Expr,
) -> Iterator[tuple[str, tuple[ast.Step, ...], ast.Variable | ast.Traversal]]:
    """Every variable with the steps behind it, without recursion."""
    todo: list[ast.Expr] = [expr]
    while todo:
        node = todo.pop()
        match node:
            case ast.Variable():
                yield node.name, (), node
            case ast.Traversal():
                if isinstance(node.base, ast.Variable):
                    yield node.base.name, node.steps, node
                else:
                    todo.append(node.base)
                todo.extend(_keys(node.steps))
            case ast.Template():
                todo.extend(_inside(node.parts))
            case _:
                todo.extend(children(node))


def children(node: ast.Expr) -> list[ast.Expr]:
    match node:
        case ast.Call():
            return list(node.args)
        case ast.Tuple():
            return list(node.items)
        case ast.Object():
            return [e for item in node.items for e in (item.key, item.value)]
        case ast.For():
            rest = [e for e in (node.key, node.condition) if e is not None]
            return [node.collection, node.value, *rest]
        case ast.Conditional():
            return [node.condition, node.yes, node.no]
        case ast.Unary():
            return [node.operand]
        case ast.Binary():
            return [node.left, node.right]
        case ast.Parens():
            return [node.inner]
        case _:
            return []


def _keys(steps: tuple[ast.Step, ...]) -> Iterator[ast.Expr]:
    todo = list(steps)
    while todo:
        step = todo.pop()
        if isinstance(step, ast.Index):
            yield step.key
        elif isinstance(step, ast.Splat):
            todo.extend(step.steps)


def _inside(parts: tuple[ast.Part, ...]) -> Iterator[ast.Expr]:
    todo = list(parts)
    while todo:
        part = todo.pop()
        if isinstance(part, Piece):
            continue
        if isinstance(part, ast.Interpolation):
            yield part.expr
        elif isinstance(part, ast.IfDirective):
            yield part.condition
            todo.extend((*part.then, *part.otherwise))
        else:
            yield part.collection
            todo.extend(part.body)
