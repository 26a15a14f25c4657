"""Data sources that look up an identity by its name: without it, their root's next plan fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from iac_offboard.catalog.paths import expand
from iac_offboard.catalog.policy import Path
from iac_offboard.catalog.rows import TargetSpec, row
from iac_offboard.hcl.plain import at, to_plain
from iac_offboard.hcl.resources import Resource, Root
from iac_offboard.hcl.values import Str
from iac_offboard.model import Cut, Span
from iac_offboard.sources.cuts import Places, instance_cuts
from iac_offboard.sources.places import literal_of
from iac_offboard.sources.sharing import Digests, Shares, share_of
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
    by_path: dict[str, list[Root]] = {}
    for root in source.repository.roots:
        by_path.setdefault(root.path, []).append(root)
    digests = Digests()
    shares = Shares(
        digests, {p: share_of(roots, _looks_up, _named, digests) for p, roots in by_path.items()}
    )
    places = {p: Places.of(roots, _looks_up, shares.others(p)) for p, roots in by_path.items()}
    for root in source.repository.roots:
        for resource in root.resources_of(_looks_up):
            known = row(f"data.{resource.type}")
            spec = known.target if known is not None else None
            found = _asked(resource, spec) if spec is not None else None
            if spec is None or found is None:
                continue
            path, value = found
            cuts, why = instance_cuts(places[root.path].at(resource), literal_of(value), path)
            yield Lookup(
                root=source.label(root.path, root.variant),
                address=resource.address,
                kind=spec.kind,
                name=value.text or "",
                place=resource.block.span,
                cuts=cuts,
                why=why,
            )


def _asked(resource: Resource, spec: TargetSpec) -> tuple[Path, Str] | None:
    """The known name that a lookup asks for, and where it stands: the first of several."""
    for path, _ in expand(to_plain(resource.attrs), spec.name):
        there = at(resource.attrs, path)
        if path and there is not None and isinstance(there[0], Str) and there[0].text:
            return path, there[0]
    return None


def _named(resource: Resource) -> Iterator[Path]:
    known = row(f"data.{resource.type}")
    spec = known.target if known is not None else None
    found = _asked(resource, spec) if spec is not None else None
    if found is not None:
        yield found[0]


def _looks_up(mode: str, type_: str) -> bool:
    return mode == "data" and row(f"data.{type_}") is not None
