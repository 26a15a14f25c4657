"""What undoes each verb of Google Cloud: the data behind a rollback, beside that of AWS.

A member goes back into the policy that stands there now, with its role and condition; an account
that was deleted can be undeleted for 30 days, without its keys ("Delete and undelete service
accounts", IAM documentation).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from iac_offboard.catalog.google_elements import Element, dumps, loads
from iac_offboard.model import Action, Record

SET_POLICY = "gcp:SetIamPolicy"
ENABLE_ACCOUNT = "iam:EnableServiceAccount"
DISABLE_ACCOUNT = "iam:DisableServiceAccount"
UNDELETE = "iam:UndeleteServiceAccount"

GIVES_BACK: Mapping[str, str] = {
    DISABLE_ACCOUNT: ENABLE_ACCOUNT,
    "iam:DisableServiceAccountKey": "iam:EnableServiceAccountKey",
    "storage:UpdateHmacKey": "storage:UpdateHmacKey",
    "iam:DeleteServiceAccount": UNDELETE,
    "cloudidentity:DeleteMembership": "cloudidentity:CreateMembership",
}
STATUS = frozenset({DISABLE_ACCOUNT, "iam:DisableServiceAccountKey", "storage:UpdateHmacKey"})
"""What takes effect only on something that was Active."""
STAYS = frozenset({SET_POLICY, "iam:DeleteServiceAccount"})
"""After these the target is there still, or can be brought back."""
_KEY = "a deleted key is gone, and this tool never makes one"
LOST: Mapping[str, tuple[str, str]] = {
    "iam:DeleteServiceAccountKey": ("Make a new key, if one is still needed", _KEY),
    "storage:DeleteHmacKey": ("Make a new HMAC key, if one is still needed", _KEY),
}

_DELETED = (
    "{member} had been deleted, and Google takes no deleted member into a policy: once the account "
    "is restored, give it {role} again"
)
_NOT_KNOWN = "neither a journal nor the plan says what was taken out of it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """``whole`` can be put back; ``by_hand`` says, once for each, why others cannot."""

    whole: tuple[Element, ...]
    by_hand: tuple[str, ...]

    @classmethod
    def of(cls, action: Action, records: Iterable[Record]) -> Members:
        """What ``action`` took out: the journal tells it exactly, the plan as it was planned."""
        found = _journalled(action, records) or loads(action.param("members"))
        if not found:
            return cls(whole=(), by_hand=(_NOT_KNOWN,))
        return cls(
            whole=tuple(e for e in found if not e.deleted),
            by_hand=tuple(
                _DELETED.format(member=e.member, role=e.role) for e in found if e.deleted
            ),
        )

    def params(self, action: Action) -> tuple[tuple[str, str], ...]:
        """Those of the restoring action."""
        ids = action.param("unique_ids")
        return (("members", dumps(self.whole)), *((("unique_ids", ids),) if ids else ()))


def restored_params(
    action: Action, records: Iterable[Record], params: Mapping[str, str]
) -> Mapping[str, str]:
    """The parameters of the verb that gives back, from those of the one that took."""
    if action.verb == "storage:UpdateHmacKey":
        return {**params, "state": "ACTIVE"}
    roles = [
        str(role.get("name"))
        for undo in _undos(action, records)
        for role in _listed(undo.get("roles"))
        if isinstance(role, dict)
    ]
    if action.verb == "cloudidentity:DeleteMembership" and roles:
        return {**params, "roles": ", ".join(dict.fromkeys(roles))}
    return params


def opens(action: Action) -> bool:
    """Does the (restoring) action set a key Active?"""
    return action.verb == "iam:EnableServiceAccountKey" or action.param("state") == "ACTIVE"


def was_inactive(action: Action) -> bool:
    """Was the thing that the action disables disabled already when the plan was made?"""
    return action.verb in STATUS and action.before != "Active"


def _journalled(action: Action, records: Iterable[Record]) -> tuple[Element, ...]:
    """Of every try: one that failed after its effect, and one that went on from there."""
    found: dict[Element, None] = {}
    for undo in _undos(action, records):
        removed = undo.get("removed", ())
        for one in loads(json.dumps(removed)) if removed else ():
            found[one] = None
    return tuple(found)


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _undos(action: Action, records: Iterable[Record]) -> list[dict[str, object]]:
    bodies = [json.loads(r.undo) for r in records if r.action == action.id and r.undo]
    return [body for body in bodies if isinstance(body, dict)]
