"""Lists, objects and blocks that name nothing: they are worth the same everywhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from iac_offboard.hcl import ast
from iac_offboard.hcl.env import Env
from iac_offboard.hcl.values import Value

T = TypeVar("T", ast.Tuple, ast.Object)
_MOST = 100_000
_KNOWN: dict[int, tuple[ast.Expr, Value | None]] = {}
"""By the id of the expression, which is held so that the id stays its own; None: it may be worth
something else elsewhere."""
_MADE: dict[int, tuple[ast.Block, Value | None]] = {}
"""The same for what is made of a block."""


def once_for_all(expr: T, env: Env, make: Callable[[T, Env], Value]) -> Value:
    """What ``make`` makes of the expression, made once when it is a constant."""
    known = _KNOWN.get(id(expr))
    if known is not None and known[0] is expr:
        return make(expr, env) if known[1] is None else known[1]
    value = make(expr, env)
    if len(_KNOWN) > _MOST:
        _KNOWN.clear()
    _KNOWN[id(expr)] = (expr, value if all(map(_is_constant, _parts(expr))) else None)
    return value


def made_once(block: ast.Block, make: Callable[[], Value]) -> Value:
    """What ``make`` makes of a block and of nothing else, made once when nothing in the block
    names anything. Raises FileFault for what cannot be read there."""
    known = _MADE.get(id(block))
    if known is None or known[0] is not block:
        if len(_MADE) > _MOST:
            _MADE.clear()
        known = _MADE[id(block)] = (block, make() if _names_nothing(block.body) else None)
    return make() if known[1] is None else known[1]


def _names_nothing(body: ast.Body) -> bool:
    return all(_is_written(a.expr) for a in body.attributes) and all(
        inner.type != "dynamic" and _names_nothing(inner.body) for inner in body.blocks
    )


def _is_written(expr: ast.Expr) -> bool:
    """Is this a constant, evaluated or not?"""
    if isinstance(expr, ast.Tuple | ast.Object):
        return all(map(_is_written, _parts(expr)))
    return isinstance(expr, ast.Literal)


def _parts(expr: ast.Tuple | ast.Object) -> list[ast.Expr]:
    if isinstance(expr, ast.Tuple):
        return list(expr.items)
    return [part for item in expr.items for part in (item.key, item.value)]


def _is_constant(expr: ast.Expr) -> bool:
    """Of what was evaluated just now, inner lists and objects first."""
    if isinstance(expr, ast.Parens):
        return _is_constant(expr.inner)
    if isinstance(expr, ast.Tuple | ast.Object):
        known = _KNOWN.get(id(expr))
        return known is not None and known[0] is expr and known[1] is not None
    return isinstance(expr, ast.Literal)
