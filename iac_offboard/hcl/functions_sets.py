"""Functions on sets. Merged elements keep each other, so that none shows through."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod

from iac_offboard.hcl.conversion import LIST, SET, alike, convert
from iac_offboard.hcl.convert import (
    elements_of,
    failure,
    has_unknown,
    identity,
    joined,
    unknown,
)
from iac_offboard.hcl.partly import counted, may_be_anything
from iac_offboard.hcl.registry import function
from iac_offboard.hcl.sets import make_set
from iac_offboard.hcl.values import Element, List, Unknown, Value

MAX_ELEMENTS = 200_000


@function("toset", 1, takes=(SET,), nulls=True, gathers=True)
def _toset(args: Sequence[Value]) -> Value:
    return args[0]


@function("distinct", 1, takes=(LIST,), gathers=True)
def _distinct(args: Sequence[Value]) -> Value:
    elements = elements_of(args[0])
    order = list(dict.fromkeys([identity(e.value) for e in elements]))
    merged = {identity(e.value): e for e in make_set(elements).elements}
    found = [merged[key] for key in order]
    if len(elements) == 1:
        return List(tuple(found), typed=True)
    return counted(found, may_be_anything, "whether elements are equal is not known", typed=True)


def _sets(args: Sequence[Value]) -> list[tuple[Element, ...]]:
    """The elements of each, as the type that all have in common. Raises ValueError if none."""
    sets = alike(args)
    if sets is None:
        raise ValueError("sets of different types")
    return [elements_of(s) for s in sets]


@function("setunion", 1, -1, takes=(SET,), gathers=True)
def _setunion(args: Sequence[Value]) -> Value:
    return make_set([e for part in _sets(args) for e in part])


@function("setsubtract", 2, takes=(SET,))
def _setsubtract(args: Sequence[Value]) -> Value:
    if has_unknown(args[0]) or has_unknown(args[1]):
        return unknown("an element is not known", *args)
    first, second = _sets(args)
    taken = {identity(e.value) for e in second}
    return make_set([e for e in first if identity(e.value) not in taken])


@function("setintersection", 1, -1, takes=(SET,))
def _setintersection(args: Sequence[Value]) -> Value:
    if any(has_unknown(a) for a in args):
        return unknown("an element is not known", *args)
    first, *rest = _sets(args)
    others = [{identity(e.value) for e in part} for part in rest]
    return make_set([e for e in first if all(identity(e.value) in o for o in others)])


@function("setproduct", 1, -1)
def _setproduct(args: Sequence[Value]) -> Value:
    if len(args) < 2:
        return failure("setproduct needs two arguments", *args)
    lists = [elements_of(a if is_set(a) else convert(a, LIST)) for a in args]
    if prod([len(part) for part in lists]) > MAX_ELEMENTS:
        return Unknown("the product is too long to be evaluated", "", tuple(args))
    rows: list[Element] = []
    for row in product(*lists):
        slots = row[0].slots
        for cell in row[1:]:
            slots = joined(slots, cell.slots)
        rows.append(Element(List(row), slots))
    if all(is_set(a) for a in args):
        return make_set(rows)
    return List(tuple(rows), typed=True)


def is_set(value: Value) -> bool:
    return isinstance(value, List) and value.is_set
