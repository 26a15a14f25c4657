"""The body of a block as a map: attributes, and one list per type of nested block."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import partial

from iac_offboard.hcl import ast
from iac_offboard.hcl.env import Env, Item, Origin, items_of
from iac_offboard.hcl.evaluate import evaluate, own_slots
from iac_offboard.hcl.values import Element, Entry, LateEntry, List, Map, Piece, Str, Unknown, Value
from iac_offboard.model import Cut

META_ATTRIBUTES = frozenset(["for_each", "count", "depends_on", "provider", "providers"])
META_BLOCKS = frozenset(["lifecycle", "provisioner", "connection"])
_NOTHING: frozenset[str] = frozenset()

MAX_BLOCKS = 10_000
"""Of one dynamic block in one resource."""
_COST = 5
"""What a block, an attribute or a block in it costs, in turns of a plain iteration."""

Undecidable = Callable[[ast.Block, str, Value], None]
"""Told of a dynamic block whose for_each is not known: the block, why, and what is known."""


Once = Callable[[Hashable, Callable[[], Value]], Value]
"""Works a value out under a key, or tells what it was; what refers to itself is unknown."""


@dataclass(frozen=True, slots=True)
class BodyReader:
    """``ref`` is what a computed attribute of a nested block is said to belong to."""

    undecided: Undecidable
    ref: str = ""

    def top(
        self,
        body: ast.Body,
        env: Env,
        once: Once,
        meta: frozenset[str] = META_ATTRIBUTES,
    ) -> Map:
        """A resource's or module call's body without its meta-arguments. Each attribute, and
        each type of nested blocks, is evaluated when somebody asks for it."""
        entries: list[Entry] = []
        for attribute in body.attributes:
            if attribute.name not in meta:
                entries.append(_late(attribute, env, once))
        for name, blocks in _by_type(body, META_BLOCKS).items():
            listed = partial(self._list, name, blocks, env)
            entries.append(LateEntry(_word(name), partial(once, name, listed), tuple))
        return Map(tuple(entries), body.span)

    def _map(self, body: ast.Body, env: Env) -> Map:
        entries: list[Entry] = []
        twice = body.twice()
        for attribute in body.attributes:
            value = evaluate(attribute.expr, env)
            if attribute.name in twice:
                value = Unknown(f"{attribute.name} is set more than once")
            slots = own_slots(attribute.expr, _editable(attribute.cut), env)
            entries.append(Entry(_key(attribute), value, slots))
        for name, blocks in _by_type(body, _NOTHING).items():
            entries.append(Entry(_word(name), self._list(name, blocks, env)))
        return Map(tuple(entries), body.span)

    def _list(self, name: str, blocks: Sequence[ast.Block], env: Env) -> List:
        elements: list[Element] = []
        for block in blocks:
            if block.type == "dynamic" and block.labels:
                elements.extend(self._dynamic(block, env))
            else:
                inner = self._nested(block.body, name, env)
                elements.append(Element(inner, _editable(block.cut)))
        return List(tuple(elements))

    def _nested(self, body: ast.Body, name: str, env: Env) -> Map:
        """What is not written in a nested block may be computed: Terraform knows its schema."""
        bare = self._map(body, env)
        ref = f"{self.ref}.{name}[*]" if self.ref else ""

        def missing(attribute: str) -> Value:
            return Unknown("known only after apply", f"{ref}.{attribute}" if ref else "")

        return Map(bare.entries, bare.span, missing)

    def _dynamic(self, block: ast.Block, env: Env) -> list[Element]:
        for_each = block.body.attribute("for_each")
        contents = block.body.blocks_of("content")
        if for_each is None or not contents:
            return []
        iterator = block.body.attribute("iterator")
        name = block.labels[0]
        if iterator is not None and isinstance(iterator.expr, ast.Variable):
            name = iterator.expr.name
        elif iterator is not None and isinstance(iterator.expr, ast.Literal):
            value = iterator.expr.value
            name = (value.text or name) if isinstance(value, Str) else name
        collection = evaluate(for_each.expr, env)
        items = items_of(collection)
        if items is None or len(items) > MAX_BLOCKS:
            reason = "for_each is not a list"
            if items is not None:
                reason = f"for_each makes more than {MAX_BLOCKS} blocks"
            elif isinstance(collection, Unknown):
                reason = collection.reason
            self.undecided(block, reason, collection)
            each = _iteration(Item(Unknown(reason), Unknown(reason), (), ()))
            inner = self._map(contents[0].body, env.bind({name: each}, Origin()))
            rest = Element(Unknown(reason, "", (inner, collection)), _editable(block.cut))
            known = collection.certain if isinstance(collection, Unknown) else None
            turns = items_of(known) if known is not None else None
            return [*self._turns(block, contents[0], name, turns or [], env), rest]
        return self._turns(block, contents[0], name, items, env)

    def _turns(
        self, block: ast.Block, content: ast.Block, name: str, items: Sequence[Item], env: Env
    ) -> list[Element]:
        found: list[Element] = []
        cost = _COST * (1 + len(content.body.attributes) + len(content.body.blocks))
        for item in items:
            if not env.names.spend(cost):
                break
            bound = env.bind({name: _iteration(item)}, Origin(item.slots, item.also))
            inner = self._nested(content.body, block.labels[0], bound)
            found.append(Element(inner, item.slots, item.also))
        return found


def _late(attribute: ast.Attribute, env: Env, once: Once) -> Entry:
    def value() -> Value:
        return once(attribute.name, lambda: evaluate(attribute.expr, env))

    def slots() -> tuple[Cut, ...]:
        return own_slots(attribute.expr, _editable(attribute.cut), env)

    return LateEntry(_key(attribute), value, slots)


def _by_type(body: ast.Body, skipped: frozenset[str]) -> dict[str, list[ast.Block]]:
    found: dict[str, list[ast.Block]] = {}
    for block in body.blocks:
        dynamic = block.type == "dynamic" and block.labels
        if dynamic or block.type not in skipped:
            found.setdefault(block.labels[0] if dynamic else block.type, []).append(block)
    return found


def _key(attribute: ast.Attribute) -> Str:
    return Str((Piece(attribute.name, attribute.name_span, True),))


def _word(name: str) -> Str:
    return Str((Piece(name),))


def _iteration(item: Item) -> Map:
    return Map((Entry(Str((Piece("key"),)), item.key), Entry(Str((Piece("value"),)), item.value)))


def _editable(cut: Cut) -> tuple[Cut, ...]:
    return (cut,) if ast.editable(cut.span.file) else ()
