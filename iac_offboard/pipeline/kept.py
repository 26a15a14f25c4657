"""Core types as plain JSON in which every text is spelled (see ``spelled``)."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from enum import Enum
from functools import cache
from typing import TypeAlias

from iac_offboard import model
from iac_offboard.model import CodeOrigin, Observation

Packed: TypeAlias = bool | int | list["Packed"] | None
_TEXT, _OBJECT, _TUPLE, _SET, _ENUM = range(5)


class NotKept(Exception):
    """Something of a kind that is not kept between runs."""


@cache
def _types() -> tuple[type, ...]:
    """The types of the model, in one order: what is kept is of this version only."""
    found = {v for v in vars(model).values() if isinstance(v, type)}
    return tuple(sorted(found, key=lambda t: t.__name__))


@cache
def _fields(kind: type) -> tuple[str, ...]:
    """() for what is no dataclass."""
    return tuple(f.name for f in dataclasses.fields(kind)) if dataclasses.is_dataclass(kind) else ()


class Packer:
    """``texts`` and ``rows`` grow: each text and each object once, what it is made of before it.
    ``places``: the file that the observation stands in whose texts begin at a number."""

    def __init__(self) -> None:
        self.texts: dict[str, int] = {}
        self.rows: list[list[Packed]] = []
        self.places: dict[int, str] = {}
        self._known: dict[object, int] = {}

    def pack(self, value: object) -> Packed:
        """Raises NotKept."""
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, Enum):
            kind = type(value)
            return [_ENUM, _types().index(kind), list(kind).index(value)]
        if isinstance(value, str):
            return [_TEXT, self.texts.setdefault(value, len(self.texts))]
        if isinstance(value, int):
            return value
        if isinstance(value, tuple):
            return [_TUPLE, *map(self.pack, value)]
        if isinstance(value, frozenset) and all(type(text) is str for text in value):
            return [_SET, *map(self.pack, sorted(value))]
        return [_OBJECT, self._row(value)]

    def _row(self, value: object) -> int:
        if type(value) not in _types() or not dataclasses.is_dataclass(value):
            raise NotKept(type(value).__name__)
        found = self._known.get(value)
        if found is None:
            if isinstance(value, Observation) and isinstance(value.origin, CodeOrigin):
                self.places.setdefault(len(self.texts), value.origin.span.file)
            kind: type = type(value)
            row = [self.pack(getattr(value, name)) for name in _fields(kind)]
            found = self._known[value] = len(self.rows)
            self.rows.append([_types().index(kind), *row])
        return found


def unpack(packed: Packed, texts: Sequence[str], rows: Sequence[Sequence[Packed]]) -> object:
    """What was packed. Raises LookupError, TypeError or ValueError for anything else."""
    made: list[object] = []
    for kind, *values in rows:
        type_ = _types()[_number(kind)]
        given = {
            name: _value(value, texts, made) if isinstance(value, list) else value
            for name, value in zip(_fields(type_), values, strict=True)
        }
        made.append(type_(**given))
    return _value(packed, texts, made)


def _value(packed: Packed, texts: Sequence[str], made: Sequence[object]) -> object:
    if not isinstance(packed, list):
        return packed
    kind = packed[0]
    if kind == _TEXT:  # as most are
        return texts[_number(packed[1])]
    if kind == _OBJECT:
        return made[_number(packed[1])]
    rest = packed[1:]
    match kind:
        case 2:
            return tuple([_value(v, texts, made) for v in rest])
        case 3:
            return frozenset([_value(v, texts, made) for v in rest])
        case 4:
            enum = _types()[_number(rest[0])]
            if not issubclass(enum, Enum):
                raise ValueError("no enumeration")
            return list(enum)[_number(rest[1])]
        case _:
            raise ValueError("no kind of value")


def _number(value: Packed) -> int:
    if not isinstance(value, int):
        raise TypeError("a number was expected")
    return value
