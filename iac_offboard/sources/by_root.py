"""One root module -> observations, given what the other roots make of the blocks that it shares.

Nothing else of the other roots is needed, so that each can be read in a process of its own, or be
remembered while others change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from posixpath import join, normpath
from typing import TypeAlias

from iac_offboard.catalog.extract import Extracted
from iac_offboard.catalog.policy import Path
from iac_offboard.catalog.principal import HOLE
from iac_offboard.catalog.rows import Row, holds_identities, row
from iac_offboard.hcl.context import Faults, together
from iac_offboard.hcl.repository import Entered
from iac_offboard.hcl.resources import Resource
from iac_offboard.model import (
    CodeOrigin,
    Collected,
    Note,
    Observation,
    Side,
    Skipped,
    SkipReason,
)
from iac_offboard.sources.absent_modules import Arguments
from iac_offboard.sources.cuts import Place, Places, cuts_for
from iac_offboard.sources.identities import identities_in
from iac_offboard.sources.ignored import ignored
from iac_offboard.sources.places import Lines, dotted, within
from iac_offboard.sources.referred import told_elsewhere
from iac_offboard.sources.sharing import Digests, Others, Share, share_of
from iac_offboard.sources.unknown_instances import unknown_instances
from iac_offboard.sources.wanted import Concern

Met: TypeAlias = tuple[Sequence[Skipped], Sequence[Note]]
"""What was met in evaluating something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OneWay:
    """What was found in one way to use a root. ``place`` is its place among those of the tree."""

    place: int
    label: str
    observations: tuple[Observation, ...]
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found in all ways to use the root at ``path``; ``skipped`` and ``notes`` are what
    was met in evaluating them."""

    path: str
    ways: tuple[OneWay, ...]
    skipped: tuple[Skipped, ...]
    notes: tuple[Note, ...]


@dataclass(slots=True, kw_only=True)
class RootReading:
    """Of the root at one path, in all its ways. ``label`` makes one of a path and a variant."""

    entered: Entered
    label: Callable[[str, str], str]
    directory: str
    lines: Lines
    concerns: Concern
    digests: Digests
    _known: dict[int, tuple[Resource, tuple[Extracted, ...]]] = field(default_factory=dict)

    def share(self) -> Share:
        """What the others may have to know of it. Comes first, so that what is evaluated is
        evaluated in one order whoever asks."""
        roots = [root for _, root in self.entered.roots]
        return share_of(roots, may_hold, self._named, self.digests)

    def found(self, others: Others) -> Found:
        """All that there is."""
        roots = self.entered.roots
        arguments = Arguments(self.concerns.text, self.lines)
        places = Places.of([root for _, root in roots], may_hold, others)
        ways = []
        for place, root in roots:
            label = self.label(root.path, root.variant)
            found = [
                one
                for resource in root.resources_of(may_hold)
                for one in self._resource(label, resource, places.at(resource))
            ]
            skipped = [one for one in found if isinstance(one, Skipped)]
            skipped.extend(unknown_instances(root, label, arguments))
            skipped.extend(arguments.undecided(root.calls, label))
            observations = tuple(one for one in found if isinstance(one, Observation))
            ways.append(
                OneWay(place=place, label=label, observations=observations, skipped=tuple(skipped))
            )
        met, notes = together(self.entered.faults).told()
        return Found(path=self.entered.path, ways=tuple(ways), skipped=met, notes=notes)

    def _identities(self, resource: Resource) -> tuple[Extracted, ...]:
        """Those that may concern somebody, worked out once."""
        known = self._known.get(id(resource))
        if known is None:
            row_ = row(resource.type)
            assert row_ is not None
            found = tuple(identities_in(resource, row_, self.concerns.principal))
            known = self._known[id(resource)] = (resource, found)
        return known[1]

    def _named(self, resource: Resource) -> Iterator[Path]:
        yield from (found.value_path for found in self._identities(resource))

    def _resource(
        self, label: str, resource: Resource, place: Place
    ) -> Iterator[Observation | Skipped]:
        known = row(resource.type)
        assert known is not None
        for found in self._identities(resource):
            if found.binding is None:
                if not told_elsewhere(resource.attrs, found):
                    yield _undecided(label, resource, found)
            elif self.concerns.binding(found.binding):
                yield self._observation(label, known, found, place)

    def _observation(self, label: str, known: Row, found: Extracted, place: Place) -> Observation:
        assert found.binding is not None
        resource = place.resource
        literal, cuts, why = cuts_for(place, found)
        # A reference spells nobody: what stands here, and would be cut here, is the place then.
        here = literal if literal and (not cuts or within(literal, cuts[0].span)) else None
        span = here or (cuts[0].span if cuts else resource.block.span)
        line, digest = self.lines.at(span)
        return Observation(
            binding=found.binding,
            origin=CodeOrigin(
                root=label,
                address=resource.address,
                path=_dotted(found),
                span=span,
                line=line,
                digest=digest,
                cuts=() if found.manual else cuts,
                why_no_cut=found.manual or why,
                directory=self.directory,
                ignored=ignored(resource, found),
                literal=literal if literal != span else None,
            ),
            resource_type=resource.type,
            authoritative=known.authoritative and found.entry.removal.value != "block",
            removal=found.entry.removal.value,
        )


def joined(directory: str, met: Met, found: Iterable[Found]) -> Collected:
    """What was found in all roots, in the order of the ways of the tree; ``met`` is what was met
    before any of them was evaluated. Of several directories that are scanned each has its own
    ``main.tf``: what was met is told with the path from where the user stands."""
    found = list(found)
    ways = sorted((way for one in found for way in one.ways), key=lambda way: way.place)
    skipped, notes = _once([met, *((one.skipped, one.notes) for one in found)]).told()
    return Collected(
        observations=tuple(o for way in ways for o in way.observations),
        skipped=tuple(
            dict.fromkeys(
                (
                    *(replace(s, where=_placed(directory, s.where)) for s in skipped),
                    *(s for way in ways for s in way.skipped),
                )
            )
        ),
        notes=tuple(replace(n, where=_placed(directory, n.where)) for n in notes),
    )


def _placed(directory: str, where: str) -> str:
    """A path, or an address of a root (``ROOT: ADDRESS``)."""
    path, colon, address = where.partition(": ")
    return f"{normpath(join(directory, path))}{colon}{address}"


def _once(told: Iterable[Met]) -> Faults:
    found = Faults()
    for skipped, notes in told:
        found.add(
            Faults({(s.where, s.reason): s for s in skipped}, {(n.where, n.text): n for n in notes})
        )
    return found


def may_hold(mode: str, type_: str) -> bool:
    """Only what has a path in its row can hold an identity; everything else is evaluated as far
    as that refers to it."""
    return mode == "managed" and holds_identities(type_)


def _dotted(found: Extracted) -> str:
    text = dotted(found.value_path)
    inner = "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in found.doc_path)
    return text + (f"$json{inner}" if found.doc_path else "")


def _undecided(root: str, resource: Resource, found: Extracted) -> Skipped:
    known = found.text.replace(HOLE, "*")
    if found.broken:
        return Skipped(
            where=f"{root}: {resource.address}",
            reason=SkipReason.UNPARSEABLE,
            detail=f"{dotted(found.value_path)} is not valid JSON",
            side=Side.RETURN_RISK,
            next_step="run `terraform plan`, which refuses it, and correct the document",
            kinds=frozenset({found.entry.target.kind}),
        )
    return Skipped(
        where=f"{root}: {resource.address}",
        reason=SkipReason.UNDECIDED,
        detail=f"{_dotted(found)} is not known before apply (known part: {known!r})",
        side=Side.RETURN_RISK,
        next_step="give the state with --state, or the variable's value with --var-file",
        kinds=frozenset({found.entry.target.kind}),
        pattern=known,
    )
