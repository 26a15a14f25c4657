"""Sets: equal elements are one, and the order is Terraform's."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Sequence

from iac_offboard.hcl.convert import has_unknown, identity, known_text
from iac_offboard.hcl.values import (
    Bool,
    Element,
    List,
    Map,
    Null,
    Num,
    Str,
    Unknown,
    Value,
)


def make_set(elements: Iterable[Element]) -> List:
    """Equal elements become one that keeps the others in ``also``; the order is Terraform's."""
    kept: dict[Hashable, list[Element]] = {}
    for element in elements:
        kept.setdefault(identity(element.value), []).append(element)
    return List(tuple(_in_order([_as_one(equal) for equal in kept.values()])), None, True)


def _as_one(equal: Sequence[Element]) -> Element:
    first, *more = equal
    if not more:
        return first
    also = [e for other in more for e in (Element(other.value, other.slots), *other.also)]
    return Element(first.value, first.slots, (*first.also, *also))


def _in_order(elements: list[Element]) -> list[Element]:
    """Strings and numbers as they compare, anything else by the text that Terraform hashes it
    by; null comes last. What is unknown leaves the order as it is."""
    present = [e for e in elements if not isinstance(e.value, Null)]
    if all(isinstance(e.value, Str) and e.value.text is not None for e in present):
        known = sorted(present, key=_text_of)
    elif all(isinstance(e.value, Num) for e in present):
        known = sorted(present, key=_number_of)
    elif any(has_unknown(e.value) for e in present):
        return elements
    else:
        known = sorted(present, key=lambda e: _hashed_text(e.value).encode())
    return known + [e for e in elements if isinstance(e.value, Null)]


def _text_of(element: Element) -> str:
    return known_text(element.value) or ""


def _number_of(element: Element) -> float:
    return element.value.value if isinstance(element.value, Num) else 0


def _hashed_text(value: Value) -> str:
    """What Terraform orders the elements of a set by when they have no order of their own
    (cty, set_internals.go: the bytes that are hashed)."""
    match value:
        case Str():
            return json.dumps(value.render("?"), ensure_ascii=False)
        case Num():
            number = value.value
            return str(number) if isinstance(number, int) else format(number, ".10g")
        case Bool():
            return "T" if value.value else "F"
        case Null():
            return "~"
        case List():
            inner = "".join([_hashed_text(e.value) + ";" for e in value.elements])
            return f"[{inner}]" if value.is_set or value.typed else f"<{inner}>"
        case Map():
            entries = sorted(value.entries, key=lambda e: e.key.render("?"))
            if value.typed:
                pairs = [f"{_hashed_text(e.key)}:{_hashed_text(e.value)};" for e in entries]
                return "{" + "".join(pairs) + "}"
            return "<" + "".join([_hashed_text(e.value) + ";" for e in entries]) + ">"
        case Unknown():
            return "?"
