"""Contain: reversible denial only (DESIGN.md, rule 8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from iac_offboard.catalog.ours import QUARANTINE_GROUP, QUARANTINE_POLICY
from iac_offboard.model import (
    AccountFacts,
    Action,
    Finding,
    Phase,
)
from iac_offboard.plan.draft import (
    Draft,
    User,
    inline_target,
    live_observation,
    managing_roots,
    quarantine_target,
    user_action,
)
from iac_offboard.plan.verbs import DENY_ALL, GROUPS_PER_USER, USER_THINGS


def contain(
    draft: Draft,
    users: Sequence[User],
    facts: Mapping[str, AccountFacts],
    already: Mapping[tuple[str, str], str],
) -> dict[tuple[str, str], str]:
    """Quarantine first, then every credential inactive. Returns how each user is held:
    ``group`` or ``inline``. ``already`` as ``draft.quarantined`` says."""
    held: dict[tuple[str, str], str] = {}
    group_ready: dict[str, str] = {}
    for user in users:
        how = already.get((user.account, user.name.lower()))
        if how == "inline" or (how is None and _groups_of(user, facts) >= GROUPS_PER_USER):
            held[user.account, user.name] = "inline"
            _inline_deny(draft, user)
        else:
            held[user.account, user.name] = "group"
            if user.account not in group_ready:
                group_ready[user.account] = _quarantine_group(draft, user)
            _join_quarantine(draft, user, group_ready[user.account])
        for finding in user.findings:
            _deactivate(draft, user, finding)
    return held


def _groups_of(user: User, facts: Mapping[str, AccountFacts]) -> int:
    known = facts.get(user.account)
    counts = {name.lower(): n for name, n in known.group_counts} if known else {}
    seen = sum(1 for f in user.findings if f.binding.target.kind == "iam_group")
    return max(seen, counts.get(user.name.lower(), 0))


def _quarantine_group(draft: Draft, user: User) -> str:
    target = quarantine_target(user.account)
    base = Action(
        id="",
        phase=Phase.CONTAIN,
        verb="iam:CreateGroup",
        target=target,
        subject=user.subject,
        reason="the group that denies everything to its members; no root manages it",
        params=(("group", QUARANTINE_GROUP),),
        undo="iam:DeleteGroup",
    )
    made = draft.add(base)
    return draft.add(
        replace(
            base,
            verb="iam:PutGroupPolicy",
            reason="deny every action; an explicit deny wins over any allow",
            params=(
                ("group", QUARANTINE_GROUP),
                ("name", QUARANTINE_POLICY),
                ("document", DENY_ALL),
            ),
            undo="iam:DeleteGroupPolicy",
            needs=(made,),
        )
    )


def _join_quarantine(draft: Draft, user: User, ready: str) -> None:
    draft.add(
        user_action(
            user,
            Phase.CONTAIN,
            "iam:AddUserToGroup",
            quarantine_target(user.account),
            params={"group": QUARANTINE_GROUP},
            reason="deny everything to the leaver; Terraform's destroy clears memberships itself",
            needs=(ready,),
            undo="iam:RemoveUserFromGroup",
        )
    )


def _inline_deny(draft: Draft, user: User) -> None:
    draft.add(
        user_action(
            user,
            Phase.CONTAIN,
            "iam:PutUserPolicy",
            inline_target(user),
            params={"name": QUARANTINE_POLICY, "document": DENY_ALL},
            reason=f"in {GROUPS_PER_USER} groups already, so denied by an inline policy",
            undo="iam:DeleteUserPolicy",
        )
    )


def _deactivate(draft: Draft, user: User, finding: Finding) -> None:
    live = live_observation(finding)
    verbs = USER_THINGS.get(finding.binding.target.kind)
    if verbs is None or not verbs.contain or live is None or live.status == "Inactive":
        return
    roots = managing_roots(finding)
    draft.add(
        user_action(
            user,
            Phase.CONTAIN,
            verbs.contain,
            live.binding.target,
            params={verbs.id_param: live.binding.target.name, "status": "Inactive"},
            reason="refuse the credential at once; it can be set Active again",
            finding=finding.id,
            before=live.status,
            after="Inactive",
            undo=f"{verbs.contain} Active",
            reverted_by=", ".join(roots),
        )
    )
