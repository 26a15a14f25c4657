"""The elements of a policy document that a rollback puts back, from the journal or the plan."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from iac_offboard.catalog.policy import Json, canonical
from iac_offboard.catalog.principal import parse_aws_principal
from iac_offboard.model import Action, PrincipalKind, Record
from iac_offboard.plan.inverse import restoring

# Kind, account and name in lower case.
_Name: TypeAlias = tuple[str, str, str]

_NOT_KNOWN = "neither a journal nor the plan says what was taken out of it"
_CONDITION = (
    "its statement stood under a Condition and went with it; values of conditions may be secrets "
    "and are never recorded"
)


_DELETED = (
    "{text} was deleted with the plan: a new one of that name is somebody else, and has to be let "
    "in as such"
)
_NO_ID = (
    "the unique id of {text} was not recorded, so that nobody can tell whether it is still the "
    "same one"
)
_NAMED_BY_ID = "{text} stood there by its unique id: the one who had it was deleted"
_IDENTITIES = {
    PrincipalKind.IAM_USER: "iam_user",
    PrincipalKind.IAM_ROLE: "iam_role",
    PrincipalKind.IAM_SESSION: "iam_role",
}
"""Principals whose name another may have by now -> the kind of the identity that has an id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Elements:
    """``whole`` can be put back: objects as :func:`iac_offboard.catalog.elements.element` makes
    them, with the ``unique_id`` of the user or role that they name. ``by_hand`` says, once for
    each reason, why others cannot."""

    whole: tuple[Mapping[str, Json], ...]
    by_hand: tuple[str, ...]

    @classmethod
    def of(
        cls, action: Action, records: Iterable[Record], deleted: frozenset[str] = frozenset()
    ) -> Elements:
        """What ``action`` took out: the journal tells it exactly, the plan as it was planned.
        ``deleted`` are the unique ids of identities that were ended with the plan."""
        found = _journalled(action, records) or _planned(action)
        if not found:
            return cls(whole=(), by_hand=(_NOT_KNOWN,))
        texts = {_text(e) for e in found}
        ids = _unique_ids(action)
        whole, by_hand = [], []
        for one in found:
            narrowed = _went_with_its_condition(one, texts)
            who = _identity(_text(one), ids)
            why = _CONDITION if narrowed else who.refused(deleted)
            if why:
                by_hand.append(why)
            else:
                whole.append({**one, **({"unique_id": who.id} if who.id else {})})
        return cls(whole=tuple(whole), by_hand=tuple(dict.fromkeys(by_hand)))

    def actions(self, taken: Action, kind: str) -> list[Action]:
        """The restoring actions, without id and needs: one for each identity, so that one who is
        gone does not hold the others."""
        kept = tuple(
            (k, v) for k, v in taken.params if k in ("sid", "role", "role_id", "qualifier")
        )
        reason = f"puts back only the entries that {taken.id} took out, into what stands there now"
        groups: dict[Json, list[Json]] = {}
        for one in self.whole:
            groups.setdefault(one.get("unique_id"), []).append(one)
        return [
            restoring(taken, f"restore:{kind}", reason, (*kept, ("elements", canonical(members))))
            for members in groups.values()
        ]


@dataclass(frozen=True, slots=True)
class _Who:
    """Whom an element names: ``kind`` "" for what has no unique id (a federated provider)."""

    text: str
    kind: str
    id: str

    def refused(self, deleted: frozenset[str]) -> str:
        """Why it cannot be put back without a person; "" when it can."""
        why = ""
        if self.kind and self.id in deleted:
            why = _DELETED
        elif self.kind == PrincipalKind.IAM_UNIQUE_ID:
            why = _NAMED_BY_ID
        elif self.kind and not self.id:
            why = _NO_ID
        return why.format(text=self.text)


def _identity(text: str, ids: Mapping[_Name, str]) -> _Who:
    """A policy names users and roles by name, and AWS takes whoever has the name when it is
    written ("AWS JSON policy elements: Principal", IAM user guide)."""
    found = parse_aws_principal(text)
    if found is not None and found.kind is PrincipalKind.IAM_UNIQUE_ID:
        return _Who(text, found.kind.value, text)
    kind = _IDENTITIES.get(found.kind, "") if found is not None else ""
    if found is None or not kind:
        return _Who(text, "", "")
    name = found.value.partition("/")[0].lower()
    return _Who(text, kind, ids.get((kind, found.account or "", name), ""))


def _unique_ids(action: Action) -> Mapping[_Name, str]:
    """Of the identities in ``principals``, as the planner writes it."""
    ids = {}
    for one in json.loads(action.param("principals") or "[]"):
        if isinstance(one, dict):
            kind, value, account, own = (
                str(one.get(key) or "") for key in ("kind", "value", "account", "stable_id")
            )
            ids[kind, account, value.lower()] = own
    return ids


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
