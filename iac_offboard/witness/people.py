"""Who stands in the values of a plan, and whether it is whom the removal is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from iac_offboard.catalog.anywhere import named as spelled_within
from iac_offboard.catalog.anywhere import spelled, texts_in
from iac_offboard.catalog.principal import HOLE, is_uuid
from iac_offboard.catalog.sightings import Sighting, in_rows, in_text, words
from iac_offboard.model import Change, Principal, PrincipalKind, Relation
from iac_offboard.witness.taken import Part

# Who may act as an identity, owns it or is in it: that ends with the identity, whoever it is.
_END = (Relation.TRUST, Relation.FEDERATION, Relation.OWNERSHIP, Relation.MEMBERSHIP)
_PEOPLE = frozenset({PrincipalKind.IAM_USER, PrincipalKind.GCP_USER})
Whose = Callable[[Principal], bool]


class People:
    """``whose`` says of a principal, ``named`` of a word whether it is a leaver's; ``found`` are
    the principals that the plan found at each address (without the root); ``ids`` are those that
    the state of the root tells, in lower case, and whether each is a leaver's."""

    def __init__(
        self,
        whose: Whose,
        named: Callable[[str], bool],
        found: Callable[[str], Sequence[str]],
        ids: Mapping[str, bool],
    ) -> None:
        self._ids = ids
        self._whose = whose
        self._named = named
        self._found = found

    def besides(self, change: Change, values: Any) -> Iterator[str]:
        """Why a resource with these values is not the leaver's alone, one sentence each."""
        sightings = [s for s in in_rows(change, values).sightings if not s.kept_out]
        mine = [s for s in sightings if self.theirs(change.address, s)]
        if not mine:
            yield "would be destroyed, and no binding of the leaver stands in it"
        ends = _END if any(s.own for s in mine) else ()
        others = [s for s in sightings if s not in mine and s.relation not in ends]
        for path in dict.fromkeys(s.path for s in others):
            yield f"would be destroyed, and somebody else stands in it, too ({path})"

    def theirs(self, address: str, one: Sighting) -> bool:
        """Is it a leaver: by the roster, or by what the plan found there?"""
        principal = one.principal
        if self._whose(principal):
            return True
        told = self._ids.get(principal.value.lower())
        if told is not None:
            return told
        found = {value.casefold() for value in self._found(address)}
        if principal.value.casefold() in found:
            return True
        # An id that the cloud gave: the plan names the person by the code that looks it up.
        return bool(found) and is_uuid(principal.value) and not any(map(is_uuid, found))

    def lost(self, old: Change, new: Change) -> tuple[Sighting, ...]:
        """Who stands in what a row reads after the first change, and not after the second."""
        federated = PrincipalKind.AWS_FEDERATED  # lets nobody in but by a condition beside it
        gone = _minus(_of_rows(old), _of_rows(new))
        return tuple(one for one in gone if one.principal.kind is not federated)

    def gained(self, old: Change, new: Change) -> tuple[Sighting, ...]:
        """Who stands anywhere after the second change, and not after the first."""
        return (
            *_minus(_of_rows(new), _of_rows(old)),
            *_minus(list(in_text(new.after)), list(in_text(old.after))),
        )

    def names_leaver(self, address: str, part: Part) -> bool:
        """Does a part of a value say by a principal or a word in it that it is the leaver's?"""
        if any(self._whose(principal) for _, principal in spelled(part.value)):
            return True
        texts = list(part.texts())
        if any(self._ids.get(text.lower()) for text in texts):
            return True
        found = {value.casefold() for value in self._found(address)}
        said = {word for _, word in words(texts)}
        return any(self._named(word) for word in said) or bool(
            found & {text.casefold() for text in (*texts, *said)}
        )

    def others(self, address: str, part: Part) -> bool:
        """Does somebody stand in a part, by an own form, who is a person and no leaver; or in the
        principals of a statement whatever is no leaver?"""
        if isinstance(part.value, Mapping) and "Effect" in part.value:
            principal = part.value.get("Principal")
            named = principal.items() if isinstance(principal, Mapping) else [("", principal)]
            texts = [t for key, node in named if key != "Federated" for t in texts_in(node)]
        else:
            texts = [p.value for _, p in spelled_within(part.value) if p.kind in _PEOPLE]
        return any(not self._names(address, text) for text in texts)

    def _names(self, address: str, text: str) -> bool:
        return self.names_leaver(address, Part((), text, 0))

    def unseen(self, change: Change | None, attribute: str) -> bool:
        """Is the attribute known only after apply?"""
        after = change.after if change is not None else None
        return isinstance(after, dict) and unknown(after.get(attribute))


def unknown(value: Any) -> bool:
    """Is a part of it known only after apply?"""
    if isinstance(value, dict):
        return any(map(unknown, value.values()))
    if isinstance(value, list):
        return any(map(unknown, value))
    return isinstance(value, str) and HOLE in value


def _of_rows(change: Change) -> Sequence[Sighting]:
    return in_rows(change, change.after).sightings


def _minus(ones: Sequence[Sighting], others: Sequence[Sighting]) -> tuple[Sighting, ...]:
    left = Counter(_key(one) for one in others)
    found = []
    for one in ones:
        if left[_key(one)]:
            left[_key(one)] -= 1
        else:
            found.append(one)
    return tuple(found)


def _key(one: Sighting) -> tuple[object, ...]:
    return (one.principal, *one.place)
