"""Types of values, and the type that several of them have in common.

A value carries its type only as far as Terraform lets it show: ``List.typed`` tells ``list(T)``
from a tuple, ``Map.typed`` tells ``map(T)`` from an object. What is null or unknown has the type
``any``. Rules: Terraform's language, "Types and Values" and "Type Conversion"; which of several
types wins is what `terraform console` answers (tests/hcl/test_differential.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from iac_offboard.hcl.values import Bool, Entry, List, Map, Num, Str, Value


@dataclass(frozen=True, slots=True)
class Type:
    """``parts`` are the element types: one of a collection, one per element of a tuple, one per
    name of an object. ``defaults`` are those of an object's optional attributes."""

    kind: str
    parts: tuple[Type, ...] = ()
    names: tuple[str, ...] = ()
    defaults: tuple[tuple[str, Value | None], ...] = field(default=(), compare=False)


Parts: TypeAlias = Sequence[Type]

ANY = Type("any")
STRING = Type("string")
NUMBER = Type("number")
BOOL = Type("bool")
PRIMITIVES = frozenset(["string", "number", "bool"])
_LISTS = frozenset(["list", "tuple"])
_MAPS = frozenset(["map", "object"])


_KNOWN: dict[int, tuple[Value, Type]] = {}
_LARGE = 16
_MOST = 1_000


def type_of(value: Value) -> Type:
    """Large values are looked through once: a condition in a loop asks again and again."""
    if not isinstance(value, List | Map):
        return _type_of(value)
    if len(value.elements if isinstance(value, List) else value.entries) < _LARGE:
        return _type_of(value)
    known = _KNOWN.get(id(value))
    if known is None or known[0] is not value:
        if len(_KNOWN) >= _MOST:
            _KNOWN.clear()
        known = (value, _type_of(value))
        _KNOWN[id(value)] = known
    return known[1]


def _type_of(value: Value) -> Type:
    match value:
        case Str():
            return STRING
        case Num():
            return NUMBER
        case Bool():
            return BOOL
        case List():
            parts = [type_of(e.value) for e in value.elements]
            if value.is_set or value.typed:
                return Type("set" if value.is_set else "list", (_element(parts),))
            return Type("tuple", tuple(parts))
        case Map() if value.missing is not None:
            return ANY
        case Map():
            if value.typed:
                return Type("map", (_element([type_of(e.value) for e in value.entries]),))
            entries = _sorted(value.entries)
            names = tuple([name for name, _ in entries])
            return Type("object", tuple([type_of(e.value) for _, e in entries]), names)
        case _:
            return ANY


def _sorted(entries: Iterable[Entry]) -> list[tuple[str, Entry]]:
    return sorted([(e.key.render("\x00"), e) for e in entries], key=lambda pair: pair[0])


def _element(parts: Parts) -> Type:
    return unify(parts) or ANY if parts else ANY


def unify(types: Parts) -> Type | None:
    """The type that all of these are converted to where they meet; None when there is none."""
    distinct = list(dict.fromkeys(types))
    known = [t for t in distinct if t.kind != "any"]
    if len(known) <= 1:
        return known[0] if known else ANY
    kinds = {t.kind for t in known}
    if kinds <= PRIMITIVES:
        return STRING if "string" in kinds else None
    if kinds == {"tuple"}:
        return _tuples(known)
    if kinds == {"object"}:
        return _objects(known)
    if kinds in ({"list"}, {"set"}, {"map"}) or kinds in (_LISTS, _MAPS):
        wanted = "map" if kinds & _MAPS else "set" if "set" in kinds else "list"
        return _collection(wanted, known)
    if kinds <= {"list", "set", "tuple"}:  # the others are converted to what is there
        return next((t for t in known if t.kind == "list"), None) or next(
            t for t in known if t.kind == "set"
        )
    return None


def _collection(kind: str, types: Parts) -> Type | None:
    inner = unify([part for t in types for part in t.parts])
    return None if inner is None else Type(kind, (inner,))


def _tuples(types: Parts) -> Type | None:
    if len({len(t.parts) for t in types}) == 1:
        parts = [unify(column) for column in zip(*[t.parts for t in types], strict=True)]
        if None not in parts:
            return Type("tuple", tuple([p for p in parts if p is not None]))
    return _collection("list", types)


def _objects(types: Parts) -> Type | None:
    names = types[0].names
    if all(t.names == names for t in types):
        parts = [unify(column) for column in zip(*[t.parts for t in types], strict=True)]
        if None not in parts:
            return Type("object", tuple([p for p in parts if p is not None]), names)
    return _collection("map", types)
