"""States, each tied to the root module that it belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from pathlib import Path

from iac_offboard.errors import InputError
from iac_offboard.model import CodeOrigin, Collected, Observation, StateOrigin, Subject
from iac_offboard.pipeline.request import AwsOptions
from iac_offboard.pipeline.roots import known_roots, label_of
from iac_offboard.pipeline.state_places import AUTO, StatePlaces, only_code
from iac_offboard.sources.state import StateSource
from iac_offboard.sources.terraform import TerraformSource
from iac_offboard.storage import SCHEME


def read_states(
    specs: Sequence[str],
    code: Sequence[tuple[TerraformSource, Collected]],
    subjects: Sequence[Subject],
    options: AwsOptions,
) -> list[Collected]:
    """One reading for each ``FILE``, ``ROOT=FILE`` or URL, tied to its root; for ``auto`` one for
    each state that a backend of a root keeps.

    Raises InputError for a ROOT that is none of those that were read."""
    sources = [source for source, _ in code]
    written = {
        (o.origin.root, o.origin.address)
        for _, collected in code
        for o in collected.observations
        if isinstance(o.origin, CodeOrigin)
    }
    found = []
    for label, collected in _read(specs, sources, subjects, options):
        tied = _tied(collected.observations, label)
        known = any(label in source.labels() for source in sources)
        kept = tuple(o for o in tied if not (known and _only_mirrors(o, written)))
        found.append(replace(collected, observations=kept))
    return found


def _read(
    specs: Sequence[str],
    sources: Sequence[TerraformSource],
    subjects: Sequence[Subject],
    options: AwsOptions,
) -> Iterator[tuple[str, Collected]]:
    """Each state with the label of its root, "" where that is not known."""
    places = StatePlaces(options)
    for spec in specs:
        if spec == AUTO:
            for kept in (k for s in only_code(sources) for k in places.followed(s)):
                if kept.place is not None:
                    yield kept.label, StateSource(kept.place).collect(subjects)
                if kept.skipped is not None:
                    yield kept.label, Collected(skipped=(kept.skipped,))
            continue
        name, file = _split(spec)
        root = _named(name, spec, sources) if name and sources else name
        collected = StateSource(places.named(file)).collect(subjects)
        yield root or _root_of(file, collected, sources), collected


def _only_mirrors(observation: Observation, written: Set[tuple[str, str]]) -> bool:
    """A copy of what stands live, under an address whose code says nothing of it: it brings
    nothing back, and it is stale from the moment another resource writes the document."""
    origin = observation.origin
    return (
        observation.mirror
        and isinstance(origin, StateOrigin)
        and (origin.root, origin.address) not in written
    )


def _split(spec: str) -> tuple[str, str]:
    if spec.startswith(SCHEME):
        return "", spec
    root, sign, file = spec.partition("=")
    # A path may hold an equals sign itself: only what names a file is split.
    if sign and not Path(spec).exists():
        return root, file
    return "", spec


def _named(name: str, spec: str, sources: Sequence[TerraformSource]) -> str:
    label = next((found for source in sources if (found := label_of(name, source))), "")
    if not label:
        raise InputError(
            f"--state {spec}: there is no root module {name}.",
            hint=f"{known_roots(sources)} A state of none of them is given as FILE alone.",
        )
    return label


def _root_of(file: str, collected: Collected, code: Sequence[TerraformSource]) -> str:
    """The root whose directory holds the file, else the one that shares most addresses."""
    folder = Path(file).resolve().parent
    labels = [(source, root) for source in code for root in source.repository.roots]
    here = [(s, r) for s, r in labels if (Path(s.directory) / r.path).resolve() == folder]
    labels = here or labels
    if len(labels) == 1:
        source, root = labels[0]
        return source.label(root.path, root.variant)
    mine = {o.origin.address for o in collected.observations if isinstance(o.origin, StateOrigin)}
    shared = sorted(
        (
            (len(mine & {r.address for r in root.resources}), source.label(root.path, root.variant))
            for source, root in labels
        ),
        reverse=True,
    )
    clear = shared and shared[0][0] > 0 and (len(shared) == 1 or shared[0][0] > shared[1][0])
    return shared[0][1] if clear else ""


def _tied(observations: Sequence[Observation], root: str) -> tuple[Observation, ...]:
    return tuple(
        replace(o, origin=replace(o.origin, root=root)) if isinstance(o.origin, StateOrigin) else o
        for o in observations
    )
