"""One subject under a fresh look: what was known of it, and what is shown now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from iac_offboard.model import (
    DENIED_NOW,
    Access,
    Action,
    Binding,
    BindingVerdict,
    Finding,
    Grade,
    LiveOrigin,
    Principal,
    PrincipalKind,
    Relation,
    Strength,
    Subject,
    Target,
    Waived,
)
from iac_offboard.verify.coverage import Coverage
from iac_offboard.verify.sameness import Alike, Name, unique_ids

_IDENTITIES = {"iam_user": PrincipalKind.IAM_USER, "iam_role": PrincipalKind.IAM_ROLE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """``planned`` are the findings of the plan, ``remembered`` those that only an earlier look
    showed, ``fresh`` those of this one. ``gone_since`` says by finding id when it was first read
    gone, ``contained`` which credential was made inactive, and by which action; ``handed_over``
    when a person took over a shared identity."""

    subject: Subject
    planned: tuple[Finding, ...]
    fresh: tuple[Finding, ...]
    coverage: Coverage
    now: datetime
    remembered: tuple[Finding, ...] = ()
    gone_since: Mapping[str, datetime] = field(default_factory=dict)
    contained: Mapping[str, Action] = field(default_factory=dict)
    handed_over: Mapping[Name, datetime] = field(default_factory=dict)
    _alike: tuple[Alike, Alike, Alike] = field(init=False, repr=False, compare=False)
    _standing: Mapping[str | None, tuple[Finding, ...]] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        ids = unique_ids(self.planned)
        alike = tuple(Alike(fs, ids) for fs in (self.planned, self.remembered, self.fresh))
        object.__setattr__(self, "_alike", alike)
        object.__setattr__(self, "_standing", _by_account(filter(_stands, self.fresh)))

    def planned_of(self, finding: Finding) -> list[Finding]:
        """What the plan knew of this binding."""
        return self._alike[0].of(finding)

    def remembered_of(self, finding: Finding) -> list[Finding]:
        """What earlier looks told of this binding."""
        return self._alike[1].of(finding)

    def fresh_of(self, finding: Finding) -> list[Finding]:
        """What this look shows of this binding."""
        return self._alike[2].of(finding)

    def all_of(self, finding: Finding) -> list[Finding]:
        """Every finding about this binding, whenever it was seen."""
        return [found for alike in self._alike for found in alike.of(finding)]

    def unread(self, binding: Binding) -> str:
        """Why the place of this binding was not read; "" when it was, or is waived."""
        return self.coverage.unread(binding, self.subject.id)

    def waived(self, binding: Binding) -> Waived | None:
        """The waiver on which "not shown" rests, if it rests on one."""
        return self.coverage.waived(binding, self.subject.id)

    def identities(self, account: str | None = None) -> tuple[Finding, ...]:
        """IAM users and roles that are certainly the subject's and stand live; in this account,
        or anywhere."""
        return self._standing.get(account, ())

    def is_gone(self, kind: str, name: str, account: str | None) -> bool:
        """Whether the subject had this IAM user or role, and it was read to be there no more.
        Of one that no finding ever told of nothing is known."""
        had = [f for f in self.planned if _is(f, kind, name, account)]
        stands = any(f.live and _is(f, kind, name, account) for f in self.fresh)
        unread = any(self.unread(f.binding) or self.waived(f.binding) for f in had)
        return bool(had) and not stands and not unread


def _stands(finding: Finding) -> bool:
    return (
        finding.binding.relation is Relation.IDENTITY
        and finding.binding.target.kind in _IDENTITIES
        and bool(finding.live)
        and finding.strength is Strength.STRONG
        and not finding.reused
    )


def _by_account(findings: Iterable[Finding]) -> Mapping[str | None, tuple[Finding, ...]]:
    """By account, and all of them under None."""
    found: dict[str | None, list[Finding]] = {}
    for finding in findings:
        for account in {None, finding.binding.target.account}:
            found.setdefault(account, []).append(finding)
    return {account: tuple(members) for account, members in found.items()}


def is_shut(finding: Finding) -> bool:
    """A session that nothing but a Deny in the leaver's own policies keeps from being entered: what
    began before the Deny stood goes on."""
    statuses = {o.status for o in finding.observations if isinstance(o.origin, LiveOrigin)}
    return finding.binding.relation is Relation.SESSION and statuses == {DENIED_NOW}


def _is(finding: Finding, kind: str, name: str, account: str | None) -> bool:
    target = finding.binding.target
    return (
        finding.binding.relation is Relation.IDENTITY
        and target.kind == kind
        and target.name.casefold() == name.casefold()
        and (account is None or target.account in (None, account))
    )


def iam_place(account: str) -> Binding:
    """Where the users of an account would be: a binding to ask the coverage about."""
    return Binding(
        principal=Principal(provider="aws", kind=PrincipalKind.IAM_USER, value="", account=account),
        relation=Relation.IDENTITY,
        target=Target(provider="aws", kind="iam_user", name="", account=account),
    )


def by_waiver(waived: Waived) -> str:
    """Who took responsibility, in words."""
    until = waived.until.isoformat(timespec="seconds")
    return f"waived by {waived.by} until {until}: {waived.reason}"


def said(
    finding: Finding,
    access: Access,
    grade: Grade,
    because: str,
    recheck_at: datetime | None = None,
) -> BindingVerdict:
    """The verdict about one finding."""
    return BindingVerdict(
        finding=finding.id,
        binding=finding.binding,
        access=access,
        grade=grade,
        because=because,
        recheck_at=recheck_at,
        covered=finding.covered,
    )
