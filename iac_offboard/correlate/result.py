"""From joined groups to findings, to what a person has to decide, and to what is left alone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

from iac_offboard.correlate.claims import Claim, Claims
from iac_offboard.correlate.join import Group, account_of, region_of
from iac_offboard.correlate.seen import Identity, Place, Seen
from iac_offboard.correlate.undecided import (
    ambiguous,
    is_claimed,
    keeps_out,
    kept_out,
    made_again,
    reused_name,
    taken_again,
)
from iac_offboard.model import (
    Binding,
    CodeOrigin,
    Effect,
    Finding,
    FindingStatus,
    LiveOrigin,
    Note,
    Observation,
    PlanOrigin,
    Relation,
    Skipped,
    StateOrigin,
    Strength,
)


class Results:
    """Collects the outcome of one subject after the other."""

    def __init__(self, claims: Claims, *, live_asked: bool) -> None:
        self._claims = claims
        self._live_asked = live_asked
        self._ids: dict[str, int] = {}
        self.findings: list[Finding] = []
        self.skipped: list[Skipped] = []
        self.notes: list[Note] = []

    def add(self, subject: str, groups: Sequence[Group]) -> None:
        """Judge one subject's groups."""
        for group in groups:
            self._learn_managed(subject, group)
        undecided: dict[Identity, list[Group]] = {}
        reused: dict[Identity, list[Group]] = {}
        for group in sorted(groups, key=lambda g: _order(_first(g))):
            group.items.sort(key=lambda i: (i.place, _origin_order(i.observation)))
            claim = self._claim(subject, group)
            managed = group.has(Place.CODE) and group.has(Place.STATE)
            # Code that names the leaver and made the object anew brought it back: a finding. Live
            # alone, a younger object of that name is somebody else's until the roster says not.
            if claim.reused and not group.has(Place.CODE):
                reused.setdefault(group.items[0].identity, []).append(group)
            elif claim.strong or group.has(Place.CODE) or not group.has(Place.LIVE):
                strong = managed and not is_claimed(group.items[0].principal)
                self.findings.append(self._finding(subject, group, claim, strong=strong))
            else:
                undecided.setdefault(group.items[0].identity, []).append(group)
        for held in reused.values():
            self._hold_back(subject, held)
        for identity, held in undecided.items():
            if is_claimed(held[0].items[0].principal) and all(map(keeps_out, held)):
                self.notes.append(kept_out(subject, held))
            else:
                self.skipped.append(ambiguous(subject, identity, held))

    def cover(self, subject: str, groups: Sequence[Group]) -> None:
        """One finding for each binding whose pattern lets the subject in, after ``add``."""
        claim = Claim(subject, strong=True, why="the pattern covers it")
        for group in sorted(groups, key=lambda g: _order(_first(g))):
            group.items.sort(key=lambda i: (i.place, _origin_order(i.observation)))
            found = self._finding(subject, group, claim, strong=True, covered=True)
            self.findings.append(found)

    def _hold_back(self, subject: str, groups: Sequence[Group]) -> None:
        """A name may have been given to somebody else; an e-mail or a key is not given on. Where
        the roster places the name, only the roster can say whose the object is."""
        claim = reduce(Claim.with_fact, (self._claim(subject, group) for group in groups))
        if claim.fact:
            self.skipped.append(made_again(subject, groups, claim.fact))
        elif claim.strong and not claim.other:
            self.skipped.append(taken_again(subject, groups, claim.had))
        else:
            self.notes.append(reused_name(subject, groups[0]))

    def _claim(self, subject: str, group: Group) -> Claim:
        found = [self._claims.of(i)[subject] for i in dict.fromkeys(i.identity for i in group.items)
                 if subject in self._claims.of(i)]  # fmt: skip
        claim = found[0]
        for other in found[1:]:
            claim = claim.with_fact(other)
        return claim

    def _learn_managed(self, subject: str, group: Group) -> None:
        """A live user that the leaver's code made, as its state says, is the leaver (rule 12);
        the user's keys, memberships and policies follow."""
        if not all(group.has(place) for place in Place):
            return
        for item in group.at(Place.LIVE):
            claim = self._claims.of(item.identity).get(subject)
            own = item.observation.binding.relation is Relation.IDENTITY
            if claim is not None and own and not claim.strong:
                why = f"{claim.why}, and managed by code that names the subject"
                self._claims.give(item.identity, replace(claim, strong=True, why=why))

    def _finding(
        self, subject: str, group: Group, claim: Claim, *, strong: bool, covered: bool = False
    ) -> Finding:
        code, state, live = (group.has(p) for p in (Place.CODE, Place.STATE, Place.LIVE))
        managed = strong and live
        item = group.items[0]
        return Finding(
            id=self._id(subject, item, covered=covered),
            subject=subject,
            binding=_binding(item),
            status=_status(code=code, state=state, live=live, live_asked=self._live_asked),
            strength=Strength.STRONG if claim.strong or managed else Strength.WEAK,
            observations=tuple(i.observation for i in group.items),
            why=claim.why if claim.strong or not managed else f"{claim.why}, managed by code",
            shared=claim.shared,
            reused=claim.reused,
            covered=covered,
        )

    def _id(self, subject: str, item: Seen, *, covered: bool) -> str:
        """Stable while the same binding is seen at the same places; a second binding that this
        cannot tell apart gets the next number."""
        binding = item.observation.binding
        target, account = binding.target, account_of(item)
        placed = item.place is not Place.CODE or account is not None
        where = [account or "", region_of(target)] if placed else [item.root, item.address]
        parts = [subject, binding.relation, target.kind, *where, target.name.casefold()]
        parts += [item.identity.account or "", item.identity.name]
        if binding.effect is Effect.DENY:
            parts.append(binding.effect)
        if covered:
            parts.append("covered")
        text = json.dumps(parts)
        number = self._ids.get(text, 0)
        self._ids[text] = number + 1
        again = f"#{number}" if number else ""
        return "F-" + hashlib.sha256((text + again).encode()).hexdigest()[:10]


def _status(*, code: bool, state: bool, live: bool, live_asked: bool) -> FindingStatus:
    if live:
        return FindingStatus.MANAGED if code or state else FindingStatus.UNMANAGED
    if code:
        return FindingStatus.CODE_ONLY if live_asked else FindingStatus.DECLARED
    return FindingStatus.STATE_ONLY


def _binding(item: Seen) -> Binding:
    binding = item.observation.binding
    account = account_of(item)
    if item.principal == binding.principal and account == binding.target.account:
        return binding
    target = replace(binding.target, account=account)
    return replace(binding, principal=item.principal, target=target)


def _first(group: Group) -> Seen:
    return min(group.items, key=lambda i: (i.place, _origin_order(i.observation)))


def _order(item: Seen) -> tuple[str, ...]:
    binding = item.observation.binding
    target = binding.target
    what = (binding.relation, target.kind, account_of(item) or "", target.region or "")
    rest = (target.name, item.identity.name, binding.effect, item.identity.account or "")
    return (*what, *rest, *_origin_order(item.observation))


def _origin_order(observation: Observation) -> tuple[str, ...]:
    detail = (observation.binding.target.name, observation.binding.detail)
    match observation.origin:
        case CodeOrigin(root=root, address=address, path=path, span=span):
            return (root, span.file, f"{span.start:012}", address, path, *detail)
        case PlanOrigin(root=root, file=file, address=address, path=path):
            return ("", root, file, address, path, *detail)  # exact: before any code
        case StateOrigin(root=root, file=file, address=address, path=path):
            return (root, file, address, path, *detail)
        case LiveOrigin(account=account, region=region, operation=operation):
            return (account, region, operation, *detail)
