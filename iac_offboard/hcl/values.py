"""Values that know where they come from.

Every string knows the literal pieces it was put together from; every list element and map
entry knows its *slots*: the spans whose removal from the source takes the element away. Slots
run from the outermost to the innermost; removing any one of them is enough. An element that
was merged from equal ones (``toset``, ``distinct``, ``setunion``) keeps the others in ``also``:
they have to go as well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from iac_offboard.hcl.later import Later
from iac_offboard.model import Cut, Span


@dataclass(frozen=True, slots=True)
class Piece:
    """Literal text. ``exact``: the bytes at ``span`` are ``text`` in UTF-8, unescaped, so that
    offsets inside the text map to offsets in the file one to one."""

    text: str
    span: Span | None = None
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Hole:
    """A part of a string that is not known before apply; ``ref`` names what it refers to.
    ``names``: what the configuration calls the thing whose id this is, where it says so."""

    reason: str
    ref: str = ""
    names: tuple[Str, ...] = ()


@dataclass(frozen=True, slots=True)
class Str:
    """A string, perhaps known only in part. ``document`` is the value that ``jsonencode``,
    ``aws_iam_policy_document`` and the like made it from, origins and all."""

    pieces: tuple[Piece | Hole, ...]
    document: Value | None = None

    @property
    def text(self) -> str | None:
        """The whole text, or None when a part is unknown."""
        pieces = self.pieces
        if len(pieces) == 1:  # nearly all: asked for more often than anything else
            only = pieces[0]
            return only.text if isinstance(only, Piece) else None
        if any(isinstance(p, Hole) for p in pieces):
            return None
        return "".join([p.text for p in pieces if isinstance(p, Piece)])

    def render(self, hole: str) -> str:
        if len(self.pieces) == 1:
            only = self.pieces[0]
            return only.text if isinstance(only, Piece) else hole
        return "".join(p.text if isinstance(p, Piece) else hole for p in self.pieces)

    @property
    def spans(self) -> tuple[Span, ...]:
        return tuple(p.span for p in self.pieces if isinstance(p, Piece) and p.span is not None)


class Encoded(Str):
    """A string whose text is written when somebody asks for it: whoever looks for identities
    reads the ``document``."""

    __slots__ = ("_pieces",)
    _pieces: Later[tuple[Piece | Hole, ...]]

    def __init__(self, write: Callable[[], tuple[Piece | Hole, ...]], document: Value) -> None:
        object.__setattr__(self, "_pieces", Later(write))
        object.__setattr__(self, "document", document)

    @property
    def pieces(self) -> tuple[Piece | Hole, ...]:
        return self._pieces.get()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Str):
            return NotImplemented
        return (self.pieces, self.document) == (other.pieces, other.document)

    __hash__ = Str.__hash__


@dataclass(frozen=True, slots=True)
class Num:
    """``counted`` is the collection whose ``length()`` this number is: ``count`` traces it."""

    value: int | float
    span: Span | None = None
    counted: Value | None = None


@dataclass(frozen=True, slots=True)
class Bool:
    value: bool
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Null:
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Element:
    value: Value
    slots: tuple[Cut, ...] = ()
    also: tuple[Element, ...] = ()


@dataclass(frozen=True, slots=True)
class List:
    """A tuple, a set (``is_set``: order means nothing, equal elements were merged) or a list
    (``typed``: all elements were converted to one type)."""

    elements: tuple[Element, ...]
    span: Span | None = None
    is_set: bool = False
    typed: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    key: Str
    value: Value
    slots: tuple[Cut, ...] = ()
    also: tuple[Entry, ...] = ()


class LateEntry(Entry):
    """An entry of which only the key is there: its value and slots are worked out when somebody
    asks, once. Most attributes of most resources are never asked for."""

    __slots__ = ("_slots", "_value")
    _slots: Later[tuple[Cut, ...]]
    _value: Later[Value]

    def __init__(
        self, key: Str, value: Callable[[], Value], slots: Callable[[], tuple[Cut, ...]]
    ) -> None:
        object.__setattr__(self, "key", key)
        object.__setattr__(self, "also", ())
        object.__setattr__(self, "_value", Later(value))
        object.__setattr__(self, "_slots", Later(slots))

    @property
    def value(self) -> Value:
        return self._value.get()

    @property
    def slots(self) -> tuple[Cut, ...]:
        return self._slots.get()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Entry):
            return NotImplemented
        mine, others = (self.key, self.value, self.slots), (other.key, other.value, other.slots)
        return mine == others and self.also == other.also

    __hash__ = Entry.__hash__


@dataclass(frozen=True, slots=True)
class Map:
    """An object or a map (``typed``: all values were converted to one type), in source order;
    later equal keys have already won.

    ``missing`` answers for attributes that are not written down: those that a provider
    computes (``aws_iam_user.x.arn``), or a module's outputs.
    """

    entries: tuple[Entry, ...]
    span: Span | None = None
    missing: Callable[[str], Value] | None = field(default=None, compare=False, repr=False)
    typed: bool = False

    def get(self, key: str) -> Value | None:
        for entry in self.entries:
            if entry.key.text == key:
                return entry.value
        return None


@dataclass(frozen=True, slots=True)
class Unknown:
    """Not known before apply, or not evaluated; ``ref`` is the reference it came from, if any
    (``aws_iam_user.alice.unique_id``, ``module.x.y``, ``data.aws_caller_identity.me.arn``).
    ``error``: Terraform would refuse here; ``try`` and ``can`` go on to their next argument.
    ``certain``: what a collection holds whatever else turns out to be in it."""

    reason: str
    ref: str = ""
    inside: tuple[Value, ...] = field(default=())  # known arguments that went in
    error: bool = False
    certain: List | Map | None = None


Value: TypeAlias = Str | Num | Bool | Null | List | Map | Unknown
