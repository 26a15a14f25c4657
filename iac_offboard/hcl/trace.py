"""How a value came to be: from an address back to the literals, as a tree of hops.

The walk goes over the expressions beside the evaluation, which it does not touch: the evaluator
says what each part is worth, and the bytes that the final value knows say which part it came from.
"""

from __future__ import annotations

from collections.abc import Iterator

from iac_offboard.hcl import ast
from iac_offboard.hcl.faults import FileFault
from iac_offboard.hcl.module import Module
from iac_offboard.hcl.trace_address import Thing, addresses, parse_address, things
from iac_offboard.hcl.trace_blocks import place_of, written_in
from iac_offboard.hcl.trace_hops import (
    REDACTED,
    Draft,
    Hop,
    HopKind,
    excerpt,
    reasons,
    shown,
)
from iac_offboard.hcl.trace_names import argument, attribute, local, names, output, variable
from iac_offboard.hcl.trace_paths import Path, at, is_scalar, leaves
from iac_offboard.hcl.trace_walk import Walk
from iac_offboard.hcl.values import Unknown, Value

__all__ = ["Hop", "HopKind", "addresses", "explain", "parse_address", "things"]


def explain(thing: Thing) -> tuple[Hop, ...]:
    """The hops behind what an address names; one tree per attribute when it names a whole block.

    () when the path leads nowhere. Nothing in it is secret: what stands under such a name, in a
    sensitive variable or output, or was made from one, is redacted.
    """
    found: list[Draft] = []
    for path in _paths(thing):
        walk = Walk(names)
        draft = _drafts(walk, thing, path)
        found += draft
    return tuple([_Finished(thing.module, found).hop(draft) for draft in found])


def _paths(thing: Thing) -> Iterator[Path]:
    if thing.path or thing.instance is None:
        yield thing.path
        return
    block = _block(thing)
    place = place_of(Walk(names), thing.module, block, thing.instance)
    for path, _, _ in written_in(Walk(names), block.body, place):
        yield path


def _block(thing: Thing) -> ast.Block:
    configuration = thing.module.configuration
    mode, _, name = thing.key
    return configuration.modules[name] if mode == "module" else configuration.resources[thing.key]


def _drafts(walk: Walk, thing: Thing, path: Path) -> list[Draft]:
    module, (mode, _, name) = thing.module, thing.key
    value = _value(thing, path)
    if isinstance(value, Unknown) and value.error:
        return []
    walk.wanted = leaves(value) if is_scalar(value) else frozenset()
    match mode:
        case "local":
            return local(walk, module, name, path)
        case "var":
            return variable(walk, module, name, path)
        case "output":
            return output(walk, module, name, path)
    assert thing.instance is not None
    if mode == "module":
        return argument(walk, module, _block(thing), thing.instance, str(path[0]), path[1:])
    return attribute(walk, module, thing.key, thing.instance, path)


def _value(thing: Thing, path: Path) -> Value:
    module, (mode, _, name) = thing.module, thing.key
    match mode:
        case "local":
            return at(module.local(name), path)
        case "var":
            return at(module.variable(name), path)
        case "output":
            return at(module.output(name), path)
    if thing.instance is None or mode == "module":
        return Unknown("the argument of a module call")
    return at(module.attributes(thing.key, thing.instance), path)


class _Finished:
    """Drafts to hops, once it is known which of them are secret.

    What is secret by its name or a ``sensitive`` flag is so with all that it was made from,
    wherever that is told; what was made from a secret does not show its value either.
    """

    def __init__(self, module: Module, drafts: list[Draft]) -> None:
        self._module = module
        self._hidden: set[tuple[str, str]] = set()
        self._tainted: set[tuple[str, str]] = set()
        before = -1
        while before != len(self._hidden) + len(self._tainted):  # a draft is told in one place only
            before = len(self._hidden) + len(self._tainted)
            for draft in drafts:
                self._mark(draft, below=False)

    def _mark(self, draft: Draft, *, below: bool) -> bool:
        hidden = below or draft.secret or draft.of in self._hidden
        if hidden:
            self._hidden.add(draft.of)
        inner = [self._mark(hop, below=hidden) for hop in draft.hops]
        if any(inner):
            self._tainted.add(draft.of)
        return hidden or draft.of in self._tainted

    def hop(self, draft: Draft) -> Hop:
        hidden = draft.of in self._hidden
        redacted = hidden or draft.of in self._tainted
        span = draft.span
        return Hop(
            kind=draft.kind,
            label=draft.label,
            value=REDACTED if redacted else shown(draft.value),
            unknown=reasons(draft.value),
            file="" if span is None else span.file,
            line=0 if span is None else self._data(span.file).count(b"\n", 0, span.start) + 1,
            text="" if draft.told else self._text(draft.expr, hidden),
            note=draft.note,
            redacted=redacted,
            hops=tuple([self.hop(inner) for inner in draft.hops]),
        )

    def _text(self, expr: ast.Expr | None, hidden: bool) -> str:
        if expr is None:
            return ""
        data = self._data(expr.span.file)
        return excerpt(data, expr, hidden=hidden) if data else ""

    def _data(self, file: str) -> bytes:
        try:
            return self._module.context.read(file)
        except FileFault:
            return b""
