"""Functions on lists, sets and maps. Elements keep the slots that they came with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from iac_offboard.hcl.conversion import LIST, MAP, STRINGS, alike, convert
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
    to_string,
    unknown,
    whole_number,
)
from iac_offboard.hcl.partly import (
    KEYS_MAY_MEET,
    counted,
    keys_may_meet,
    may_be_a_list,
    may_be_anything,
)
from iac_offboard.hcl.registry import function
from iac_offboard.hcl.steps import attribute, entry_of
from iac_offboard.hcl.strings import text_in
from iac_offboard.hcl.value_types import ANY, NUMBER, STRING, Type, type_of, unify
from iac_offboard.hcl.values import (
    Element,
    Entry,
    Hole,
    List,
    Map,
    Null,
    Str,
    Unknown,
    Value,
)

MAX_ELEMENTS = 200_000


def _entries(value: Value) -> tuple[Entry, ...]:
    if isinstance(value, Map):
        return value.entries
    raise ValueError("not a map")


def _ordered(value: Value) -> List:
    """A list or tuple. Raises ValueError for a set, whose elements have no positions."""
    if isinstance(value, List) and not value.is_set:
        return value
    raise ValueError("not a list")


def _typed(value: Value) -> bool:
    return isinstance(value, List | Map) and value.typed


@function("tolist", 1, takes=(LIST,), nulls=True, gathers=True)
@function("tomap", 1, takes=(MAP,), nulls=True)
def _converted(args: Sequence[Value]) -> Value:
    return args[0]


@function("concat", 1, -1, gathers=True)
def _concat(args: Sequence[Value]) -> Value:
    elements = tuple([e for a in args for e in _ordered(a).elements])
    if all(_typed(a) for a in args):
        common = convert(List(elements), LIST)
        return List(elements) if isinstance(common, Unknown) else common
    return List(elements)


@function("merge", 0, -1, nulls=True, gathers=True)
def _merge(args: Sequence[Value]) -> Value:
    given = [a for a in args if not isinstance(a, Null)]
    if args and not given:
        return Null()
    merged = make_map([e for a in given for e in _entries(a)])
    alike_ = bool(given) and all(_typed(a) for a in given)
    common = alike_ and unify([type_of(a) for a in given]) is not None
    return replace(merged, typed=True) if common else merged


@function("keys", 1, gathers=True)
def _keys(args: Sequence[Value]) -> Value:
    if isinstance(args[0], Map) and keys_may_meet(args[0]):
        return _at_least(_keys, args[0])
    entries = sorted(_entries(args[0]), key=lambda e: e.key.render("\x00"))
    names = tuple([Element(e.key, e.slots, as_elements(e.also)) for e in entries])
    return List(names, typed=_typed(args[0]))


@function("values", 1)
def _values(args: Sequence[Value]) -> Value:
    if isinstance(args[0], Map) and keys_may_meet(args[0]):
        return _at_least(_values, args[0])
    entries = sorted(_entries(args[0]), key=lambda e: e.key.render("\x00"))
    values = tuple([Element(e.value, e.slots, as_elements(e.also)) for e in entries])
    return List(values, typed=_typed(args[0]))


def _at_least(body: Callable[[Sequence[Value]], Value], value: Map) -> Unknown:
    """What there is in any case, where one key may turn out to be another."""
    known = tuple([e for e in value.entries if e.key.text is not None])
    certain = body([Map(known, typed=value.typed)])
    return Unknown(
        KEYS_MAY_MEET, "", (value,), certain=certain if isinstance(certain, List) else None
    )


@function("lookup", 2, 3, takes=(ANY, STRING, ANY), strict=False, nulls=True)
def _lookup(args: Sequence[Value]) -> Value:
    source, key = args[0], args[1]
    text = known_text(key)
    if isinstance(source, Null) or isinstance(key, Null):
        return failure("lookup: null", *args)
    if not isinstance(source, Map) or text is None:
        return unknown("an argument of lookup is not known", *args)
    found = entry_of(source, text)
    if found is not None:
        return found.value
    if len(args) == 3 and all(e.key.text is not None for e in source.entries):
        return convert(args[2], type_of(source).parts[0]) if source.typed else args[2]
    return attribute(source, text)


@function("element", 2, takes=(ANY, NUMBER))
def _element(args: Sequence[Value]) -> Value:
    elements, position = _ordered(args[0]).elements, whole_number(args[1])
    if position is None or not elements:
        return failure("element needs a list that is not empty and a number", *args)
    at = position % len(elements)
    if position < 0 and at and not _typed(args[0]):  # a list is counted from its end, a tuple not
        return failure("element needs a position of the tuple", *args)
    return elements[at].value


@function("flatten", 1, gathers=True)
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
    return counted(flat, may_be_a_list, "whether an element is a list is not known")


@function("compact", 1, takes=(STRINGS,), gathers=True)
def _compact(args: Sequence[Value]) -> Value:
    kept = [
        e
        for e in elements_of(args[0])
        if not isinstance(e.value, Null) and known_text(e.value) != ""
    ]
    return counted(kept, may_be_anything, "whether an element is empty is not known", typed=True)


@function("sort", 1, takes=(STRINGS,))
def _sort(args: Sequence[Value]) -> Value:
    elements = elements_of(args[0])
    if any(isinstance(e.value, Null) for e in elements):
        return failure("sort: an element is null", *args)
    if any(known_text(e.value) is None for e in elements):
        return counted(elements, may_be_anything, "the order is not known", typed=True)
    return List(tuple(sorted(elements, key=lambda e: text_in(e.value))), typed=True)


@function("reverse", 1)
def _reverse(args: Sequence[Value]) -> Value:
    ordered = args[0] if _is_tuple(args[0]) else convert(args[0], LIST)
    return List(tuple(reversed(elements_of(ordered))), typed=_typed(ordered))


def _is_tuple(value: Value) -> bool:
    return isinstance(value, List) and not value.is_set and not value.typed


@function("slice", 3, takes=(ANY, NUMBER, NUMBER))
def _slice(args: Sequence[Value]) -> Value:
    start, end = whole_number(args[1]), whole_number(args[2])
    elements = _ordered(args[0]).elements
    if start is None or end is None or not 0 <= start <= end <= len(elements):
        return failure("slice needs positions inside the list", *args)
    return List(elements[start:end], typed=_typed(args[0]))


@function("zipmap", 2, takes=(STRINGS, ANY))
def _zipmap(args: Sequence[Value]) -> Value:
    keys, values = elements_of(args[0]), _ordered(args[1]).elements
    if len(keys) != len(values):
        return failure("zipmap needs as many keys as values", *args)
    entries: list[Entry] = []
    for key, value in zip(keys, values, strict=True):
        name = to_string(key.value)
        if isinstance(name, Null):
            return failure("zipmap: a key is null", *args)
        text = name if isinstance(name, Str) else Str((Hole("this key is not known"),))
        also = as_entries(key.also, text)
        if value.slots and value.slots != key.slots:  # both lists have to lose their element
            also += (Entry(text, value.value, value.slots),)
        entries.append(Entry(text, value.value, key.slots, also))
    return replace(make_map(entries), typed=_typed(args[1]))


@function("coalesce", 1, -1, strict=False, nulls=True)
def _coalesce(args: Sequence[Value]) -> Value:
    values = alike(args)
    if values is None:
        return failure("coalesce needs arguments of one type", *args)
    for value in values:
        if isinstance(value, Unknown):
            return unknown("an argument of coalesce is not known", *args)
        if not isinstance(value, Null) and not (isinstance(value, Str) and value.text == ""):
            return value
    return failure("coalesce found no value", *args)


@function("coalescelist", 1, -1, strict=False, nulls=True)
def _coalescelist(args: Sequence[Value]) -> Value:
    for value in args:
        if not isinstance(value, Null | Unknown):
            _ordered(value)
    for value in args:
        if isinstance(value, Unknown):
            return unknown("an argument of coalescelist is not known", *args)
        if isinstance(value, List) and value.elements:
            return value
    return failure("coalescelist found no list with elements", *args)


@function("one", 1)
def _one(args: Sequence[Value]) -> Value:
    elements = elements_of(args[0])
    if len(elements) > 1:
        return failure("one needs a list of at most one element", *args)
    return elements[0].value if elements else Null()


@function("chunklist", 2, takes=(LIST, NUMBER))
def _chunklist(args: Sequence[Value]) -> Value:
    elements, size = elements_of(args[0]), whole_number(args[1])
    if size is None or size < 0:
        return failure("chunklist needs a size", *args)
    size = size or max(len(elements), 1)
    chunks = [List(elements[i : i + size], typed=True) for i in range(0, len(elements), size)]
    return List(tuple([Element(c) for c in chunks]), typed=True)


@function("matchkeys", 3, takes=(LIST,))
def _matchkeys(args: Sequence[Value]) -> Value:
    lists = [args[0], *(alike(args[1:]) or args[1:])]
    values, keys, wanted = (elements_of(a) for a in lists)
    if any(has_unknown(a) for a in args[1:]):
        return unknown("a key is not known", *args)
    search = {identity(e.value) for e in wanted}
    pairs = zip(values, keys, strict=True)
    return List(tuple([v for v, k in pairs if identity(k.value) in search]), typed=True)


@function("transpose", 1, takes=(Type("map", (STRINGS,)),))
def _transpose(args: Sequence[Value]) -> Value:
    groups: dict[str, list[Element]] = {}
    names: dict[str, Str] = {}
    for entry in sorted(_entries(args[0]), key=lambda e: e.key.render("\x00")):
        for item in elements_of(entry.value):
            name = to_string(item.value)
            if isinstance(name, Null):
                return failure("transpose: an element is null", *args)
            if not isinstance(name, Str) or name.text is None:
                return unknown("an element is not known", *args)
            names.setdefault(name.text, name)
            groups.setdefault(name.text, []).append(
                Element(entry.key, joined(entry.slots, item.slots), as_elements(entry.also))
            )
    return Map(tuple([_turned(names[k], groups[k]) for k in sorted(groups)]), typed=True)


def _turned(name: Str, lists: Sequence[Element]) -> Entry:
    """A key goes when it stands in none of the lists any more."""
    first, *more = lists
    also = [Entry(name, e.value, e.slots, tuple(as_entries(e.also, name))) for e in more]
    return Entry(name, List(tuple(lists), typed=True), first.slots, tuple(also))
