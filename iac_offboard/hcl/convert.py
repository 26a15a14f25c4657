"""Conversions between types and equality, by Terraform's rules, keeping origins."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace

from iac_offboard.hcl.arithmetic import Inexact, decimal_text, exact, spelled
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
from iac_offboard.model import Cut, Span

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)


def failure(reason: str, *inside: Value) -> Unknown:
    """Terraform would refuse here."""
    return Unknown(reason, "", inside, True)


def unknown(reason: str, *inside: Value) -> Unknown:
    """Cannot tell. It is an error only if one of the arguments already was."""
    for value in inside:
        if isinstance(value, Unknown):
            return Unknown(value.reason or reason, value.ref, inside, value.error)
    return Unknown(reason, "", inside)


def text_value(text: str) -> Str:
    """A string made by a function: no origin."""
    return Str((Piece(text),))


def to_string(value: Value) -> Str | Null | Unknown:
    match value:
        case Str() | Null():
            return value
        case Num():
            text = decimal_text(value.value)
            if text is None:
                return Str((Hole("not all digits of this number are known"),))
            return Str((Piece(text, value.span),))
        case Bool():
            return Str((Piece("true" if value.value else "false", value.span),))
        case Unknown():
            return value
        case _:
            return failure("a list or map cannot be turned into a string", value)


def to_number(value: Value) -> Num | Null | Unknown:
    match value:
        case Num() | Null() | Unknown():
            return value
        case Str() if value.text is None:
            return unknown("the number is known only after apply", value)
        case Str():
            if not _NUMBER.fullmatch(value.text or ""):
                return failure("this string is not a number", value)
            try:
                number = spelled(value.text or "")
            except ArithmeticError:
                return unknown("the number is too large to be evaluated", value)
            return Num(number, value.spans[0] if value.spans else None)
        case _:
            return failure("this is not a number", value)


def to_bool(value: Value) -> Bool | Null | Unknown:
    match value:
        case Bool() | Null() | Unknown():
            return value
        case Str() if value.text in ("true", "false"):
            return Bool(value.text == "true", value.spans[0] if value.spans else None)
        case Str() if value.text is None:
            return unknown("the condition is known only after apply", value)
        case _:
            return failure("this is not true or false", value)


def truth(value: Value) -> bool | None:
    found = to_bool(value)
    return found.value if isinstance(found, Bool) else None


def not_a_test(value: Value) -> bool:
    """Terraform refuses it as a condition: null, or of another type."""
    found = to_bool(value)
    return isinstance(found, Null) or (isinstance(found, Unknown) and found.error)


def known_text(value: Value) -> str | None:
    found = to_string(value)
    return found.text if isinstance(found, Str) else None


def whole_number(value: Value) -> int | None:
    found = to_number(value)
    if not isinstance(found, Num):
        return None
    number = exact(found.value)
    return int(number) if number.denominator == 1 and abs(number) < 1 << 63 else None


def identity(value: Value) -> Hashable:
    """Equal values have equal identities; what is unknown equals only itself."""
    match value:
        case Str():
            return ("s", tuple(_piece_identity(value.pieces)))
        case Num():
            number = value.value
            return ("n", number.exactly if isinstance(number, Inexact) else number)
        case Bool():
            return ("b", value.value)
        case Null():
            return ("0",)
        case List():
            inner = [identity(e.value) for e in value.elements]
            if value.is_set:
                return ("s[]", frozenset(inner))
            return ("l" if value.typed else "t", tuple(inner))
        case Map():
            pairs = [(identity(e.key), identity(e.value)) for e in value.entries]
            return ("m" if value.typed else "o", frozenset(pairs))
        case Unknown():
            return ("u", value.ref) if value.ref else ("u", id(value))


def _piece_identity(pieces: Iterable[Piece | Hole]) -> Iterable[Hashable]:
    text = ""
    for piece in pieces:
        if isinstance(piece, Piece):
            text += piece.text
            continue
        yield text
        yield ("h", piece.ref or id(piece))
        text = ""
    yield text


def has_unknown(value: Value) -> bool:
    match value:
        case Str():
            return value.text is None
        case List():
            return any(has_unknown(e.value) for e in value.elements)
        case Map():
            return any(e.key.text is None or has_unknown(e.value) for e in value.entries)
        case Unknown():
            return True
        case _:
            return False


def error_in(value: Value) -> Unknown | None:
    """The first place inside a value where Terraform would have refused."""
    match value:
        case Unknown():
            return value if value.error else None
        case List():
            parts = [e.value for e in value.elements]
        case Map():
            parts = [e.value for e in value.entries]
        case _:
            return None
    for part in parts:
        found = error_in(part)
        if found is not None:
            return found
    return None


def equal(left: Value, right: Value) -> bool | None:
    """None when it cannot be told. Types differ -> not equal, as in Terraform."""
    if isinstance(left, Null) or isinstance(right, Null):
        other = right if isinstance(left, Null) else left
        return None if isinstance(other, Unknown) else isinstance(other, Null)
    if has_unknown(left) or has_unknown(right):
        return None
    return identity(left) == identity(right)


def elements_of(value: Value) -> tuple[Element, ...]:
    """The elements of a list or set; ValueError for anything else."""
    if isinstance(value, List):
        return value.elements
    raise ValueError("not a list")


def joined(outer: tuple[Cut, ...], inner: tuple[Cut, ...]) -> tuple[Cut, ...]:
    """Slots from the outermost to the innermost, each once."""
    if not outer or outer == inner:
        return inner
    return outer + tuple(c for c in inner if c not in outer)


def prefixed(value: Value, slots: tuple[Cut, ...], also: tuple[Element, ...] = ()) -> Value:
    """The elements of a list or map that itself stands in a slot: outer slots, then their own."""
    if not slots:
        return value
    match value:
        case List():
            elements = tuple(
                [Element(e.value, joined(slots, e.slots), e.also + also) for e in value.elements]
            )
            return replace(value, elements=elements)
        case Map():
            entries = tuple(
                [
                    Entry(e.key, e.value, joined(slots, e.slots), e.also + as_entries(also, e.key))
                    for e in value.entries
                ]
            )
            return replace(value, entries=entries)
        case _:
            return value


def as_entries(also: Sequence[Element], key: Str) -> tuple[Entry, ...]:
    return tuple([Entry(key, e.value, e.slots, as_entries(e.also, key)) for e in also])


def as_elements(also: Sequence[Entry]) -> tuple[Element, ...]:
    return tuple([Element(e.value, e.slots, as_elements(e.also)) for e in also])


def make_map(entries: Iterable[Entry], span: Span | None = None) -> Map:
    """Later equal keys win and keep the earlier ones in ``also``: they would show through."""
    kept: dict[Hashable, Entry] = {}
    for entry in entries:
        key = identity(entry.key)
        first = kept.pop(key, None)
        if first is not None:
            bare = Entry(first.key, first.value, first.slots)
            entry = Entry(entry.key, entry.value, entry.slots, (*entry.also, bare, *first.also))
        kept[key] = entry
    return Map(tuple(kept.values()), span)


def grouped(entries: Sequence[Entry]) -> Map:
    """``...``: one list per key. The key goes only when all of its elements do."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.key.render("\x00"), []).append(entry)
    result: list[Entry] = []
    for group in groups.values():
        elements = tuple([Element(e.value, e.slots, as_elements(e.also)) for e in group])
        first = group[0]
        also = first.also + tuple([Entry(e.key, e.value, e.slots, e.also) for e in group[1:]])
        result.append(Entry(first.key, List(elements), first.slots, also))
    return Map(tuple(result))
