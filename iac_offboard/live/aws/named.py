"""Whom a policy document names, as bindings to the thing it guards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from iac_offboard.catalog.policy import Json, PolicyPrincipal, policy_principals
from iac_offboard.model import Binding, Effect, Principal, PrincipalKind, Relation, Target

Matcher: TypeAlias = Callable[[Principal], bool]
"""True for a principal that may be a leaver, by a strong or a weak sign. It is a candidate:
who it is gets judged later, with all facts at hand."""


def named_in(
    doc: Json, matcher: Matcher, ids: frozenset[str], account: str
) -> Iterator[PolicyPrincipal]:
    """The candidates among the principals of a document. ``ids`` are the unique ids of users
    and roles already found: a policy written by ARN shows the id once its user is gone."""
    for found in policy_principals(doc, account=account):
        if is_candidate(found.principal, matcher, ids):
            yield found


def is_candidate(principal: Principal, matcher: Matcher, ids: frozenset[str]) -> bool:
    if principal.kind is PrincipalKind.IAM_UNIQUE_ID and principal.value in ids:
        return True
    return matcher(principal)


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
