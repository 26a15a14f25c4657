"""Type constraints of variables: the types that they spell, and values made to conform."""

from __future__ import annotations

from iac_offboard.hcl import ast
from iac_offboard.hcl.conversion import convert
from iac_offboard.hcl.env import Env
from iac_offboard.hcl.evaluate import evaluate
from iac_offboard.hcl.value_types import ANY, BOOL, NUMBER, STRING, Type
from iac_offboard.hcl.values import Str, Unknown, Value

_NAMED = {"string": STRING, "number": NUMBER, "bool": BOOL}


def conform(value: Value, type_: ast.Expr, env: Env) -> Value:
    """The value converted to a type; what does not fit is left as it is."""
    found = convert(value, spelled_type(type_, env))
    return value if isinstance(found, Unknown) else found


def spelled_type(expr: ast.Expr, env: Env) -> Type:
    """What a ``type`` argument says; ``any`` where it cannot be read."""
    if isinstance(expr, ast.Variable):
        return _NAMED.get(expr.name, Type(expr.name, (ANY,)) if expr.name in _COLLECTIONS else ANY)
    if not isinstance(expr, ast.Call) or not expr.args:
        return ANY
    inner = expr.args[0]
    if expr.name in _COLLECTIONS:
        return Type(expr.name, (spelled_type(inner, env),))
    if expr.name == "tuple" and isinstance(inner, ast.Tuple):
        return Type("tuple", tuple([spelled_type(item, env) for item in inner.items]))
    if expr.name == "object" and isinstance(inner, ast.Object):
        return _object(inner, env)
    return ANY


_COLLECTIONS = frozenset(["list", "set", "map"])


def _object(expr: ast.Object, env: Env) -> Type:
    parts: dict[str, Type] = {}
    defaults: list[tuple[str, Value | None]] = []
    for item in expr.items:
        if not isinstance(item.key, ast.Literal) or not isinstance(item.key.value, Str):
            continue
        name, type_ = item.key.value.text or "", item.value
        if isinstance(type_, ast.Call) and type_.name == "optional" and type_.args:
            default = evaluate(type_.args[1], env) if len(type_.args) > 1 else None
            defaults.append((name, default))
            type_ = type_.args[0]
        parts[name] = spelled_type(type_, env)
    return Type("object", tuple(parts.values()), tuple(parts), tuple(defaults))
