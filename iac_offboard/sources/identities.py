"""The identities that stand in one resource of the configuration."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from iac_offboard.catalog.extract import Extracted, extract
from iac_offboard.catalog.paths import steps
from iac_offboard.catalog.principal import HOLE
from iac_offboard.catalog.rows import Row, row
from iac_offboard.hcl.documents import document_of
from iac_offboard.hcl.plain import JSON, to_plain
from iac_offboard.hcl.resources import Resource
from iac_offboard.hcl.values import Map, Value
from iac_offboard.sources.embedded import with_value


def identities_in(resource: Resource, known: Row) -> Iterator[Extracted]:
    return extract(known, _plain_attributes(resource.attrs, _document_paths(known.type)))


@cache
def _document_paths(type_: str) -> tuple[tuple[str, ...], ...]:
    """The paths of a type at which documents stand in strings."""
    known = row(type_)
    paths = known.paths if known is not None else ()
    return tuple({steps(p.path): None for p in paths if p.path.endswith("$json")})


def _plain_attributes(attrs: Map, documents: Sequence[tuple[str, ...]]) -> dict[str, JSON]:
    """Attributes as the catalog reads them: a policy document stands as what it was made from,
    so that paths into it lead back to the values and their origins."""
    opened: Value = attrs
    for path in documents:
        opened = with_value(opened, path, lambda value: document_of(value) or value)
    entries = opened.entries if isinstance(opened, Map) else ()
    return {entry.key.render(HOLE): to_plain(entry.value) for entry in entries}
