"""Whose is what in the code of one directory, for an edit that takes things along."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field

from iac_offboard.model import CodeOrigin, Cut, Effect, Observation, Relation, Subject
from iac_offboard.plan.proof import released_by

_BLOCK = "block"


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """``released``: addresses that may be destroyed. (root, address) of: ``others``, the
    identities of who stays, which live by no reference to a leaver; ``theirs``, bindings of who
    goes, which may go as a whole; ``members``, that somebody is in a group that goes. ``going``:
    what goes because it was released, and what is said of it."""

    released: Set[str] = frozenset()
    others: Set[tuple[str, str]] = frozenset()
    theirs: Set[tuple[str, str]] = frozenset()
    members: Set[tuple[str, str]] = frozenset()
    going: Mapping[Cut, str] = field(default_factory=dict)


def whose_of(
    observations: Iterable[Observation],
    mine: Sequence[Observation],
    subjects: Sequence[Subject],
) -> Whose:
    """``mine`` are those of the observations that are the leavers'."""
    return Whose(
        released=released_by(subjects),
        others=_identities(observations, mine),
        theirs=_whole(mine),
        members=_members(observations, mine)
        if not any(s.legal_hold for s in subjects)
        else frozenset(),
    )


def _identities(
    observations: Iterable[Observation], mine: Iterable[Observation]
) -> frozenset[tuple[str, str]]:
    """(root, address) of what is somebody's identity, and not a leaver's."""
    leaving = {id(o) for o in mine}
    return frozenset(
        (o.origin.root, o.origin.address)
        for o in observations
        if o.binding.relation is Relation.IDENTITY
        and isinstance(o.origin, CodeOrigin)
        and id(o) not in leaving
    )


def _whole(observations: Iterable[Observation]) -> frozenset[tuple[str, str]]:
    """(root, address) of the leavers' own instances that go as a whole, so that an entry which
    makes no others may go with them."""
    return frozenset(
        (o.origin.root, o.origin.address)
        for o in observations
        if isinstance(o.origin, CodeOrigin)
        and o.removal == _BLOCK
        and o.binding.effect is Effect.ALLOW
    )


def _members(
    observations: Iterable[Observation], mine: Iterable[Observation]
) -> frozenset[tuple[str, str]]:
    """(root, address) of what does nothing but put somebody into groups that go: without them
    nobody is in them. A group of which only an id is known may be one of them."""
    groups = {
        (o.origin.root, o.binding.target.kind, name)
        for o in mine
        if o.binding.relation is Relation.IDENTITY and isinstance(o.origin, CodeOrigin)
        for name in ("", o.binding.target.name)
    }
    found: dict[tuple[str, str], bool] = {}
    for o in observations if groups else ():
        if isinstance(o.origin, CodeOrigin):
            root, target = o.origin.root, o.binding.target
            only = o.binding.relation is Relation.MEMBERSHIP and (
                (root, target.kind, target.name) in groups
            )
            place = (root, o.origin.address)
            found[place] = found.get(place, True) and only
    return frozenset(place for place, only in found.items() if only)
