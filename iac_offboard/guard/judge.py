"""From the changes of a plan to what the guard says of them.

What counts is the difference that the apply would make at one address: a principal that stands
there after it and did not before returns, whether the object is created, changed, replaced or takes
the place of another under its index. What was there before and stays is pending.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from iac_offboard.catalog.principal import HOLE
from iac_offboard.catalog.sightings import Sighting, Unknown, in_rows, in_text, matched, words
from iac_offboard.guard.asked import Asked, Whose
from iac_offboard.guard.references import References
from iac_offboard.model import (
    Change,
    Guarded,
    GuardGrade,
    Principal,
    PrincipalKind,
    Side,
    Skipped,
    SkipReason,
)

_NOBODY = Principal(provider="", kind=PrincipalKind.OTHER, value="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    found: tuple[Guarded, ...]
    skipped: tuple[Skipped, ...]


def judge(changes: Iterable[Change], references: References, asked: Asked) -> Judged:
    """Everything that concerns a subject, in the order of the plan."""
    found: list[Guarded] = []
    skipped: list[Skipped] = []
    for change in changes:
        # What is read gives nobody anything: who uses it does, and is in the plan as well.
        if change.leaves or change.actions == ("read",) or (change.stays and not change.named):
            continue
        one = _Judging(change, references, asked)
        found += one.found()
        skipped += one.skipped
    return Judged(found=tuple(found), skipped=tuple(dict.fromkeys(skipped)))


class _Judging:
    def __init__(self, change: Change, references: References, asked: Asked) -> None:
        self._change = change
        self._references = references
        self._asked = asked
        self.skipped: list[Skipped] = []

    def found(self) -> Iterator[Guarded]:
        change = self._change
        if change.after == HOLE:
            self._undecided("all of it", "the plan says nothing of it")
        before, after = in_rows(change, change.before), in_rows(change, change.after)
        spelled: dict[str, Guarded] = {}
        for one in self._of(before.sightings, after.sightings, self._asked.whose):
            spelled.setdefault(one.subject, one)
            yield one
        for unknown in after.unknown:
            for one in self._of_unknown(unknown, before.sightings):
                spelled.setdefault(one.subject, one)
                yield one
        if not change.named:
            yield from self._covered(before.sightings, after.sightings, spelled)
            return
        # What a row reads, no other reader judges again.
        read = {one.attribute for one in (*before.sightings, *after.sightings)}
        old, new = (
            [s for s in in_text(attrs, schema=bool(change.mode)) if s.attribute not in read]
            for attrs in (change.before, change.after)
        )
        for one in self._of(old, new, self._asked.whose):
            # What the object says of itself, its own ARN, is no second place.
            first = spelled.setdefault(one.subject, one)
            if first is one or (
                one.grade is GuardGrade.RETURNS and first.grade is not GuardGrade.RETURNS
            ):
                yield one
        yield from self._covered(before.sightings, after.sightings, spelled)
        yield from self._mentions(spelled)

    def _of(
        self, before: Sequence[Sighting], after: Sequence[Sighting], whose: Whose
    ) -> Iterator[Guarded]:
        said: set[tuple[str, GuardGrade, tuple[str, ...]]] = set()
        for subject, one, new in _compared(before, after, whose):
            grade, text = self._grade(one, new=new)
            if (subject, grade, one.place) not in said:
                said.add((subject, grade, one.place))
                yield self._guarded(grade, subject, one, text)

    def _grade(self, one: Sighting, *, new: bool) -> tuple[GuardGrade, str]:
        change = self._change
        if one.kept_out:
            return GuardGrade.MENTION, "the subject stands where it is kept out"
        what = f"the {one.relation.value}" if one.relation is not None else "a principal"
        if new:
            return GuardGrade.RETURNS, f"the apply would {_verb(change)} {what} of the subject"
        if change.replaced and one.own:
            return GuardGrade.RETURNS, f"the apply would make {what} of the subject anew"
        return (
            GuardGrade.PENDING,
            f"{what} of the subject is there already, and the apply leaves it",
        )

    def _of_unknown(self, unknown: Unknown, before: Sequence[Sighting]) -> Iterator[Guarded]:
        decided, why = self._references.decide(self._change, unknown.attribute)
        here = [one for one in before if one.attribute == unknown.attribute and not one.kept_out]
        was = {} if self._change.replaced else matched(here, self._asked.whose)
        for subject in decided.subjects:
            at = Sighting(principal=_NOBODY, path=unknown.path, at=unknown.path)
            grade = GuardGrade.PENDING if subject in was else GuardGrade.RETURNS
            text = f"known only after apply, and {decided.through} names the subject"
            yield self._guarded(grade, subject, at, text)
        if why:
            self._undecided(unknown.path, why, unknown.kinds)

    def _undecided(self, path: str, why: str, kinds: frozenset[str] = frozenset()) -> None:
        self.skipped.append(
            Skipped(
                where=self._change.address,
                reason=SkipReason.UNDECIDED,
                detail=f"{path} is known only after apply: {why}",
                side=Side.RETURN_RISK,
                next_step="give the code with --terraform DIR, or apply what it refers to first",
                kinds=kinds,
            )
        )

    def _covered(
        self,
        before: Sequence[Sighting],
        after: Sequence[Sighting],
        spelled: dict[str, Guarded],
    ) -> Iterator[Guarded]:
        if self._change.stays:
            return
        text = "the apply would let the subject in together with others"
        said = set(spelled)
        for subject, one, new in _compared(before, after, self._asked.covers):
            if new and subject not in said and not one.kept_out:
                said.add(subject)
                yield self._guarded(GuardGrade.COVERED, subject, one, text)

    def _mentions(self, spelled: dict[str, Guarded]) -> Iterator[Guarded]:
        said: set[tuple[str, str]] = set()
        schema = bool(self._change.mode)
        old = set(words(self._change.before, schema=schema))
        for path, word in words(self._change.after, schema=schema):
            for subject in self._asked.named(word):
                if subject in spelled or (subject, path) in said or (path, word) in old:
                    continue
                said.add((subject, path))
                at = Sighting(principal=_NOBODY, path=path, at=path)
                yield self._guarded(GuardGrade.MENTION, subject, at, "a text names the subject")

    def _guarded(self, grade: GuardGrade, subject: str, one: Sighting, text: str) -> Guarded:
        change = self._change
        parts: list[Any] = [subject, change.address, *one.place]
        mark = hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:10]
        return Guarded(
            id=f"G-{mark}",
            grade=grade,
            subject=subject,
            address=change.address,
            path=one.path,
            actions=change.actions,
            text=text,
            previous=change.previous,
            relation=one.relation.value if one.relation is not None else "",
            target=one.target.kind if one.target is not None else "",
        )


def _compared(
    before: Sequence[Sighting], after: Sequence[Sighting], whose: Whose
) -> Iterator[tuple[str, Sighting, bool]]:
    """Each subject's sightings after a change, and whether one more stands at that place than
    before it."""
    was = matched(before, whose)
    for subject, sightings in matched(after, whose).items():
        left = Counter(one.place for one in was.get(subject, ()))
        for one in sightings:
            new = not left[one.place]
            left[one.place] -= not new
            yield subject, one, new


def _verb(change: Change) -> str:
    if change.replaced:
        return "put another object there, with"
    if "create" in change.actions:
        return "create" if change.mode else "hand on"
    return "add"
