"""Live: what no root manages, in the order that the API demands."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from iac_offboard.catalog.ours import QUARANTINE_GROUP, QUARANTINE_POLICY
from iac_offboard.model import (
    AccountFacts,
    Action,
    Finding,
    Observation,
    Phase,
    Relation,
)
from iac_offboard.plan.draft import (
    Draft,
    User,
    live_observation,
    live_observations,
    managing_roots,
    manual_step,
    quarantine_target,
    user_action,
    user_target,
)
from iac_offboard.plan.unblock import drop_inline_deny, only_when_bare, remove_thing
from iac_offboard.plan.verbs import DOCUMENT_THINGS, NEVER_EMPTY, WHOLE_THINGS

_NOBODY_ELSE = (
    "nobody else stands in its policy, which cannot be empty: name a successor, or remove the "
    "resource itself"
)
_IN_CONDITION = "it stands in a Condition that narrows access: cutting it there would let others in"
# Subject, account, kind and name of the thing whose document it is.
_Place: TypeAlias = tuple[str, str, str, str]
# Kind, account and name in lower case.
_Name: TypeAlias = tuple[str, str, str]


def remove_live(
    draft: Draft,
    users: Sequence[User],
    findings: Sequence[Finding],
    held: Mapping[tuple[str, str], str],
    code: Mapping[str, str],
    facts: Mapping[str, AccountFacts],
    settled: frozenset[str] = frozenset(),
) -> None:
    """``held`` as ``contain`` says, ``code`` the actions of roots; ``settled`` are ids of
    findings that go with something else."""
    ids = _unique_ids(findings)
    findings = [f for f in findings if f.id not in settled]
    handled = {f.id for user in users for f in user.findings}
    last: dict[str, list[str]] = {}
    _documents(draft, findings, ids)
    for user in users:
        if user.roots:
            last.setdefault(user.account, []).extend(code[r] for r in user.roots if r in code)
        else:
            last.setdefault(user.account, []).append(_delete_user(draft, user, held, facts))
    for finding in sorted(findings, key=lambda f: f.binding.target.kind == "identity_store_user"):
        kind = finding.binding.target.kind
        if finding.id in handled or managing_roots(finding) or kind in DOCUMENT_THINGS:
            continue
        _whole(draft, finding)
    for account, needs in sorted(last.items()):
        if any(a == account and how == "group" for (a, _), how in held.items()):
            _drop_group(draft, account, users, needs)


def _unique_ids(findings: Sequence[Finding]) -> Mapping[_Name, str]:
    """The ids of the leavers' users and roles, by what a policy calls them."""
    return {
        (p.kind.value, p.account or "", p.value.lower()): live.binding.target.unique_id or ""
        for f in findings
        if f.binding.relation is Relation.IDENTITY and (live := live_observation(f)) is not None
        for p in (live.binding.principal,)
    }


def _documents(draft: Draft, findings: Sequence[Finding], ids: Mapping[_Name, str]) -> None:
    """One action per document: all of the leaver's principal strings in it go together."""
    by_target: dict[_Place, list[tuple[Finding, Observation]]] = {}
    narrowed: set[_Place] = set()
    for finding in findings:
        if managing_roots(finding) or finding.binding.target.kind not in DOCUMENT_THINGS:
            continue
        lives = live_observations(finding)
        if any(o.removal == "condition" for o in lives):
            narrowed.add(_place(finding, lives[0]))
            draft.manual.append(manual_step(finding, _IN_CONDITION))
        live = next((o for o in lives if o.removal != "condition"), None)
        if live is not None and _may_be_cut(draft, finding, live):
            by_target.setdefault(_place(finding, live), []).append((finding, live))
    for place, members in sorted(by_target.items(), key=lambda item: item[0]):
        _document(draft, place, members, ids, narrowed=place in narrowed)


def _place(finding: Finding, live: Observation) -> _Place:
    target = live.binding.target
    return finding.subject, target.account or "", target.kind, target.arn or target.name


def _may_be_cut(draft: Draft, finding: Finding, live: Observation) -> bool:
    reason = ""
    if live.removal == "manual" and finding.binding.target.kind in NEVER_EMPTY:
        reason = _NOBODY_ELSE
    elif finding.binding.relation not in (Relation.TRUST, Relation.GRANT):
        reason = "this version cannot remove it live"
    if reason:
        draft.manual.append(manual_step(finding, reason))
    return not reason


def _document(
    draft: Draft,
    place: _Place,
    members: Sequence[tuple[Finding, Observation]],
    ids: Mapping[_Name, str],
    *,
    narrowed: bool,
) -> None:
    # Once the user is gone AWS shows its unique id where its ARN stood: either is the leaver.
    first = members[0][1]
    named = {
        (
            p.kind.value,
            p.value,
            p.account or "",
            p.stable_id or ids.get((p.kind.value, p.account or "", p.value.lower()), ""),
        )
        for p in (live.binding.principal for _, live in members)
    }
    fields = ("kind", "value", "account", "stable_id")
    principals = json.dumps([dict(zip(fields, n, strict=True)) for n in sorted(named)])
    draft.add(
        Action(
            id="",
            phase=Phase.LIVE,
            verb=DOCUMENT_THINGS[place[2]],
            target=first.binding.target,
            subject=place[0],
            reason="no root manages this entry; only the leaver's principals are taken out",
            finding=", ".join(sorted(f.id for f, _ in members)),
            before=first.image,
            params=(
                ("principals", principals),
                ("sid", first.binding.detail),
                ("elements", _elements(members)),
                # The entry in a Condition is a manual step of this plan and stays behind.
                *((("condition", "by hand"),) if narrowed else ()),
            ),
            undo="puts back only the principals that were taken out",
        )
    )


def _elements(members: Sequence[tuple[Finding, Observation]]) -> str:
    """What a rollback puts back where no journal tells what was taken out: a JSON list."""
    written = dict.fromkeys(live.element for _, live in members if live.element)
    return f"[{','.join(written)}]"


def _delete_user(
    draft: Draft,
    user: User,
    held: Mapping[tuple[str, str], str],
    facts: Mapping[str, AccountFacts],
) -> str:
    made: list[str] = []
    for finding in user.findings:
        if not managing_roots(finding):
            made.extend(remove_thing(draft, user, finding, Phase.LIVE))
    if user.account in facts and user.name in facts[user.account].bounded:
        made.append(_drop_boundary(draft, user, tuple(made)))
    # Nothing stands between the end of the quarantine and the end of the user.
    made.append(_lift_quarantine(draft, user, held, tuple(made)))
    identity = user.identity
    return draft.add(
        user_action(
            user,
            Phase.LIVE,
            "iam:DeleteUser",
            user_target(user),
            reason="no root manages the user",
            finding=identity.id if identity else "",
            before="present",
            needs=tuple(made),
            undo="none: a new user of that name has another id and no credentials",
        )
    )


def _lift_quarantine(
    draft: Draft, user: User, held: Mapping[tuple[str, str], str], needs: tuple[str, ...]
) -> str:
    if held.get((user.account, user.name)) != "group":
        return drop_inline_deny(draft, user, Phase.LIVE, needs)
    return draft.add(
        user_action(
            user,
            Phase.LIVE,
            "iam:RemoveUserFromGroup",
            quarantine_target(user.account),
            params={"group": QUARANTINE_GROUP, **only_when_bare(Phase.LIVE)},
            reason="our own quarantine, last: it would block DeleteUser",
            needs=needs,
            undo="iam:AddUserToGroup",
        )
    )


def _drop_boundary(draft: Draft, user: User, needs: tuple[str, ...]) -> str:
    return draft.add(
        user_action(
            user,
            Phase.LIVE,
            "iam:DeleteUserPermissionsBoundary",
            user_target(user),
            reason="nothing is left that it would limit, and it hangs on the user",
            needs=needs,
            undo="iam:PutUserPermissionsBoundary",
        )
    )


def _whole(draft: Draft, finding: Finding) -> None:
    live = live_observation(finding)
    if live is None:
        return
    known = WHOLE_THINGS.get(finding.binding.target.kind)
    if known is None:
        draft.manual.append(manual_step(finding, "this version cannot remove it live"))
        return
    verb, undo = known
    principal = live.binding.principal
    draft.add(
        Action(
            id="",
            phase=Phase.LIVE,
            verb=verb,
            target=live.binding.target,
            subject=finding.subject,
            reason="no root manages it",
            finding=finding.id,
            before="present",
            params=(
                ("principal", principal.value),
                ("principal_id", principal.stable_id or ""),
                ("detail", live.binding.detail),
            ),
            undo=undo,
        )
    )


def _drop_group(draft: Draft, account: str, users: Sequence[User], needs: Sequence[str]) -> None:
    """Leave nothing of ours behind; kept by the executor while anybody else is quarantined."""
    target = quarantine_target(account)
    subject = ", ".join(sorted({u.subject for u in users if u.account == account}))
    base = Action(
        id="",
        phase=Phase.LIVE,
        verb="iam:DeleteGroupPolicy",
        target=target,
        subject=subject,
        reason="our quarantine group is not needed any more",
        params=(("group", QUARANTINE_GROUP), ("name", QUARANTINE_POLICY)),
        needs=tuple(needs),
        undo="iam:PutGroupPolicy",
    )
    made = draft.add(base)
    draft.add(replace(base, verb="iam:DeleteGroup", needs=(made,), undo="iam:CreateGroup"))
