"""Functions on lists, sets and maps. Elements keep the slots that they came with."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod

from iac_offboard.hcl.convert import (
    as_elements,
    as_entries,
    equal,
    failure,
    has_unknown,
    identity,
    joined,
    known_text,
    make_map,
    make_set,
    prefixed,
    to_number,
    to_string,
    truth,
    unknown,
    whole_number,
)
from iac_offboard.hcl.registry import function
from iac_offboard.hcl.steps import attribute, entry_of
from iac_offboard.hcl.values import (
    Bool,
    Element,
    Entry,
    Hole,
    List,
    Map,
    Null,
    Num,
    Str,
    Unknown,
    Value,
)

MAX_ELEMENTS = 200_000


def _elements(value: Value) -> tuple[Element, ...]:
    if isinstance(value, List):
        return value.elements
    raise ValueError("not a list")


def _entries(value: Value) -> tuple[Entry, ...]:
    if isinstance(value, Map):
        return value.entries
    raise ValueError("not a map")


def _text(value: Value) -> str:
    text = known_text(value)
    if text is None:
        raise ValueError("not a known string")
    return text


@function("toset", 1)
def _toset(args: Sequence[Value]) -> Value:
    return make_set(_elements(args[0]))


@function("tolist", 1)
def _tolist(args: Sequence[Value]) -> Value:
    return List(_elements(args[0]), args[0].span if isinstance(args[0], List) else None)


@function("tomap", 1)
def _tomap(args: Sequence[Value]) -> Value:
    _entries(args[0])
    return args[0]


@function("concat", 0, -1)
def _concat(args: Sequence[Value]) -> Value:
    return List(tuple([e for a in args for e in _elements(a)]))


@function("merge", 0, -1)
def _merge(args: Sequence[Value]) -> Value:
    return make_map([e for a in args if not isinstance(a, Null) for e in _entries(a)])


@function("keys", 1)
def _keys(args: Sequence[Value]) -> Value:
    entries = sorted(_entries(args[0]), key=lambda e: e.key.render("\x00"))
    return List(tuple([Element(e.key, e.slots, as_elements(e.also)) for e in entries]))


@function("values", 1)
def _values(args: Sequence[Value]) -> Value:
    entries = sorted(_entries(args[0]), key=lambda e: e.key.render("\x00"))
    return List(tuple([Element(e.value, e.slots, as_elements(e.also)) for e in entries]))


@function("lookup", 2, 3, strict=False)
def _lookup(args: Sequence[Value]) -> Value:
    source, key = args[0], args[1]
    text = known_text(key)
    if not isinstance(source, Map) or text is None:
        return unknown("an argument of lookup is not known", *args)
    found = entry_of(source, text)
    if found is not None:
        return found.value
    if len(args) == 3 and all(e.key.text is not None for e in source.entries):
        return args[2]
    return attribute(source, text)


@function("element", 2)
def _element(args: Sequence[Value]) -> Value:
    elements, position = _elements(args[0]), whole_number(args[1])
    if position is None or not elements:
        return failure("element needs a list that is not empty and a number", *args)
    return elements[position % len(elements)].value


@function("index", 2)
def _index(args: Sequence[Value]) -> Value:
    for position, item in enumerate(_elements(args[0])):
        same = equal(item.value, args[1])
        if same is None:
            return unknown("an element is not known", *args)
        if same:
            return Num(position)
    return failure("the element is not in the list", *args)


@function("contains", 2)
def _contains(args: Sequence[Value]) -> Value:
    answers = [equal(e.value, args[1]) for e in _elements(args[0])]
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
        return Num(len(value.entries), None, value)
    return Num(len(_text(value)))


@function("distinct", 1)
def _distinct(args: Sequence[Value]) -> Value:
    elements = _elements(args[0])
    order = list(dict.fromkeys([identity(e.value) for e in elements]))
    merged = {identity(e.value): e for e in make_set(elements).elements}
    return List(tuple([merged[key] for key in order]))


@function("flatten", 1)
def _flatten(args: Sequence[Value]) -> Value:
    flat: list[Element] = []
    todo = list(reversed(_elements(args[0])))
    while todo:
        item = todo.pop()
        if isinstance(item.value, List):
            inner = prefixed(item.value, item.slots, item.also)
            todo.extend(reversed(_elements(inner)))
        else:
            flat.append(item)
        if len(flat) > MAX_ELEMENTS:
            return Unknown("the list is too long to be evaluated")
    return List(tuple(flat))


@function("compact", 1)
def _compact(args: Sequence[Value]) -> Value:
    kept = [
        e for e in _elements(args[0]) if not isinstance(e.value, Null) and known_text(e.value) != ""
    ]
    return List(tuple(kept))


@function("sort", 1)
def _sort(args: Sequence[Value]) -> Value:
    elements = _elements(args[0])
    if any(known_text(e.value) is None for e in elements):
        return List(elements)
    return List(tuple(sorted(elements, key=lambda e: _text(e.value))))


@function("reverse", 1)
def _reverse(args: Sequence[Value]) -> Value:
    return List(tuple(reversed(_elements(args[0]))))


@function("slice", 3)
def _slice(args: Sequence[Value]) -> Value:
    start, end = whole_number(args[1]), whole_number(args[2])
    elements = _elements(args[0])
    if start is None or end is None or not 0 <= start <= end <= len(elements):
        return failure("slice needs positions inside the list", *args)
    return List(elements[start:end])


@function("setunion", 1, -1)
def _setunion(args: Sequence[Value]) -> Value:
    return make_set([e for a in args for e in _elements(a)])


@function("setsubtract", 2)
def _setsubtract(args: Sequence[Value]) -> Value:
    if has_unknown(args[0]) or has_unknown(args[1]):
        return unknown("an element is not known", *args)
    taken = {identity(e.value) for e in _elements(args[1])}
    return make_set([e for e in _elements(args[0]) if identity(e.value) not in taken])


@function("setintersection", 1, -1)
def _setintersection(args: Sequence[Value]) -> Value:
    if any(has_unknown(a) for a in args):
        return unknown("an element is not known", *args)
    others = [{identity(e.value) for e in _elements(a)} for a in args[1:]]
    common = [e for e in _elements(args[0]) if all(identity(e.value) in o for o in others)]
    return make_set(common)


@function("setproduct", 1, -1)
def _setproduct(args: Sequence[Value]) -> Value:
    lists = [_elements(a) for a in args]
    if prod([len(part) for part in lists]) > MAX_ELEMENTS:
        return Unknown("the product is too long to be evaluated", "", tuple(args))
    rows: list[Element] = []
    for row in product(*lists):
        slots = row[0].slots
        for cell in row[1:]:
            slots = joined(slots, cell.slots)
        rows.append(Element(List(row), slots))
    return List(tuple(rows), None, all(isinstance(a, List) and a.is_set for a in args))


@function("zipmap", 2)
def _zipmap(args: Sequence[Value]) -> Value:
    keys, values = _elements(args[0]), _elements(args[1])
    if len(keys) != len(values):
        return failure("zipmap needs as many keys as values", *args)
    entries: list[Entry] = []
    for key, value in zip(keys, values, strict=True):
        name = to_string(key.value)
        text = name if isinstance(name, Str) else Str((Hole("this key is not known"),))
        also = as_entries(key.also, text)
        if value.slots and value.slots != key.slots:  # both lists have to lose their element
            also += (Entry(text, value.value, value.slots),)
        entries.append(Entry(text, value.value, key.slots, also))
    return make_map(entries)


@function("coalesce", 1, -1, strict=False)
def _coalesce(args: Sequence[Value]) -> Value:
    for value in args:
        if isinstance(value, Unknown):
            return unknown("an argument of coalesce is not known", *args)
        if not isinstance(value, Null) and not (isinstance(value, Str) and value.text == ""):
            return value
    return failure("coalesce found no value", *args)


@function("coalescelist", 1, -1, strict=False)
def _coalescelist(args: Sequence[Value]) -> Value:
    for value in args:
        if isinstance(value, Unknown):
            return unknown("an argument of coalescelist is not known", *args)
        if isinstance(value, List) and value.elements:
            return value
    return failure("coalescelist found no list with elements", *args)


@function("range", 1, 3)
def _range(args: Sequence[Value]) -> Value:
    numbers = [to_number(a) for a in args]
    found = [n.value for n in numbers if isinstance(n, Num)]
    if len(found) != len(args):
        return unknown("an argument of range is not known", *args)
    start, limit = (0, found[0]) if len(found) == 1 else (found[0], found[1])
    step = found[2] if len(found) == 3 else (1 if limit >= start else -1)
    if step == 0 or (limit - start) / step > 1024:
        return failure("range would have more than 1024 elements", *args)
    result: list[Element] = []
    at = start
    while (at < limit) if step > 0 else (at > limit):
        result.append(Element(Num(at)))
        at += step
    return List(tuple(result))


@function("one", 1)
def _one(args: Sequence[Value]) -> Value:
    if isinstance(args[0], Null):
        return args[0]
    elements = _elements(args[0])
    if len(elements) > 1:
        return failure("one needs a list of at most one element", *args)
    return elements[0].value if elements else Null()


@function("alltrue", 1)
def _alltrue(args: Sequence[Value]) -> Value:
    tests = [truth(e.value) for e in _elements(args[0])]
    if False in tests:
        return Bool(False)
    return unknown("an element is not known", *args) if None in tests else Bool(True)


@function("anytrue", 1)
def _anytrue(args: Sequence[Value]) -> Value:
    tests = [truth(e.value) for e in _elements(args[0])]
    if True in tests:
        return Bool(True)
    return unknown("an element is not known", *args) if None in tests else Bool(False)


@function("chunklist", 2)
def _chunklist(args: Sequence[Value]) -> Value:
    elements, size = _elements(args[0]), whole_number(args[1])
    if not size or size < 0:
        return failure("chunklist needs a size", *args)
    chunks = [List(elements[i : i + size]) for i in range(0, len(elements), size)]
    return List(tuple([Element(c) for c in chunks]))


@function("matchkeys", 3)
def _matchkeys(args: Sequence[Value]) -> Value:
    values, keys, wanted = (_elements(a) for a in args)
    if any(has_unknown(a) for a in args[1:]):
        return unknown("a key is not known", *args)
    search = {identity(e.value) for e in wanted}
    pairs = zip(values, keys, strict=True)
    return List(tuple([v for v, k in pairs if identity(k.value) in search]))


@function("transpose", 1)
def _transpose(args: Sequence[Value]) -> Value:
    groups: dict[str, list[Element]] = {}
    names: dict[str, Str] = {}
    for entry in _entries(args[0]):
        for item in _elements(entry.value):
            name = to_string(item.value)
            if not isinstance(name, Str) or name.text is None:
                return unknown("an element is not known", *args)
            names.setdefault(name.text, name)
            groups.setdefault(name.text, []).append(
                Element(entry.key, joined(entry.slots, item.slots), as_elements(entry.also))
            )
    entries = [Entry(names[k], List(tuple(groups[k]))) for k in sorted(groups)]
    return Map(tuple(entries))
