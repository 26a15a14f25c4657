"""Whom a policy document names, as bindings to the thing it guards."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from iac_offboard.catalog.policy import Json, PolicyPrincipal, policy_principals, without
from iac_offboard.catalog.rows import RemovalWord
from iac_offboard.model import Binding, Effect, Principal, PrincipalKind, Relation, Target

Matcher: TypeAlias = Callable[[Principal], bool]
"""True for a principal that may be a leaver, by a strong or a weak sign. It is a candidate:
who it is gets judged later, with all facts at hand."""


IN_CONDITION = "condition"


@dataclass(frozen=True, slots=True)
class Known:
    """Users and roles already found, in all accounts: what a policy may call them. A subject
    that was recognised by a tag or an id is known to policies by its ARN alone, and a policy
    written by ARN shows the unique id once its user is gone."""

    ids: frozenset[str] = frozenset()
    names: frozenset[tuple[PrincipalKind, str, str]] = frozenset()
    accounts: frozenset[str] = frozenset()

    @classmethod
    def of(cls, found: Iterable[Principal]) -> Known:
        found = tuple(found)
        return cls(
            ids=frozenset(p.stable_id for p in found if p.stable_id),
            names=frozenset(_name(p) for p in found if p.account),
            accounts=frozenset(p.account for p in found if p.account),
        )

    def __contains__(self, principal: Principal) -> bool:
        if principal.kind is PrincipalKind.IAM_UNIQUE_ID:
            return principal.value in self.ids
        return _name(principal) in self.names

    def lets_in(self, principal: Principal) -> bool:
        """Whether the principal stands for a leaver without naming anybody: the root of an
        account where somebody known lives; or everybody, whoever may live elsewhere."""
        if principal.kind is PrincipalKind.ANYONE:
            return True
        return principal.kind is PrincipalKind.AWS_ACCOUNT and principal.value in self.accounts

    def __or__(self, other: Known) -> Known:
        return Known(
            ids=self.ids | other.ids,
            names=self.names | other.names,
            accounts=self.accounts | other.accounts,
        )


def _name(principal: Principal) -> tuple[PrincipalKind, str, str]:
    # IAM names are unique in an account whatever their case and path.
    return principal.kind, principal.account or "", principal.value.lower()


def named_in(doc: Json, matcher: Matcher, known: Known, account: str) -> Iterator[PolicyPrincipal]:
    """The candidates among the principals of a document."""
    for found in policy_principals(doc, account=account):
        if is_candidate(found.principal, matcher, known):
            yield found


def covering(doc: Json, known: Known, account: str) -> Iterator[PolicyPrincipal]:
    """What of a document lets somebody known in without naming anybody. A root in a Condition
    means the root user itself, and a Deny lets nobody in: neither is here."""
    for found in policy_principals(doc, account=account):
        allows = found.effect is Effect.ALLOW and not found.negated and not found.in_condition
        if allows and known.lets_in(found.principal):
            yield found


def is_candidate(principal: Principal, matcher: Matcher, known: Known) -> bool:
    return principal in known or matcher(principal)


def binding_of(found: PolicyPrincipal, relation: Relation, target: Target) -> Binding:
    """The binding of one principal string. One that keeps somebody OUT (a Deny, NotPrincipal,
    a negated condition) has the effect DENY: cutting it would widen access."""
    keeps_out = found.effect is Effect.DENY or found.negated
    return Binding(
        principal=found.principal,
        relation=relation,
        target=target,
        detail=found.sid or f"statement {found.statement + 1}",
        condition=found.condition,
        effect=Effect.DENY if keeps_out else Effect.ALLOW,
    )


def removal_word(document: Json, named: Sequence[PolicyPrincipal], found: PolicyPrincipal) -> str:
    """What may be done about ``found``, one of the candidates ``named`` in the document.

    ``condition``: it stands in a Condition, where cutting it would widen access. ``manual``:
    nothing would be left of the document without the candidates. Else ""."""
    if found.in_condition:
        return IN_CONDITION
    paths = [
        f.path for f in named if f.effect is Effect.ALLOW and not f.negated and not f.in_condition
    ]
    empty = bool(paths) and without(document, paths).document is None
    return RemovalWord.MANUAL.value if empty else ""
