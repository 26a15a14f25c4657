"""The elements of a policy document that a rollback puts back, from the journal or the plan."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from iac_offboard.catalog.policy import Json, canonical
from iac_offboard.model import Action, Record
from iac_offboard.plan.inverse import restoring

_NOT_KNOWN = "neither a journal nor the plan says what was taken out of it"
_CONDITION = (
    "its statement stood under a Condition and went with it; values of conditions may be secrets "
    "and are never recorded"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Elements:
    """``whole`` can be put back: objects as :func:`iac_offboard.catalog.elements.element` makes
    them. ``by_hand`` says, once for each reason, why others cannot."""

    whole: tuple[Mapping[str, Json], ...]
    by_hand: tuple[str, ...]

    @classmethod
    def of(cls, action: Action, records: Iterable[Record]) -> Elements:
        """What ``action`` took out: the journal tells it exactly, the plan as it was planned."""
        found = _journalled(action, records) or _planned(action)
        if not found:
            return cls(whole=(), by_hand=(_NOT_KNOWN,))
        texts = {_text(e) for e in found}
        narrowed = [e for e in found if _went_with_its_condition(e, texts)]
        return cls(
            whole=tuple(e for e in found if e not in narrowed),
            by_hand=(_CONDITION,) if narrowed else (),
        )

    def action(self, taken: Action, kind: str) -> Action:
        """The restoring action, without id and needs."""
        kept = tuple(
            (k, v) for k, v in taken.params if k in ("sid", "role", "role_id", "qualifier")
        )
        return restoring(
            taken,
            f"restore:{kind}",
            f"puts back only the entries that {taken.id} took out, into what stands there now",
            (*kept, ("elements", canonical(list(self.whole)))),
        )


def _journalled(action: Action, records: Iterable[Record]) -> list[Mapping[str, Json]]:
    """Of every try: one that failed after its effect, and one that went on from there."""
    found: dict[str, Mapping[str, Json]] = {}
    for record in records:
        if record.action == action.id and record.undo:
            removed = json.loads(record.undo).get("removed", ())
            for item in removed if isinstance(removed, list) else ():
                if isinstance(item, dict):
                    found[canonical(item)] = _wrapped(item)
    return list(found.values())


def _planned(action: Action) -> list[Mapping[str, Json]]:
    items = json.loads(action.param("elements") or "[]")
    return [item for item in items if isinstance(item, dict)]


def _wrapped(item: Mapping[str, Json]) -> Mapping[str, Json]:
    """Lambda takes whole statements away, each with one principal."""
    if "statement" in item:
        return item
    principal = item.get("Principal")
    key, text = next(iter(principal.items())) if isinstance(principal, Mapping) else ("AWS", "*")
    return {"principal": text, "element": key, "statement": item}


def _text(element: Mapping[str, Json]) -> str:
    text = element.get("principal")
    return text if isinstance(text, str) else ""


def _went_with_its_condition(element: Mapping[str, Json], taken: set[str]) -> bool:
    """Was it the whole statement, and one with a Condition? Where others stood in it, the
    statement stands still, and the entry fits into it."""
    statement = element.get("statement")
    if not isinstance(statement, Mapping) or "Condition" not in statement:
        return False
    principal = statement.get("Principal")
    groups = principal.values() if isinstance(principal, Mapping) else (principal,)
    texts = {t for g in groups for t in ([g] if isinstance(g, str) else _strings(g))}
    return texts <= taken


def _strings(value: Json) -> list[str]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        return []
    return [v for v in value if isinstance(v, str)]
