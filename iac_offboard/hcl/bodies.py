"""The body of a block as a map: attributes, and one list per type of nested block."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from iac_offboard.hcl import ast
from iac_offboard.hcl.env import Env, Item, Origin, items_of
from iac_offboard.hcl.evaluate import evaluate, own_slots
from iac_offboard.hcl.values import Element, Entry, List, Map, Piece, Str, Unknown, Value
from iac_offboard.model import Cut

META_ATTRIBUTES = frozenset(["for_each", "count", "depends_on", "provider", "providers"])
META_BLOCKS = frozenset(["lifecycle", "provisioner", "connection"])
_NOTHING: frozenset[str] = frozenset()

Undecidable = Callable[[ast.Block, str, Value], None]
"""Told of a dynamic block whose for_each is not known: the block, why, and what is known."""


@dataclass(frozen=True, slots=True)
class BodyReader:
    """``ref`` is what a computed attribute of a nested block is said to belong to."""

    undecided: Undecidable
    ref: str = ""

    def top(self, body: ast.Body, env: Env, meta: frozenset[str] = META_ATTRIBUTES) -> Map:
        """A resource's or module call's body without its meta-arguments."""
        return self._map(body, env, meta, META_BLOCKS)

    def _map(
        self, body: ast.Body, env: Env, skipped: frozenset[str], skipped_blocks: frozenset[str]
    ) -> Map:
        entries: list[Entry] = []
        for attribute in body.attributes:
            if attribute.name in skipped:
                continue
            value = evaluate(attribute.expr, env)
            key = Str((Piece(attribute.name, attribute.name_span, True),))
            slots = _editable(attribute.cut)
            entries.append(Entry(key, value, own_slots(attribute.expr, slots, env)))
        groups: dict[str, list[Element]] = {}
        for block in body.blocks:
            if block.type == "dynamic" and block.labels:
                groups.setdefault(block.labels[0], []).extend(self._dynamic(block, env))
            elif block.type not in skipped_blocks:
                inner = self._nested(block.body, block.type, env)
                groups.setdefault(block.type, []).append(Element(inner, _editable(block.cut)))
        for name, elements in groups.items():
            entries.append(Entry(Str((Piece(name),)), List(tuple(elements))))
        return Map(tuple(entries), body.span)

    def _nested(self, body: ast.Body, name: str, env: Env) -> Map:
        """What is not written in a nested block may be computed: Terraform knows its schema."""
        bare = self._map(body, env, _NOTHING, _NOTHING)
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
        if items is None:
            reason = (
                collection.reason if isinstance(collection, Unknown) else "for_each is not a list"
            )
            self.undecided(block, reason, collection)
            each = _iteration(Item(Unknown(reason), Unknown(reason), (), ()))
            inner = self._map(
                contents[0].body, env.bind({name: each}, Origin()), _NOTHING, _NOTHING
            )
            return [Element(Unknown(reason, "", (inner, collection)), _editable(block.cut))]
        found: list[Element] = []
        for item in items:
            if not env.names.spend():
                break
            bound = env.bind({name: _iteration(item)}, Origin(item.slots, item.also))
            inner = self._nested(contents[0].body, block.labels[0], bound)
            found.append(Element(inner, item.slots, item.also))
        return found


def _iteration(item: Item) -> Map:
    return Map((Entry(Str((Piece("key"),)), item.key), Entry(Str((Piece("value"),)), item.value)))


def _editable(cut: Cut) -> tuple[Cut, ...]:
    return (cut,) if ast.editable(cut.span.file) else ()
