"""An update in place: does it take the leaver out, and nothing else?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from typing import Any

from iac_offboard.catalog.sightings import in_rows
from iac_offboard.model import Change, CodeEffect, EffectOf
from iac_offboard.witness.people import People, unknown
from iac_offboard.witness.taken import Differs, Part, names, taken

_NARROWS = frozenset({"condition", "conditions"})
_EXCEPTIONS = frozenset({"NotAction", "NotResource"})
_ELEMENTS = frozenset({("Action",), ("NotPrincipal",), ("Principal",), ("Resource",)})


@dataclass(slots=True, kw_only=True)
class Update:
    """``attributes`` are those that change as planned; the rest as in RootWitness."""

    attributes: tuple[str, ...] = ()
    contradictions: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def judge_update(
    old: Change,
    new: Change,
    effects: Mapping[str, CodeEffect],
    people: People,
    arguments: Set[str],
) -> Update:
    """``old`` and ``new`` are the changes without and with the patch; ``effects`` the planned ones
    by their attribute; ``arguments`` are those that the configuration gives: what the provider
    makes of them (``tags_all``, an etag) follows."""
    found = Update()
    changed = [name for name in _attributes(old, new) if _value(old, name) != _value(new, name)]
    found.attributes = tuple(name for name in changed if name in effects)
    old = _with_what_stands(old, new, changed)
    differing = [name for name in changed if _value(old, name) != _value(new, name)]
    read = {s.attribute for s in in_rows(old, old.after).sightings}
    hidden = {n for n in differing if unknown(_value(old, n)) or unknown(_value(new, n))}
    for name in differing:
        if name in hidden:
            if name in read or name in effects:
                found.open.append(f"{name} is known only after apply")
            continue
        if name not in effects and arguments and name not in arguments | _blocks(old, new):
            continue  # who stands there is compared below
        _attribute(old, new, name, effects.get(name), people, found)
    _people(old, new, hidden, people, found)
    return found


def _with_what_stands(old: Change, new: Change, changed: Iterable[str]) -> Change:
    """Where the leaver has yet to be made, what names them is not known without the patch. Then
    the patch is held against what stands there now: no more than that may be left."""
    if not isinstance(old.after, dict) or not isinstance(new.before, dict):
        return old
    stands = {
        name: new.before[name]
        for name in changed
        if name in new.before and unknown(old.after.get(name)) and not unknown(_value(new, name))
    }
    return replace(old, after={**old.after, **stands})


def _attribute(
    old: Change,
    new: Change,
    name: str,
    effect: CodeEffect | None,
    people: People,
    found: Update,
) -> None:
    if effect is None:
        found.contradictions.append(f"would change in {name}, and the plan does not say so")
        return
    follows = effect.of is EffectOf.VALUE
    try:
        parts = taken(_value(old, name), _value(new, name))
    except Differs as error:
        if follows:
            found.notes.append(f"{name} changes, as the plan says")
        elif narrows((name, *error.path)):
            found.contradictions.append(f"would change a condition in {name}")
        else:
            found.contradictions.append(f"would change {name} in more than what it takes out")
        return
    for part in parts:
        text = _why_not(old.address, part, name, people)
        if text and not follows:
            found.contradictions.append(text)


def _why_not(address: str, part: Part, name: str, people: People) -> str:
    """Why a part may not be taken out, "" where it may."""
    if narrows(part.path) and (isinstance(part.path[-1], str) or not part.rest):
        return f"would take a condition out of {name}"
    if part.denied or (isinstance(part.value, Mapping) and part.value.get("Effect") == "Deny"):
        return f"would make a deny in {name} shorter"
    if _widens(part.path):
        return f"would end what limits a statement in {name}"
    if not people.names_leaver(address, part):
        return f"would take something out of {name} that is not the leaver's"
    if people.others(address, part):
        return f"would take somebody else out of {name}"
    return ""


def _widens(path: tuple[Any, ...]) -> bool:
    """An exception that is not made any more lets others in; so does an element that is gone as a
    whole ("JSON policy elements", IAM user guide)."""
    return not _EXCEPTIONS.isdisjoint(names(path)) or path[-1:] in _ELEMENTS


def narrows(path: tuple[Any, ...]) -> bool:
    """Is it a condition, or inside of one?"""
    return any(step.lower() in _NARROWS for step in names(path))


def _people(old: Change, new: Change, hidden: Set[str], people: People, found: Update) -> None:
    for one in people.gained(old, new):
        if one.attribute not in hidden:
            found.contradictions.append(f"would let somebody in ({one.path})")
    for one in people.lost(old, new):
        if one.attribute in hidden:
            continue
        if one.kept_out:
            found.contradictions.append(f"would end a deny ({one.path})")
        elif not people.theirs(old.address, one):
            found.contradictions.append(f"would take somebody else out ({one.path})")
    found.contradictions = list(dict.fromkeys(found.contradictions))


def _attributes(old: Change, new: Change) -> list[str]:
    sides = [c.after for c in (old, new) if isinstance(c.after, dict)]
    return list(dict.fromkeys(str(name) for side in sides for name in side))


def _blocks(old: Change, new: Change) -> frozenset[str]:
    """What may be blocks: of a dynamic one the configuration in a plan says nothing."""
    return frozenset(
        name for name in _attributes(old, new) for c in (old, new) if _is_block(_value(c, name))
    )


def _is_block(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(one, Mapping) for one in value)


def _value(change: Change, name: str) -> Any:
    return change.after.get(name) if isinstance(change.after, dict) else change.after
