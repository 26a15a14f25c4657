"""A Google service account that is the leaver's own: disabled, its keys too, deleted last.

Source of the order: "Disable and enable service accounts" and "Delete and undelete service
accounts", IAM documentation: disabling refuses tokens at once and can be undone, deleting can
be undone for 30 days and not for its keys.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from iac_offboard.model import Action, Finding, Phase, Subject, Target
from iac_offboard.plan.draft import Draft, live_observation, managing_roots, manual_step
from iac_offboard.plan.gcp_found import HMAC_KEY, KEY, HeldKey, ServiceAccount, grace


@dataclass(frozen=True, slots=True, kw_only=True)
class Verbs:
    """How one kind of credential goes. ``reverted``: the provider sets its state with every
    apply; ``disabled`` are parameters of ``disable``; ``undo`` says what a rollback can do once it
    is deleted."""

    disable: str
    enable: str
    delete: str
    reverted: bool
    undo: str
    disabled: tuple[tuple[str, str], ...] = ()


_GONE = "none: a deleted key is gone"
CREDENTIALS: Mapping[str, Verbs] = {
    # The provider reads a key's existence only: what is disabled stays so.
    KEY: Verbs(
        disable="iam:DisableServiceAccountKey",
        enable="iam:EnableServiceAccountKey",
        delete="iam:DeleteServiceAccountKey",
        reverted=False,
        undo=_GONE,
    ),
    # ``state`` of google_storage_hmac_key is ACTIVE unless the code says otherwise.
    HMAC_KEY: Verbs(
        disable="storage:UpdateHmacKey",
        disabled=(("state", "INACTIVE"),),
        enable="storage:UpdateHmacKey",
        delete="storage:DeleteHmacKey",
        reverted=True,
        undo=_GONE,
    ),
}


def contain_accounts(
    draft: Draft, accounts: Sequence[ServiceAccount], held: Sequence[HeldKey] = ()
) -> Mapping[str, str]:
    """Disable every account and its credentials, and the keys ``held`` of accounts that stay.
    Returns the id of the disabling by the id of the account's finding.

    An account that is disabled already gets its step, too: the days until it may be deleted are
    counted from the first time that somebody is known to have seen it disabled."""
    disabled: dict[str, str] = {}
    for account in accounts:
        disabled[account.identity.id] = draft.add(_disable_account(account))
        for finding in account.credentials:
            _disable_credential(draft, account, finding)
    for key in held:
        if key.live.status != "Inactive":
            draft.add(_disable_held(key))
    return disabled


def _disable_account(account: ServiceAccount) -> Action:
    live = live_observation(account.identity)
    return replace(
        _about(account, account.target, account.identity),
        phase=Phase.CONTAIN,
        verb="iam:DisableServiceAccount",
        reason="refuse its tokens at once, whoever holds one; it can be enabled again",
        before=(live and live.status) or "Active",
        after="Inactive",
        undo="iam:EnableServiceAccount",
        reverted_by=", ".join(account.roots),
    )


def _disable_credential(draft: Draft, account: ServiceAccount, finding: Finding) -> None:
    live = live_observation(finding)
    verbs = CREDENTIALS.get(finding.binding.target.kind)
    if live is None or verbs is None or live.status == "Inactive":
        return
    action = _about(account, live.binding.target, finding)
    draft.add(
        replace(
            action,
            phase=Phase.CONTAIN,
            verb=verbs.disable,
            params=(*action.params, *verbs.disabled),
            reason="refuse the key, also once the account is enabled again",
            before=live.status or "Active",
            after="Inactive",
            undo=verbs.enable,
            reverted_by=", ".join(managing_roots(finding)) if verbs.reverted else "",
        )
    )


def _disable_held(key: HeldKey) -> Action:
    return Action(
        id="",
        phase=Phase.CONTAIN,
        verb="iam:DisableServiceAccountKey",
        target=key.live.binding.target,
        subject=key.subject,
        reason="the leaver is hostile and has this key; the account and its other keys stay",
        finding=key.ids,
        before=key.live.status or "Active",
        after="Inactive",
        params=(("email", key.email),),
        undo="iam:EnableServiceAccountKey",
    )


def remove_accounts(
    draft: Draft,
    accounts: Sequence[ServiceAccount],
    disabled: Mapping[str, str],
    subjects: Mapping[str, Subject],
) -> None:
    """What no root manages: the keys, then the account, once it was disabled for long enough.
    Those of an account that a root destroys go with it."""
    for account in accounts:
        if account.roots:
            continue
        gone = [
            made
            for finding in account.credentials
            if (made := _delete_credential(draft, account, finding))
        ]
        first = disabled[account.identity.id]
        wait = grace(subjects.get(account.subject))
        action = _about(account, account.target, account.identity)
        draft.add(
            replace(
                action,
                verb="iam:DeleteServiceAccount",
                reason="no root manages it, and nobody has asked for it while it was disabled",
                before="present",
                params=(
                    *action.params,
                    ("not_before_seconds", str(wait)),
                    ("not_before_since", first),
                ),
                needs=(first, *gone),
                undo="iam:UndeleteServiceAccount, for 30 days",
            )
        )


def _delete_credential(draft: Draft, account: ServiceAccount, finding: Finding) -> str:
    live = live_observation(finding)
    verbs = CREDENTIALS.get(finding.binding.target.kind)
    if live is None or managing_roots(finding):
        return ""
    if verbs is None:
        draft.manual.append(manual_step(finding, "this version cannot remove it live"))
        return ""
    return draft.add(
        replace(
            _about(account, live.binding.target, finding),
            verb=verbs.delete,
            reason="no root manages it",
            before=live.status or "present",
            undo=verbs.undo,
        )
    )


def _about(account: ServiceAccount, target: Target, finding: Finding) -> Action:
    """An action of the phase live on something of the account, its verb still to be said."""
    return Action(
        id="",
        phase=Phase.LIVE,
        verb="",
        target=target,
        subject=account.subject,
        reason="",
        finding=finding.id,
        params=(("email", account.email), ("unique_id", account.unique_id)),
    )
