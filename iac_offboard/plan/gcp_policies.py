"""Members of allow policies that no root manages: one write for each policy and leaver."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from iac_offboard.catalog.google_elements import OWNERS, Element, dumps, loads
from iac_offboard.model import (
    AccountFacts,
    Action,
    Finding,
    Observation,
    Phase,
    Relation,
    Subject,
)
from iac_offboard.plan.draft import Draft, live_observations, managing_roots, manual_step
from iac_offboard.plan.gcp_found import ACCOUNT

_NO_ELEMENT = "what stands in its policy was not read, so that nobody can tell what to take out"
_EXEMPT = (
    "it gives no access: taking the member out of exemptedMembers of auditConfigs only means that "
    "its use of the service is logged"
)
# Subject and the full resource name of what has the policy.
_Place: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One element of the policy at the target of ``live``."""

    finding: Finding
    live: Observation
    element: Element


def entries(finding: Finding) -> list[Entry]:
    """Every element by which the finding stands in a policy live."""
    found = []
    for live in live_observations(finding):
        try:
            elements = loads(live.element)
        except ValueError:
            elements = ()
        found += [Entry(finding, live, one) for one in elements]
    return found


def only_deleted(finding: Finding) -> bool:
    """Does it stand live as deleted members alone? No apply takes them away."""
    stands = entries(finding) if finding.binding.target.provider == "gcp" else []
    return bool(stands) and all(e.element.deleted for e in stands)


def remove_members(
    draft: Draft,
    findings: Sequence[Finding],
    ids: Mapping[str, str],
    facts: Mapping[str, AccountFacts],
    subjects: Mapping[str, Subject],
) -> None:
    """``findings`` are grants; ``ids`` the numeric ids of the leavers' service accounts by e-mail:
    by them a namesake that was made since, and the member that a deleted one leaves behind, are
    told apart. What a root manages is left to it but for members that were
    deleted: the provider refuses to write them in a member or a binding ("IAM policy for
    projects", provider documentation), so that no apply takes them away."""
    places: dict[_Place, list[Entry]] = {}
    for finding in findings:
        mine = entries(finding)
        if managing_roots(finding):
            mine = [e for e in mine if e.element.deleted]
        elif finding.binding.relation is Relation.MEMBERSHIP:
            draft.manual.append(manual_step(finding, _EXEMPT))
            continue
        elif not mine:
            draft.manual.append(manual_step(finding, _NO_ELEMENT))
        for entry in mine:
            target = entry.live.binding.target
            places.setdefault((finding.subject, target.arn or target.name), []).append(entry)
    for place, members in sorted(places.items()):
        draft.add(_write(place[0], members, ids, _kept_owner(members, facts, subjects)))


def _write(
    subject: str, members: Sequence[Entry], ids: Mapping[str, str], kept_owner: str
) -> Action:
    first = members[0].live
    known = {
        email: ids[email]
        for entry in members
        if (email := entry.live.binding.principal.value) in ids
    }
    managed = all(managing_roots(e.finding) for e in members)
    return Action(
        id="",
        phase=Phase.LIVE,
        verb="gcp:SetIamPolicy",
        target=first.binding.target,
        subject=subject,
        reason=(
            "the Terraform provider cannot take out a member that was deleted"
            if managed
            else "no root manages these members; only they are taken out"
        ),
        finding=", ".join(sorted({e.finding.id for e in members})),
        before=first.image,
        params=(
            ("members", dumps(e.element for e in members)),
            *((("unique_ids", json.dumps(known, sort_keys=True)),) if known else ()),
            *((("keeps", kept_owner),) if kept_owner else ()),
        ),
        undo="puts back only the members that were taken out",
    )


def _kept_owner(
    members: Sequence[Entry],
    facts: Mapping[str, AccountFacts],
    subjects: Mapping[str, Subject],
) -> str:
    """The role that has to keep a member, where one of ``members`` has it: whoever else had it
    when the plan was made may be gone when it is carried out. "" where the roster lets it go."""
    target = members[0].live.binding.target
    role = OWNERS.get(target.kind, "")
    account = target.account or ""
    taken = {e.element.member for e in members if e.element.role == role}
    known = facts.get(account)
    if not taken or known is None or not set(known.admins) - taken:
        return ""
    released = any(f"last-admin:{account}" in s.release for s in subjects.values())
    return "" if released else role


def is_member(finding: Finding) -> bool:
    """Does the finding stand in an allow policy, so that taking a member out removes it?"""
    relation = finding.binding.relation
    if finding.binding.target.kind == ACCOUNT and relation is Relation.IDENTITY:
        return False
    return relation in (Relation.GRANT, Relation.TRUST) or (
        relation is Relation.MEMBERSHIP and finding.binding.target.kind != "gcp_group"
    )
