"""Attribute paths of rows, followed in plain JSON.

``a.b`` goes into an object, ``a["b.c/d"]`` too where the key holds dots, ``a[*]`` to every element
of a list or every nested block, ``a$yaml.b`` into a YAML document inside a string. ``$json`` at
the end says that the value is a document, which its own readers go through.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

import yaml

from iac_offboard.catalog.policy import Json, Path
from iac_offboard.catalog.principal import HOLE
from iac_offboard.catalog.yaml_depth import LOADER, too_deep_at

YAML = "$yaml"
_STEP = re.compile(r'\["([^"]+)"\]|(\[\*\]|\$yaml)|([^.\[\]$]+)')


@cache
def steps(path: str) -> tuple[str, ...]:
    """The steps of a path, ``[*]`` and ``$yaml`` among them."""
    found = _STEP.findall(path.removesuffix("$json"))
    return tuple(quoted or mark or name for quoted, mark, name in found)


def top(path: str) -> str:
    """The top attribute of a path, as a row or an origin spells it."""
    return path.partition(".")[0].partition("[")[0].partition("$")[0]


def expand(attrs: Json, path: str) -> Iterator[tuple[Path, Json]]:
    """Every value at an attribute path; ``HOLE`` where the way to it is not known."""
    return _expand(attrs, steps(path), ())


def follow(attrs: Json, path: Sequence[str]) -> Iterator[tuple[Path, Json]]:
    """The same for a path that is taken apart already."""
    return _expand(attrs, path, ())


def _expand(node: Json, rest: Sequence[str], path: Path) -> Iterator[tuple[Path, Json]]:
    for at, step in enumerate(rest):
        if isinstance(node, str) and node == HOLE:
            break
        if step == YAML:
            node = _document(node)
        elif step == "[*]":
            if isinstance(node, Sequence) and not isinstance(node, str):
                for i, item in enumerate(node):
                    yield from _expand(item, rest[at + 1 :], (*path, i))
            return
        elif isinstance(node, Mapping):
            node, path = node.get(step), (*path, step)
        else:
            return
    if node is not None:
        yield path, node


def _document(node: Json) -> Json:
    """What a text says; ``HOLE`` when it cannot be read. Code has read its texts already."""
    if not isinstance(node, str):
        return node
    if too_deep_at(node) is not None:
        return HOLE
    try:
        found: Json = yaml.load(node, Loader=LOADER)
    except (yaml.YAMLError, ValueError, RecursionError):
        return HOLE
    return found


def beside(attrs: Json, path: Path) -> Mapping[str, Json]:
    """The attributes beside the value at ``path`` and, behind those, the ones around them. None
    is looked at before somebody asks for it."""
    around: list[Mapping[str, Json]] = []
    node: Json = attrs
    for step in path:
        node = _document(node)  # what the path goes on in is a text in state
        if isinstance(node, Mapping):
            around.append(node)
            node = node.get(step) if isinstance(step, str) else None
        elif isinstance(node, Sequence) and not isinstance(node, str) and isinstance(step, int):
            node = node[step] if 0 <= step < len(node) else None
    return _Nearest(tuple(reversed(around)))


class _Nearest(Mapping[str, Json]):
    """Several mappings as one: the first that has a key answers."""

    def __init__(self, layers: tuple[Mapping[str, Json], ...]) -> None:
        self._layers = layers

    def __getitem__(self, key: str) -> Json:
        for layer in self._layers:
            if key in layer:
                return layer[key]
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(key for layer in self._layers for key in layer))

    def __len__(self) -> int:
        return sum(1 for _ in self)
