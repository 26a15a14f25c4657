"""Whoever stands in the attributes of a change, before it or after it.

At the paths of a row of the catalog everything counts that the row's spelling takes; anywhere else
only what says by its own form that it is a principal; and words in texts, for people.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from iac_offboard.catalog.anywhere import TALK, spelled
from iac_offboard.catalog.extract import Extracted, extract
from iac_offboard.catalog.paths import top
from iac_offboard.catalog.policy import Path
from iac_offboard.catalog.rows import Role, row
from iac_offboard.model import Change, Effect, Principal, Relation, Target

_WORD = re.compile(r"[^\s<>()\[\]{},;:\"'`|/\\=]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One principal at one place. ``at`` is the whole path without indices, which shift; ``path``
    as much of it as may be shown. ``relation`` and ``target`` are None where no row knows the
    place. ``kept_out``: who stands there is denied. ``own``: the object is that identity, or a
    credential of it."""

    principal: Principal
    path: str
    at: str
    relation: Relation | None = None
    target: Target | None = None
    detail: str = ""
    kept_out: bool = False
    own: bool = False

    @property
    def attribute(self) -> str:
        return top(self.at)

    @property
    def place(self) -> tuple[str, ...]:
        """What has to be the same before and after for nothing to be new."""
        target = self.target
        return (
            self.relation or "",
            self.at,
            target.name.casefold() if target is not None else "",
            self.detail,
            "kept out" if self.kept_out else "",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A path of a row at which the value is known only after apply."""

    path: str
    attribute: str
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    sightings: tuple[Sighting, ...] = ()
    unknown: tuple[Unknown, ...] = ()


def in_rows(change: Change, attrs: Any) -> Seen:
    """Those at the paths of the type's row."""
    known = row(change.type) if change.mode == "managed" else None
    if known is None or not isinstance(attrs, Mapping):
        return Seen()
    found, unknown = [], []
    for one in extract(known, attrs):
        if one.binding is None:
            unknown.append(_unknown(one))
        else:
            found.append(_sighting(one))
    return Seen(sightings=tuple(found), unknown=tuple(dict.fromkeys(unknown)))


def _unknown(one: Extracted) -> Unknown:
    return Unknown(
        path=_path(one.value_path, one.doc_path),
        attribute=str(one.value_path[0]),
        kinds=frozenset({one.entry.target.kind}),
    )


def _sighting(one: Extracted) -> Sighting:
    binding = one.binding
    assert binding is not None
    path = _path(one.value_path, one.doc_path)
    return Sighting(
        principal=binding.principal,
        path=path,
        at=path,
        relation=binding.relation,
        target=binding.target,
        # A statement is told by its place, which shifts; a role of Google's is a grant of its own.
        detail=binding.detail if binding.target.provider == "gcp" else "",
        kept_out=binding.effect is Effect.DENY,
        own=one.entry.role in (Role.IS, Role.HOLDS)
        and binding.relation in (Relation.IDENTITY, Relation.CREDENTIAL),
    )


def in_text(attrs: Any, *, schema: bool = True) -> Iterator[Sighting]:
    """Those that say by their own form that they are principals, wherever they stand but in what
    people write about a thing. ``schema``: the first step of a path is an attribute, and no choice
    of a person, as in an output."""
    for path, principal in spelled(attrs):
        if not _is_talk(path):
            yield Sighting(principal=principal, path=_shown(path, schema), at=_path(path))


def words(attrs: Any, *, schema: bool = True) -> Iterator[tuple[str, str]]:
    """(path, word) for every word of every text. A word ends where no name or address goes on.
    ``schema`` as in ``in_text``."""
    for path, text in _texts(attrs, ()):
        for word in _WORD.findall(text):
            yield _shown(path, schema), word.strip(".")


def _texts(node: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(node, str):
        yield path, node
    elif isinstance(node, Mapping):
        for key, inner in node.items():
            yield from _texts(inner, (*path, key))
    elif isinstance(node, Sequence):
        for i, inner in enumerate(node):
            yield from _texts(inner, (*path, i))


def _is_talk(path: Path) -> bool:
    return any(step in TALK for step in path)


def _path(path: Path, inside: Path = ()) -> str:
    """``block.attribute``, then what leads on in the document that stands there."""
    names = ".".join(step for step in path if isinstance(step, str))
    inner = ".".join(step for step in inside if isinstance(step, str))
    return f"{names}$json.{inner}" if inner else names


def _shown(path: Path, schema: bool) -> str:
    """The attribute: a key further in may be a person's choice, and a name."""
    return str(path[0]) if path and schema else ""


def matched(
    sightings: Iterable[Sighting], whose: Callable[[Principal], Sequence[str]]
) -> dict[str, list[Sighting]]:
    """By the subject."""
    found: dict[str, list[Sighting]] = {}
    for one in sightings:
        for subject in whose(one.principal):
            found.setdefault(subject, []).append(one)
    return found
