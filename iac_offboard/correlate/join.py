"""Observations of one binding put together, whatever shape each place gives it.

Places are joined by what the provider itself takes for the same thing: an ARN, or a name in a
known account. Code is joined to the state of its own resource address; only where
no state tells does a name alone join, and then only when nothing else bears it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from iac_offboard.catalog import google_pools, google_resources
from iac_offboard.catalog.principal import is_uuid, parse_arn
from iac_offboard.correlate.seen import IN_STORE, OWN_ACCOUNT, Place, Seen
from iac_offboard.model import (
    Binding,
    CodeOrigin,
    Note,
    NoteKind,
    PlanOrigin,
    PrincipalKind,
    Relation,
    Target,
)

# Kinds whose names are unique in one region only; all others are unique in their account.
_REGIONAL = frozenset(
    {"sqs_queue", "sns_topic", "secretsmanager_secret", "lambda_function", "ecr_repository"}
)
# Kinds whose names (ids) are unique in the world.
_GLOBAL = frozenset(
    {"iam_access_key", "s3_bucket", "kms_grant", "sso_assignment", "gcp_storage_bucket"}
)
# Directories in which one place calls a thing by its name and the next one by its id.
_BY_ID = frozenset({"entra", "okta"})
_OKTA_ID = re.compile(r"00[a-z][0-9A-Za-z]{8,}")
_BY_ID_KINDS = frozenset({"identity_store_group"})


@dataclass(slots=True)
class Group:
    """The observations of one binding."""

    items: list[Seen]

    def at(self, place: Place) -> list[Seen]:
        return [item for item in self.items if item.place is place]

    def has(self, place: Place) -> bool:
        return any(item.place is place for item in self.items)


def join(items: Sequence[Seen]) -> tuple[list[Group], list[Note]]:
    """The groups of one subject's observations, and what could not be joined for certain."""
    sets = _Sets(len(items))
    by_key: dict[Hashable, int] = {}
    for i, item in enumerate(items):
        for key in _keys(item):
            sets.unite(by_key.setdefault(key, i), i)
    several = _join_addresses(items, sets)
    groups: dict[int, Group] = {}
    for i, item in enumerate(items):
        if i not in several:
            groups.setdefault(sets.find(i), Group([])).items.append(item)
    for i, others in several.items():
        for root in sorted({sets.find(o) for o in others}):
            groups[root].items.append(items[i])
    return _join_names(list(groups.values()))


class _Sets:
    """Union-find over positions."""

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))

    def find(self, i: int) -> int:
        while self._parent[i] != i:
            self._parent[i] = self._parent[self._parent[i]]
            i = self._parent[i]
        return i

    def unite(self, a: int, b: int) -> None:
        low, high = sorted((self.find(a), self.find(b)))
        self._parent[high] = low


def account_of(item: Seen) -> str | None:
    """The account of the target, also where only its user's is known."""
    target = item.observation.binding.target
    if target.account is None and target.kind in OWN_ACCOUNT:
        return item.identity.account
    return target.account


def region_of(target: Target) -> str:
    """The region that belongs to the name; "" for kinds that have one name in all regions."""
    if target.provider == "gcp":
        return google_resources.of(target.arn).place if target.arn else ""
    if target.kind not in _REGIONAL:
        return ""
    arn = parse_arn(target.arn) if target.arn else None
    return target.region or (arn.region if arn and arn.region else "")


def _keys(item: Seen) -> Iterable[Hashable]:
    binding = item.observation.binding
    target, identity = binding.target, item.identity
    base = (binding.relation, target.kind, binding.effect, identity, *_parallel(binding))
    name, account, region = target.name.casefold(), account_of(item), region_of(target)
    if target.arn:
        yield (*base, "arn", target.arn.casefold())
    if name and target.kind in _GLOBAL:
        yield (*base, "global", name)
    if name and account and (region or not _regional(target)):
        yield (*base, "name", account, region, name)
    if name and account is None and target.kind in OWN_ACCOUNT:
        yield (*base, "root", name)  # the identity holds the root
    if target.unique_id:
        yield (*base, "id", target.unique_id.casefold())
    elif _is_by_id(target) and _is_id(target.name):
        yield (*base, "id", name)
    # What the root's provider says, a project or a directory, tells of the name: but two blocks
    # that make something make two things.
    made = binding.relation is Relation.IDENTITY
    if name and account is None and not made and (target.provider == "gcp" or _is_by_id(target)):
        yield (*base, "root", item.root, name)
    if name and account and target.provider == "gcp" and _regional(target) and not region:
        yield (*base, "root", item.root, account, name)
    if item.place is Place.CODE:
        yield (*base, "code", item.root, item.address, name)


def _regional(target: Target) -> bool:
    """Is the name unique in one region alone?"""
    return target.kind in _REGIONAL or google_resources.located(target.kind)


def _is_by_id(target: Target) -> bool:
    return target.provider in _BY_ID or target.kind in _BY_ID_KINDS


def _is_id(name: str) -> bool:
    return is_uuid(name) or _OKTA_ID.fullmatch(name) is not None


def _parallel(binding: Binding) -> tuple[str, ...]:
    """What tells two bindings of one identity on one thing apart where the provider gives each
    role by itself ("Policy", IAM API of Google Cloud)."""
    return (binding.detail, binding.condition) if binding.target.provider == "gcp" else ()


def _address_key(item: Seen) -> Hashable:
    binding = item.observation.binding
    identity = item.identity
    what = (binding.relation, binding.target.kind, binding.effect, identity.kind)
    # An identity store user is a name in code and an id in its state.
    spelled = item.principal.value if identity.kind in IN_STORE else identity.name
    if identity.kind is PrincipalKind.GCP_SERVICE_ACCOUNT:
        spelled = spelled.partition("@")[0]  # in code the project may not be known
    return (item.root, item.address, *what, google_pools.of_any_project(spelled).casefold())


def _join_addresses(items: Sequence[Seen], sets: _Sets) -> dict[int, list[int]]:
    """Code to the states, and to Terraform's plan, of the same resource. Answers the code that has
    several (one root applied to several accounts): it belongs to each of them."""
    known: dict[Hashable, list[int]] = {}
    for i, item in enumerate(items):
        if item.place is Place.STATE:
            known.setdefault(_address_key(item), []).append(i)
    planned = [i for i, item in enumerate(items) if isinstance(item.observation.origin, PlanOrigin)]
    several = _join_each(items, planned, known, sets)
    for i in planned:
        if i not in several:
            known.setdefault(_address_key(items[i]), []).append(i)
    code = [i for i, item in enumerate(items) if isinstance(item.observation.origin, CodeOrigin)]
    return several | _join_each(items, code, known, sets)


def _join_each(
    items: Sequence[Seen], places: Sequence[int], known: dict[Hashable, list[int]], sets: _Sets
) -> dict[int, list[int]]:
    several: dict[int, list[int]] = {}
    alone = _alone(items, places)
    for i in places:
        item = items[i]
        name = item.observation.binding.target.name
        role = _role(item)
        found = [
            s
            for s in known.get(_address_key(item), ())
            if _same(name, items[s]) and (not role or _role(items[s]) in ("", role))
        ] or alone.get(_place_key(item), [])
        roots = {sets.find(s) for s in found}
        if isinstance(item.observation.origin, PlanOrigin) and sets.find(i) in roots:
            continue  # it says itself in which account it is
        if len(roots) == 1:
            sets.unite(found[0], i)
        elif roots:
            several[i] = found
    return several


def _alone(items: Sequence[Seen], places: Sequence[int]) -> dict[Hashable, list[int]]:
    """The state at an address of a directory where it alone is the subject's, and one of
    ``places``: the one names the subject by a login, the other by an id that only the roster
    knows."""
    states: dict[Hashable, list[int]] = {}
    for i, item in enumerate(items):
        if item.place is Place.STATE and item.observation.binding.target.provider in _BY_ID:
            states.setdefault(_place_key(item), []).append(i)
    beside = Counter(_place_key(items[i]) for i in places) if states else Counter[Hashable]()
    return {key: of for key, of in states.items() if len(of) == 1 and beside[key] == 1}


def _place_key(item: Seen) -> Hashable:
    binding = item.observation.binding
    what = (binding.relation, binding.target.kind, binding.effect)
    return (item.root, item.address, *what)


def _role(item: Seen) -> str:
    """A policy holds many roles at one address."""
    return next(iter(_parallel(item.observation.binding)), "")


def _same(name: str, item: Seen) -> bool:
    """In a directory a name in code may be an id in its state: only two of one form differ."""
    target = item.observation.binding.target
    alike = not name or not target.name or name.casefold() == target.name.casefold()
    return alike or (_is_by_id(target) and _is_id(name) is not _is_id(target.name))


def _join_names(groups: list[Group]) -> tuple[list[Group], list[Note]]:
    """Code whose target is known by its name alone, to the one live target of that name."""
    live: dict[Hashable, list[Group]] = {}
    for group in groups:
        if group.has(Place.LIVE) and not group.has(Place.CODE):
            for key in {_name_key(item) for item in group.at(Place.LIVE)}:
                live.setdefault(key, []).append(group)
    merged: list[Group] = []
    notes: list[Note] = []
    for group in groups:
        named = live.get(_name_key(group.items[0]), []) if _by_name_alone(group) else []
        found = [one for one in named if _alike(group, one)]
        if len(found) == 1:
            found[0].items.extend(group.items)
            continue
        if len(found) > 1:
            notes.append(_several(group, len(found)))
        merged.append(group)
    return merged, notes


def _by_name_alone(group: Group) -> bool:
    """Nothing else tells: or, of a name of Google's that is unique in a location, its project."""
    return (
        bool(group.items[0].observation.binding.target.name)
        and not group.has(Place.LIVE)
        and not any(_told(item) for item in group.items)
    )


def _told(item: Seen) -> bool:
    target = item.observation.binding.target
    located = target.provider == "gcp" and _regional(target)
    return bool(target.arn or (account_of(item) and not located))


def _alike(group: Group, live: Group) -> bool:
    """Nobody says of them that they are of two accounts."""
    ours = {account for item in group.items if (account := account_of(item))}
    theirs = {account for item in live.items if (account := account_of(item))}
    return not ours or not theirs or bool(ours & theirs)


def _name_key(item: Seen) -> Hashable:
    binding = item.observation.binding
    target = binding.target
    what = (binding.relation, target.kind, binding.effect, *_parallel(binding))
    return (*what, item.identity, target.name.casefold())


def _several(group: Group, count: int) -> Note:
    item = group.items[0]
    return Note(
        kind=NoteKind.HOLD_BACK,
        where=item.address,
        text=(
            f"{count} live objects ({item.observation.binding.target.kind}) bear the name that "
            "this code spells; which of them it makes is not known, so code and live are not "
            "joined. Give the root's state (--state) to decide it."
        ),
    )
