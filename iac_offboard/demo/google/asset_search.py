"""Which bindings and resources a query of Cloud Asset matches.

Members are looked up in an index of words, so a query costs what it finds and not what there
is: an organization of 1,000 projects and 200,000 bindings answers in milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from iac_offboard.demo.google import asset_shape
from iac_offboard.demo.google.asset_query import (
    Both,
    Either,
    Not,
    Query,
    Term,
    found_in,
    parse,
    terms,
    words_of,
)
from iac_offboard.demo.google.entities import Resource
from iac_offboard.demo.google.policies import Bindings, Key

if TYPE_CHECKING:
    from iac_offboard.demo.google.world import World

POLICY_FIELDS = frozenset(
    ["policy", "roles", "memberTypes", "resource", "project", "folders", "organization"]
)
RESOURCE_FIELDS = frozenset(
    [
        "name",
        "displayName",
        "description",
        "location",
        "labels",
        "project",
        "folders",
        "organization",
        "state",
        "additionalAttributes",
        "parentFullResourceName",
        "assetType",
        "networkTags",
    ]
)


class MemberWords:
    """Members by the words in them; grows with the policies and forgets nothing."""

    def __init__(self) -> None:
        self.known: set[str] = set()
        self.by_word: dict[str, set[str]] = {}

    def update(self, members: Iterable[str]) -> None:
        for member in members:
            if member not in self.known:
                self.known.add(member)
                for word in words_of(member):
                    self.by_word.setdefault(word, set()).add(member)

    def matching(self, term: Term) -> frozenset[str]:
        if not term.words:
            return frozenset(self.known)
        whole = term.words[:-1] if term.prefix else term.words
        if whole:
            pools: list[set[str]] = [self.by_word.get(word, set()) for word in whole]
            candidates = min(pools, key=len)
        else:
            candidates = self.known
        return frozenset(m for m in candidates if found_in(term, words_of(m)))


class _Search:
    """One query with what each of its terms matches."""

    def __init__(self, world: World, query: Query | None, moment: datetime) -> None:
        self.world, self.query, self.moment = world, query, moment
        words = world.member_words
        if len(words.known) < len(world.index) or world.index.keys() - words.known:
            words.update(world.index)
        self.members = {t: words.matching(t) for t in terms(query) if _reads_policy(t)}
        self.keys: dict[tuple[Term, Key], bool] = {}

    def candidates(self, node: Query | None) -> set[str] | None:
        """Names of resources that can match; None: any."""
        match node:
            case Term() if _reads_policy(node) and self._by_member_only(node):
                found: set[str] = set()
                for member in self.members[node]:
                    found.update(self.world.index.get(member, ()))
                return found
            case Both(parts):
                sets = [s for s in map(self.candidates, parts) if s is not None]
                return set.intersection(*sets) if sets else None
            case Either(parts):
                union: set[str] = set()
                for part in parts:
                    one = self.candidates(part)
                    if one is None:
                        return None
                    union |= one
                return union
        return None

    def _by_member_only(self, term: Term) -> bool:
        """An address names members, and at most a condition: those policies are read too."""
        return len(term.words) >= 3 and term.field == "policy" and not self._in_conditions(term)

    def _in_conditions(self, term: Term) -> bool:
        return any(found_in(term, words_of(c)) for c in self.world.conditions_seen())

    def holds(self, node: Query, resource: Resource, key: Key, members: dict[str, None]) -> bool:
        match node:
            case Both(parts):
                return all(self.holds(p, resource, key, members) for p in parts)
            case Either(parts):
                return any(self.holds(p, resource, key, members) for p in parts)
            case Not(part):
                return not self.holds(part, resource, key, members)
        if node.field in {"", "policy"} and self._in_binding(node, key, members):
            return True
        if node.field == "policy":
            return False
        return found_in_field(node, asset_shape.policy_facts(self.world, resource, key, members))

    def _in_binding(self, term: Term, key: Key, members: dict[str, None]) -> bool:
        if term.exact:
            return term.exact == key[0] or term.exact in members
        known = self.keys.get((term, key))
        if known is None:
            role, condition = key
            known = found_in(term, words_of(role)) or found_in(term, words_of(condition))
            self.keys[term, key] = known
        return known or not self.members[term].isdisjoint(members)


def _reads_policy(term: Term) -> bool:
    return term.field in {"", "policy"}


def found_in_field(term: Term, facts: dict[str, str]) -> bool:
    """Does one of the facts (the named one, or any for free text) hold the phrase?"""
    texts = [facts.get(term.field, "")] if term.field else list(facts.values())
    if term.exact:
        return term.exact in texts
    return any(found_in(term, words_of(text)) for text in texts)


def matching_bindings(world: World, text: str, moment: datetime) -> list[tuple[Resource, Bindings]]:
    """Resources with the bindings of their policies that match, as the index knew them.

    Raises:
        ApiError: 400 for a query that does not parse.
    """
    query = parse(text, POLICY_FIELDS)
    search = _Search(world, query, moment)
    names = search.candidates(query)
    late = {name for when, name in world.changed if when > moment}
    if names is None:
        resources = list(world.resources.values())
    else:
        resources = [world.resources[n] for n in names | late if n in world.resources]
    found = []
    for resource in resources:
        if resource.written and resource.created > moment:
            continue
        bindings = resource.policy.at(moment)
        matched = {
            key: members
            for key, members in bindings.items()
            if query is None or search.holds(query, resource, key, members)
        }
        if matched:
            found.append((resource, matched))
    return found


def matching_resources(world: World, text: str, moment: datetime) -> list[Resource]:
    """Resources whose facts match, created before ``moment``.

    Raises:
        ApiError: 400 for a query that does not parse.
    """
    query = parse(text, RESOURCE_FIELDS)
    found = []
    for resource in world.resources.values():
        if resource.created > moment and resource.written:
            continue
        if query is None or _holds(query, asset_shape.resource_facts(world, resource)):
            found.append(resource)
    return found


def _holds(node: Query, facts: dict[str, str]) -> bool:
    match node:
        case Both(parts):
            return all(_holds(p, facts) for p in parts)
        case Either(parts):
            return any(_holds(p, facts) for p in parts)
        case Not(part):
            return not _holds(part, facts)
    return found_in_field(node, facts)
