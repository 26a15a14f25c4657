"""Elements of an allow policy of Google Cloud: one member of one role under one condition.

Taking elements out and putting them back, by structure. Source of the shape: "Policy" in the IAM
API reference (v1); "Deleted principals" for members that were deleted (``deleted:TYPE:E?uid=N``).
Conditions hold no secrets ("Attributes for IAM Conditions"), so that an element keeps its own
whole, and a rollback can put it back.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from iac_offboard.catalog.google import parse
from iac_offboard.catalog.policy import Json, canonical

DELETED = "deleted:"
OWNERS: Mapping[str, str] = {
    "gcp_project": "roles/owner",
    "gcp_organization": "roles/resourcemanager.organizationAdmin",
}
"""The role that lets somebody give every other one, by the kind of the place ("Basic roles",
"Resource Manager roles", IAM documentation)."""
Policy: TypeAlias = Mapping[str, Json]
UniqueIds: TypeAlias = Mapping[str, str]
"""The numeric id of service accounts, by e-mail in lower case, as far as it is known."""

_Entry: TypeAlias = tuple[str, str, str]
_NO_IDS: UniqueIds = {}


@dataclass(frozen=True, slots=True)
class Element:
    """``condition`` is canonical JSON of title, expression and description, "" for none."""

    member: str
    role: str
    condition: str = ""

    @property
    def deleted(self) -> bool:
        """Is it a member whose account was deleted?"""
        return self.member.startswith(DELETED)

    def spelled(self) -> Mapping[str, Json]:
        """As JSON has it; ``condition`` only where there is one."""
        condition: Mapping[str, Json] = (
            {"condition": json.loads(self.condition)} if self.condition else {}
        )
        return {"member": self.member, "role": self.role, **condition}


@dataclass(frozen=True, slots=True, kw_only=True)
class Without:
    """A policy without elements, and which of its own it lost, as written there."""

    policy: Policy
    removed: tuple[Element, ...]


def condition_text(condition: Json) -> str:
    """Canonical JSON of a condition, "" for none. An empty description is none."""
    if not isinstance(condition, Mapping):
        return ""
    kept = {
        key: value
        for key in ("title", "description", "expression", "location")
        if isinstance(value := condition.get(key), str) and value
    }
    return canonical(kept) if kept else ""


def element(member: str, role: str, condition: Json = None) -> Element:
    return Element(member, role, condition_text(condition))


def dumps(elements: Iterable[Element]) -> str:
    """A JSON list, sorted."""
    ordered = sorted(set(elements), key=lambda e: (e.role, e.member, e.condition))
    return json.dumps([e.spelled() for e in ordered], sort_keys=True, separators=(",", ":"))


def loads(text: str) -> tuple[Element, ...]:
    """The elements of a JSON list, or the one of a JSON object. Raises ValueError for JSON of
    another shape."""
    found = json.loads(text) if text else []
    items = found if isinstance(found, list) else [found]
    return tuple(_read(item) for item in items)


def _read(item: object) -> Element:
    if not isinstance(item, dict):
        raise ValueError("an element is an object")
    member, role = item.get("member"), item.get("role")
    if not isinstance(member, str) or not isinstance(role, str) or not member or not role:
        raise ValueError("an element has a member and a role")
    return element(member, role, item.get("condition"))


def same_member(planned: str, standing: str, ids: UniqueIds = _NO_IDS) -> bool:
    """Is the member that stands in a policy the planned one?

    E-mails compare without case. One that was deleted since is still who it was, by its unique id
    where that is known (``ids``); but the name alone of a deleted member is somebody else's now,
    or its own again after an undelete: that is for a new plan to tell."""
    if planned == standing:
        return True
    if planned.startswith(DELETED):
        return False
    one, other = parse("gcp.member", planned, {}), parse("gcp.member", standing, {})
    if one is None or other is None or (one.kind, one.value) != (other.kind, other.value):
        return False
    known = one.stable_id or ids.get(one.value)
    return not (known and other.stable_id) or known == other.stable_id


def standing(policy: Policy, planned: Sequence[Element], ids: UniqueIds = _NO_IDS) -> list[Element]:
    """The elements of the policy that are planned ones, each once, in its order."""
    found = [
        e
        for e in _elements(policy)
        if any(
            p.role == e.role and p.condition == e.condition and same_member(p.member, e.member, ids)
            for p in planned
        )
    ]
    return list(dict.fromkeys(found))


def without(policy: Policy, planned: Sequence[Element], ids: UniqueIds = _NO_IDS) -> Without:
    """The policy without the planned elements. Everything else stays as it is, in its order; a
    role binding of which nobody is left goes."""
    removed = standing(policy, planned, ids)
    gone = set(removed)
    bindings: list[Json] = []
    for binding in _bindings(policy):
        if not isinstance(binding, Mapping):
            bindings.append(binding)
            continue
        left = [m for m in _strings(binding) if _element(binding, m) not in gone]
        if len(left) == len(_strings(binding)):
            bindings.append(binding)
        elif left:
            bindings.append({**binding, "members": left})
    return Without(policy={**policy, "bindings": bindings}, removed=tuple(removed))


def put_back(policy: Policy, elements: Sequence[Element]) -> Without:
    """The policy with the elements in it: each joins the binding of its role and condition, or
    gets one. ``removed`` are those that were not there: what is new."""
    bindings = list(_bindings(policy))
    new = []
    for one in elements:
        if standing({"bindings": bindings}, [one]):
            continue
        new.append(one)
        at = next((i for i, b in enumerate(bindings) if _is_of(b, one)), None)
        if at is None:
            spelled = one.spelled()
            condition = {k: v for k, v in spelled.items() if k == "condition"}
            bindings.append({"role": one.role, "members": [one.member], **condition})
        else:
            found = bindings[at]
            if isinstance(found, Mapping):
                bindings[at] = {**found, "members": [*_strings(found), one.member]}
    return Without(policy={**policy, "bindings": bindings}, removed=tuple(new))


def differs_only_by(before: Policy, after: Policy, removed: Iterable[Element]) -> bool:
    """Is ``after`` all of ``before`` but the elements in ``removed``, and nothing more? Compared
    are every member of every role and condition, and whatever else a policy holds (audit
    configurations): what is said beside the bindings has to be the same."""
    gone = {(e.member, e.role, e.condition) for e in removed}
    kept = Counter({entry: n for entry, n in _entries(before).items() if entry not in gone})
    return kept == _entries(after) and _beside(before) == _beside(after)


def members_of(policy: Policy, role: str) -> frozenset[str]:
    """Everybody who has the role, whatever the condition, without those that were deleted."""
    return frozenset(e.member for e in _elements(policy) if e.role == role and not e.deleted)


def _entries(policy: Policy) -> Counter[_Entry]:
    return Counter((e.member, e.role, e.condition) for e in _elements(policy))


def _beside(policy: Policy) -> str:
    rest = {k: v for k, v in policy.items() if k not in ("bindings", "etag", "version")}
    return json.dumps(rest, sort_keys=True, default=str)


def _elements(policy: Policy) -> Iterable[Element]:
    for binding in _bindings(policy):
        if isinstance(binding, Mapping):
            for member in _strings(binding):
                yield _element(binding, member)


def _element(binding: Mapping[str, Json], member: str) -> Element:
    role = binding.get("role")
    return element(member, role if isinstance(role, str) else "", binding.get("condition"))


def _is_of(binding: Json, one: Element) -> bool:
    if not isinstance(binding, Mapping) or binding.get("role") != one.role:
        return False
    return condition_text(binding.get("condition")) == one.condition


def _bindings(policy: Policy) -> Sequence[Json]:
    found = policy.get("bindings")
    return found if isinstance(found, Sequence) and not isinstance(found, str) else ()


def _strings(binding: Mapping[str, Json]) -> list[str]:
    found = binding.get("members")
    if not isinstance(found, Sequence) or isinstance(found, str):
        return []
    return [m for m in found if isinstance(m, str)]
