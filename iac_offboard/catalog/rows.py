"""The catalog's rows: one per resource type, an entry per path where an identity may stand.

A row is data (TOML: ``PROVIDER.toml`` and, where that grew long, ``PROVIDER_TOPIC.toml``). Adding
a resource type is adding a row and a golden case; no room has code for a single type.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from iac_offboard.catalog.families import LEFT_OUT, Raw, by_pattern, expanded
from iac_offboard.errors import InputError
from iac_offboard.model import Effect, Relation

_ROWS = resources.files("iac_offboard.catalog")


class Role(StrEnum):
    """What the resource is to the identity that stands at a path (rule 3).

    Only a path that *is* or *holds* the leaver lets the whole block go.
    """

    IS = "is"
    HOLDS = "holds"
    REFERS = "refers"
    DECIDES = "decides"


class RemovalWord(StrEnum):
    """What may be done where an identity stands."""

    BLOCK = "block"  # the whole resource
    NESTED = "nested"  # the innermost nested block around the identity
    ELEMENT = "element"
    DOCUMENT = "document"
    MANUAL = "manual"


class OnEmpty(StrEnum):
    """What the provider wants when the last element of a list goes."""

    KEEP = "keep"
    BLOCK = "block"
    BLOCK_OR_KEEP = "block or keep"  # the empty list where the block is not there for it alone
    MANUAL = "manual"

    @property
    def takes_block(self) -> bool:
        """Does the block go with its last element?"""
        return self in (OnEmpty.BLOCK, OnEmpty.BLOCK_OR_KEEP)


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetSpec:
    """How the target of a binding is read from the resource's attributes.

    ``kind`` is the word of ``model.Target``; the others are attribute paths ("" when the
    resource does not know). ``name`` may be a template of paths: ``{user}/{name}``. ``full`` is
    the full resource name of a thing of Google Cloud, a template too (catalog/google_resources.py).
    """

    kind: str
    name: str
    arn: str = ""
    unique_id: str = ""
    full: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PathEntry:
    """One place in a resource where an identity may stand.

    ``path``: attribute path, ``[*]`` for every element or block, ``$json`` for a document
    inside a string. ``when``: (path, value) that has to hold, e.g. a principal type. ``mirror``:
    optional and computed, so that state shows what stands live even where the configuration
    leaves it to another resource. ``detail`` (a template like a target's name) tells parallel
    bindings apart, as a role does; ``condition`` is the path of a condition that narrows them;
    ``effect``: who stands here is kept out. ``written``: what a person writes in the place of the
    last one, where ``empty`` leaves that to a person.
    """

    path: str
    role: Role
    spelling: str
    relation: Relation
    removal: RemovalWord
    target: TargetSpec
    empty: OnEmpty = OnEmpty.KEEP
    when: tuple[str, str] | None = None
    mirror: bool = False
    detail: str = ""
    condition: str = ""
    effect: Effect = Effect.ALLOW
    written: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One Terraform resource type. ``computed`` are templates of attributes known only after
    apply, with ``{?}`` for a part that stays unknown; ``authoritative`` says that the resource
    owns the whole list it writes. ``target`` is what its paths lead to unless they say
    otherwise, and what a data source looks up by that name."""

    type: str
    provider: str
    pulumi: str
    authoritative: bool
    computed: Mapping[str, str]
    paths: tuple[PathEntry, ...]
    read: str = ""
    remove: str = ""
    target: TargetSpec | None = None

    @property
    def identity(self) -> bool:
        """True when destroying an instance removes nothing but identity bindings."""
        return any(p.role in (Role.IS, Role.HOLDS) for p in self.paths)


def _target(raw: Mapping[str, str], where: str) -> TargetSpec:
    try:
        return TargetSpec(**raw)
    except TypeError as error:
        raise InputError(f"Catalog row {where}: bad target ({error}).") from error


def _entry(raw: Mapping[str, object], default: Mapping[str, str], where: str) -> PathEntry:
    target = raw.get("target", default)
    when = raw.get("when")
    return PathEntry(
        path=str(raw["path"]),
        role=Role(str(raw["role"])),
        spelling=str(raw["spelling"]),
        relation=Relation(str(raw["relation"])),
        removal=RemovalWord(str(raw["removal"])),
        target=_target(target if isinstance(target, Mapping) else {}, where),
        empty=OnEmpty(str(raw.get("empty", "keep"))),
        when=(str(when[0]), str(when[1])) if isinstance(when, list) else None,
        mirror=bool(raw.get("mirror", False)),
        detail=str(raw.get("detail", "")),
        condition=str(raw.get("condition", "")),
        effect=Effect(str(raw.get("effect", "allow"))),
        written=str(raw.get("written", "")),
    )


@cache
def _files(provider: str) -> tuple[Mapping[str, Any], ...]:
    names = sorted(f.name for f in _ROWS.iterdir() if f.name.endswith(".toml"))
    mine = [n for n in names if n == f"{provider}.toml" or n.startswith(f"{provider}_")]
    return tuple(tomllib.loads((_ROWS / name).read_text("utf-8")) for name in mine)


def _load(provider: str) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for name, raw in (item for file in _files(provider) for item in expanded(file)):
        if name in found:
            raise InputError(f"Catalog row {name} stands there twice.")
        found[name] = _row(name, provider, raw)
    return found


def _row(name: str, provider: str, raw: Raw) -> Row:
    return Row(
        type=name,
        provider=provider,
        pulumi=raw.get("pulumi", ""),
        authoritative=bool(raw.get("authoritative", False)),
        computed=dict(raw.get("computed", {})),
        paths=tuple(_entry(p, raw.get("target", {}), name) for p in raw["paths"]),
        read=str(raw.get("read", "")),
        remove=str(raw.get("remove", "")),
        target=_target(raw["target"], name) if "target" in raw else None,
    )


PROVIDERS = ("aws", "gcp", "azure", "entra", "github", "okta", "kubernetes")


@cache
def rows() -> Mapping[str, Row]:
    """Every row by Terraform type."""
    return {name: row for provider in PROVIDERS for name, row in _load(provider).items()}


@cache
def left_out() -> Mapping[str, str]:
    """Types that speak of identities and have no row, and why."""
    files = (file for provider in PROVIDERS for file in _files(provider))
    return {name: why for file in files for name, why in file.get(LEFT_OUT, {}).items()}


def holds_identities(type_: str) -> bool:
    """May an identity stand in a resource of this type? Of some types a row only says what the
    cloud computes of them."""
    known = row(type_)
    return known is not None and bool(known.paths)


def row(type_: str) -> Row | None:
    """The row of a Terraform type, or None: the type holds no identity that we know."""
    found = rows().get(type_)
    return found if found is not None else _by_pattern(type_)


@lru_cache(maxsize=4096)
def _by_pattern(type_: str) -> Row | None:
    if type_ in left_out():
        return None
    for provider in PROVIDERS:
        for file in _files(provider):
            raw = by_pattern(file, type_)
            if raw is not None:
                return _row(type_, provider, raw)
    return None
