"""Before and after the edit, evaluated: the difference must be exactly what was planned (rule 6).

Pure comparison of two readings of the same roots; who evaluates them is the pipeline's affair.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from typing import TypeAlias

from iac_offboard.catalog.rows import RemovalWord, row
from iac_offboard.model import (
    CodeInstance,
    CodeOrigin,
    CodeValue,
    Hold,
    Observation,
    PrincipalKind,
    Relation,
    Subject,
)
from iac_offboard.plan.forget import instead_of_destroying
from iac_offboard.plan.statements import beside_the_leaver

_ATTRIBUTE = re.compile(r"[.\[$]")

Key: TypeAlias = tuple[str, str, str, str, str, str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One reading of the code: its bindings, every managed resource instance and every value."""

    observations: tuple[Observation, ...]
    instances: tuple[CodeInstance, ...]
    values: tuple[CodeValue, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """``gone`` bindings as planned, ``left`` planned ones that still stand, ``lost`` resource
    instances that are no identity binding of the leaver, ``unplanned`` other bindings that
    went, ``new`` ones that appeared. Of values that stay but that no planned binding stands in:
    ``changed``, and ``broken`` where a part can no longer be evaluated."""

    gone: tuple[Key, ...]
    left: tuple[Key, ...]
    lost: tuple[CodeInstance, ...]
    unplanned: tuple[Key, ...]
    new: tuple[Key, ...]
    changed: tuple[CodeValue, ...] = ()
    broken: tuple[CodeValue, ...] = ()


def key(observation: Observation) -> Key | None:
    """What identifies a binding in code across an edit: list positions do not."""
    origin = observation.origin
    if not isinstance(origin, CodeOrigin):
        return None
    binding = observation.binding
    return (
        origin.root,
        origin.address,
        binding.relation,
        binding.target.kind,
        binding.target.name,
        binding.principal.kind,
        binding.principal.value,
        binding.effect,
    )


def compare(
    before: View,
    after: View,
    planned: Iterable[Observation],
    along: Set[tuple[str, str]] = frozenset(),
) -> Difference:
    """The difference of two readings, sorted into what was planned and what was not. ``along``:
    (root, address) of what may go as a whole because of what it hung on."""
    planned = tuple(planned)
    was, now = _count(before.observations), _count(after.observations)
    wanted = _count(planned)
    removed, added = was - now, now - was
    stays = was - wanted  # the same binding, in a place that a person was left with
    kept = {(i.root, i.address) for i in after.instances}
    mine = {k[:2] for o in planned if _goes_with(o) and (k := key(o)) is not None} | along
    lost = tuple(
        i
        for i in before.instances
        if (i.root, i.address) not in kept and not _expected_loss(i, mine)
    )
    changed = _changed(before, after, planned)
    return Difference(
        changed=tuple(new for old, new in changed if new.unknown <= old.unknown),
        broken=tuple(new for old, new in changed if not new.unknown <= old.unknown),
        gone=tuple(sorted(removed & wanted)),
        left=tuple(sorted(wanted & (now - stays))),
        lost=lost,
        unplanned=tuple(
            sorted(
                removed
                - wanted
                - _of_who_goes(removed, planned)
                - _count(beside_the_leaver(before.observations, planned))
            )
        ),
        new=tuple(sorted(added)),
    )


_OF_AN_IDENTITY = (
    Relation.IDENTITY,
    Relation.OWNERSHIP,
    Relation.FEDERATION,
    Relation.MEMBERSHIP,
)


def _of_who_goes(removed: Counter[Key], planned: Iterable[Observation]) -> Counter[Key]:
    """Who may act as an identity that itself goes: that ends with the identity, whoever it is. And
    that an identity may be acted as, where nobody is left who may. Likewise who owns it, who is in
    it, as whom it acts elsewhere, and its other names."""
    about: dict[tuple[str, str], set[str]] = {}
    for o in planned:
        k = key(o) if o.removal == "block" else None
        if k is not None:
            about.setdefault(k[:2], set()).add(k[2])
    ends = {
        k
        for k in removed
        if Relation.TRUST in (of := about.get(k[:2], ()))
        or (Relation.IDENTITY in of and k[2] in _OF_AN_IDENTITY)
    }
    return Counter({k: n for k, n in removed.items() if k in ends or _of_itself(k)})


def _of_itself(binding: Key) -> bool:
    """Rows of what hangs on a service account name the account twice: as what the binding leads
    to, and as whom it goes with."""
    account = PrincipalKind.GCP_SERVICE_ACCOUNT
    return binding[2] == Relation.TRUST and binding[3] == account and binding[5] == account


def _changed(
    before: View, after: View, planned: Sequence[Observation]
) -> list[tuple[CodeValue, CodeValue]]:
    expected = {
        (o.origin.root, o.origin.address, _ATTRIBUTE.split(o.origin.path, maxsplit=1)[0])
        for o in planned
        if isinstance(o.origin, CodeOrigin)
    }
    old = {(v.root, v.address, v.attribute): v for v in before.values}
    return [
        (old[place], value)
        for value in after.values
        if (place := (value.root, value.address, value.attribute)) in old
        and old[place].digest != value.digest
        and place not in expected
    ]


def _count(observations: Iterable[Observation]) -> Counter[Key]:
    return Counter(k for o in observations if (k := key(o)) is not None)


def _goes_with(observation: Observation) -> bool:
    """May the resource go for this binding? Where it may with its last element, others in it are
    ``unplanned``."""
    known = row(observation.resource_type)
    return known is not None and any(
        p.removal is RemovalWord.BLOCK or p.empty.takes_block
        for p in known.paths
        if p.relation is observation.binding.relation and p.removal == observation.removal
    )


def _expected_loss(instance: CodeInstance, mine: set[tuple[str, str]]) -> bool:
    return (instance.root, instance.address) in mine


LEGAL_HOLD = "none while legal_hold is set: transfer it first"
_KEPT = "; to keep it, release it and let Terraform forget it, as written out"


def released_by(subjects: Sequence[Subject]) -> frozenset[str]:
    """Addresses that may be destroyed with a leaver; none while a legal hold forbids it."""
    if any(s.legal_hold for s in subjects):
        return frozenset()
    return frozenset[str]().union(*(s.release for s in subjects))


def owned_hold(root: str, address: str, why: str, *, legal: bool) -> Hold:
    """A resource that is nobody's binding and would go, or could not stand, without the leaver."""
    return _held("owned-resource", root, address, why, "transfer it, or ", legal=legal)


def _held(code: str, root: str, address: str, why: str, first: str, *, legal: bool) -> Hold:
    release = f"{first}add `release: ['{address}']` to the subject{_KEPT}"
    return Hold(
        code=code,
        where=f"{root}: {address}",
        text=f"{address} {why}",
        release=LEGAL_HOLD if legal else release,
        written=instead_of_destroying(root, address),
    )


def holds(
    difference: Difference,
    before: View,
    after: View,
    subjects: Sequence[Subject],
) -> tuple[Hold, ...]:
    """What of the difference holds the plan (rule 11), unless the roster releases it."""
    released = released_by(subjects)
    legal = any(s.legal_hold for s in subjects)
    protected = [i for i in before.instances if i.prevent_destroy]
    return (
        *_owned(difference, released, legal=legal),
        *_protected(after, protected, released, legal=legal),
        *_broken(difference),
        *_unproven(difference),
    )


def _owned(difference: Difference, released: frozenset[str], *, legal: bool) -> Iterator[Hold]:
    for instance in difference.lost:
        if instance.address not in released:
            why = "would be destroyed with the leaver"
            yield owned_hold(instance.root, instance.address, why, legal=legal)


def said(binding: Key) -> str:
    """A binding in words."""
    relation, kind, name, who, value = binding[2:7]
    return f"the {relation} of {who} {value} on {kind} {name}".strip()


def _protected(
    after: View, protected: Iterable[CodeInstance], released: frozenset[str], *, legal: bool
) -> Iterator[Hold]:
    kept = {(i.root, i.address) for i in after.instances}
    for instance in protected:
        if (instance.root, instance.address) in kept:
            continue
        if instance.address not in released:
            why = "is under prevent_destroy, which the edit takes away"
            yield _held("prevent-destroy", instance.root, instance.address, why, "", legal=legal)


def _broken(difference: Difference) -> Iterator[Hold]:
    for value in difference.broken:
        yield Hold(
            code="dangling-reference",
            where=f"{value.root}: {value.address}",
            text=f"{value.attribute} of {value.address} names something that goes with the leaver",
            release="edit this place by hand together with the patch, then plan again",
        )


def _unproven(difference: Difference) -> Iterator[Hold]:
    """What goes with a whole resource is that resource's hold, or was released with it."""
    whole = {(i.root, i.address) for i in difference.lost}
    unplanned = tuple(k for k in difference.unplanned if k[:2] not in whole)
    for what, keys in (("remove", unplanned), ("create", difference.new)):
        for k in keys:
            yield Hold(
                code="not-proven",
                where=f"{k[0]}: {k[1]}",
                text=f"the edit would also {what} {said(k)}",
                release="edit this place by hand, then plan again",
            )


def side_effects(difference: Difference, subjects: Sequence[Subject]) -> tuple[str, ...]:
    """Values that change with the edit although no planned binding stands in them, and what the
    roster released to be destroyed."""
    released = released_by(subjects)
    return (
        *(
            f"{i.root}: {i.address} is destroyed with the leaver, as the roster released it"
            for i in difference.lost
            if i.address in released
        ),
        *(
            f"{v.root}: {v.address} changes with the edit"
            if v.address.startswith("output.")
            else f"{v.root}: {v.attribute} of {v.address} changes with the edit"
            for v in difference.changed
        ),
    )
