"""Values converted to a type, origins kept. Rules: Terraform's language, "Type Conversion"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from iac_offboard.hcl.convert import (
    failure,
    text_value,
    to_bool,
    to_number,
    to_string,
)
from iac_offboard.hcl.partly import counted, may_be_anything
from iac_offboard.hcl.sets import make_set
from iac_offboard.hcl.value_types import ANY, PRIMITIVES, STRING, Type, type_of, unify
from iac_offboard.hcl.values import Element, Entry, List, Map, Null, Str, Unknown, Value

LIST = Type("list", (ANY,))
SET = Type("set", (ANY,))
MAP = Type("map", (ANY,))
STRINGS = Type("list", (STRING,))
BOOLS = Type("list", (Type("bool"),))


def convert(value: Value, wanted: Type) -> Value:
    """The value as ``wanted``; Unknown with ``error`` where Terraform refuses. Parts of ``any``
    take the type that all their elements have in common. What is unknown stays."""
    if isinstance(value, Unknown | Null) or wanted.kind == "any":
        return value
    match wanted.kind:
        case "string":
            return to_string(value)
        case "number":
            return to_number(value)
        case "bool":
            return to_bool(value)
        case "tuple":
            return _tuple(value, wanted)
        case "object":
            return _object(value, wanted)
        case "map":
            return _map(value, wanted)
        case _:
            return _sequence(value, wanted)


def _sequence(value: Value, wanted: Type) -> Value:
    if not isinstance(value, List):
        return failure(f"this is not a {wanted.kind}", value)
    if not value.is_set and value.typed and wanted == LIST:
        return value
    elements = _common(value.elements, wanted.parts[0])
    if elements is None:
        return failure("the elements have no type in common", value)
    if wanted.kind == "set":
        return replace(make_set(elements), span=value.span)
    if value.is_set:
        why = "the elements of this set are not known"
        return counted(elements, may_be_anything, why, span=value.span, typed=True)
    return List(tuple(elements), value.span, False, True)


def _common(elements: Sequence[Element], wanted: Type) -> list[Element] | None:
    inner = unify([type_of(e.value) for e in elements]) if wanted.kind == "any" else wanted
    if inner is None:
        return None
    found = [Element(convert(e.value, inner), e.slots, e.also) for e in elements]
    refused = any(_refused(e.value, old.value) for e, old in zip(found, elements, strict=True))
    return None if refused else found


def _refused(new: Value, old: Value) -> bool:
    return isinstance(new, Unknown) and new.error and not isinstance(old, Unknown)


def _map(value: Value, wanted: Type) -> Value:
    if not isinstance(value, Map):
        return failure("this is not a map", value)
    if value.missing is not None or (value.typed and wanted == MAP):
        return value
    plain = [Element(e.value) for e in value.entries]
    converted = _common(plain, wanted.parts[0])
    if converted is None:
        return failure("the values have no type in common", value)
    pairs = zip(value.entries, converted, strict=True)
    entries = [Entry(e.key, new.value, e.slots, e.also) for e, new in pairs]
    return Map(tuple(entries), value.span, None, True)


def _tuple(value: Value, wanted: Type) -> Value:
    if not isinstance(value, List) or len(value.elements) != len(wanted.parts):
        return failure("this is not a tuple of that length", value)
    pairs = zip(value.elements, wanted.parts, strict=True)
    elements = [Element(convert(e.value, part), e.slots, e.also) for e, part in pairs]
    refused = [
        e for e, o in zip(elements, value.elements, strict=True) if _refused(e.value, o.value)
    ]
    return (
        failure("an element has another type", value)
        if refused
        else List(tuple(elements), value.span)
    )


def _object(value: Value, wanted: Type) -> Value:
    """Attributes that the type does not name are dropped, optional ones get their default."""
    if not isinstance(value, Map):
        return failure("this is not an object", value)
    defaults = dict(wanted.defaults)
    given = {e.key.text: e for e in value.entries}
    entries: list[Entry] = []
    for name, part in zip(wanted.names, wanted.parts, strict=True):
        entry, default = given.get(name), defaults.get(name)
        if entry is not None and not (isinstance(entry.value, Null) and default is not None):
            inner = convert(entry.value, part)
            if _refused(inner, entry.value):
                return failure(f"the attribute {name} has another type", value)
            entries.append(Entry(entry.key, inner, entry.slots, entry.also))
        elif name in defaults:
            filled = Null() if default is None else convert(default, part)
            entries.append(Entry(text_value(name), filled))
        elif None not in given and value.missing is None:
            return failure(f"the attribute {name} is missing", value)
    kept = [e for e in value.entries if e.key.text is None]
    return Map((*entries, *kept), value.span, value.missing)


# ------------------------------------------------------------------ what functions ask for


def wanted(value: Value, type_: Type) -> Value:
    """An argument as the type of its parameter. Raises ValueError where Terraform refuses."""
    found = convert(value, type_)
    if isinstance(found, Unknown) and found.error:
        raise ValueError(found.reason)
    return found


def list_of(value: Value, type_: Type = LIST) -> tuple[Element, ...]:
    """The elements of a list, set or tuple as those of one list. Raises ValueError otherwise."""
    found = wanted(value, type_)
    if not isinstance(found, List):
        raise ValueError("not a list")
    return found.elements


def alike(values: Sequence[Value]) -> list[Value] | None:
    """All values as the type that they have in common; None when there is none."""
    type_ = unify([type_of(v) for v in values])
    if type_ is None:
        return None
    return [convert(v, type_) for v in values]


def matched(value: Value, other: Type) -> Value:
    """The chosen side of a conditional, as the type that both sides have in common."""
    if isinstance(value, Str) and other.kind in PRIMITIVES:
        return value
    if isinstance(value, Unknown) or other == ANY:
        return value
    own = type_of(value)
    if own in (other, ANY):
        return value
    common = unify((own, other))
    if common is None:
        return failure("both sides of the condition have to be of one type", value)
    return value if common == own else convert(value, common)
