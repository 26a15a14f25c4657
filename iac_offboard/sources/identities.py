"""The identities that stand in one resource of the configuration."""

from __future__ import annotations

from collections.abc import Iterator

from iac_offboard.catalog.extract import Extracted, extract
from iac_offboard.catalog.principal import HOLE
from iac_offboard.catalog.rows import Row
from iac_offboard.hcl.documents import document_of
from iac_offboard.hcl.plain import JSON, to_plain
from iac_offboard.hcl.resources import Resource
from iac_offboard.hcl.values import Map


def identities_in(resource: Resource, known: Row) -> Iterator[Extracted]:
    return extract(known, _plain_attributes(resource.attrs, _document_paths(known)))


def _document_paths(known: Row) -> frozenset[str]:
    return frozenset(p.path.removesuffix("$json") for p in known.paths if p.path.endswith("$json"))


def _plain_attributes(attrs: Map, documents: frozenset[str]) -> dict[str, JSON]:
    """Attributes as the catalog reads them: a policy document stands as what it was made from,
    so that paths into it lead back to the values and their origins."""
    plain: dict[str, JSON] = {}
    for entry in attrs.entries:
        name = entry.key.render(HOLE)
        document = document_of(entry.value) if name in documents else None
        plain[name] = to_plain(document if document is not None else entry.value)
    return plain
