"""Unique ids that are known of a subject, and whether a live object contradicts them.

One id speaks of one object. A subject may have several, each under a name of its own: the id of
one says nothing about the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from iac_offboard.model import Alias, AliasKind, Principal, PrincipalKind, Subject
from iac_offboard.subjects.index import Index, plain_name

# How the ids of each kind begin ("IAM identifiers", IAM user guide).
_KINDS = {
    "AIDA": PrincipalKind.IAM_USER,
    "AROA": PrincipalKind.IAM_ROLE,
    "AGPA": PrincipalKind.IAM_GROUP,
}
# Kind, account ("" for a bare name, which may stand in any) and plain name.
_Place: TypeAlias = tuple[PrincipalKind, str, str]


class Contradiction(Enum):
    """Is it another object than the one that the subject had under this name?"""

    NONE = "nothing says so"
    PERHAPS = "an id says so, but no person: the subject may have come back"
    STATED = "the roster says which one the subject had"


@dataclass(frozen=True, slots=True)
class KnownIds:
    """A subject's AIDA.../AROA... ids, by the place that each belongs to: ``stated`` by a person,
    ``learned`` by a plan. Of the ``unplaced`` nobody said which of the ``places`` they are of."""

    stated: Mapping[_Place, Set[str]]
    learned: Mapping[_Place, Set[str]]
    unplaced: Set[str]
    places: Set[_Place]

    def had(self, principal: Principal) -> str:
        """The id that the subject had under this name; "" when none or more than one is known."""
        place = _place(principal)
        known = {*self.stated.get(place, ()), *self.learned.get(place, ())} if place else ()
        return next(iter(known)) if len(known) == 1 else ""


NO_IDS = KnownIds(stated={}, learned={}, unplaced=frozenset(), places=frozenset())


def known_ids(subject: Subject) -> KnownIds:
    """What the aliases of a subject say of its unique ids."""
    places = _places(subject)
    stated: dict[_Place, set[str]] = {}
    learned: dict[_Place, set[str]] = {}
    unplaced: set[str] = set()
    aliases = [a for a in subject.aliases if a.kind is AliasKind.AWS_UNIQUE_ID]
    for alias in sorted(aliases, key=lambda a: not a.learned):
        # A plan may have found the very id that a person wrote down: then its name is known.
        found = [*_told(alias)] or [p for p, ids in learned.items() if alias.value in ids]
        found = found or [*_only(alias, places)]
        for place in found:
            (learned if alias.learned else stated).setdefault(place, set()).add(alias.value)
        if not found:
            unplaced.add(alias.value)
    return KnownIds(stated=stated, learned=learned, unplaced=unplaced, places=places)


def contradicted(principal: Principal, ids: KnownIds) -> Contradiction:
    """Whether the object of this name is, by its id, another one than the subject had."""
    own, place = principal.stable_id, _place(principal)
    if own is None or place is None or _KINDS.get(own[:4]) is not place[0]:
        return Contradiction.NONE
    stated, learned = ids.stated.get(place, set()), ids.learned.get(place, set())
    if own in stated | learned:
        return Contradiction.NONE
    if stated:
        return Contradiction.STATED
    perhaps = learned or _all_known(place, ids)
    return Contradiction.PERHAPS if perhaps else Contradiction.NONE


def _all_known(place: _Place, ids: KnownIds) -> bool:
    """As many ids as names that lack one: each has one then, though not this object's."""
    kind, _, _ = place
    lacking = {p for p in ids.places if p[0] is kind} - ids.stated.keys() - ids.learned.keys()
    unplaced = [i for i in ids.unplaced if _KINDS.get(i[:4]) is kind]
    return place in lacking and len(unplaced) >= len(_distinct(lacking))


def _told(alias: Alias) -> Iterable[_Place]:
    """The places that the alias itself names."""
    kind = _KINDS.get(alias.value[:4])
    if kind is None or not alias.name:
        return ()
    return ((kind, account, plain_name(kind, alias.name)) for account in alias.accounts)


def _only(alias: Alias, places: Iterable[_Place]) -> Iterable[_Place]:
    """The one place that an id without a name can belong to, if there is no other."""
    kind = _KINDS.get(alias.value[:4])
    of_kind = [p for p in places if p[0] is kind]
    if not alias.accounts:
        found = _distinct(of_kind)
        return found if len(found) == 1 else ()
    here = {a: {(p[0], a, p[2]) for p in of_kind if p[1] in ("", a)} for a in alias.accounts}
    return (place for found in here.values() if len(found) == 1 for place in found)


def _distinct(places: Iterable[_Place]) -> Set[_Place]:
    """Without bare names that another place gives an account."""
    every = set(places)
    placed = {p[2] for p in every if p[1]}
    return {p for p in every if p[1] or p[2] not in placed}


def _places(subject: Subject) -> Set[_Place]:
    index = Index()
    index.add(subject)
    return {
        (kind, account, name)
        for (kind, name), entries in index.names.items()
        for entry in entries
        for account in entry.accounts or ("",)
    }


def _place(principal: Principal) -> _Place | None:
    if principal.account is None:
        return None
    return principal.kind, principal.account, plain_name(principal.kind, principal.value)
