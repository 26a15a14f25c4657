"""``for_each`` and ``count``: the instances of a block, each with the slots it comes from."""

from __future__ import annotations

from dataclasses import dataclass, replace

from iac_offboard.hcl import ast
from iac_offboard.hcl.convert import as_elements, to_number, to_string
from iac_offboard.hcl.env import Env, Item, Origin, items_of
from iac_offboard.hcl.evaluate import evaluate
from iac_offboard.hcl.sets import make_set
from iac_offboard.hcl.values import (
    Element,
    Entry,
    Hole,
    List,
    Map,
    Null,
    Num,
    Piece,
    Str,
    Unknown,
    Value,
)
from iac_offboard.model import Cut

MAX_INSTANCES = 50_000
MAX_POSSIBLE = 1_000
UNKNOWN_KEY = "\x00"
"""No key in a configuration begins with it."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One instance of a block. ``env`` has ``each`` or ``count`` bound."""

    key: str | int | None
    env: Env
    slots: tuple[Cut, ...] = ()
    also: tuple[Element, ...] = ()


@dataclass(frozen=True, slots=True)
class Expansion:
    """``reason`` is set when not all instances are known; ``known`` is what is."""

    repeat: str
    instances: tuple[Instance, ...]
    count: int | None = None
    reason: str = ""
    known: tuple[Value, ...] = ()

    def find(self, key: str | int) -> Instance | None:
        for instance in self.instances:
            if instance.key == key:
                return instance
        return None

    def possible(self, env: Env) -> tuple[Instance, ...]:
        """What there may be besides ``instances``: one for each key or element that is not
        known, and with no slots, because what makes it is not known either."""
        if not self.reason:
            return ()
        found: list[Instance] = []
        for value in self.known[:MAX_POSSIBLE] or (Unknown(self.reason),):
            entries = value.entries if isinstance(value, Map) and len(value.entries) == 1 else ()
            key: Value = entries[0].key if entries else value
            if not isinstance(key, (Str, Unknown)):
                key = Unknown(self.reason)
            each = Item(key, entries[0].value if entries else key, (), ())
            name = f"{UNKNOWN_KEY}{len(found)}"
            if self.repeat == "count":
                index = Map((Entry(_word("index"), Unknown(self.reason)),))
                found.append(Instance(name, env.bind({"count": index}, Origin())))
            else:
                found.append(_instance(each, name, env))
        return tuple(found)


def expand(body: ast.Body, env: Env) -> Expansion:
    for_each, count = body.attribute("for_each"), body.attribute("count")
    if for_each is not None:
        return _for_each(evaluate(for_each.expr, env), env)
    if count is not None:
        return _count(evaluate(count.expr, env), env)
    return Expansion("", (Instance(None, env),))


def _for_each(value: Value, env: Env) -> Expansion:
    if isinstance(value, List) and not value.is_set:  # Terraform wants toset() around it
        value = make_set(value.elements)
    items = items_of(value)
    if items is None and isinstance(value, Unknown) and value.certain is not None:
        known = _for_each(value.certain, env)
        return replace(
            known,
            count=None,
            reason=value.reason,
            known=(*known.known, replace(value, certain=None)),
        )
    if items is None:
        reason = value.reason if isinstance(value, Unknown) else _refused("for_each", value)
        return Expansion("for_each", (), None, reason, (value,))
    is_map = isinstance(value, Map)
    instances: list[Instance] = []
    unknown: list[Value] = []
    for item in items[:MAX_INSTANCES]:
        key = to_string(item.key if is_map else item.value)
        text = _key_text(key)
        if not isinstance(key, Str) or text is None:
            unknown.append(Map((Entry(key, item.value),)) if isinstance(key, Str) else item.value)
            continue
        each = Item(key, item.value if is_map else key, item.slots, item.also)
        instances.append(_instance(each, text, env))
    reason = "a key of for_each is not known" if unknown else ""
    if len(items) > MAX_INSTANCES:
        reason = f"for_each has more than {MAX_INSTANCES} elements"
    return Expansion("for_each", tuple(instances), len(items), reason, tuple(unknown))


def _refused(name: str, value: Value) -> str:
    """What Terraform refuses makes nothing that could be known."""
    if isinstance(value, Null):
        return f"{name} is null"
    return f"{name} is not a " + ("whole number" if name == "count" else "map or a set")


def _key_text(key: Value) -> str | None:
    """What an instance is called by. An id that only the cloud knows makes one instance too, as
    soon as the configuration says whose it is: it is called by that name here."""
    if not isinstance(key, Str) or key.text is not None:
        return key.text if isinstance(key, Str) else None
    only = key.pieces[0] if len(key.pieces) == 1 else None
    name = only.names[0].text if isinstance(only, Hole) and only.names else None
    return None if name is None else f"id of {name}"


def _instance(item: Item, key: str, env: Env) -> Instance:
    each = Map((Entry(_word("key"), item.key), Entry(_word("value"), item.value)))
    bound = env.bind({"each": each}, Origin(item.slots, item.also))
    return Instance(key, bound, item.slots, item.also)


def _word(text: str) -> Str:
    return Str((Piece(text),))


def _count(value: Value, env: Env) -> Expansion:
    number = to_number(value)
    if not isinstance(number, Num) or not isinstance(number.value, int):
        reason = value.reason if isinstance(value, Unknown) else _refused("count", value)
        return Expansion("count", (), None, reason, (value,))
    total = max(number.value, 0)
    if total > MAX_INSTANCES:
        return Expansion("count", (), total, f"count is more than {MAX_INSTANCES}", (value,))
    counted = _positions(number.counted, total)
    instances: list[Instance] = []
    for i in range(total):
        index = Map((Entry(_word("index"), Num(i)),))
        moves = i < total - 1  # behind the last one nothing is numbered anew
        slots = tuple([replace(c, shift=moves) for c in counted[i].slots]) if counted else ()
        also = counted[i].also if counted else ()
        bound = env.bind({"count": index}, Origin(slots, also))
        instances.append(Instance(i, bound, slots, also))
    return Expansion("count", tuple(instances), total)


def _positions(counted: Value | None, total: int) -> list[Element]:
    """The elements whose number became ``count``, in the order of their indexes."""
    if isinstance(counted, List):
        found = list(counted.elements)
    elif isinstance(counted, Map):
        entries = sorted(counted.entries, key=lambda e: e.key.render("\x00"))
        found = [Element(e.value, e.slots, as_elements(e.also)) for e in entries]
    else:
        return []
    return found if len(found) == total else []
