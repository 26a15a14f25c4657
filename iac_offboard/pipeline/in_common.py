"""Text of the code that is written for several people at once: a template, the body of a module.

Who is meant stands in the call, what is said of them in the text. Taken out of the text, it would
be gone for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from iac_offboard.model import CodeOrigin, Cut, CutKind, Observation, Span
from iac_offboard.pipeline.steps import IN_COMMON
from iac_offboard.sources.places import within

_SHOWN = 3  # others by address


def cuts_of(observation: Observation) -> tuple[Cut, ...]:
    """The cuts of an observation in code."""
    return observation.origin.cuts if isinstance(observation.origin, CodeOrigin) else ()


def place_of(observation: Observation) -> tuple[str, str]:
    """Its (root, address) in code."""
    origin = observation.origin
    return (origin.root, origin.address) if isinstance(origin, CodeOrigin) else ("", "")


def written_for_others(
    observations: Iterable[Observation], wanted: Sequence[Observation]
) -> Mapping[Cut, str]:
    """The cuts of ``wanted`` that would take away what is somebody else's as well, with the reason
    for a person: both are spelled outside of the text, which is the same for them."""
    asked = {cut.span for one in wanted for cut in _apart(one)}
    mine = {id(one) for one in wanted}
    others: dict[Span, set[tuple[str, str]]] = {}
    for one in observations if asked else ():
        for cut in _apart(one):
            if cut.span in asked and id(one) not in mine:
                others.setdefault(cut.span, set()).add(place_of(one))
    return {
        cut: IN_COMMON + _names(elsewhere)
        for one in wanted
        for cut in _apart(one)
        # What one instance repeats is for the edit room to judge.
        if (elsewhere := others.get(cut.span, set()) - {place_of(one)})
    }


def _apart(observation: Observation) -> Iterable[Cut]:
    """The cuts of text that does not spell who is meant."""
    origin = observation.origin
    if isinstance(origin, CodeOrigin) and origin.literal is not None:
        for cut in origin.cuts:
            if cut.kind is not CutKind.BLOCK and not within(origin.literal, cut.span):
                yield cut


def _names(places: Iterable[tuple[str, str]]) -> str:
    found = sorted({address for _, address in places})
    more = len(found) - _SHOWN
    return ", ".join(found[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
