"""Data sources that look up an identity by its name: without it, their root's next plan fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from iac_offboard.catalog.rows import row
from iac_offboard.hcl.values import Str
from iac_offboard.model import Cut, Span
from iac_offboard.sources.cuts import Places, instance_cuts
from iac_offboard.sources.places import literal_of
from iac_offboard.sources.terraform import TerraformSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """An instance of a data source: the ``kind`` of target and the ``name`` that it asks for, and
    what goes for it to ask no more (``why`` there is nothing that can)."""

    root: str
    address: str
    kind: str
    name: str
    place: Span
    cuts: tuple[Cut, ...]
    why: str


def lookups(source: TerraformSource) -> Iterator[Lookup]:
    """Every lookup of the catalog's ``data`` rows whose name is known."""
    places = Places.of(source.repository.roots)
    for root in source.repository.roots:
        for resource in root.resources:
            known = row(f"data.{resource.type}") if resource.mode == "data" else None
            spec = known.target if known is not None else None
            value = resource.attrs.get(spec.name) if spec is not None else None
            if spec is None or not isinstance(value, Str) or not value.text:
                continue
            cuts, why = instance_cuts(places.at(resource), literal_of(value), (spec.name,))
            yield Lookup(
                root=source.label(root.path, root.variant),
                address=resource.address,
                kind=spec.kind,
                name=value.text,
                place=resource.block.span,
                cuts=cuts,
                why=why,
            )
