"""States, each tied to the root module that it belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from iac_offboard.model import Collected, StateOrigin, Subject
from iac_offboard.pipeline.request import AwsOptions
from iac_offboard.pipeline.state_places import AUTO, StatePlaces, only_code
from iac_offboard.pipeline.state_roots import root_of
from iac_offboard.pipeline.tied import named, places_of, split, tied
from iac_offboard.sources.state import StateSource
from iac_offboard.sources.state_file import Holds
from iac_offboard.sources.terraform import TerraformSource
from iac_offboard.storage import SCHEME
from iac_offboard.subjects.needles import Needles


def read_states(
    specs: Sequence[str],
    code: Sequence[tuple[TerraformSource, Collected]],
    subjects: Sequence[Subject],
    options: AwsOptions,
    *,
    referring: bool = False,
) -> list[Collected]:
    """One reading for each ``FILE``, ``ROOT=FILE`` or URL, tied to its root; for ``auto`` one for
    each state that a backend of a root keeps. ``referring``: with what only refers to somebody.

    Raises InputError for a ROOT that is none of those that were read."""
    sources = [source for source, _ in code]
    written = places_of(o for _, collected in code for o in collected.observations)
    found = []
    holds = Needles(subjects).may_stand_in if referring else None
    for label, gone, collected in _read(specs, sources, holds, options):
        known = any(label in source.labels() for source in sources)
        found.append(tied(collected, label, written if known else None, rootless=gone))
    return found


def _read(
    specs: Sequence[str],
    sources: Sequence[TerraformSource],
    holds: Holds | None,
    options: AwsOptions,
) -> Iterator[tuple[str, bool, Collected]]:
    """Each state with the label of its root, "" where that is not known, and whether no root is
    its any more."""
    places = StatePlaces(options)
    for spec in specs:
        if spec == AUTO:
            for kept in (k for s in only_code(sources) for k in places.followed(s)):
                if kept.place is not None:
                    yield kept.label, False, StateSource(kept.place, holds=holds).collect(())
                if kept.skipped is not None:
                    yield kept.label, False, Collected(skipped=(kept.skipped,))
            continue
        name, file = ("", spec) if spec.startswith(SCHEME) else split(spec)
        root = named(name, f"--state {spec}", sources) if name and sources else name
        collected = StateSource(places.named(file), holds=holds).collect(())
        label, gone = (root, False) if root else root_of(file, _addresses(collected), sources)
        yield label, gone, collected


def _addresses(collected: Collected) -> frozenset[str]:
    origins = (o.origin for o in collected.observations)
    return frozenset(o.address for o in origins if isinstance(o, StateOrigin))
