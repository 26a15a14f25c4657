"""Functions on sets. Merged elements keep each other, so that none shows through."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod

from iac_offboard.hcl.convert import elements_of, has_unknown, identity, joined, make_set, unknown
from iac_offboard.hcl.registry import function
from iac_offboard.hcl.values import Element, List, Unknown, Value

MAX_ELEMENTS = 200_000


@function("toset", 1)
def _toset(args: Sequence[Value]) -> Value:
    return make_set(elements_of(args[0]))


@function("distinct", 1)
def _distinct(args: Sequence[Value]) -> Value:
    elements = elements_of(args[0])
    order = list(dict.fromkeys([identity(e.value) for e in elements]))
    merged = {identity(e.value): e for e in make_set(elements).elements}
    return List(tuple([merged[key] for key in order]))


@function("setunion", 1, -1)
def _setunion(args: Sequence[Value]) -> Value:
    return make_set([e for a in args for e in elements_of(a)])


@function("setsubtract", 2)
def _setsubtract(args: Sequence[Value]) -> Value:
    if has_unknown(args[0]) or has_unknown(args[1]):
        return unknown("an element is not known", *args)
    taken = {identity(e.value) for e in elements_of(args[1])}
    return make_set([e for e in elements_of(args[0]) if identity(e.value) not in taken])


@function("setintersection", 1, -1)
def _setintersection(args: Sequence[Value]) -> Value:
    if any(has_unknown(a) for a in args):
        return unknown("an element is not known", *args)
    others = [{identity(e.value) for e in elements_of(a)} for a in args[1:]]
    common = [e for e in elements_of(args[0]) if all(identity(e.value) in o for o in others)]
    return make_set(common)


@function("setproduct", 1, -1)
def _setproduct(args: Sequence[Value]) -> Value:
    lists = [elements_of(a) for a in args]
    if prod([len(part) for part in lists]) > MAX_ELEMENTS:
        return Unknown("the product is too long to be evaluated", "", tuple(args))
    rows: list[Element] = []
    for row in product(*lists):
        slots = row[0].slots
        for cell in row[1:]:
            slots = joined(slots, cell.slots)
        rows.append(Element(List(row), slots))
    return List(tuple(rows), None, all(isinstance(a, List) and a.is_set for a in args))
