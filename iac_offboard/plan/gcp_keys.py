"""Keys of a leaver on a Google service account that others use: rotated out, the account stays.

Whose key it is comes from the roster, or from the audit log; nobody is guessed at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from iac_offboard.model import PERSON, Action, Finding, Phase, Subject, Target
from iac_offboard.plan.draft import Draft, manual_step
from iac_offboard.plan.gcp_found import HeldKey, grace

_WHOSE = (
    "others use the account too, and neither the roster (gcp_service_account_key) nor the audit "
    "log says whose key this is"
)


def rotate_held(
    draft: Draft, keys: Sequence[HeldKey], subjects: Mapping[str, Subject], window: int
) -> None:
    """The person's step, and the end of the old key once it is ``window`` seconds unused."""
    for key in keys:
        asked = draft.add(_ask(key))
        if key.roots:
            _replaced_in_code(draft, key)
        else:
            _end(draft, key, asked, grace(subjects.get(key.subject)), window)


def ask_whose(draft: Draft, keys: Sequence[Finding]) -> None:
    """A person says whose the others are."""
    for finding in keys:
        draft.manual.append(manual_step(finding, _WHOSE))


def _ask(key: HeldKey) -> Action:
    target = key.live.binding.target
    return Action(
        id="",
        phase=Phase.LIVE,
        verb="person:rotate",
        target=Target(provider=PERSON, kind=target.kind, name=target.name, account=target.account),
        subject=key.subject,
        reason=(
            f"the leaver has this key of {key.email}: give whoever still needs it another way in, "
            "then accept this step"
        ),
        finding=key.ids,
        before=key.live.status or "present",
        undo="none: a person did it",
        accept="rotation",
    )


def _replaced_in_code(draft: Draft, key: HeldKey) -> None:
    addresses = sorted({o.address for f in key.findings for o in f.addressed})
    replaces = " ".join(f"-replace='{a}'" for a in addresses)
    step = manual_step(
        key.findings[0],
        f"{', '.join(key.roots)} makes this key, and would make one again if it were deleted here",
    )
    text = f"Run terraform apply {replaces}: it makes another key and ends the one of the leaver."
    draft.manual.append(replace(step, text=text))


def _end(draft: Draft, key: HeldKey, asked: str, wait: int, window: int) -> None:
    params: tuple[tuple[str, str], ...] = (("email", key.email), ("unused_for", str(window)))
    base = Action(
        id="",
        phase=Phase.LIVE,
        verb="iam:DisableServiceAccountKey",
        target=key.live.binding.target,
        subject=key.subject,
        reason="the old key, once nobody has used it for the whole window",
        finding=key.ids,
        before=key.live.status or "Active",
        after="Inactive",
        params=params,
        needs=(asked,),
        undo="iam:EnableServiceAccountKey",
    )
    needs: tuple[str, ...] = (asked,)
    if key.live.status != "Inactive":
        disabled = draft.add(base)
        needs = (asked, disabled)
        params = (*params, ("not_before_seconds", str(wait)), ("not_before_since", disabled))
    draft.add(
        replace(
            base,
            verb="iam:DeleteServiceAccountKey",
            after="",
            params=params,
            needs=needs,
            undo="none: a deleted key is gone",
        )
    )
