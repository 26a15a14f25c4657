"""Findings in code -> a proven patch: cut, evaluate again, compare (rules 5 and 6)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from iac_offboard.edit.spans import EditResult
from iac_offboard.model import (
    CodeEffect,
    CodeOrigin,
    Cut,
    Effect,
    FileChange,
    Finding,
    Hold,
    ManualStep,
    Note,
    Observation,
    Span,
    Subject,
)
from iac_offboard.pipeline.costly import costly
from iac_offboard.pipeline.count_steps import with_safe_way
from iac_offboard.pipeline.emptied import edited
from iac_offboard.pipeline.failing import Failing
from iac_offboard.pipeline.in_common import cuts_of, place_of
from iac_offboard.pipeline.leftovers import HUNG, Settled
from iac_offboard.pipeline.let_go import ended, let_go
from iac_offboard.pipeline.second_opinions import disagreements, second_opinions, unjudged
from iac_offboard.pipeline.steps import by_hand
from iac_offboard.pipeline.whose import whose_of
from iac_offboard.plan.effects import effects
from iac_offboard.plan.others import at_others_cost
from iac_offboard.plan.proof import (
    Difference,
    View,
    compare,
    holds,
    key,
    owned_hold,
    side_effects,
)
from iac_offboard.sources.terraform import TerraformSource

_AGAIN = "the edit does not take it away: it is spelled again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """What one --terraform directory needs. ``edited`` is it with the patch, evaluated for the
    proof; ``before`` and ``after`` hold changed files only;
    ``destroyed`` are (root, address) of other resources that go with the patch, ``removed`` the
    bytes of the old files that go; ``costly`` the cuts that would also take access from others,
    or give it to them, with what."""

    directory: str
    edited: TerraformSource = field(repr=False)
    before: Mapping[str, bytes]
    after: Mapping[str, bytes]
    changes: tuple[FileChange, ...]
    manual: tuple[ManualStep, ...]
    holds: tuple[Hold, ...]
    side_effects: tuple[str, ...]
    destroyed: frozenset[tuple[str, str]] = frozenset()
    removed: tuple[Span, ...] = ()
    notes: tuple[Note, ...] = ()
    costly: Mapping[Cut, str] = field(default_factory=dict)
    effects: tuple[CodeEffect, ...] = ()


def remove(
    source: TerraformSource,
    observations: Sequence[Observation],
    findings: Sequence[Finding],
    subjects: Sequence[Subject],
) -> Removal:
    """The edit that takes the findings out of one directory, with its proof.

    ``observations`` are all of the directory, the leaver's and everybody else's. What would take
    access from others, or give it to them, is left to a person, and the rest is edited.
    """
    found = _removal(source, observations, findings, subjects, {})
    if not found.costly:
        return found
    spared = _removal(source, observations, findings, subjects, found.costly)
    return spared if len(spared.costly) < len(found.costly) else found


def _removal(
    source: TerraformSource,
    observations: Sequence[Observation],
    findings: Sequence[Finding],
    subjects: Sequence[Subject],
    spared: Mapping[Cut, str],
) -> Removal:
    """Without the cuts that are ``spared``, with the reason for a person."""
    mine = [(f, o) for f in findings if not f.covered for o in _here(source, f)]
    wanted = [(f, o) for f, o in mine if not _no_cut(o)]
    failing = Failing.of(source, findings)
    whose = whose_of(observations, [o for _, o in mine], subjects)
    may_go = any(place_of(o)[1] in whose.released for _, o in mine)
    if not wanted and not failing.cuts() and not may_go:
        steps = [*(by_hand(f, o) for f, o in mine), *failing.left(source)]
        return _nothing(source, mine, steps)
    edit = partial(edited, source, failing=failing)
    settled, going = let_go(source, edit, whose, observations, [o for _, o in mine], spared)
    mine = [(f, o) for f, o in mine if place_of(o) not in going.places]
    wanted = [(f, o) for f, o in wanted if place_of(o) not in going.places]
    result, after = settled.result, settled.after
    stuck = {cut.span: reason for cut, reason in (*result.manual, *settled.refused.items())}
    manual = [*_untouched(mine, result), *_refused(wanted, stuck)]
    if not result.removed:
        manual += [by_hand(f, o) for f, o in wanted if _why_stuck(cuts_of(o), stuck) is None]
        manual += failing.left(source)
        return _nothing(source, mine, manual)
    staying = [o for _, o in mine if _no_cut(o) or _why_stuck(cuts_of(o), stuck) is not None]
    before_view = _view(source, observations)
    after_view = _view(after, after.collect(()).observations)
    gone = [o for _, o in mine if _no_cut(o) and place_of(o) in settled.bound]
    along = ended(observations, before_view, after_view, whose)
    gone += [o for o in observations if place_of(o) in along]
    planned = [*(o for _, o in wanted), *gone]
    difference = compare(before_view, after_view, planned, along)
    held = holds(difference, before_view, after_view, subjects)
    opinions = second_opinions(source, result)
    leaving = [o for _, o in mine]
    left = [*_left(wanted, difference, staying), *failing.left(after)]
    return Removal(
        directory=source.directory,
        edited=after,
        before={path: source.files.read(path) for path in result.files},
        after=result.files,
        changes=_changes(source, result),
        manual=tuple(dict.fromkeys((*with_safe_way(source, leaving, manual), *left))),
        holds=(*_held(settled, held, subjects), *disagreements(opinions)),
        side_effects=tuple(
            dict.fromkeys((*settled.taken, *_hung(along), *side_effects(difference, subjects)))
        ),
        destroyed=frozenset((*((i.root, i.address) for i in difference.lost), *along)),
        removed=result.removed,
        notes=tuple(unjudged(opinions)),
        costly=costly(
            [o for _, o in wanted], leaving, at_others_cost(difference, leaving, whose.released)
        ),
        effects=effects(before_view, after_view, planned, difference, along, whose.released),
    )


def _untouched(
    mine: Iterable[tuple[Finding, Observation]], result: EditResult
) -> Iterable[ManualStep]:
    return (by_hand(f, o) for f, o in mine if _no_cut(o) and not _gone(o, result.removed))


def _refused(
    wanted: Iterable[tuple[Finding, Observation]], stuck: Mapping[Span, str]
) -> Iterable[ManualStep]:
    for finding, observation in wanted:
        reason = _why_stuck(cuts_of(observation), stuck)
        if reason is not None:
            yield by_hand(finding, observation, reason)


def _hung(along: Iterable[tuple[str, str]]) -> Iterable[str]:
    return (f"{root}: {address} {HUNG}" for root, address in sorted(along))


def _held(settled: Settled, found: Sequence[Hold], subjects: Sequence[Subject]) -> Iterable[Hold]:
    owned = _owned(settled, subjects)
    return (*_without(owned, found), *owned, *_dangling_holds(settled.dangling))


def _owned(settled: Settled, subjects: Sequence[Subject]) -> list[Hold]:
    legal = any(s.legal_hold for s in subjects)
    return [
        owned_hold(root, address, f"lives only by reference to who goes ({place})", legal=legal)
        for root, address, place in settled.owned
    ]


def _view(source: TerraformSource, observations: Sequence[Observation]) -> View:
    return View(
        observations=tuple(observations), instances=source.instances(), values=source.values()
    )


def _nothing(
    source: TerraformSource,
    mine: Iterable[tuple[Finding, Observation]],
    steps: Iterable[ManualStep],
) -> Removal:
    return Removal(
        directory=source.directory,
        edited=source,
        before={},
        after={},
        changes=(),
        manual=tuple(with_safe_way(source, (o for _, o in mine), steps)),
        holds=(),
        side_effects=(),
    )


def _gone(observation: Observation, removed: Sequence[Span]) -> bool:
    """Does the text that names the leaver go with something else?"""
    origin = observation.origin
    return isinstance(origin, CodeOrigin) and any(
        gone.file == origin.span.file
        and gone.start <= origin.span.start
        and origin.span.end <= gone.end
        for gone in removed
    )


def _here(source: TerraformSource, finding: Finding) -> Iterable[Observation]:
    labels = source.labels()
    for observation in finding.observations:
        origin = observation.origin
        if isinstance(origin, CodeOrigin) and origin.root in labels:
            yield observation


def _why_stuck(cuts: Sequence[Cut], stuck: Mapping[Span, str]) -> str | None:
    """Why a binding stays: all of its cuts have to go together, so one that is refused keeps it."""
    return next((stuck[cut.span] for cut in cuts if cut.span in stuck), None)


def _no_cut(observation: Observation) -> bool:
    return not cuts_of(observation) or observation.binding.effect is Effect.DENY


def _left(
    wanted: Sequence[tuple[Finding, Observation]],
    difference: Difference,
    staying: Sequence[Observation],
) -> Iterable[ManualStep]:
    """What the edit was to take away and did not. A binding that stands in several places is
    still there as long as one of them is ``staying``, of which the reason is said already."""
    left = set(difference.left) - {key(o) for o in staying}
    for finding, observation in wanted:
        origin = observation.origin
        assert isinstance(origin, CodeOrigin)
        if key(observation) in left:
            yield by_hand(finding, observation, _AGAIN)


def _without(owned: Sequence[Hold], found: Sequence[Hold]) -> Iterable[Hold]:
    """One reason is enough: what is owned dangles as well."""
    places = {hold.where for hold in owned}
    return (h for h in found if h.where not in places or h.code != "dangling-reference")


def _dangling_holds(dangling: Sequence[str]) -> Iterable[Hold]:
    for text in dangling:
        yield Hold(
            code="dangling-reference",
            where=text.split(" ", 1)[0],
            text=text,
            release="edit this place by hand together with the patch, then plan again",
        )


def _changes(source: TerraformSource, result: EditResult) -> tuple[FileChange, ...]:
    return tuple(
        FileChange(
            root=source.directory,
            file=path,
            digest_before=hashlib.sha256(source.files.read(path)).hexdigest(),
            digest_after=hashlib.sha256(after).hexdigest(),
            alignment=tuple(result.alignment.get(path, ())),
        )
        for path, after in sorted(result.files.items())
    )
