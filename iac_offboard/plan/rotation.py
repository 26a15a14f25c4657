"""What others use too: a person takes the identity over and hands out a new key, and the old one
goes when it is unused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from iac_offboard.model import (
    PERSON,
    Action,
    Effect,
    Finding,
    Observation,
    Phase,
    PrincipalKind,
    Relation,
    Strength,
    Target,
)
from iac_offboard.plan.draft import (
    SHARED,
    Draft,
    live_observation,
    managing_roots,
    manual_step,
)
from iac_offboard.plan.verbs import USER_THINGS

# How long a key has to be unused before it goes: a week shows the weekly jobs, too.
ROTATION_WINDOW = 7 * 24 * 3600

# Inactive for a day before it is deleted: until then whoever still needs it can be helped.
GRACE = 24 * 3600

HAND_OVER = "person:hand-over"
_KEY = "iam_access_key"
_IDENTITIES = ("iam_user", "iam_role", "gcp_service_account")


def may_be_rotated(finding: Finding) -> bool:
    """A live access key of an IAM user that is surely the leaver's and that others use too."""
    live = live_observation(finding)
    return (
        finding.shared
        and not finding.reused
        and finding.strength is Strength.STRONG
        and finding.binding.effect is Effect.ALLOW
        and finding.binding.target.kind == _KEY
        and live is not None
        and live.binding.principal.kind is PrincipalKind.IAM_USER
    )


def may_be_handed_over(finding: Finding) -> bool:
    """A live user, role or service account that is surely the leaver's and that others use."""
    return (
        finding.shared
        and not finding.reused
        and finding.strength is Strength.STRONG
        and finding.binding.relation is Relation.IDENTITY
        and finding.binding.target.kind in _IDENTITIES
        and live_observation(finding) is not None
    )


def hand_over(draft: Draft, identities: Sequence[Finding]) -> None:
    """A person's step for each: who uses it from now on. Verify takes it for theirs then."""
    for finding in identities:
        live = live_observation(finding)
        if live is None:
            continue
        target = live.binding.target
        draft.add(
            Action(
                id="",
                phase=Phase.LIVE,
                verb=HAND_OVER,
                target=Target(
                    provider=PERSON, kind=target.kind, name=target.name, account=target.account
                ),
                subject=finding.subject,
                reason="others use it too: name who answers for it from now on, then accept this",
                finding=finding.id,
                before="present",
                undo="none: a person did it",
                accept="shared",
            )
        )


def rotate(draft: Draft, keys: Sequence[Finding], findings: Sequence[Finding], window: int) -> None:
    """The person's step, and the end of the old key once it is ``window`` seconds unused.

    ``findings`` are all of them: they tell the unique ids of users."""
    ids = _user_ids(findings)
    for finding in keys:
        live = live_observation(finding)
        if live is None:
            continue
        asked = draft.add(_ask(finding, live))
        if managing_roots(finding):
            draft.manual.append(manual_step(finding, SHARED))
        else:
            _end(draft, finding, live, asked, ids, window)


def _user_ids(findings: Sequence[Finding]) -> Mapping[tuple[str, str], str]:
    return {
        (target.account or "", target.name.lower()): target.unique_id
        for f in findings
        if f.binding.relation is Relation.IDENTITY
        and (live := live_observation(f)) is not None
        and (target := live.binding.target).kind == "iam_user"
        and target.unique_id
    }


def _ask(finding: Finding, live: Observation) -> Action:
    key = live.binding.target
    return Action(
        id="",
        phase=Phase.LIVE,
        verb="person:rotate",
        target=Target(provider=PERSON, kind=key.kind, name=key.name, account=key.account),
        subject=finding.subject,
        reason=(
            "others use this key too: once the identity is taken over (person:hand-over), give "
            "them another one, then accept this step"
        ),
        finding=finding.id,
        before=live.status or "present",
        undo="none: a person did it",
        accept="rotation",
    )


def _end(
    draft: Draft,
    finding: Finding,
    live: Observation,
    asked: str,
    ids: Mapping[tuple[str, str], str],
    window: int,
) -> None:
    key, user = live.binding.target, live.binding.principal
    account = user.account or key.account or ""
    verbs = USER_THINGS[_KEY]
    params: tuple[tuple[str, str], ...] = (
        ("user", user.value),
        ("user_id", user.stable_id or ids.get((account, user.value.lower()), "")),
        (verbs.id_param, key.name),
        ("unused_for", str(window)),
    )
    base = Action(
        id="",
        phase=Phase.LIVE,
        verb=verbs.contain,
        target=key,
        subject=finding.subject,
        reason="the old key, once nobody has used it for the whole window",
        finding=finding.id,
        before=live.status or "present",
        after="Inactive",
        params=(*params, ("status", "Inactive")),
        needs=(asked,),
        undo=f"{verbs.contain} Active",
    )
    needs: tuple[str, ...] = (asked,)
    if live.status != "Inactive":
        needs = (asked, draft.add(base))
        params = (*params, ("not_before_seconds", str(GRACE)))
    for verb in verbs.remove:
        draft.add(replace(base, verb=verb, after="", params=params, needs=needs, undo=verbs.undo))
