"""Values as plain JSON, and the way from a JSON path back to the value with its slots."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

from iac_offboard.catalog.naming import marked
from iac_offboard.hcl.values import (
    Bool,
    Element,
    Entry,
    Hole,
    List,
    Map,
    Null,
    Num,
    Piece,
    Str,
    Unknown,
    Value,
)

JSON: TypeAlias = bool | int | float | str | list["JSON"] | dict[str, "JSON"] | None

HOLE = "\x00"
"""The catalog's mark for a part that is not known; alone, it is a whole unknown value."""

UNKNOWN = HOLE


def to_plain(value: Value, *, partly: bool = False) -> JSON:
    """JSON with ``HOLE`` for unknown parts of strings and ``UNKNOWN`` for unknown values. The
    unknown id of something that has a name is written as ``catalog.naming`` says. ``partly``: an
    unknown list of which elements are certain is those, and ``UNKNOWN`` for the rest."""
    match value:
        case Str():
            return _text(value)
        case Num() | Bool():
            return value.value
        case Null():
            return None
        case List():
            return [to_plain(e.value, partly=partly) for e in value.elements]
        case Map():
            return {e.key.render(HOLE): to_plain(e.value, partly=partly) for e in value.entries}
        case Unknown(certain=List() as certain) if partly:
            return [*(to_plain(e.value, partly=partly) for e in certain.elements), UNKNOWN]
        case Unknown():
            return UNKNOWN


def _text(value: Str) -> str:
    if not any(isinstance(p, Hole) and p.names for p in value.pieces):
        return value.render(HOLE)
    return "".join(
        p.text if isinstance(p, Piece) else marked(n.render(HOLE) for n in p.names)
        for p in value.pieces
    )


def from_plain(data: JSON) -> Value:
    """A value without origins."""
    match data:
        case None:
            return Null()
        case bool():
            return Bool(data)
        case int() | float():
            return Num(data)
        case str():
            return Str((Piece(data),))
        case list():
            return List(tuple([Element(from_plain(item)) for item in data]))
        case dict():
            return Map(
                tuple([Entry(Str((Piece(k),)), from_plain(item)) for k, item in data.items()])
            )


def at(
    value: Value, path: tuple[str | int, ...]
) -> tuple[Value, tuple[Element | Entry, ...]] | None:
    """The value at a path of ``to_plain(value)`` and the elements and entries on the way to it,
    outermost first; None when there is no such path. It may be one of ``to_plain`` with ``partly``
    as well."""
    chain: list[Element | Entry] = []
    for step in path:
        found: Element | Entry | None = None
        if isinstance(value, Unknown) and isinstance(value.certain, List) and isinstance(step, int):
            value = List((*value.certain.elements, Element(replace(value, certain=None))))
        if isinstance(value, List) and isinstance(step, int) and 0 <= step < len(value.elements):
            found = value.elements[step]
        elif isinstance(value, Map) and isinstance(step, str):
            found = next((e for e in value.entries if e.key.render(HOLE) == step), None)
        if found is None:
            return None
        chain.append(found)
        value = found.value
    return value, tuple(chain)
