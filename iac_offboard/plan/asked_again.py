"""In use since the plan was made: what apply has to look at again before it takes an access away.

Days pass between plan and apply. So what cuts off access keys carries ``in_use_after`` (when its
subject left) and ``seen_use`` (the last use that the plan knew). What is used since waits for a
person, and with it every later step of the same thing: none of them may go before what can still
be undone has been done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

from iac_offboard.model import Action, Finding, Phase, Subject, Target, Tier
from iac_offboard.plan.draft import live_observation

_TRACKED = frozenset({"iam_access_key", "gcp_service_account", "gcp_service_account_key"})
_OF_A_KEY = frozenset(
    {
        "iam:UpdateAccessKey",
        "iam:DeleteAccessKey",
        "iam:DisableServiceAccountKey",
        "iam:DeleteServiceAccountKey",
    }
)
_OF_A_USER = frozenset({"iam:AddUserToGroup", "iam:PutUserPolicy"})
# Google tells the last use of the account itself, whatever it signed in with.
_OF_AN_ACCOUNT = frozenset({"iam:DisableServiceAccount", "iam:DeleteServiceAccount"})
# Account and name in lower case.
_User: TypeAlias = tuple[str, str]


def ask_again(
    actions: Sequence[Action], findings: Sequence[Finding], subjects: Mapping[str, Subject]
) -> tuple[Action, ...]:
    """The actions with what apply has to know of their keys, and behind what they wait for. A
    hostile leaver's, and those of one whose day of leaving is not known, stay as they are."""
    keys = _keys(findings)
    watched = [_watched(action, keys, subjects) for action in actions]
    users: dict[_User, str] = {}
    things: dict[Target, str] = {}
    for action in watched:
        if action.phase is Phase.CONTAIN and (action.accept or action.param("in_use_after")):
            if action.verb in _OF_A_USER or action.verb in _OF_AN_ACCOUNT:
                users[_user(action)] = action.id
            else:
                things[action.target] = action.id
    return tuple(_behind(action, users, things) for action in watched)


def _keys(findings: Sequence[Finding]) -> Mapping[_User, Mapping[str, datetime | None]]:
    """Every live key of each user or service account, with its last use; of the latter also its
    own, however it signed in."""
    found: dict[_User, dict[str, datetime | None]] = {}
    for finding in findings:
        live = live_observation(finding)
        if live is None or live.binding.target.kind not in _TRACKED or finding.covered:
            continue
        principal, target = live.binding.principal, live.binding.target
        user = (principal.account or target.account or "", principal.value.lower())
        used = live.last_use.at if live.last_use else None
        found.setdefault(user, {})[target.name] = used
    return found


def _watched(
    action: Action,
    keys: Mapping[_User, Mapping[str, datetime | None]],
    subjects: Mapping[str, Subject],
) -> Action:
    leaver = subjects.get(action.subject)
    if leaver is None or leaver.left_at is None or leaver.tier is Tier.HOSTILE:
        return action
    mine = keys.get(_user(action), {})
    if action.verb in _OF_A_KEY and not action.param("unused_for"):
        mine = {action.target.name: mine.get(action.target.name)}
    elif action.verb not in _OF_AN_ACCOUNT and (
        action.verb not in _OF_A_USER or action.phase is not Phase.CONTAIN or not mine
    ):
        return action
    seen = max((used for used in mine.values() if used), default=None)
    asked = (
        ("in_use_after", leaver.left_at.isoformat()),
        ("seen_use", seen.isoformat() if seen else ""),
    )
    return replace(action, params=(*action.params, *asked))


def _behind(action: Action, users: Mapping[_User, str], things: Mapping[Target, str]) -> Action:
    if action.phase not in (Phase.UNBLOCK, Phase.LIVE):
        return action
    first = [i for i in (users.get(_user(action)), things.get(action.target)) if i]
    return replace(action, needs=tuple(dict.fromkeys((*action.needs, *first))))


def _user(action: Action) -> _User:
    name = action.param("user") or action.param("email")
    return action.target.account or "", name.lower()
