"""Whether a planned binding and a fresh one are the same, whatever spells the principal now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from iac_offboard.model import Finding, Principal, Relation

Name: TypeAlias = tuple[str, str, str]
_Place: TypeAlias = tuple[str | None, ...]


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
    return _place(planned) == _place(fresh) and _same_principal(
        planned.binding.principal, fresh.binding.principal, ids
    )


def made_again(fresh: Iterable[Finding], planned: Iterable[Finding]) -> tuple[Finding, ...]:
    """``fresh``, where what the code of a planned finding made anew is no re-used name: it is the
    same code that was taken out and put back, which is a second fact beside the name (rule 12)."""
    known = {place for finding in planned for place in written(finding)}
    return tuple(
        replace(f, reused=False) if f.reused and not known.isdisjoint(written(f)) else f
        for f in fresh
    )


def written(finding: Finding) -> set[tuple[str, str]]:
    """Root and address of all that writes it, in code or state."""
    return {(origin.root, origin.address) for origin in finding.addressed}


class Alike:
    """Findings by what they are about. A leaver may be let in at tens of thousands of places
    (every key names its account's root), so that nobody may compare each with each."""

    def __init__(self, findings: Iterable[Finding], ids: Mapping[Name, str]) -> None:
        """``ids`` as :func:`unique_ids` says."""
        self._ids = ids
        self._by_id: dict[str, list[Finding]] = {}
        self._by_place: dict[_Place, list[Finding]] = {}
        for finding in findings:
            self._by_id.setdefault(finding.id, []).append(finding)
            self._by_place.setdefault(_place(finding), []).append(finding)

    def of(self, finding: Finding) -> list[Finding]:
        """Those that are about the same binding."""
        found = list(self._by_id.get(finding.id, ()))
        found += (
            other
            for other in self._by_place.get(_place(finding), ())
            if other.id != finding.id and same_binding(finding, other, self._ids)
        )
        return found


def _place(finding: Finding) -> _Place:
    binding, target = finding.binding, finding.binding.target
    where = (target.provider, target.kind, target.name, target.account, target.region)
    return (*where, binding.relation, binding.detail, binding.effect)


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
