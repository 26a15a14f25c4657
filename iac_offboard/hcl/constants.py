"""Lists and objects that name nothing: they are worth the same wherever they are evaluated."""

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
