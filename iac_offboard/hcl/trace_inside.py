"""The turns of a ``for``, the entries of a literal, the steps of a reference: what is inside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from iac_offboard.hcl import ast
from iac_offboard.hcl.convert import known_text, truth, whole_number
from iac_offboard.hcl.env import Env, Item, Origin, items_of
from iac_offboard.hcl.evaluate import evaluate
from iac_offboard.hcl.free_names import children
from iac_offboard.hcl.trace_paths import KeyOf, Path
from iac_offboard.hcl.values import Map, Piece


@dataclass(frozen=True, slots=True)
class Turn:
    item: Item
    step: str | int
    env: Env
    key: str | None = None


def turns_of(expr: ast.For, outer: Env) -> list[Turn] | None:
    """The turns that a ``for`` kept; None when they are not known."""
    collection = evaluate(expr.collection, outer)
    items = items_of(collection)
    if items is None:
        return None
    kept: list[Turn] = []
    for i, item in enumerate(items):
        names = {expr.value_var: item.value}
        if expr.key_var:
            names[expr.key_var] = item.key
        env = outer.bind(names, Origin(item.slots, item.also))
        if expr.condition is not None and truth(evaluate(expr.condition, env)) is False:
            continue
        step = known_text(item.key) if isinstance(collection, Map) else i
        key = None if expr.key is None else known_text(evaluate(expr.key, env))
        kept.append(Turn(item, i if step is None else step, env, key))
    return kept


def item_of(node: ast.Object | ast.Tuple, step: str | int | KeyOf, env: Env) -> ast.Expr | None:
    if isinstance(node, ast.Tuple):
        if isinstance(step, int) and step < len(node.items):
            return node.items[step]
        texts = (known_text(evaluate(item, env)) for item in node.items)
        key = step.key if isinstance(step, KeyOf) else step
        return next((e for e, t in zip(node.items, texts, strict=True) if t == key), None)
    key = str(step.key if isinstance(step, KeyOf) else step)
    for item in reversed(node.items):  # the last of equal keys wins
        if known_text(evaluate(item.key, env)) == key:
            return item.key if isinstance(step, KeyOf) else item.value
    return None


def steps_of(written: Sequence[ast.Step], path: Path, env: Env) -> Path:
    """Written steps and those of the path; a splat hands the path's index to its elements."""
    taken: list[str | int | KeyOf] = []
    for step in written:
        if isinstance(step, ast.GetAttr):
            taken.append(step.name)
        elif isinstance(step, ast.Index):
            value = evaluate(step.key, env)
            number = whole_number(value)
            text = known_text(value)
            if text is None:
                return tuple(taken)
            taken.append(number if number is not None and text == str(number) else text)
        elif path and isinstance(path[0], int):
            return (*taken, path[0], *steps_of(step.steps, (), env), *path[1:])
        else:
            return tuple(taken)
    return (*taken, *path)


def operands(expr: ast.Expr) -> list[ast.Expr]:
    """The expressions right inside, those of a template included."""
    if isinstance(expr, ast.Template):
        return list(_interpolated(expr.parts))
    if isinstance(expr, ast.Traversal):
        return [expr.base, *(s.key for s in expr.steps if isinstance(s, ast.Index))]
    return children(expr)


def _interpolated(parts: Sequence[ast.Part]) -> Iterable[ast.Expr]:
    for part in parts:
        if isinstance(part, ast.Interpolation):
            yield part.expr
        elif isinstance(part, ast.IfDirective):
            yield part.condition
            yield from _interpolated((*part.then, *part.otherwise))
        elif not isinstance(part, Piece):
            yield part.collection
