"""Unblock: what Terraform's DeleteUser would be refused for, and how a thing goes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from iac_offboard.catalog.ours import QUARANTINE_POLICY
from iac_offboard.model import (
    Finding,
    Phase,
)
from iac_offboard.plan.draft import (
    Draft,
    User,
    inline_target,
    live_observation,
    managing_roots,
    user_action,
)
from iac_offboard.plan.verbs import USER_THINGS


def unblock(draft: Draft, users: Sequence[User], held: Mapping[tuple[str, str], str]) -> None:
    """What Terraform's DeleteUser would be refused for: things that no root manages."""
    for user in users:
        if not user.roots:
            continue
        done = [
            made
            for finding in user.findings
            if not managing_roots(finding)
            # The provider clears memberships itself; they keep the leaver denied until then.
            and finding.binding.target.kind != "iam_group"
            for made in remove_thing(draft, user, finding, Phase.UNBLOCK)
        ]
        if held.get((user.account, user.name)) == "inline":
            drop_inline_deny(draft, user, Phase.UNBLOCK, done)


def remove_thing(draft: Draft, user: User, finding: Finding, phase: Phase) -> tuple[str, ...]:
    verbs = USER_THINGS.get(finding.binding.target.kind)
    live = live_observation(finding)
    if verbs is None or live is None:
        return ()
    target = live.binding.target
    name = target.name.partition("/")[2] if target.kind == "iam_user_policy" else target.name
    made: tuple[str, ...] = ()
    for verb in verbs.remove:
        if verb == "iam:DeleteVirtualMFADevice" and not target.name.startswith("arn:"):
            continue  # a hardware device is deactivated, there is nothing to delete
        made = (
            *made,
            draft.add(
                user_action(
                    user,
                    phase,
                    verb,
                    target,
                    params={verbs.id_param or "thing": name},
                    reason=_reason(user, phase),
                    finding=finding.id,
                    before=live.status or "present",
                    needs=made[-1:],
                    undo=verbs.undo,
                )
            ),
        )
    return made


def _reason(user: User, phase: Phase) -> str:
    if phase is Phase.UNBLOCK:
        return f"{', '.join(user.roots)} destroys the user and does not know this"
    return "no root manages it"


def drop_inline_deny(draft: Draft, user: User, phase: Phase, needs: Sequence[str]) -> str:
    return draft.add(
        user_action(
            user,
            phase,
            "iam:DeleteUserPolicy",
            inline_target(user),
            params={
                "name": QUARANTINE_POLICY,
                **only_when_bare(phase),
                **when_merged(phase, user.roots),
            },
            reason="our own quarantine, last: it would block DeleteUser",
            needs=tuple(needs),
            undo="iam:PutUserPolicy",
        )
    )


def only_when_bare(phase: Phase) -> dict[str, str]:
    """The mark that our deny is lifted only when nothing else hangs on the user, so that a
    credential made since the plan stays denied. What Terraform destroys hangs on until then."""
    return {"only_when_bare": "yes"} if phase is Phase.LIVE else {}


def when_merged(phase: Phase, roots: Iterable[str]) -> dict[str, str]:
    """The mark that our deny on what Terraform destroys is lifted only when the patch is merged
    in every one of ``roots``: days may pass until then (DESIGN.md, rule 8), and whoever is denied
    has all rights back until the next apply."""
    return {"after_merge": ", ".join(roots)} if phase is Phase.UNBLOCK else {}
