"""Whether a planned binding and a fresh one are the same, whatever spells the principal now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from iac_offboard.model import Finding, Principal, Relation

Name: TypeAlias = tuple[str, str, str]


def unique_ids(findings: Sequence[Finding]) -> Mapping[Name, str]:
    """The unique id of each identity among the findings, by kind, account and name."""
    return {
        name_of(f.binding.principal): f.binding.target.unique_id
        for f in findings
        if f.binding.relation is Relation.IDENTITY and f.binding.target.unique_id
    }


def same_binding(planned: Finding, fresh: Finding, ids: Mapping[Name, str]) -> bool:
    """Whether both are about one binding, by id, or by where it leads and whom it names.

    ``ids`` as :func:`unique_ids` says, of the plan."""
    if planned.id == fresh.id:
        return True
    a, b = planned.binding, fresh.binding
    return (
        (a.target.provider, a.target.kind, a.target.name)
        == (b.target.provider, b.target.kind, b.target.name)
        and (a.target.account, a.target.region) == (b.target.account, b.target.region)
        and (a.relation, a.detail, a.effect) == (b.relation, b.detail, b.effect)
        and _same_principal(a.principal, b.principal, ids)
    )


def _same_principal(planned: Principal, fresh: Principal, ids: Mapping[Name, str]) -> bool:
    """Once a user is deleted, AWS shows its unique id where its ARN stood in a policy ("AWS JSON
    policy elements: Principal")."""
    if name_of(planned) == name_of(fresh):
        return True
    known = planned.stable_id or ids.get(name_of(planned), "")
    return bool(known) and known == (fresh.stable_id or ids.get(name_of(fresh), ""))


def name_of(principal: Principal) -> Name:
    """An identity by kind, account and name; IAM compares names without case."""
    return principal.kind.value, principal.account or "", principal.value.lower()
