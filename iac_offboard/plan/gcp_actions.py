"""Findings of Google Cloud -> actions beside those of AWS, phase by phase."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from iac_offboard.model import (
    AccountFacts,
    Action,
    Finding,
    Phase,
    Relation,
    Subject,
    Tier,
)
from iac_offboard.plan.draft import Draft, live_observation, managing_roots, manual_step
from iac_offboard.plan.gcp_accounts import CREDENTIALS, contain_accounts, remove_accounts
from iac_offboard.plan.gcp_by_hand import narrow_conditions
from iac_offboard.plan.gcp_found import ACCOUNT, GROUP, Found, ServiceAccount, service_accounts
from iac_offboard.plan.gcp_keys import ask_whose, rotate_held
from iac_offboard.plan.gcp_policies import is_member, remove_members


@dataclass(frozen=True, slots=True, kw_only=True)
class Google:
    """The findings of Google Cloud that may be acted on, and what they are about."""

    draft: Draft
    found: Found
    certain: tuple[Finding, ...]
    accounts: tuple[ServiceAccount, ...]
    subjects: Mapping[str, Subject]

    @classmethod
    def of(
        cls,
        draft: Draft,
        found: Found,
        certain: Sequence[Finding],
        subjects: Mapping[str, Subject],
    ) -> Google:
        """``certain`` are the findings of Google Cloud that a cloud may be written for; ``found``
        are those about accounts that others use."""
        return cls(
            draft=draft,
            found=found,
            certain=tuple(certain),
            accounts=tuple(service_accounts(certain, subjects)),
            subjects=subjects,
        )

    def contain(self) -> Mapping[str, str]:
        """The ids of the disabling of accounts, by the id of the account's finding."""
        hostile = [
            k
            for k in self.found.held
            if (s := self.subjects.get(k.subject)) is not None and s.tier is Tier.HOSTILE
        ]
        return contain_accounts(self.draft, self.accounts, hostile)

    def remove_live(
        self, disabled: Mapping[str, str], facts: Mapping[str, AccountFacts], window: int
    ) -> None:
        """What no root manages; ``window`` as :func:`iac_offboard.plan.rotation.rotate` has it."""
        rest = [f for f in self.certain if f.id not in self._of_accounts()]
        members = [f for f in rest if is_member(f)]
        ids = {a.email: a.unique_id for a in self.accounts if a.unique_id}
        remove_members(self.draft, members, ids, facts, self.subjects)
        narrow_conditions(
            self.draft, [f for f in rest if f.binding.relation is Relation.FEDERATION]
        )
        for finding in rest:
            if is_member(finding) or finding.binding.relation is Relation.FEDERATION:
                continue
            if not managing_roots(finding):
                self._remove(finding)
        remove_accounts(self.draft, self.accounts, disabled, self.subjects)
        rotate_held(self.draft, self.found.held, self.subjects, window)
        ask_whose(self.draft, self.found.whose)

    def _of_accounts(self) -> frozenset[str]:
        """Ids of the findings that go with an account of the leaver."""
        return frozenset(
            f.id for a in self.accounts for f in (a.identity, *a.credentials)
        ) | frozenset(
            # Seen twice, by the account and by who made it.
            f.id
            for f in self.certain
            for a in self.accounts
            if f.binding.target in [c.binding.target for c in a.credentials]
        )

    def _remove(self, finding: Finding) -> None:
        live = live_observation(finding)
        target = finding.binding.target
        if live is None:
            return
        if finding.binding.relation is Relation.MEMBERSHIP and target.kind == GROUP:
            self.draft.add(_leave_group(finding))
        elif finding.binding.relation is Relation.CREDENTIAL and target.kind in CREDENTIALS:
            reason = f"whose account it is of is not known: no {ACCOUNT} of the leaver was found"
            self.draft.manual.append(manual_step(finding, reason))
        else:
            reason = "this version cannot remove it live"
            self.draft.manual.append(manual_step(finding, reason))


def _leave_group(finding: Finding) -> Action:
    live = live_observation(finding)
    seen = live.binding if live is not None else finding.binding
    return Action(
        id="",
        phase=Phase.LIVE,
        verb="cloudidentity:DeleteMembership",
        target=seen.target,
        subject=finding.subject,
        reason="no root manages it; what the group gives ends within hours",
        finding=finding.id,
        before="present",
        params=(("member", seen.principal.value), ("roles", seen.detail)),
        undo="cloudidentity:CreateMembership",
    )
