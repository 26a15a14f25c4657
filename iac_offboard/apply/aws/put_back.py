"""Putting elements back into the policy document that stands there now. Pure.

An element (:func:`iac_offboard.catalog.elements.element`) is one principal and the statement it
stood in. Only the principal goes back: into the statement that is the recorded one in all but
its principals, or, where that is gone, as that statement with nobody but the principal in it.
Whoever came since stays, and an earlier document is never written (DESIGN.md, rule 13).

The values of a Condition were not recorded, only a digest: whoever is put back under another
Condition would be let in to something else, so that the digests have to be the same, and a
statement that had one is made again by a person.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from iac_offboard.catalog.elements import without_condition_values
from iac_offboard.catalog.policy import Json, canonical, condition_summary, statements

Entry: TypeAlias = tuple[str, str]
"""The key under Principal (``AWS``, ``Federated``; ``Principal`` for a bare string), the text."""

Statement: TypeAlias = Mapping[str, Json]
_BARE = "Principal"
_KEYS = frozenset({"AWS", "Federated", "CanonicalUser", _BARE})


class ByHand(Exception):
    """Why a person has to put something back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Everything that was taken out of one statement. ``index`` is its place among the
    statements, None where it was not recorded; ``condition`` the summary of its Condition."""

    statement: Statement
    entries: tuple[Entry, ...]
    index: int | None = None
    around: Statement = field(default_factory=dict)
    condition: str = ""

    @property
    def sid(self) -> str:
        sid = self.statement.get("Sid")
        return sid if isinstance(sid, str) else ""

    @property
    def others(self) -> Counter[Entry]:
        """Who stood in it beside those that were taken out."""
        return _entries(self.statement) - Counter(self.entries)


def read(elements: Json) -> tuple[Taken, ...]:
    """A JSON list of elements by the statement they came from, in the order of the document.

    Raises ByHand for one of another shape: a plan of another version, or changed by hand."""
    grouped: dict[tuple[int | None, str, Json], list[Mapping[str, Json]]] = {}
    if not isinstance(elements, Sequence) or isinstance(elements, str) or not elements:
        raise ByHand("the plan does not say what was taken out")
    for one in elements:
        statement = one.get("statement") if isinstance(one, Mapping) else None
        if not isinstance(one, Mapping) or not isinstance(statement, Mapping):
            raise ByHand("the plan does not say in which statement it stood")
        index = one.get("index")
        place = index if isinstance(index, int) else None
        grouped.setdefault((place, canonical(statement), one.get("condition")), []).append(one)
    taken = [_taken(place, members) for (place, *_), members in grouped.items()]
    return tuple(sorted(taken, key=lambda t: -1 if t.index is None else t.index))


def _taken(place: int | None, members: Sequence[Mapping[str, Json]]) -> Taken:
    statement, around = members[0].get("statement"), members[0].get("document")
    if not isinstance(statement, Mapping) or statement.get("Effect") != "Allow":
        raise ByHand("it did not stand in a statement that allows")
    entries = tuple((str(m.get("element")), str(m.get("principal"))) for m in members)
    taken = Taken(
        statement=statement,
        entries=entries,
        index=place,
        around=around if isinstance(around, Mapping) else {},
        condition=str(members[0].get("condition") or ""),
    )
    if "Principal" not in statement or any(key not in _KEYS for key, _ in entries):
        raise ByHand("it did not stand there as a principal")
    if any(text == "*" for _, text in entries):
        raise ByHand("everybody would be let in")
    return taken


def put_back(document: Json, taken: Iterable[Taken]) -> Json:
    """``document`` (None: there is none) with everything in ``taken`` in it; equal to
    ``document`` when all of it is there. Raises ByHand for what cannot go back."""
    taken = tuple(taken)
    bodies = [body for _, body in statements(document)]
    used: dict[int, int | None] = {}
    for one in taken:
        found = _place(bodies, one, used)
        if found is None:
            at = len(bodies) if one.index is None else min(one.index, len(bodies))
            bodies.insert(at, _made_again(bodies, one))
            used = {i + (i >= at): index for i, index in used.items()}
            found = at
        else:
            bodies[found] = _joined(bodies[found], one)
        used[found] = one.index
    whole = document if isinstance(document, Mapping) else _around(taken)
    single = isinstance(whole.get("Statement"), Mapping) and len(bodies) == 1
    return {**whole, "Statement": bodies[0] if single else bodies}


def _around(taken: Sequence[Taken]) -> Statement:
    """What a document that is gone said beside its statements."""
    return next((t.around for t in taken if t.around), {"Version": "2012-10-17"})


def _place(bodies: Sequence[Statement], one: Taken, used: Mapping[int, int | None]) -> int | None:
    """The statement that is the recorded one in all but its principals; None for none.

    One that stood next to it with the same words and other principals is another: without a
    Sid, and with nobody in common, the recorded one is gone. ``used`` are statements that took
    something else back, by its index."""
    shape = _shape(one.statement)
    alike = [
        i
        for i, body in enumerate(bodies)
        if _shape(body) == shape
        and (one.sid or i not in used or (one.index is not None and used[i] == one.index))
    ]
    known = one.others + Counter(one.entries)
    shared = {i: sum((_entries(bodies[i]) & known).values()) for i in alike}
    if not one.sid:
        sole = len(alike) == 1 and one.others and "Condition" not in one.statement
        alike = [i for i in alike if shared[i] or sole]
    if not alike:
        return None
    alike = [i for i in alike if condition_summary(bodies[i].get("Condition")) == one.condition]
    if not alike:
        raise ByHand(f"{_called(one)} stands under another Condition now, {_compared(one)}")
    best = max(shared[i] for i in alike)
    alike = [i for i in alike if shared[i] == best]
    near = one.index or 0
    foreign = {i: sum((_entries(bodies[i]) - known).values()) for i in alike}
    return min(alike, key=lambda i: (foreign[i], abs(i - near), i))


def _shape(statement: Statement) -> str:
    rest = {key: value for key, value in statement.items() if key != "Principal"}
    return canonical(without_condition_values(rest))


def _made_again(bodies: Sequence[Statement], one: Taken) -> Statement:
    if one.sid and any(body.get("Sid") == one.sid for body in bodies):
        raise ByHand(f"{_called(one)} was changed since, and would let in to something else")
    if one.statement.get("Condition"):
        raise ByHand(
            f"{_called(one)} is gone, and the values of its Condition were not recorded: "
            f"{_compared(one)}"
        )
    return {**one.statement, "Principal": _principals(Counter(one.entries), one.statement)}


def _joined(body: Statement, one: Taken) -> Statement:
    """The statement with the entries in it that are not there yet."""
    have = _entries(body)
    missing = Counter(one.entries) - have
    if not missing or have[_BARE, "*"]:  # everybody includes the leaver
        return body
    return {**body, "Principal": _principals(have + missing, one.statement, body)}


def _principals(entries: Counter[Entry], *models: Statement) -> Json:
    """Principal with these entries: as the first model has it where it is the same, else in the
    order of the models, so that what was there before looks the same."""
    if entries == _entries(models[0]):
        return models[0].get("Principal")
    left = Counter(entries)
    ordered: dict[str, list[str]] = {}
    for key, text in (entry for model in models for entry in _listed(model)):
        if left[key, text]:
            left[key, text] -= 1
            ordered.setdefault(key, []).append(text)
    if bare := ordered.pop(_BARE, []):
        if not ordered and len(bare) == 1:
            return bare[0]
        ordered["AWS"] = [*bare, *ordered.get("AWS", [])]
    return {key: texts[0] if len(texts) == 1 else texts for key, texts in ordered.items()}


def _entries(statement: Statement) -> Counter[Entry]:
    return Counter(_listed(statement))


def _listed(statement: Statement) -> list[Entry]:
    principal = statement.get("Principal")
    if isinstance(principal, str):
        return [(_BARE, principal)]
    if not isinstance(principal, Mapping):
        return []
    return [(key, text) for key, value in principal.items() for text in _texts(value)]


def _texts(value: Json) -> list[str]:
    if isinstance(value, str):
        return [value]
    if not isinstance(value, Sequence):
        return []
    return [text for text in value if isinstance(text, str)]


def _called(one: Taken) -> str:
    if one.sid:
        return f"the statement {one.sid}"
    action = json.dumps(one.statement.get("Action", one.statement.get("NotAction")))
    return f"the statement without a Sid for {action}"


def _compared(one: Taken) -> str:
    """Operators and keys, never values."""
    condition = one.statement.get("Condition")
    if not isinstance(condition, Mapping):
        return "its keys are not known"
    return " and ".join(
        f"{operator} on {', '.join(sorted(keys))}"
        for operator, keys in sorted(condition.items())
        if isinstance(keys, Mapping)
    )
