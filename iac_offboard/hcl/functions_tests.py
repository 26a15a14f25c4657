"""Functions that ask something about a collection."""

from __future__ import annotations

from collections.abc import Sequence

from iac_offboard.hcl.conversion import BOOLS
from iac_offboard.hcl.convert import (
    elements_of,
    equal,
    failure,
    has_unknown,
    truth,
    unknown,
)
from iac_offboard.hcl.partly import KEYS_MAY_MEET, keys_may_meet
from iac_offboard.hcl.registry import function
from iac_offboard.hcl.strings import graphemes
from iac_offboard.hcl.values import Bool, List, Map, Null, Num, Str, Value


@function("index", 2, nulls=True)
def _index(args: Sequence[Value]) -> Value:
    for position, item in enumerate(elements_of(args[0])):
        same = equal(item.value, args[1])
        if same is None:
            return unknown("an element is not known", *args)
        if same:
            return Num(position)
    return failure("the element is not in the list", *args)


@function("contains", 2)
def _contains(args: Sequence[Value]) -> Value:
    answers = [equal(e.value, args[1]) for e in elements_of(args[0])]
    if True in answers:
        return Bool(True)
    return unknown("an element is not known", *args) if None in answers else Bool(False)


@function("length", 1)
def _length(args: Sequence[Value]) -> Value:
    value = args[0]
    if isinstance(value, List):
        if value.is_set and any(has_unknown(e.value) for e in value.elements):
            return unknown("whether elements are equal is not known", value)
        return Num(len(value.elements), None, value)
    if isinstance(value, Map):
        if keys_may_meet(value):
            return unknown(KEYS_MAY_MEET, value)
        return Num(len(value.entries), None, value)
    if not isinstance(value, Str):
        return failure("length needs a string or a collection", value)
    parts = None if value.text is None else graphemes(value.text)
    if parts is None:
        return unknown("the length of this string is not known", value)
    return Num(len(parts))


def _truth(value: Value) -> bool | None:
    """Null is not true."""
    return False if isinstance(value, Null) else truth(value)


@function("alltrue", 1, takes=(BOOLS,))
def _alltrue(args: Sequence[Value]) -> Value:
    tests = [_truth(e.value) for e in elements_of(args[0])]
    if False in tests:
        return Bool(False)
    return unknown("an element is not known", *args) if None in tests else Bool(True)


@function("anytrue", 1, takes=(BOOLS,))
def _anytrue(args: Sequence[Value]) -> Value:
    tests = [_truth(e.value) for e in elements_of(args[0])]
    if True in tests:
        return Bool(True)
    return unknown("an element is not known", *args) if None in tests else Bool(False)
