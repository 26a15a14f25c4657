"""Two plans of one root module against what the patch was planned to do there.

Both are made from the same state: what they have in common is the user's own business. Everything
in which they differ has to be a planned change, seen in Terraform's own values: a deletion of what
only the leaver stands in, or an update in place that takes the leaver out and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from iac_offboard.catalog.addresses import without_keys
from iac_offboard.model import (
    Change,
    CodeEffect,
    Contradiction,
    EffectOf,
    PlannedChanges,
    Shown,
    ShownChange,
    Written,
)
from iac_offboard.witness.people import People
from iac_offboard.witness.updates import Update, judge_update

_OPTIONAL = (EffectOf.VALUE, EffectOf.PERHAPS)
_STAR = re.escape("*")


@dataclass(slots=True, kw_only=True)
class Judged:
    """What the two plans show; see RootWitness for the fields."""

    changes: list[ShownChange] = field(default_factory=list)
    contradictions: list[Contradiction] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def judge(
    before: PlannedChanges,
    after: PlannedChanges,
    effects: Sequence[CodeEffect],
    people: People,
) -> Judged:
    """``before`` is the plan of the code as it was, ``after`` that of the code with the patch;
    ``effects`` are those of this root module."""
    found = Judged()
    found.open += [f"before the patch: {s.detail}" for s in before.skipped]
    found.open += [f"after the patch: {s.detail}" for s in after.skipped]
    found.open += [
        f"{when} the patch: only a part of the root was planned (-target, -exclude)"
        for when, plan in (("before", before), ("after", after))
        if not plan.complete
    ]
    old, new = _by_address(before.changes), _by_address(after.changes)
    judging = _Judging(effects, people, found, (before.written, after.written))
    for address in sorted({*old, *new}):
        judging.address(old.get(address), new.get(address))
    judging.missing(new)
    pending = sum(1 for c in before.changes if c.mode == "managed" and not c.stays)
    if pending:
        found.notes.append(f"{pending} change(s) wait in this root without the patch, too")
    return found


def _by_address(changes: Iterable[Change]) -> dict[str, Change]:
    """A deposed object has the address of the one that took its place."""
    found: dict[str, Change] = {}
    for change in changes:
        address, count = change.address, 1
        while address in found:
            count += 1
            address = f"{change.address} (object {count})"
        found[address] = change
    return found


class _Judging:
    def __init__(
        self,
        effects: Sequence[CodeEffect],
        people: People,
        found: Judged,
        written: Sequence[Written],
    ) -> None:
        self._written = written
        self._effects = effects
        self._people = people
        self._found = found
        self._seen: set[CodeEffect] = set()

    def address(self, old: Change | None, new: Change | None) -> None:
        """What the plans say of one address."""
        if old is not None and new is not None and _same(old, new):
            return
        one = new if new is not None else old
        assert one is not None
        if one.mode == "data":
            return  # who uses what was read is compared
        if not one.mode:
            self._found.notes.append(f"{one.address} changes: plan again where it is read")
            return
        stood, stands = _stands(old), _stands(new)
        if stood and not stands:
            assert old is not None
            self._goes(old, new)
        elif stands and not stood:
            assert new is not None
            self._against(new, "would stand there with the patch, and does not without it")
        elif stands:
            assert old is not None
            assert new is not None
            self._stays(old, new)
        else:
            self._against(one, "would go in another way than without the patch")

    def _goes(self, old: Change, new: Change | None) -> None:
        if new is not None and "forget" in new.actions:
            self._against(new, "would be forgotten, and stand on where nobody looks for it")
            return
        effect = next(self._of(old.address, ""), None)
        if effect is None:
            self._against(old, "would be destroyed, and the plan does not say so")
            return
        self._seen.add(effect)
        if effect.of is EffectOf.OWNED:
            self._against(old, "would be destroyed, is nobody's binding, and nobody released it")
            return
        if effect.of is EffectOf.BINDING:
            # What is there goes; where nothing is, what the code asked for.
            values = old.after if new is None else new.before
            for text in self._people.besides(old, values):
                self._against(old, text)
        shown = Shown.NOT_CREATED if new is None or new.before is None else Shown.DELETED
        self._found.changes.append(ShownChange(address=old.address, shown=shown))

    def _stays(self, old: Change, new: Change) -> None:
        if new.replaced and not old.replaced:
            self._against(new, "would be replaced")
            return
        if old.replaced and not new.replaced:
            self._against(new, "would not be replaced, as it would be without the patch")
            return
        if old.previous != new.previous:
            self._against(new, f"would be what {new.previous or 'another address'} was")
            return
        effects = {e.attribute: e for e in self._of(new.address, None) if e.attribute}
        if not effects:
            self._against(new, "would change, and the plan does not say so")
            return
        block = without_keys(new.address)
        # Also an argument that the patch takes out was somebody's.
        arguments = {a for written in self._written for a in written.resources.get(block, ())}
        update = judge_update(old, new, effects, self._people, arguments)
        self._seen |= {effects[name] for name in update.attributes if name in effects}
        self._say(new, update)

    def _say(self, change: Change, update: Update) -> None:
        for text in update.contradictions:
            self._against(change, text)
        self._found.open += [f"{change.address}: {text}" for text in update.open]
        self._found.notes += [f"{change.address}: {text}" for text in update.notes]
        shown = Shown.UPDATED
        if change.before is None:
            shown = Shown.CREATED_LESS
        elif change.stays:
            shown = Shown.NOT_UPDATED
        if update.attributes:
            self._found.changes.append(
                ShownChange(address=change.address, shown=shown, attributes=update.attributes)
            )

    def missing(self, after: Mapping[str, Change]) -> None:
        """What was planned and does not happen. An attribute that only follows from others may be
        the same to the provider; one that is known only after apply is not seen."""
        for effect in self._effects:
            if effect in self._seen or effect.of in _OPTIONAL:
                continue
            if not effect.attribute:
                said = "is to go with the patch, and Terraform does not say so"
            elif self._people.unseen(after.get(effect.address), effect.attribute):
                self._found.open.append(
                    f"{effect.address}: {effect.attribute} is known only after apply"
                )
                continue
            else:
                said = f"is to change in {effect.attribute}, and Terraform does not say so"
            self._found.contradictions.append(Contradiction(address=effect.address, text=said))

    def _of(self, address: str, attribute: str | None) -> Iterator[CodeEffect]:
        for effect in self._effects:
            if _fits(effect.address, address) and attribute in (None, effect.attribute):
                yield effect

    def _against(self, change: Change, text: str) -> None:
        self._found.contradictions.append(Contradiction(address=change.address, text=text))


def _same(old: Change, new: Change) -> bool:
    return (old.actions, old.previous, old.after) == (new.actions, new.previous, new.after)


def _stands(change: Change | None) -> bool:
    return change is not None and not change.leaves


def _fits(pattern: str, address: str) -> bool:
    if "*" not in pattern:
        return pattern == address
    return re.fullmatch(re.escape(pattern).replace(_STAR, ".*"), address) is not None
