"""What a patch does to resources, as the evaluation of the edited code says: for a witness."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import replace

from iac_offboard.catalog.paths import top
from iac_offboard.model import CodeEffect, CodeOrigin, EffectOf, Observation
from iac_offboard.plan.proof import Difference, View, key


def effects(
    before: View,
    after: View,
    planned: Iterable[Observation],
    difference: Difference,
    along: Set[tuple[str, str]],
    released: Set[str],
) -> tuple[CodeEffect, ...]:
    """Every instance that goes, and every attribute that changes, sorted.

    ``along`` are (root, address) of what goes because of what it hung on; ``released`` the
    addresses that the roster lets go.
    """
    kept = {(i.root, i.address) for i in after.instances}
    found = {
        *_gone(before, kept, difference, along, released),
        *_changed(planned, difference, kept),
    }
    found -= {replace(e, of=EffectOf.PERHAPS) for e in found if e.of is EffectOf.BINDING}
    told = {(e.root, e.address, e.attribute) for e in found}
    found |= {
        CodeEffect(root=v.root, address=v.address, attribute=v.attribute, of=EffectOf.VALUE)
        for v in (*difference.changed, *difference.broken)
        if (v.root, v.address) in kept and (v.root, v.address, v.attribute) not in told
    }
    return tuple(sorted(found, key=lambda e: (e.root, e.address, e.attribute)))


def _gone(
    before: View,
    kept: Set[tuple[str, str]],
    difference: Difference,
    along: Set[tuple[str, str]],
    released: Set[str],
) -> Iterator[CodeEffect]:
    lost = {(i.root, i.address) for i in difference.lost}
    for instance in before.instances:
        place = (instance.root, instance.address)
        if place in kept:
            continue
        of = EffectOf.BINDING
        if place in lost:
            of = EffectOf.RELEASED if instance.address in released else EffectOf.OWNED
        elif place in along:
            of = EffectOf.HUNG
        yield CodeEffect(root=instance.root, address=instance.address, attribute="", of=of)


def _changed(
    planned: Iterable[Observation], difference: Difference, kept: Set[tuple[str, str]]
) -> Iterator[CodeEffect]:
    left = set(difference.left)
    for observation in planned:
        origin = observation.origin
        if not isinstance(origin, CodeOrigin):
            continue
        unsure = origin.ignored or key(observation) in left
        if (origin.root, origin.address) in kept:
            yield CodeEffect(
                root=origin.root,
                address=origin.address,
                attribute=top(origin.path),
                of=EffectOf.PERHAPS if unsure else EffectOf.BINDING,
            )
