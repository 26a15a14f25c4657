"""Instances of a block as addresses, values and cuts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from iac_offboard.hcl.expansion import UNKNOWN_KEY, Expansion, Instance
from iac_offboard.hcl.values import Element, Entry, List, Map, Null, Str, Value
from iac_offboard.model import Cut


def key_suffix(key: str | int | None) -> str:
    if key is None:
        return ""
    if isinstance(key, int):
        return f"[{key}]"
    if key.startswith(UNKNOWN_KEY):
        return "[?]"
    escaped = key.replace("\\", "\\\\").replace('"', '\\"')
    return f'["{escaped}"]'


def gathered(expansion: Expansion, value_of: Callable[[Instance], Value]) -> Value:
    """All instances as Terraform shows them: one value, a list (count) or a map (for_each)."""
    if not expansion.repeat:
        return value_of(expansion.instances[0])
    if expansion.repeat == "count":
        return List(tuple([Element(value_of(i), i.slots, i.also) for i in expansion.instances]))
    entries: list[Entry] = []
    for instance in expansion.instances:
        key = instance.env.bindings["each"]
        name = key.entries[0].value if isinstance(key, Map) else Null()
        if isinstance(name, Str):
            entries.append(Entry(name, value_of(instance), instance.slots))
    return Map(tuple(entries))


def cuts_of(elements: Sequence[Element]) -> tuple[tuple[Cut, ...], ...]:
    """The slots of merged elements, one group each."""
    groups: list[tuple[Cut, ...]] = []
    for element in elements:
        groups.append(element.slots)
        groups.extend(cuts_of(element.also))
    return tuple(groups)
