"""From the cuts that were asked for to those that are made.

Duplicates and cuts inside other cuts merge; what would empty its container is kept, escalated
to the enclosing thing, or left to a person, as the cut says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from iac_offboard.edit.document import Document, Place
from iac_offboard.errors import NothingToEdit
from iac_offboard.model import Cut, CutKind, Emptied

SHIFT = "index shift under count"
LAST = "it is the last entry here, and what is left without it would be invalid or widen access"
WHOLE_FILE = "the whole file stands for the leaver: delete it, and plan again"
DIRECTIVE = "a template directive (%{ if } or %{ for }) decides what stands here"

_STRICTNESS = (Emptied.KEEP, Emptied.ENCLOSING, Emptied.MANUAL)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A cut to make, where it lands, and the cuts that led to it."""

    cut: Cut
    place: Place
    asked: tuple[Cut, ...]

    @property
    def inside(self) -> tuple[str, int, int]:
        return self.cut.span.file, *self.place.span


@dataclass(slots=True)
class Resolved:
    chosen: tuple[Chosen, ...] = ()
    manual: list[tuple[Cut, str]] = field(default_factory=list)


def resolve(documents: Mapping[str, Document], cuts: Iterable[Cut]) -> Resolved:
    """Raises NothingToEdit for a cut whose bytes are not there."""
    result = Resolved()
    live: dict[tuple[str, int, int], Chosen] = {}
    for cut in cuts:
        _add(live, result, documents, cut, (cut,))
    while True:
        _absorb(live)
        emptied = _innermost_emptied(live)
        if emptied is None:
            break
        for one in emptied:
            del live[one.inside]
        policy = max((c.cut.emptied for c in emptied), key=_STRICTNESS.index)
        if policy is Emptied.MANUAL or any(c.cut.enclosing is None for c in emptied):
            result.manual += [(cut, LAST) for c in emptied for cut in c.asked]
            continue
        for one in emptied:
            if one.cut.enclosing is not None:
                _add(live, result, documents, one.cut.enclosing, one.asked)
    result.chosen = tuple(live[key] for key in sorted(live))
    result.manual = [
        (cut, why) for cut, why in dict.fromkeys(result.manual) if not _covered(cut, result.chosen)
    ]
    return result


def _add(
    live: dict[tuple[str, int, int], Chosen],
    result: Resolved,
    documents: Mapping[str, Document],
    cut: Cut,
    asked: tuple[Cut, ...],
) -> None:
    document = documents.get(cut.span.file)
    if document is None:
        raise NothingToEdit(f"{cut.span.file} is not there.", hint="Make the plan again.")
    if cut.kind is CutKind.FILE:
        result.manual += [(one, WHOLE_FILE) for one in asked]
        return
    place = _place(document, cut)
    why = SHIFT if cut.shift else DIRECTIVE if place is None or place.view.directives else ""
    if place is None or why:
        result.manual += [(one, why) for one in asked]
        return
    new = Chosen(cut, place, asked)
    old = live.get(new.inside)
    live[new.inside] = new if old is None else _merged(old, new)


def _place(document: Document, cut: Cut) -> Place | None:
    """None where directives leave nothing that could be found, even in a file that is intact."""
    try:
        return document.place(cut)
    except NothingToEdit:
        if document.directed(cut):
            return None
        raise


def _merged(one: Chosen, two: Chosen) -> Chosen:
    stricter = max(one, two, key=lambda c: _STRICTNESS.index(c.cut.emptied))
    return replace(stricter, asked=tuple(dict.fromkeys((*one.asked, *two.asked))))


def _absorb(live: dict[tuple[str, int, int], Chosen]) -> None:
    """A cut inside another one's span disappears into it."""
    outer: Chosen | None = None
    for key in sorted(live, key=lambda k: (k[0], k[1], -k[2])):
        if outer is not None and key[0] == outer.inside[0] and key[2] <= outer.inside[2]:
            outer = replace(outer, asked=(*outer.asked, *live.pop(key).asked))
            live[outer.inside] = outer
        else:
            outer = live[key]


def _innermost_emptied(live: Mapping[tuple[str, int, int], Chosen]) -> list[Chosen] | None:
    """The cuts of the smallest container that is emptied and may not simply stay empty."""
    containers: dict[tuple[str, int, int, str], list[Chosen]] = {}
    for chosen in live.values():
        place = chosen.place
        label = place.group.items[place.index].label
        containers.setdefault((chosen.cut.span.file, *place.key, label), []).append(chosen)
    emptied = [
        (key[2] - key[1], key, members)
        for key, members in containers.items()
        if not members[0].place.group.whole_file
        and len(members) == len(members[0].place.group.siblings(members[0].place.index))
        and any(m.cut.emptied is not Emptied.KEEP for m in members)
    ]
    return min(emptied, key=lambda e: e[:2])[2] if emptied else None


def _covered(cut: Cut, chosen: Iterable[Chosen]) -> bool:
    span = cut.span
    return any(
        c.cut.span.file == span.file and c.inside[1] <= span.start and span.end <= c.inside[2]
        for c in chosen
    )
