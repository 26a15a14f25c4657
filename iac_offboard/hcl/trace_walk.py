"""From an expression back to the names it was made from, and from those on to their own.

The bytes of the final value lead the way: where a function hides which of its arguments became
the value, it is the one that holds the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from iac_offboard.hcl import ast
from iac_offboard.hcl.convert import error_in, known_text, truth
from iac_offboard.hcl.env import Env, Item, Origin
from iac_offboard.hcl.evaluate import evaluate
from iac_offboard.hcl.module import Module
from iac_offboard.hcl.secret_names import secret_name
from iac_offboard.hcl.trace_hops import Draft, HopKind, calls_sensitive, is_literal
from iac_offboard.hcl.trace_inside import Turn, item_of, operands, steps_of, turns_of
from iac_offboard.hcl.trace_paths import (
    KeyOf,
    Path,
    at,
    is_scalar,
    leaves,
    locate,
    spelled,
    touches,
)
from iac_offboard.hcl.values import Unknown, Value
from iac_offboard.model import Span

MOST_HOPS = 2_000
DEEPEST = 60
_READS = frozenset(["file", "templatefile", "fileset", "filebase64"])
_FIRST_THAT_WORKS = frozenset(["try", "coalesce"])

Bound = Callable[[Path], list[Draft]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where an expression stands; ``bound`` explains what ``env`` binds."""

    module: Module
    env: Env
    bound: Mapping[str, Bound] = field(default_factory=dict)

    def bind(self, env: Env, bound: Mapping[str, Bound]) -> Place:
        return replace(self, env=env, bound={**self.bound, **bound})


Names = Callable[["Walk", str, Path, Place], list[Draft]]


@dataclass(slots=True)
class Walk:
    """One explanation. ``wanted`` are the bytes of the value that is explained, empty when it is
    a whole collection or has none; ``names`` goes on from a name to its declaration."""

    names: Names
    wanted: frozenset[Span] = frozenset()
    seen: set[tuple[str, str]] = field(default_factory=set)
    depth: int = 0

    def aim(self, value: Value) -> None:
        self.wanted = leaves(value) if is_scalar(value) else frozenset()

    def fresh(self, draft: Draft, why: Callable[[], list[Draft]]) -> list[Draft]:
        """The draft with what it comes from, told once for all places that lead to it."""
        if draft.of in self.seen:
            draft.note, draft.told = draft.note or "explained above", True
        elif len(self.seen) >= MOST_HOPS or self.depth >= DEEPEST:
            draft.note = "where this comes from is not shown: too many steps"
        else:
            self.seen.add(draft.of)
            self.depth += 1
            draft.hops.extend(why())
            self.depth -= 1
        return [draft]

    def follow(self, expr: ast.Expr, path: Path, place: Place) -> list[Draft]:
        """What ``expr`` with the steps of ``path`` taken comes from."""
        match expr:
            case ast.Parens():
                return self.follow(expr.inner, path, place)
            case ast.Variable():
                return self._name(expr.name, path, place)
            case ast.Traversal():
                return self._traversal(expr, path, place)
            case ast.Object() | ast.Tuple() if path:
                return self._inside(expr, path, place)
            case ast.For():
                return self._for(expr, path, place)
            case ast.Conditional():
                return self._conditional(expr, path, place)
            case ast.Call():
                return self._call(expr, path, place)
            case _:
                return self._each(operands(expr), place)

    def _each(self, exprs: Iterable[ast.Expr], place: Place) -> list[Draft]:
        return [draft for expr in exprs for draft in self.follow(expr, (), place)]

    def _name(self, name: str, path: Path, place: Place) -> list[Draft]:
        bound = place.bound.get(name)
        if bound is not None:
            return bound(path)
        if name in place.env.bindings:
            return []
        return self.names(self, name, path, place)

    def _traversal(self, expr: ast.Traversal, path: Path, place: Place) -> list[Draft]:
        keys = [s.key for s in expr.steps if isinstance(s, ast.Index)]
        whole = steps_of(expr.steps, path, place.env)
        if isinstance(expr.base, ast.Variable):
            found = self._name(expr.base.name, whole, place)
        else:
            found = self.follow(expr.base, whole, place)
        return found + self._each((k for k in keys if not is_literal(k)), place)

    # ------------------------------------------------------------------ collections

    def _inside(self, expr: ast.Object | ast.Tuple, path: Path, place: Place) -> list[Draft]:
        """The entry that was asked for, as deep as it is written down."""
        node: ast.Expr = expr
        rest = path
        while rest and isinstance(node, ast.Object | ast.Tuple):
            inner = item_of(node, rest[0], place.env)
            if inner is None:
                break
            node, rest = inner, rest[1:]
        if node is expr:
            return self._each(operands(expr), place)
        taken = path[: len(path) - len(rest)]
        names = [step for step in path if isinstance(step, str)]
        kind = HopKind.LITERAL if is_literal(node) else HopKind.ENTRY
        draft = Draft(
            kind=kind,
            label=spelled(taken).lstrip(". "),
            value=at(evaluate(node, place.env), rest),
            span=node.span,
            expr=node,
            secret=calls_sensitive(node) or any(map(secret_name, names)),
            of=(node.span.file, f"{node.span.start} {spelled(path)}"),
        )
        return self.fresh(draft, lambda: self.follow(node, rest, place))

    def _for(self, expr: ast.For, path: Path, place: Place) -> list[Draft]:
        """One turn when the path or the bytes tell which; else what it goes through."""
        turns = turns_of(expr, place.env)
        narrowed = self._turn(expr, path, turns) if turns is not None else None
        if narrowed is None:
            inner = [expr.value, *([expr.key] if expr.key is not None else [])]
            untold: dict[str, Bound] = {
                name: _untold for name in (expr.key_var, expr.value_var) if name
            }
            body = place.bind(place.env.bind(_nothing(untold), Origin()), untold)
            return self.follow(expr.collection, (), place) + self._each(inner, body)
        (item, step, env), rest = narrowed

        turning = {
            name: self._element(expr, name, item, step, place)
            for name in (expr.key_var, expr.value_var)
            if name
        }
        inner_place = place.bind(env, turning)
        if rest and isinstance(rest[0], KeyOf) and expr.key is not None:
            return self.follow(expr.key, (), inner_place)
        found = self.follow(expr.value, rest, inner_place)
        condition = [] if expr.condition is None else [expr.condition]
        return found + noted(self._each(condition, inner_place), "decides whether it is in")

    def _turn(
        self, expr: ast.For, path: Path, turns: Sequence[Turn]
    ) -> tuple[tuple[Item, str | int, Env], Path] | None:
        if expr.key is None:
            if path and isinstance(path[0], int) and path[0] < len(turns):
                turn = turns[path[0]]
                return (turn.item, turn.step, turn.env), path[1:]
        elif path:
            first = path[0]
            name = str(first.key if isinstance(first, KeyOf) else first)
            for turn in (t for t in turns if t.key == name):
                rest = path if isinstance(first, KeyOf) else path[1:]
                if expr.group and rest and isinstance(rest[0], int):
                    same = [t for t in turns if t.key == name]
                    turn = same[rest[0]] if rest[0] < len(same) else turn
                    rest = rest[1:]
                return (turn.item, turn.step, turn.env), rest
        for turn in turns if self.wanted else ():
            if touches(leaves(evaluate(expr.value, turn.env)), self.wanted):
                return (turn.item, turn.step, turn.env), ()
        return None

    def _element(
        self, expr: ast.For, name: str, item: Item, step: str | int, place: Place
    ) -> Bound:
        key = name == expr.key_var

        def explain(path: Path) -> list[Draft]:
            way: Path = (step, *path)
            if key:
                way = (KeyOf(step),) if isinstance(step, str) else ()
            draft = Draft(
                kind=HopKind.ELEMENT,
                label=name + spelled(path),
                value=item.key if key else at(item.value, path),
                span=expr.collection.span,
                expr=expr.collection,
                of=(
                    place.module.address,
                    f"{expr.span.file} {expr.span.start} {name}{spelled(way)}",
                ),
            )
            return self.fresh(draft, lambda: self.follow(expr.collection, way, place))

        return explain

    # ------------------------------------------------------------------ choices and calls

    def _conditional(self, expr: ast.Conditional, path: Path, place: Place) -> list[Draft]:
        test = truth(evaluate(expr.condition, place.env))
        ways = [expr.yes, expr.no] if test is None else [expr.yes if test else expr.no]
        found = [draft for way in ways for draft in self.follow(way, path, place)]
        return found + noted(self._each([expr.condition], place), "decides which")

    def _call(self, expr: ast.Call, path: Path, place: Place) -> list[Draft]:
        name = expr.name.removeprefix("core::")
        if name in _FIRST_THAT_WORKS:
            for arg in expr.args:
                value = evaluate(arg, place.env)
                if error_in(value) is None and (name == "try" or known_text(value) != ""):
                    return self.follow(arg, path, place)
        inner = expr.args[0] if len(expr.args) == 1 else None
        decoded = name.endswith("decode") and isinstance(inner, ast.Call) and inner.name in _READS
        reading = inner if decoded and isinstance(inner, ast.Call) else expr
        if decoded or name in _READS:
            return self._file(expr, reading, path, place)
        ways: list[Draft] = []
        for arg in expr.args:
            step = self._way_into(arg, path, place)
            if step is not None:
                ways += self.follow(arg, step, place)
        return ways or self._each(expr.args, place)

    def _way_into(self, arg: ast.Expr, path: Path, place: Place) -> Path | None:
        value = evaluate(arg, place.env)
        if self.wanted:
            return locate(value, self.wanted)
        return path if path and error_in(at(value, path)) is None else None

    def _file(self, expr: ast.Call, call: ast.Call, path: Path, place: Place) -> list[Draft]:
        text = known_text(evaluate(call.args[0], place.env)) if call.args else None
        value = at(evaluate(expr, place.env), path)
        file = "*" if text is None else place.module.context.path(text)
        inside = sorted((s for s in leaves(value) if s.file == file), key=lambda s: s.start)
        draft = Draft(
            kind=HopKind.FILE,
            label=file + spelled(path) if call is expr else f"{file}: {spelled(path)}".rstrip(": "),
            value=value,
            span=inside[0] if inside and path else Span(file=file, start=0, end=0),
            note=f"read by {expr.name}({call.name}(...))" if call is not expr else "",
            of=(file, spelled(path)),
        )
        return self.fresh(draft, lambda: self._each(call.args, place))


def noted(drafts: list[Draft], note: str) -> list[Draft]:
    for draft in drafts:
        draft.note = draft.note or note
    return drafts


def _untold(path: Path) -> list[Draft]:  # noqa: ARG001 - a Bound
    """Which turn is meant is not known: the collection that it goes through is told instead."""
    return []


def _nothing(names: Iterable[str]) -> dict[str, Value]:
    return {name: Unknown("it differs from turn to turn") for name in names}
