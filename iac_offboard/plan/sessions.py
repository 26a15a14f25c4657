"""Sessions that outlive what let them in: denied where something tells them apart.

The deny stands on a role or permission set of somebody else, so it goes again, after the last
session of the leaver there has ended by itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from iac_offboard.model import (
    Action,
    Entry,
    Finding,
    InlineOwner,
    LiveOrigin,
    ManualStep,
    Observation,
    Phase,
    PrincipalKind,
    Target,
)
from iac_offboard.plan.denies import (
    Leaver,
    Marks,
    deny_sessions_of,
    deny_store_users,
    digest_of,
)
from iac_offboard.plan.draft import Draft, live_observation
from iac_offboard.plan.reverting import reverted_by

_SSO_SESSION = re.compile(r"^(arn:[^:]+:sso:::instance/[^/]+)/(\d{12})/(arn:.+)$")
# Subject, account, kind and name of the role or permission set.
_Place: TypeAlias = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Session:
    """One way of the leaver into one role or permission set, live."""

    finding: Finding
    live: Observation
    entry: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Denied:
    """A deny of ours that has to be lifted: by which verb, and how many seconds the longest
    session lasts."""

    contain: Action
    lift: str
    seconds: int


def deny_sessions(
    draft: Draft,
    sessions: Sequence[Finding],
    inline_owners: Sequence[InlineOwner],
    own: frozenset[tuple[str, str]],
) -> tuple[Denied, ...]:
    """Contain what can be told apart; a person decides about the rest.

    ``own`` are (account, name in lower case) of roles that are the leaver's: denied as a whole
    already. ``inline_owners`` tell which roots revert a deny."""
    denied: list[Denied] = []
    for place, members in sorted(_by_place(sessions).items()):
        if place[2] == "sso_permission_set":
            denied += _deny_permission_set(draft, place, members, inline_owners)
        elif (place[1], place[3].lower()) not in own:
            denied += _deny_role(draft, place, members, inline_owners)
    return tuple(denied)


def _by_place(sessions: Sequence[Finding]) -> Mapping[_Place, list[_Session]]:
    by_place: dict[_Place, list[_Session]] = {}
    for finding in sessions:
        live = live_observation(finding)
        if live is None:
            continue
        session = _Session(finding=finding, live=live, entry=live.entry or Entry())
        target = live.binding.target
        if target.kind == "sso_session" and (parts := _SSO_SESSION.match(target.name)):
            # The same permission set serves many accounts: one deny is for all of them.
            account = _called(live) or target.account or ""
            where = (account, "sso_permission_set", f"{parts[1]}/{parts[3]}")
        else:
            where = (target.account or "", target.kind, target.name)
        by_place.setdefault((finding.subject, *where), []).append(session)
    return by_place


def _called(live: Observation) -> str:
    """The account whose Identity Center answered: the target may name where the session leads."""
    return live.origin.account if isinstance(live.origin, LiveOrigin) else ""


def _deny_role(
    draft: Draft, place: _Place, members: Sequence[_Session], owners: Sequence[InlineOwner]
) -> list[Denied]:
    marked = [m for m in members if m.entry.marks and m.entry.editable]
    open_ = [m for m in members if m not in marked]
    if open_:
        draft.manual.append(_by_hand(open_))
    if not marked:
        return []
    subject, target = place[0], marked[0].live.binding.target
    leaver = Leaver.of(subject, (m.live.binding.principal for m in marked))
    document = deny_sessions_of(leaver, (m.entry.marks for m in marked))
    action = _contain(
        marked,
        "iam:PutRolePolicy",
        target,
        (
            ("role", target.name),
            ("role_id", target.unique_id or ""),
            ("name", leaver.policy),
            ("document", document),
            ("digest", digest_of(document)),
        ),
        undo="iam:DeleteRolePolicy",
        reverted=reverted_by(owners, "iam_role", target.name),
    )
    return [_denied(draft, action, "iam:DeleteRolePolicy", marked)]


def _deny_permission_set(
    draft: Draft, place: _Place, members: Sequence[_Session], owners: Sequence[InlineOwner]
) -> list[Denied]:
    known = [(m, ids) for m in members if (ids := _user_ids(m))]
    open_ = [m for m in members if not _user_ids(m)]
    if open_:
        draft.manual.append(_by_hand(open_))
    if not known:
        return []
    subject, account, kind, name = place
    instance, _, permission_set = name.partition("/arn:")
    leaver = Leaver.of(subject, (m.live.binding.principal for m, _ in known))
    document = deny_store_users(leaver, (i for _, ids in known for i in ids))
    first = known[0][0].live.binding.target
    action = _contain(
        [m for m, _ in known],
        "sso-admin:PutInlinePolicyToPermissionSet",
        Target(provider="aws", kind=kind, name=name, account=account, region=first.region),
        (
            ("instance", instance),
            ("permission_set", f"arn:{permission_set}"),
            ("sid", leaver.sid),
            ("document", document),
            ("digest", digest_of(document)),
        ),
        undo="sso-admin:RemoveInlineStatement",
        reverted=reverted_by(owners, kind, f"arn:{permission_set}"),
    )
    return [_denied(draft, action, "sso-admin:RemoveInlineStatement", [m for m, _ in known])]


def _user_ids(session: _Session) -> tuple[str, ...]:
    marked = tuple(v for key, v in session.entry.marks if key == "identitystore:UserId")
    principal = session.live.binding.principal
    if marked or principal.kind is not PrincipalKind.IDENTITY_STORE_USER:
        return marked
    return (principal.stable_id,) if principal.stable_id else ()


def _contain(
    members: Sequence[_Session],
    verb: str,
    target: Target,
    params: Marks,
    *,
    undo: str,
    reverted: str,
) -> Action:
    return Action(
        id="",
        phase=Phase.CONTAIN,
        verb=verb,
        target=target,
        subject=members[0].finding.subject,
        reason="a session lasts longer than what let it in; this denies the leaver's alone",
        finding=", ".join(sorted({m.finding.id for m in members})),
        params=params,
        undo=undo,
        reverted_by=reverted,
    )


def _denied(draft: Draft, action: Action, lift: str, members: Sequence[_Session]) -> Denied:
    made = replace(action, id=draft.add(action))
    return Denied(
        contain=made,
        lift=lift,
        seconds=max(m.entry.seconds for m in members),
    )


def lift_denies(draft: Draft, denied: Sequence[Denied]) -> None:
    """Our deny goes when no session can be left: the longest of them after verify has read every
    way in gone. Who shuts the way in, and when, is not known here: a step of this plan, an apply
    of code days later, an identity provider, a person."""
    for deny in denied:
        kept = tuple((k, v) for k, v in deny.contain.params if k != "document")
        draft.add(
            replace(
                deny.contain,
                phase=Phase.LIVE,
                verb=deny.lift,
                reason="our own deny, not needed once every session of the leaver has ended",
                params=(*kept, ("after_sessions_seconds", str(deny.seconds))),
                needs=(deny.contain.id,),
                undo=deny.contain.verb,
                reverted_by="",
            )
        )


def _by_hand(members: Sequence[_Session]) -> ManualStep:
    first = members[0]
    target = first.live.binding.target
    where = target.arn or f"{target.kind} {target.name}"
    hours = _duration(max(m.entry.seconds for m in members))
    others = sorted({o for m in members for o in m.entry.others})
    affected = f" That would also cut: {', '.join(others)}." if others else ""
    wait = f"Open sessions at {where} end by themselves within {hours} of the way in being shut: "
    if all(m.entry.editable for m in members):
        text = (
            f"{wait}wait for that, or cut the sessions of everybody there by a deny with "
            f"DateLessThan aws:TokenIssueTime.{affected}"
        )
        reason = "nothing there tells the leaver's sessions from those of others"
    else:
        text = (
            f"{wait}wait for that, or deny the leaver (identitystore:UserId) in the inline policy "
            f"of the permission set that made this role, or in a service control policy (SCP)."
            f"{affected}"
        )
        reason = "the role belongs to Identity Center and cannot be edited"
    return ManualStep(
        subject=first.finding.subject,
        where=where,
        text=text,
        reason=reason,
        finding=", ".join(sorted({m.finding.id for m in members})),
    )


def _duration(seconds: int) -> str:
    hours, minutes = divmod(-(-seconds // 60), 60)
    parts = [f"{hours} h"] if hours else []
    return " ".join([*parts, f"{minutes} min"] if minutes or not hours else parts)
