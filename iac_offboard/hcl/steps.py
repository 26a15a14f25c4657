"""``.name``, ``[key]`` and ``[*]`` applied to values."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from iac_offboard.hcl import ast
from iac_offboard.hcl.convert import failure, known_text, unknown, whole_number
from iac_offboard.hcl.partly import may_be
from iac_offboard.hcl.values import Element, Entry, List, Map, Null, Unknown, Value

_INDEXED: dict[int, tuple[Map, dict[str, Entry]]] = {}
_LARGE = 16
_MOST = 256


def entry_of(value: Map, key: str) -> Entry | None:
    """The entry of a key. Large maps are indexed once: a for_each asks for every key.

    None as well where a later key that is not known may turn out to be this one: its value would
    count."""
    if len(value.entries) < _LARGE:
        return _entry_among(value.entries, key)
    known = _INDEXED.get(id(value))
    if known is None or known[0] is not value:
        if len(_INDEXED) >= _MOST:
            _INDEXED.clear()
        known = (value, {e.key.text: e for e in value.entries if e.key.text is not None})
        _INDEXED[id(value)] = known
    if len(known[1]) < len(value.entries):  # some keys are not known
        return _entry_among(value.entries, key)
    return known[1].get(key)


def _entry_among(entries: Sequence[Entry], key: str) -> Entry | None:
    found: Entry | None = None
    for entry in entries:
        text = entry.key.text
        if text == key:
            found = entry
        elif found is not None and text is None and may_be(entry.key, key):
            return None
    return found


def apply_steps(
    value: Value, steps: Sequence[ast.Step], index: Callable[[ast.Expr], Value]
) -> Value:
    """``index`` evaluates the expression between brackets."""
    for step in steps:
        if isinstance(step, ast.GetAttr):
            value = attribute(value, step.name)
        elif isinstance(step, ast.Index):
            value = element(value, index(step.key))
        else:
            value = _splat(value, step, index)
    return value


def attribute(value: Value, name: str) -> Value:
    match value:
        case Map():
            found = entry_of(value, name)
            if found is not None:
                return found.value
            if value.missing is not None:
                return value.missing(name)
            if any(e.key.text is None for e in value.entries):
                return Unknown(f"which value the key {name!r} has is not known", "", (value,))
            return failure(f"there is no attribute {name!r}", value)
        case Unknown():
            ref = f"{value.ref}.{name}" if value.ref else ""
            return Unknown(value.reason, ref, value.inside, value.error)
        case _:
            return failure(f"this has no attribute {name!r}", value)


def element(value: Value, key: Value) -> Value:
    if isinstance(value, Unknown):
        text = known_text(key)
        shown = "*" if text is None else text if text.isdigit() else f'"{text}"'
        ref = f"{value.ref}[{shown}]" if value.ref else ""
        return Unknown(value.reason, ref, value.inside, value.error)
    if isinstance(value, Map):
        text = known_text(key)
        if text is None:
            return unknown("the key is not known", value, key)
        return attribute(value, text)
    if isinstance(value, List):
        if isinstance(key, Unknown):
            return unknown("the index is not known", value, key)
        position = whole_number(key)
        if position is None or not 0 <= position < len(value.elements):
            return failure("the index is not in the list", value)
        return value.elements[position].value
    return failure("this cannot be indexed", value)


def _splat(value: Value, step: ast.Splat, index: Callable[[ast.Expr], Value]) -> Value:
    match value:
        case Null():
            return List(())
        case Unknown():
            ref = f"{value.ref}[*]" if value.ref else ""
            each = Unknown(value.reason, ref, value.inside, value.error)
            return apply_steps(each, step.steps, index)
        case List():
            elements = [
                Element(apply_steps(e.value, step.steps, index), e.slots, e.also)
                for e in value.elements
            ]
            return List(tuple(elements), value.span)
        case _:
            return List((Element(apply_steps(value, step.steps, index)),))
