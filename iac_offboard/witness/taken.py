"""What one value lacks of another, where it lacks parts and differs in nothing else.

A text that is a document in both (JSON, YAML) is compared as one; another text by its lines, else
by what commas part, else by its words. In a policy document one string is the same as a list of
that one ("JSON policy elements", IAM user guide).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import Any, TypeAlias

import yaml

from iac_offboard.catalog.anywhere import texts_in

Step: TypeAlias = str | int
Path: TypeAlias = tuple[Step, ...]

_WORDS = re.compile(r"[^\s,;]+")
# A list of lines, a list in a line, words.
_PIECES = (re.compile(r"[^\r\n]+"), re.compile(r"[^,;\r\n]+"), _WORDS)
_MAX_DEPTH = 400


@dataclass(frozen=True, slots=True)
class Part:
    """A part that is not there any more. ``rest`` is how many of its neighbours are left;
    ``denied``: it is of a statement that denies, or one itself."""

    path: Path
    value: Any = field(repr=False)
    rest: int
    denied: bool = False

    def texts(self) -> Iterator[str]:
        """Every key and text in it, and its own key."""
        if self.path and isinstance(self.path[-1], str):
            yield self.path[-1]
        yield from texts_in(self.value)


class Differs(Exception):
    """The second value is not the first one without some parts: ``path`` is where."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.path = path


def taken(old: Any, new: Any) -> tuple[Part, ...]:
    """The parts of ``old`` that ``new`` lacks. Raises Differs."""
    return tuple(_taken(old, new, (), document=False))


def _taken(old: Any, new: Any, path: Path, *, document: bool) -> list[Part]:
    if old == new and type(old) is type(new):
        return []
    if len(path) > _MAX_DEPTH:
        raise Differs(path)
    if new is None and isinstance(old, list | Mapping):
        new = type(old)()  # what nothing is left of is null to some providers
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return _of_maps(old, new, path, document)
    if document and isinstance(old, list) and isinstance(new, str):
        new = [new]
    if isinstance(old, list) and isinstance(new, list):
        return _of_lists(old, new, path, document)
    if isinstance(old, str) and isinstance(new, str) and not document:
        return _of_texts(old, new, path)
    raise Differs(path)


def _of_maps(
    old: Mapping[str, Any], new: Mapping[str, Any], path: Path, document: bool
) -> list[Part]:
    added = [key for key in new if key not in old]
    if added:
        raise Differs((*path, added[0]))
    found = []
    for key, value in old.items():
        if key in new:
            found += _taken(value, new[key], (*path, key), document=document)
        else:
            found.append(Part((*path, key), value, len(new)))
    if document and old.get("Effect") == "Deny":
        return [replace(part, denied=True) for part in found]
    return found


def _of_lists(old: Sequence[Any], new: Sequence[Any], path: Path, document: bool) -> list[Part]:
    """Equal elements stay; another one of ``new`` is one of ``old`` that lacks something."""
    found: list[Part] = []
    matcher = SequenceMatcher(None, _marks(old), _marks(new), autojunk=False)
    for how, start, end, first, last in matcher.get_opcodes():
        if how == "equal":
            continue
        at = start
        for wanted in new[first:last]:
            why = Differs((*path, at))
            while True:
                if at >= end:
                    raise why
                at += 1
                try:
                    found += _taken(old[at - 1], wanted, (*path, at - 1), document=document)
                    break
                except Differs as error:
                    why = max(why, error, key=lambda one: len(one.path))
                    found.append(Part((*path, at - 1), old[at - 1], len(new)))
        found += [Part((*path, i), old[i], len(new)) for i in range(at, end)]
    return found


def _marks(values: Sequence[Any]) -> list[str]:
    return [json.dumps(value, sort_keys=True, default=str) for value in values]


def _of_texts(old: str, new: str, path: Path) -> list[Part]:
    for read in (_json, _yaml):
        inside = read(old), read(new)
        if all(isinstance(one, (dict, list)) for one in inside):
            return _taken(*inside, (*path, "$"), document=read is _json)
    for pieces in _PIECES:
        try:
            return _of_pieces(pieces.findall(old), pieces.findall(new), path)
        except Differs:
            continue
    raise Differs(path)


def _of_pieces(were: Sequence[str], are: Sequence[str], path: Path) -> list[Part]:
    """Each piece is a part of its own: one that is the leaver's speaks for no other."""
    were, are = [one.strip() for one in were], [one.strip() for one in are]
    found = []
    for how, start, end, first, last in SequenceMatcher(
        None, were, are, autojunk=False
    ).get_opcodes():
        if how == "equal":
            continue
        if last > first:
            raise Differs(path)
        found += [Part(path, one, len(are)) for one in were[start:end] if one]
    return found or [Part(path, "", len(are))]


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _yaml(text: str) -> Any:
    if "\n" not in text.strip():
        return None
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError):
        return None


def names(path: Path) -> Iterator[str]:
    """The steps that are names."""
    return (step for step in path if isinstance(step, str))
