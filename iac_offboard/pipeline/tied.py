"""A state or a plan beside code: which root module it is of, and what it says then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import replace
from pathlib import Path

from iac_offboard.errors import InputError
from iac_offboard.model import CodeOrigin, Collected, Observation, PlanOrigin, StateOrigin
from iac_offboard.pipeline.roots import known_roots, label_of
from iac_offboard.sources.terraform import TerraformSource


def split(spec: str) -> tuple[str, str]:
    """``ROOT=FILE``, or FILE alone: the root is "" then."""
    root, sign, file = spec.partition("=")
    # A path may hold an equals sign itself: only what names a file is split.
    if sign and not Path(spec).exists():
        return root, file
    return "", spec


def named(name: str, given: str, sources: Sequence[TerraformSource]) -> str:
    """The label of a root that is named on the command line; ``given`` is the option with its
    value. Raises InputError for a root that is none of those that were read."""
    label = next((found for source in sources if (found := label_of(name, source))), "")
    if not label:
        what = "plan" if given.startswith("--plan") else "state"
        raise InputError(
            f"{given}: there is no root module {name}.",
            hint=f"{known_roots(sources)} A {what} of none of them is given as FILE alone.",
        )
    return label


def places_of(observations: Iterable[Observation]) -> frozenset[tuple[str, str]]:
    """(root, address) of all that code, or Terraform's plan of it, binds somebody at."""
    origins = (o.origin for o in observations)
    return frozenset((o.root, o.address) for o in origins if isinstance(o, CodeOrigin | PlanOrigin))


def tied(
    collected: Collected,
    root: str,
    written: Set[tuple[str, str]] | None,
    *,
    rootless: bool = False,
) -> Collected:
    """With the root in every origin, and without what a state only mirrors where ``written`` (root
    and address of all that code binds somebody at) tells it. ``rootless``: no root is its any
    more."""
    placed = (_placed(one, root, rootless) for one in collected.observations)
    kept = tuple(o for o in placed if written is None or not _only_mirrors(o, written))
    referring = tuple(replace(one, root=root) for one in collected.referring)
    return replace(collected, observations=kept, referring=referring)


def _placed(observation: Observation, root: str, rootless: bool) -> Observation:
    match observation.origin:
        case StateOrigin() as origin:
            placed = replace(origin, root=root, rootless=rootless)
            return replace(observation, origin=placed)
        case PlanOrigin() as planned:
            return replace(observation, origin=replace(planned, root=root))
        case _:
            return observation


def _only_mirrors(observation: Observation, written: Set[tuple[str, str]]) -> bool:
    """A copy of what stands live, under an address whose code says nothing of it: it brings
    nothing back, and it is stale from the moment another resource writes the document."""
    origin = observation.origin
    return (
        observation.mirror
        and isinstance(origin, StateOrigin)
        and (origin.root, origin.address) not in written
    )
