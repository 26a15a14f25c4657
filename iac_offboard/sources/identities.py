"""The identities that stand in one resource of the configuration."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from iac_offboard.catalog.extract import Extracted, extract
from iac_offboard.catalog.paths import steps
from iac_offboard.catalog.principal import HOLE
from iac_offboard.catalog.rows import Row, row
from iac_offboard.hcl.documents import document_of
from iac_offboard.hcl.plain import JSON, to_plain
from iac_offboard.hcl.resources import Resource
from iac_offboard.hcl.values import Map
from iac_offboard.model import Principal
from iac_offboard.sources.embedded import with_value


def identities_in(
    resource: Resource, known: Row, wanted: Callable[[Principal], bool] | None = None
) -> Iterator[Extracted]:
    """By the row of the resource's type; ``wanted`` as in ``extract``."""
    return extract(known, plain_attributes(resource, known), wanted=wanted)


def plain_attributes(resource: Resource, known: Row) -> Mapping[str, JSON]:
    """The attributes of a resource as the catalog reads them."""
    return _PlainAttributes(resource.attrs, _document_paths(known.type))


@cache
def _document_paths(type_: str) -> tuple[tuple[str, ...], ...]:
    """The paths of a type at which documents stand in strings."""
    known = row(type_)
    paths = known.paths if known is not None else ()
    return tuple({steps(p.path): None for p in paths if p.path.endswith("$json")})


class _PlainAttributes(Mapping[str, JSON]):
    """Attributes as the catalog reads them, each evaluated when a row asks for it. A policy
    document stands as what it was made from, so that paths into it lead back to the values and
    their origins."""

    def __init__(self, attrs: Map, documents: Sequence[tuple[str, ...]]) -> None:
        self._entries = {entry.key.render(HOLE): entry for entry in attrs.entries}
        self._documents = documents
        self._plain: dict[str, JSON] = {}

    def __getitem__(self, name: str) -> JSON:
        if name not in self._plain:
            value = self._entries[name].value
            for first, *inner in self._documents:
                if first == name:
                    value = with_value(value, tuple(inner), lambda v: document_of(v) or v)
            self._plain[name] = to_plain(value, partly=True)
        return self._plain[name]

    def get(self, name: str, default: Any = None) -> Any:
        return self[name] if name in self._entries else default

    def __contains__(self, name: object) -> bool:
        return name in self._entries  # asks for no value

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)
