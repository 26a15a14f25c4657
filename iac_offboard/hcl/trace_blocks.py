"""Inside a block: the attributes that are written down, and what ``each`` goes back to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeAlias

from iac_offboard.hcl import ast
from iac_offboard.hcl.convert import known_text
from iac_offboard.hcl.env import Item, Origin, items_of
from iac_offboard.hcl.evaluate import evaluate
from iac_offboard.hcl.expansion import Instance
from iac_offboard.hcl.module import Module
from iac_offboard.hcl.trace_hops import Draft, HopKind
from iac_offboard.hcl.trace_paths import KeyOf, Path, at, spelled
from iac_offboard.hcl.trace_walk import Bound, Place, Walk
from iac_offboard.hcl.values import Entry, Map, Piece, Str

META = frozenset(["for_each", "count", "depends_on", "provider", "providers", "source", "version"])
_META_BLOCKS = frozenset(["lifecycle", "provisioner", "connection"])


def at_top(module: Module) -> Place:
    return Place(module, module.env)


Written: TypeAlias = tuple[ast.Expr, Path, Place]


def written_in(walk: Walk, body: ast.Body, place: Place) -> Iterator[tuple[Path, ast.Expr, Place]]:
    """Every attribute of a block, those of nested and dynamic blocks with their index."""
    for item in body.attributes:
        if item.name not in META:
            yield (item.name,), item.expr, place
    counts: dict[str, int] = {}
    for block in body.blocks:
        for name, inner, where in _blocks(walk, block, place):
            index = counts.get(name, 0)
            counts[name] = index + 1
            for path, expr, deeper in written_in(walk, inner, where):
                yield (name, index, *path), expr, deeper


def written_at(walk: Walk, body: ast.Body, path: Path, place: Place) -> Written | None:
    """The expression that a path into a block leads to, and the steps that go on inside it."""
    found = body.attribute(path[0]) if isinstance(path[0], str) else None
    if found is not None:
        return found.expr, path[1:], place
    index = path[1] if len(path) > 1 and isinstance(path[1], int) else 0
    inside = [
        (inner, where)
        for block in body.blocks
        for name, inner, where in _blocks(walk, block, place)
        if name == path[0]
    ]
    if len(path) < 3 or not 0 <= index < len(inside):
        return None
    return written_at(walk, inside[index][0], path[2:], inside[index][1])


def _blocks(walk: Walk, block: ast.Block, place: Place) -> Iterator[tuple[str, ast.Body, Place]]:
    """A nested block, or one for each turn of a dynamic one."""
    if block.type in _META_BLOCKS:
        return
    if block.type != "dynamic" or not block.labels:
        yield block.type, block.body, place
        return
    repeat, contents = block.body.attribute("for_each"), block.body.blocks_of("content")
    items = None if repeat is None else items_of(evaluate(repeat.expr, place.env))
    if repeat is None or items is None or not contents:
        return
    given = block.body.attribute("iterator")
    name = block.labels[0]
    if given is not None and isinstance(given.expr, ast.Variable):
        name = given.expr.name
    for i, item in enumerate(items):
        env = place.env.bind({name: _pair(item)}, Origin(item.slots, item.also))
        bound = _turn(walk, name, repeat.expr, item, i, place)
        yield block.labels[0], contents[0].body, place.bind(env, {name: bound})


def _pair(item: Item) -> Map:
    return Map((Entry(Str((Piece("key"),)), item.key), Entry(Str((Piece("value"),)), item.value)))


def _turn(walk: Walk, name: str, expr: ast.Expr, item: Item, i: int, place: Place) -> Bound:
    text = item.key.text if isinstance(item.key, Str) else None
    is_map = text is not None and isinstance(evaluate(expr, place.env), Map)
    step: str | int = text if is_map and text is not None else i

    def explain(path: Path) -> list[Draft]:
        key = bool(path) and path[0] == "key"
        way: Path = (KeyOf(step),) if key and is_map else (step, *path[1:])
        draft = Draft(
            kind=HopKind.EACH,
            label=name + spelled(path),
            value=at(_pair(item), path),
            span=expr.span,
            expr=expr,
            of=(place.module.address, f"{expr.span.file} {expr.span.start} {step} {spelled(path)}"),
        )
        return walk.fresh(draft, lambda: walk.follow(expr, way, place))

    return explain


def place_of(walk: Walk, module: Module, block: ast.Block, instance: Instance) -> Place:
    """Where the body of one instance stands: ``each`` and ``count`` lead to its key."""
    place = at_top(module)
    for_each, count = block.body.attribute("for_each"), block.body.attribute("count")
    if for_each is not None and instance.key is not None:
        whole = evaluate(for_each.expr, module.env)
        for i, item in enumerate(items_of(whole) or ()):
            key = item.key if isinstance(whole, Map) else item.value
            if known_text(key) == instance.key:
                each = item if isinstance(whole, Map) else replace(item, key=key)
                bound = _turn(walk, "each", for_each.expr, each, i, place)
                return place.bind(instance.env, {"each": bound})
    if count is not None and instance.key is not None:
        counted = _counted(walk, count.expr, instance, place)
        return place.bind(instance.env, {"count": counted})
    return Place(module, instance.env)


def _counted(walk: Walk, expr: ast.Expr, instance: Instance, place: Place) -> Bound:
    def explain(path: Path) -> list[Draft]:
        draft = Draft(
            kind=HopKind.EACH,
            label="count" + spelled(path),
            value=at(instance.env.bindings["count"], path),
            span=expr.span,
            expr=expr,
            of=(place.module.address, f"{expr.span.file} {expr.span.start} {instance.key}"),
        )
        return walk.fresh(draft, lambda: walk.follow(expr, (), place))

    return explain
