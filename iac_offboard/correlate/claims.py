"""Whose identity is it? Every fact about an identity, from all places, put together (rule 12)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from iac_offboard.catalog.principal import is_pattern
from iac_offboard.correlate.seen import Identity, Place, Seen
from iac_offboard.model import Alias, Principal, PrincipalKind, Relation, Strength, Subject

# Patterns that let in whoever brings a token, belongs to a domain, or to a group of everybody,
# wherever they stand.
_PATTERNS = frozenset(
    {
        PrincipalKind.OIDC_SUBJECT,
        PrincipalKind.GCP_DOMAIN,
        PrincipalKind.GCP_PRINCIPAL_SET,
        PrincipalKind.GCP_PRINCIPAL,
        PrincipalKind.KUBERNETES_GROUP,
    }
)


def lets_in(principal: Principal) -> bool:
    """Is it a pattern that counts wherever it stands?"""
    return principal.kind in _PATTERNS or is_pattern(principal)


class Recognised(Protocol):
    """One subject that a principal is or may be."""

    @property
    def subject(self) -> Subject: ...
    @property
    def alias(self) -> Alias: ...
    @property
    def strength(self) -> Strength: ...
    @property
    def why(self) -> str: ...
    @property
    def reused(self) -> bool: ...
    @property
    def fact(self) -> str: ...
    @property
    def other(self) -> bool: ...
    @property
    def had(self) -> str: ...


class Recogniser(Protocol):
    """What correlate needs of a matcher (``subjects.Matcher`` is one)."""

    def match(
        self, principal: Principal, *, created_at: datetime | None = None
    ) -> Sequence[Recognised]: ...
    def covers(self, principal: Principal) -> Sequence[Subject]: ...


@dataclass(frozen=True, slots=True)
class Claim:
    """A subject's claim to an identity; ``reused`` and ``shared`` hold the tool back. ``fact``
    says what else than the name agrees ("": nothing); ``other``: the roster says that it is not
    the subject's; ``had`` is the unique id that the subject had under this name ("": unknown)."""

    subject: str
    strong: bool
    why: str
    reused: bool = False
    shared: bool = False
    fact: str = ""
    other: bool = False
    had: str = ""

    def with_fact(self, other: Claim) -> Claim:
        first, second = (other, self) if other.strong and not self.strong else (self, other)
        return replace(
            first,
            reused=first.reused or second.reused,
            shared=first.shared or second.shared,
            fact=first.fact or second.fact,
            other=first.other or second.other,
            had=first.had or second.had,
        )


class Claims:
    """The claims to every identity that was seen, by identity and subject id."""

    def __init__(self, subjects: Iterable[Subject], recogniser: Recogniser) -> None:
        self._wanted = {s.id for s in subjects}
        self._recogniser = recogniser
        self._known: dict[tuple[Principal, datetime | None], tuple[Claim, ...]] = {}
        self._claims: dict[Identity, dict[str, Claim]] = {}
        self._covered: dict[Principal, tuple[str, ...]] = {}

    def learn(self, seen: Sequence[Seen]) -> None:
        """Take in what every observation says about its identity."""
        for item in seen:
            for claim in self._of(item):
                at = self._claims.setdefault(item.identity, {})
                earlier = at.get(claim.subject)
                at[claim.subject] = earlier.with_fact(claim) if earlier else claim
        for at in self._claims.values():
            # The identity is known to be another leaver's: a mere namesake has no claim.
            if any(c.strong for c in at.values()):
                for subject in [s for s, c in at.items() if not c.strong]:
                    del at[subject]

    def of(self, identity: Identity) -> dict[str, Claim]:
        return self._claims.get(identity, {})

    def covered(self, principal: Principal) -> tuple[str, ...]:
        """The subjects that the principal lets in without naming them."""
        if not lets_in(principal):
            return ()
        known = self._covered.get(principal)
        if known is None:
            found = (s.id for s in self._recogniser.covers(principal))
            known = self._covered[principal] = tuple(i for i in found if i in self._wanted)
        return known

    def give(self, identity: Identity, claim: Claim) -> None:
        """Set what was concluded from elsewhere (a live namesake, a managed binding)."""
        self._claims.setdefault(identity, {})[claim.subject] = claim

    def _of(self, item: Seen) -> tuple[Claim, ...]:
        principal, binding = item.principal, item.observation.binding
        # Only the identity's own age counts: a key made after the leaving is no namesake's key.
        own = binding.relation is Relation.IDENTITY
        created = item.observation.created_at if own else None
        found = self._ask(principal, created)
        if len(item.accounts) > 1:
            possible = (self._ask(replace(principal, account=a), None) for a in item.accounts)
            placed = {c.subject for claims in possible for c in claims}
            found = tuple(c for c in found if c.subject in placed)
        if binding.target.kind == "iam_access_key" and binding.target.name:
            key = Principal(
                provider=principal.provider,
                kind=PrincipalKind.ACCESS_KEY,
                value=binding.target.name,
                account=principal.account,
            )
            found += self._ask(key, None)
        return found

    def _ask(self, principal: Principal, created: datetime | None) -> tuple[Claim, ...]:
        known = self._known.get((principal, created))
        if known is None:
            known = tuple(
                Claim(
                    subject=m.subject.id,
                    strong=m.strength is Strength.STRONG,
                    why=m.why,
                    reused=m.reused,
                    shared=m.alias.shared,
                    fact=m.fact,
                    other=m.other,
                    had=m.had,
                )
                for m in self._recogniser.match(principal, created_at=created)
                if m.subject.id in self._wanted
            )
            self._known[principal, created] = known
        return known


def live_namesakes(seen: Iterable[Seen]) -> dict[str, list[Identity]]:
    """Live IAM users by name, over all accounts that were read."""
    found: dict[str, dict[Identity, None]] = {}
    for item in seen:
        if item.place is Place.LIVE and item.identity.kind is PrincipalKind.IAM_USER:
            found.setdefault(item.identity.name, {})[item.identity] = None
    return {name: list(identities) for name, identities in found.items()}
