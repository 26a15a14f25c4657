"""A second, independent reader of what was edited.

For HCL python-hcl2, for JSON the standard library, for YAML PyYAML's composer: none shares code
with what found the bytes to cut (tree-sitter; for YAML our own tree from the scanner's events).
Both texts must parse, and everything in the new one must stand in the old one: an edit takes
away, it adds and changes nothing. Of HCL it reads the blocks and attributes that the edit changed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import hcl2
import yaml

from iac_offboard.catalog.policy import Json
from iac_offboard.edit.changed_parts import changed_parts
from iac_offboard.edit.document import Syntax, syntax_of

_MAX_BYTES = 2_000_000
_MAX_TOKENS = 20_000
"""python-hcl2 reads some 15,000 of them a second; one change that holds more it does not read."""
_TOKEN = re.compile(rb'[\w.-]+|"[^"\n]*"|[^\s\w]')
_MAX_NESTING = 200
"""At some 2,000 nested brackets it overflows the stack."""
_MAX_NODES = 200_000
"""Aliases may unfold a small YAML file into one without end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """``disagrees``: one sentence, "" when it found nothing wrong. ``judged`` is False when it
    cannot read the file even before the edit; ``why`` then says so."""

    disagrees: str = ""
    judged: bool = True
    why: str = ""


class _TooLarge(Exception):
    """It would take the reader too long."""


def agrees(before: bytes, after: bytes, file: str) -> Opinion:
    """What the other reader of its syntax says about an edited file. Templates and CSV, which
    have none, are not judged."""
    syntax = syntax_of(file)
    reader = _READERS.get(syntax) if syntax is not None else None
    if reader is None:
        return Opinion(judged=False, why=f"{file} is of a kind that has no second reader.")
    parts = changed_parts(before, after) if syntax is Syntax.HCL else [(before, after)]
    opinions = [_opinion(*reader, *part, file) for part in parts]
    faults = (o for o in opinions if o.disagrees)
    return next(faults, next((o for o in opinions if not o.judged), Opinion()))


def _opinion(
    name: str, loads: Callable[[bytes], Json], before: bytes, after: bytes, file: str
) -> Opinion:
    try:
        if len(before) > _MAX_BYTES or _nesting(before) > _MAX_NESTING:
            raise _TooLarge
        old = loads(before)
        if old is None:
            return Opinion(judged=False, why=f"{name} cannot read {file} even before the edit.")
        new = loads(after)
    except _TooLarge:
        return Opinion(
            judged=False, why=f"what the edit changes in {file} is too large for {name}."
        )
    if new is None:
        return Opinion(disagrees=f"{name} can no longer read {file} after the edit.")
    where = _first_addition(old, new, ())
    if where is None:
        return Opinion()
    path = ".".join(str(step).strip('"') for step in where) or "the top"
    return Opinion(disagrees=f"{name} sees more than a removal in {file}, at {path}.")


def _nesting(text: bytes) -> int:
    depth = deepest = 0
    for byte in text:
        if byte in b"[{(":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]})":
            depth -= 1
    return deepest


def _loads(text: bytes) -> Json:
    """None when it cannot be read. python-hcl2 raises whatever lark and its own visitors do."""
    if sum(1 for _ in _TOKEN.finditer(text)) > _MAX_TOKENS:
        raise _TooLarge
    try:
        plain = text.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
        read = hcl2.loads(plain if plain.endswith("\n") or not plain else plain + "\n")
        parsed: Json = json.loads(json.dumps(read, default=str))
    except Exception:
        return None
    return parsed


def _json(text: bytes) -> Json:
    """The document in a list, so that ``null`` is not taken for unreadable."""
    try:
        return [json.loads(text.decode("utf-8-sig"))]
    except (ValueError, RecursionError):
        return None


def _yaml(text: bytes) -> Json:
    """The documents as tags and text: no constructor runs, so that any tag will do."""
    try:
        nodes = list(yaml.compose_all(text.decode("utf-8-sig"), Loader=yaml.SafeLoader))
        budget = [_MAX_NODES]
        return [_node(node, budget) for node in nodes]
    except (yaml.YAMLError, ValueError, RecursionError):
        return None


def _node(node: yaml.Node | None, budget: list[int]) -> Json:
    budget[0] -= 1
    if budget[0] < 0:
        raise _TooLarge
    if isinstance(node, yaml.ScalarNode):
        return [node.tag, str(node.value)]
    if isinstance(node, yaml.SequenceNode):
        return [_node(item, budget) for item in node.value]
    if isinstance(node, yaml.MappingNode):
        return {json.dumps(_node(key, budget)): _node(value, budget) for key, value in node.value}
    return None


_READERS: Mapping[Syntax, tuple[str, Callable[[bytes], Json]]] = {
    Syntax.HCL: ("python-hcl2", _loads),
    Syntax.JSON: ("the json module", _json),
    Syntax.YAML: ("PyYAML", _yaml),
}

_Path = tuple[str | int, ...]


def _first_addition(old: Json, new: Json, path: _Path) -> _Path | None:
    """The first place where ``new`` is not ``old`` with things taken out; None when it is."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key, value in new.items():
            if key.endswith("comments__"):
                continue  # python-hcl2 sorts comments by where they stand
            if key not in old:
                return (*path, key)
            if (found := _first_addition(old[key], value, (*path, key))) is not None:
                return found
        return None
    if isinstance(old, str) and isinstance(new, str):
        return None if _shorter(old, new) else path
    if isinstance(old, Sequence) and isinstance(new, Sequence) and not isinstance(old, str):
        return _first_new_element(old, new, path)
    return None if old == new else path


def _first_new_element(old: Sequence[Json], new: Sequence[Json], path: _Path) -> _Path | None:
    """Elements of ``new`` must match elements of ``old`` in order. Taking the earliest match
    each time leaves the most to match with, so that no other choice can do better."""
    at = 0
    for index, value in enumerate(new):
        while at < len(old) and _first_addition(old[at], value, ()) is not None:
            at += 1
        if at == len(old):
            return (*path, index)
        at += 1
    return None


def _shorter(old: str, new: str) -> bool:
    """A string may only lose characters: a document inside it was edited. The same goes for
    expressions, which python-hcl2 gives as text."""
    rest = iter(old)
    return all(c in rest for c in new)
