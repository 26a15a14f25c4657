"""Functions on lists, sets and maps. Elements keep the slots that they came with."""

from __future__ import annotations

from collections.abc import Sequence

from iac_offboard.hcl.convert import (
    as_elements,
    as_entries,
    elements_of,
    failure,
    has_unknown,
    identity,
    joined,
    known_text,
    make_map,
    prefixed,
    to_number,
    to_string,
    unknown,
    whole_number,
)
from iac_offboard.hcl.registry import function
from iac_offboard.hcl.steps import attribute, entry_of
from iac_offboard.hcl.values import (
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


def _entries(value: Value) -> tuple[Entry, ...]:
    if isinstance(value, Map):
        return value.entries
    raise ValueError("not a map")


def _text(value: Value) -> str:
    text = known_text(value)
    if text is None:
        raise ValueError("not a known string")
    return text


@function("tolist", 1)
def _tolist(args: Sequence[Value]) -> Value:
    return List(elements_of(args[0]), args[0].span if isinstance(args[0], List) else None)


@function("tomap", 1)
def _tomap(args: Sequence[Value]) -> Value:
    _entries(args[0])
    return args[0]


@function("concat", 0, -1)
def _concat(args: Sequence[Value]) -> Value:
    return List(tuple([e for a in args for e in elements_of(a)]))


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
    elements, position = elements_of(args[0]), whole_number(args[1])
    if position is None or not elements:
        return failure("element needs a list that is not empty and a number", *args)
    return elements[position % len(elements)].value


@function("flatten", 1)
def _flatten(args: Sequence[Value]) -> Value:
    flat: list[Element] = []
    todo = list(reversed(elements_of(args[0])))
    while todo:
        item = todo.pop()
        if isinstance(item.value, List):
            inner = prefixed(item.value, item.slots, item.also)
            todo.extend(reversed(elements_of(inner)))
        else:
            flat.append(item)
        if len(flat) > MAX_ELEMENTS:
            return Unknown("the list is too long to be evaluated")
    return List(tuple(flat))


@function("compact", 1)
def _compact(args: Sequence[Value]) -> Value:
    kept = [
        e
        for e in elements_of(args[0])
        if not isinstance(e.value, Null) and known_text(e.value) != ""
    ]
    return List(tuple(kept))


@function("sort", 1)
def _sort(args: Sequence[Value]) -> Value:
    elements = elements_of(args[0])
    if any(known_text(e.value) is None for e in elements):
        return List(elements)
    return List(tuple(sorted(elements, key=lambda e: _text(e.value))))


@function("reverse", 1)
def _reverse(args: Sequence[Value]) -> Value:
    return List(tuple(reversed(elements_of(args[0]))))


@function("slice", 3)
def _slice(args: Sequence[Value]) -> Value:
    start, end = whole_number(args[1]), whole_number(args[2])
    elements = elements_of(args[0])
    if start is None or end is None or not 0 <= start <= end <= len(elements):
        return failure("slice needs positions inside the list", *args)
    return List(elements[start:end])


@function("zipmap", 2)
def _zipmap(args: Sequence[Value]) -> Value:
    keys, values = elements_of(args[0]), elements_of(args[1])
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
    elements = elements_of(args[0])
    if len(elements) > 1:
        return failure("one needs a list of at most one element", *args)
    return elements[0].value if elements else Null()


@function("chunklist", 2)
def _chunklist(args: Sequence[Value]) -> Value:
    elements, size = elements_of(args[0]), whole_number(args[1])
    if not size or size < 0:
        return failure("chunklist needs a size", *args)
    chunks = [List(elements[i : i + size]) for i in range(0, len(elements), size)]
    return List(tuple([Element(c) for c in chunks]))


@function("matchkeys", 3)
def _matchkeys(args: Sequence[Value]) -> Value:
    values, keys, wanted = (elements_of(a) for a in args)
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
        for item in elements_of(entry.value):
            name = to_string(item.value)
            if not isinstance(name, Str) or name.text is None:
                return unknown("an element is not known", *args)
            names.setdefault(name.text, name)
            groups.setdefault(name.text, []).append(
                Element(entry.key, joined(entry.slots, item.slots), as_elements(entry.also))
            )
    entries = [Entry(names[k], List(tuple(groups[k]))) for k in sorted(groups)]
    return Map(tuple(entries))
