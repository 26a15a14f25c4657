"""Paths into values: what stands there, how it is spelled, and where given bytes came to lie."""

from __future__ import annotations

import json
from collections.abc import Iterator, Set
from dataclasses import dataclass
from typing import TypeAlias

from iac_offboard.hcl import steps
from iac_offboard.hcl.convert import failure, known_text
from iac_offboard.hcl.values import (
    Bool,
    Element,
    Entry,
    List,
    Map,
    Null,
    Num,
    Str,
    Unknown,
    Value,
)
from iac_offboard.model import Span


@dataclass(frozen=True, slots=True)
class KeyOf:
    """The last step of a path: the key itself, not the value that stands under it."""

    key: str | int


Step: TypeAlias = str | int | KeyOf
Path: TypeAlias = tuple[Step, ...]


def at(value: Value, path: Path) -> Value:
    """The value at ``path``, attributes that a provider computes included."""
    for step in path:
        if isinstance(step, KeyOf):
            value = _key(value, step.key)
        elif isinstance(value, List):
            place = position(value, step)
            value = failure("the list has no such element") if place is None else _nth(value, place)
        elif isinstance(step, str):
            value = steps.attribute(value, step)
        else:
            value = steps.element(value, Num(step))
    return value


def _nth(value: List, place: int) -> Value:
    return value.elements[place].value


def _key(value: Value, key: str | int) -> Value:
    if isinstance(value, List):
        place = position(value, key)
        return failure("the list has no such element") if place is None else _nth(value, place)
    found = steps.entry_of(value, str(key)) if isinstance(value, Map) else None
    return failure(f"there is no key {key!r}", value) if found is None else found.key


def position(value: List, step: Step) -> int | None:
    """An index, or the element of a set that is this text."""
    if isinstance(step, KeyOf):
        step = step.key
    if isinstance(step, int):
        return step if 0 <= step < len(value.elements) else None
    texts = (known_text(element.value) for element in value.elements)
    return next((i for i, text in enumerate(texts) if text == step), None)


def spelled(path: Path) -> str:
    """``.email``, ``["al ice"]``, ``[0]`` after a name; `` (key "alice")`` for a key itself."""
    text = ""
    for step in path:
        if isinstance(step, KeyOf):
            text += f" (key {json.dumps(step.key, ensure_ascii=False)})"
        elif isinstance(step, int):
            text += f"[{step}]"
        elif step.replace("-", "_").isidentifier():
            text += f".{step}"
        else:
            text += f"[{json.dumps(step, ensure_ascii=False)}]"
    return text


def leaves(value: Value) -> frozenset[Span]:
    """The bytes that every scalar in the value was put together from."""
    return frozenset(_leaves(value))


def _leaves(value: Value) -> Iterator[Span]:
    match value:
        case Str():
            yield from value.spans
        case Num() | Bool() | Null():
            if value.span is not None:
                yield value.span
        case List():
            for element in value.elements:
                yield from _leaves(element.value)
        case Map():
            for entry in value.entries:
                yield from entry.key.spans
                yield from _leaves(entry.value)
        case Unknown():
            for inner in value.inside:
                yield from _leaves(inner)


def is_scalar(value: Value) -> bool:
    return not isinstance(value, List | Map)


def locate(value: Value, wanted: Set[Span]) -> Path | None:
    """The way to the first scalar (or key) that holds one of the ``wanted`` bytes."""
    match value:
        case List():
            return _in_list(value.elements, wanted)
        case Map():
            return _in_map(value.entries, wanted)
        case _:
            return () if touches(leaves(value), wanted) else None


def _in_list(elements: tuple[Element, ...], wanted: Set[Span]) -> Path | None:
    for i, element in enumerate(elements):
        inner = locate(element.value, wanted)
        if inner is not None:
            return (i, *inner)
    return None


def _in_map(entries: tuple[Entry, ...], wanted: Set[Span]) -> Path | None:
    for entry in entries:
        key = entry.key.text
        if key is None:
            continue
        inner = locate(entry.value, wanted)
        if inner is not None:
            return (key, *inner)
        if touches(frozenset(entry.key.spans), wanted):
            return (KeyOf(key),)
    return None


def touches(found: Set[Span], wanted: Set[Span]) -> bool:
    """Do the two share bytes? A part that was cut out of a text counts as that text."""
    if not found.isdisjoint(wanted):
        return True
    return any(
        one.file == other.file and one.start < other.end and other.start < one.end
        for one in found
        for other in wanted
    )
