"""What names mean where an expression is evaluated, and the turns of an iteration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from iac_offboard.hcl import ast
from iac_offboard.hcl.convert import as_elements
from iac_offboard.hcl.values import Element, List, Map, Num, Value
from iac_offboard.model import Cut

OVERSPENT = "the configuration repeats itself too often to be evaluated"
PARTS_PER_TURN = 2
"""So many parts of a template cost as much as a turn of an iteration."""


class Names(Protocol):
    """What the names outside an expression stand for."""

    def resolve(self, name: str, steps: Sequence[ast.Step], env: Env) -> tuple[Value, int]:
        """The value of ``name`` with the first n steps taken, and n."""
        ...

    def call(self, call: ast.Call, env: Env) -> Value: ...

    def spend(self, turns: int = 1) -> bool:
        """Takes turns of an iteration from the budget; False when it is used up."""
        ...


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the element that an iteration variable stands for was written."""

    slots: tuple[Cut, ...] = ()
    also: tuple[Element, ...] = ()


@dataclass(frozen=True, slots=True)
class Env:
    names: Names
    bindings: Mapping[str, Value] = field(default_factory=dict)
    origins: Mapping[str, Origin] = field(default_factory=dict)

    def bind(self, bindings: Mapping[str, Value], origin: Origin) -> Env:
        origins = {**self.origins, **dict.fromkeys(bindings, origin)}
        return Env(self.names, {**self.bindings, **bindings}, origins)


@dataclass(frozen=True, slots=True)
class Item:
    """One turn of an iteration."""

    key: Value
    value: Value
    slots: tuple[Cut, ...]
    also: tuple[Element, ...]


def items_of(collection: Value) -> list[Item] | None:
    """What ``for`` goes through, or None when it is not known."""
    if isinstance(collection, List):
        if collection.is_set:
            return [Item(e.value, e.value, e.slots, e.also) for e in collection.elements]
        return [Item(Num(i), e.value, e.slots, e.also) for i, e in enumerate(collection.elements)]
    if isinstance(collection, Map) and collection.missing is None:
        entries = sorted(collection.entries, key=lambda e: e.key.render("\x00"))
        return [Item(e.key, e.value, e.slots, as_elements(e.also)) for e in entries]
    return None
