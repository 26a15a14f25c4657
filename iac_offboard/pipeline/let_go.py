"""What the roster released and that lets in nobody but the leaver: it goes as a whole.

The only statement of a policy names the leaver, and without it there would be no policy. Whether
the role then goes is a decision that a person makes: `release:` in the roster is that decision.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import partial

from iac_offboard.edit.resolve import LAST
from iac_offboard.hcl.documents import document_of
from iac_offboard.hcl.resources import Resource
from iac_offboard.hcl.values import List, Map
from iac_offboard.model import CodeOrigin, Cut, Effect, Observation, Relation, Span
from iac_offboard.pipeline.emptied import leaving_somebody
from iac_offboard.pipeline.failing import referred
from iac_offboard.pipeline.in_common import cuts_of, place_of, written_for_others
from iac_offboard.pipeline.leftovers import Settled
from iac_offboard.pipeline.steps import IN_COMMON
from iac_offboard.pipeline.whose import Whose
from iac_offboard.plan.proof import View
from iac_offboard.sources.document_cuts import ONLY_CONDITION
from iac_offboard.sources.places import value_at, within
from iac_offboard.sources.terraform import TerraformSource

_STATEMENT = re.compile(r"(\w+)\$json\.Statement(?:\[(\d+)\])?(?=\.)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Going:
    """``cuts`` that take released instances away, with what is said of each. ``places``: (root,
    address) of those; ``along``: of identity bindings that hang on them. ``named``: the texts in
    them that name the leaver."""

    cuts: Mapping[Cut, str] = field(default_factory=dict)
    places: frozenset[tuple[str, str]] = frozenset()
    along: frozenset[tuple[str, str]] = frozenset()
    named: tuple[Span, ...] = ()


def let_go(
    source: TerraformSource,
    edit: Callable[..., Settled],
    whose: Whose,
    observations: Sequence[Observation],
    mine: Sequence[Observation],
    spared: Mapping[Cut, str],
) -> tuple[Settled, Going]:
    """The edit, and then the same with what may go as a whole where nothing else is left to do.
    ``edit``: makes it of cuts, given whose is what; ``spared``: those that are not to be made,
    with the reason."""
    wanted = [o for o in mine if cuts_of(o) and o.binding.effect is not Effect.DENY]
    common = {**written_for_others(observations, wanted), **spared}
    cuts = tuple(dict.fromkeys(c for o in wanted for c in cuts_of(o) if c not in common))
    found = leaving_somebody(source, partial(edit, whose=whose), cuts, wanted)
    found = replace(found, refused={**found.refused, **common})
    going = _going(source, observations, mine, found, whose.released)
    if not going.cuts:
        return found, Going()
    instead = {c for o in wanted if place_of(o) in going.places for c in cuts_of(o)}
    asked = [c for c in cuts if c not in instead]
    going_cuts = dict(going.cuts)
    for _ in range(2):  # the second time with what only they have asked for
        more = replace(whose, theirs=whose.theirs | going.along, going=going_cuts)
        again = leaving_somebody(source, partial(edit, whose=more), asked, wanted)
        again = replace(again, refused={**again.refused, **common})
        unread = _unread(source, again.after, going.named)
        if not unread:
            break
        going_cuts |= unread
    removed = again.result.removed
    made = all(any(within(cut.span, gone) for gone in removed) for cut in going.cuts)
    return (again, going) if made else (found, Going())


def hanging_on(
    observations: Sequence[Observation], places: Iterable[tuple[str, str]]
) -> frozenset[tuple[str, str]]:
    """(root, address) of what is nothing but a binding of the identities at ``places``."""
    going = set(places)
    who = {
        (place[0], o.binding.principal)
        for o in observations
        if o.binding.relation is Relation.IDENTITY and (place := place_of(o)) in going
    }
    return frozenset(
        place
        for o in observations
        if o.removal == "block"
        and (place := place_of(o)) not in going
        and (place[0], o.binding.principal) in who
    )


def _unread(
    source: TerraformSource, after: TerraformSource, named: Iterable[Span]
) -> Mapping[Cut, str]:
    """The data sources that spell the leaver and that nothing asks any more."""
    was, now = referred(source), referred(after)
    return {
        block.block: f"{block.file}:{block.line}: {block.address} was asked for by what goes only"
        for root in source.repository.roots
        for block in root.blocks
        if block.kind == "data"
        and any(within(span, block.block.span) for span in named)
        and (key := (block.module, block.address)) in was
        and key not in now
    }


def ended(
    observations: Sequence[Observation], before: View, after: View, whose: Whose
) -> frozenset[tuple[str, str]]:
    """(root, address) of bindings that went with released identities on which they hung, or with a
    group that goes."""
    kept = {(i.root, i.address) for i in after.instances}
    gone = frozenset((i.root, i.address) for i in before.instances) - kept
    released = (place for place in gone if place[1] in whose.released)
    return gone & (whose.members | hanging_on(observations, released))


def _going(
    source: TerraformSource,
    observations: Sequence[Observation],
    mine: Iterable[Observation],
    settled: Settled,
    released: Set[str],
) -> Going:
    """Of the observations that an edit left to a person, those whose instance may go instead."""
    stuck = {cut.span: why for cut, why in (*settled.result.manual, *settled.refused.items())}
    asked: dict[tuple[str, str], list[CodeOrigin]] = {}
    for one in mine:
        origin = one.origin
        if not isinstance(origin, CodeOrigin) or origin.address not in released:
            continue
        if one.binding.effect is Effect.ALLOW and _the_last(origin, stuck):
            asked.setdefault((origin.root, origin.address), []).append(origin)
    cuts: dict[Cut, str] = {}
    places: set[tuple[str, str]] = set()
    resources = _resources(source) if asked else {}
    along = hanging_on(observations, asked)
    for place, origins in asked.items():
        resource = resources[place]
        cut = _whole(resources, resource, origins[0].span, released, along)
        alone = _nobody_else(resource, origins) and not _with_others(observations, place, origins)
        if cut is not None and alone:
            places.add(place)
            root, address = place
            cuts[cut] = f"{root}: {address} is destroyed with the leaver, as the roster released it"
    return Going(
        cuts=cuts,
        places=frozenset(places),
        along=hanging_on(observations, places),
        named=tuple(o.span for place in places for o in asked[place]),
    )


def _the_last(origin: CodeOrigin, stuck: Mapping[Span, str]) -> bool:
    if not origin.cuts:
        return origin.why_no_cut == ONLY_CONDITION
    reasons = [stuck.get(cut.span, "") for cut in origin.cuts]
    return any(why == LAST or why.startswith(IN_COMMON) for why in reasons)


def _with_others(
    observations: Iterable[Observation], place: tuple[str, str], origins: Sequence[CodeOrigin]
) -> bool:
    """Does the same policy let in somebody else, by the same means? Whose provider vouches for
    the leaver is nobody."""
    theirs = {o.path for o in origins}
    means = {_means(path) for path in theirs}
    return any(
        isinstance(o.origin, CodeOrigin)
        and o.binding.effect is Effect.ALLOW
        and o.origin.path not in theirs
        and _means(o.origin.path) in means
        for o in observations
        if place_of(o) == place
    )


def _means(path: str) -> tuple[str, bool]:
    return path.partition("$")[0], ".Condition." in path


def _nobody_else(resource: Resource, origins: Iterable[CodeOrigin]) -> bool:
    """Are the leaver's all the statements of the policy that they stand in?"""
    found = [_STATEMENT.match(origin.path) for origin in origins]
    for attribute in {m.group(1) for m in found if m is not None}:
        theirs = {m.group(2) for m in found if m is not None and m.group(1) == attribute}
        document = document_of(value_at(resource.attrs, (attribute,))[0])
        statements = value_at(document, ("Statement",))[0] if document is not None else None
        every = (
            [e.value for e in statements.elements] if isinstance(statements, List) else [statements]
        )
        # Whom a statement lets in that is not known, nobody can tell.
        if len(theirs) != len(every) or not all(isinstance(one, Map) for one in every):
            return False
    return None not in found


def _resources(source: TerraformSource) -> Mapping[tuple[str, str], Resource]:
    return {
        (source.label(root.path, root.variant), r.address): r
        for root in source.repository.roots
        for r in root.resources
        if r.mode == "managed"
    }


def _whole(
    resources: Mapping[tuple[str, str], Resource],
    resource: Resource,
    named: Span,
    released: Set[str],
    along: Set[tuple[str, str]],
) -> Cut | None:
    """The smallest span that makes the instance, and nothing that was not released."""
    for cut in _candidates(resource, named):
        made = [p for p, other in resources.items() if cut.span in _makers(other)]
        if all(address in released or (root, address) in along for root, address in made):
            return cut
    return None


def _candidates(resource: Resource, named: Span) -> Iterator[Cut]:
    slots = [s for s in resource.instance_slots if not s.shift]
    yield from sorted(
        (s for s in slots if within(named, s.span)), key=lambda s: s.span.end - s.span.start
    )
    if resource.editable and not resource.overridden:
        yield resource.block
    yield from reversed(slots)
    yield from (c.block for c in reversed(resource.module_calls) if not c.overridden)


def _makers(resource: Resource) -> set[Span]:
    return {
        resource.block.span,
        *(slot.span for slot in resource.instance_slots),
        *(call.block.span for call in resource.module_calls),
    }
