"""Which cuts take access from others, or give it to them: they are left to a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from iac_offboard.model import CodeOrigin, Cut, Observation, Span
from iac_offboard.pipeline.in_common import cuts_of, place_of
from iac_offboard.sources.places import within


def costly(
    wanted: Sequence[Observation],
    mine: Iterable[Observation],
    places: Mapping[tuple[str, str], str],
) -> Mapping[Cut, str]:
    """Of the cuts of ``wanted`` those that matter at ``places``, (root, address) with what the
    edit does to others there. Where nothing may be cut (an index shift), what is cut elsewhere of
    the same text does it: a list that makes users by number, and a group by name."""
    found = {
        cut: places[place_of(o)] for o in wanted if place_of(o) in places for cut in cuts_of(o)
    }
    uncut = [(span, why) for o in mine if (why := places.get(place_of(o))) for span in _spelled(o)]
    for cut in dict.fromkeys(cut for o in wanted for cut in cuts_of(o)) if uncut else ():
        why = next((why for span, why in uncut if within(span, cut.span)), "")
        if why:
            found.setdefault(cut, why)
    return found


def _spelled(observation: Observation) -> Iterable[Span]:
    """Where the leaver stands who may not be cut there."""
    origin = observation.origin
    if isinstance(origin, CodeOrigin) and origin.why_no_cut:
        yield origin.literal or origin.span
