"""What a state marks as sensitive, taken out of an instance's attributes before anyone reads them.

Source of the marks: ``sensitive_attributes`` of ``statev4.go`` in hashicorp/terraform, a list of
paths of ``get_attr`` and ``index`` steps. A mark inside a set ends at the set, which then goes as a
whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from iac_offboard.catalog.policy import Json

Steps: TypeAlias = tuple[str, ...]

EACH = "[*]"


def sensitive(node: Json) -> frozenset[Steps]:
    """The marked paths, as rows spell theirs: ``[*]`` for each element of a list."""
    paths = node if isinstance(node, Sequence) and not isinstance(node, str) else ()
    return frozenset(found for path in paths if (found := _steps(path)))


def _steps(path: Json) -> Steps:
    if isinstance(path, str):
        return (path,)
    steps = path if isinstance(path, Sequence) else ()
    return tuple(_step(step) for step in steps)


def _step(step: Json) -> str:
    if isinstance(step, str):
        return step
    value = step.get("value") if isinstance(step, Mapping) else None
    key = value.get("value") if isinstance(value, Mapping) else value
    return key if isinstance(key, str) else EACH


def without(attrs: Mapping[str, Json], marked: Iterable[Steps]) -> Mapping[str, Json]:
    """The attributes without what stands at the marked paths."""
    for path in marked:
        left = _without(attrs, path)
        attrs = left if isinstance(left, Mapping) else {}
    return attrs


def _without(node: Json, path: Steps) -> Json:
    if not path:
        return None
    if isinstance(node, Mapping):
        return {k: _without(v, path[1:]) if k == path[0] else v for k, v in node.items()}
    if isinstance(node, Sequence) and not isinstance(node, str) and path[0] == EACH:
        return [_without(item, path[1:]) for item in node]
    return node


def covering(marked: Iterable[Steps], path: Steps) -> Steps:
    """The marked path that this one lies at or below; () for none."""
    return next((one for one in sorted(marked) if path[: len(one)] == one), ())


def masked(node: Json) -> frozenset[Steps]:
    """The marked paths of a mask as ``terraform show -json`` has it: the shape of the values, with
    true in the place of what is sensitive ("sensitive_values", JSON Output Format)."""
    return frozenset(_masked(node, ()))


def _masked(node: Json, path: Steps) -> Iterator[Steps]:
    if node is True:
        yield path
    elif isinstance(node, Mapping):
        for key, inner in node.items():
            yield from _masked(inner, (*path, key))
    elif isinstance(node, Sequence) and not isinstance(node, str):
        for inner in node:
            yield from _masked(inner, (*path, EACH))
