"""The action list being put together, and the live users it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from iac_offboard.catalog.ours import QUARANTINE_GROUP, QUARANTINE_POLICY
from iac_offboard.model import (
    Action,
    Effect,
    Finding,
    LiveOrigin,
    ManualStep,
    Observation,
    Phase,
    PrincipalKind,
    Relation,
    Strength,
    Subject,
    Target,
)
from iac_offboard.plan.denies import Leaver
from iac_offboard.plan.verbs import USER_THINGS

# Why a person decides about a thing that others use too.
SHARED = "others use it too: rotate its credentials and transfer it, do not delete it"


@dataclass(slots=True)
class Draft:
    """The list being put together; ids are given at the end, in order."""

    actions: list[Action] = field(default_factory=list)
    manual: list[ManualStep] = field(default_factory=list)

    def add(self, action: Action) -> str:
        numbered = replace(action, id=f"A-{len(self.actions) + 1:03d}")
        self.actions.append(numbered)
        return numbered.id


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """One live IAM user of a leaver with everything found about it."""

    subject: str
    account: str
    name: str
    unique_id: str
    identity: Finding | None
    findings: tuple[Finding, ...]

    @property
    def roots(self) -> tuple[str, ...]:
        """Roots whose apply destroys the user."""
        return managing_roots(self.identity) if self.identity else ()


def declaring_roots(finding: Finding) -> tuple[str, ...]:
    """Roots (or files of states and plans whose root was not read) that hold this binding. A state
    that no root makes anything of has nobody to apply it."""
    roots = {o.root for o in finding.code} | {o.root for o in finding.planned if o.root}
    roots = roots or {o.file for o in finding.planned}
    roots = roots or {o.root or o.file for o in finding.state if not o.rootless}
    return tuple(sorted(roots))


def managing_roots(finding: Finding) -> tuple[str, ...]:
    """Those of them whose apply takes the binding away: not where ``ignore_changes`` covers it."""
    if not any(o.ignored for o in finding.code):
        return declaring_roots(finding)
    return tuple(sorted({o.root for o in finding.code if not o.ignored}))


def live_observations(finding: Finding) -> tuple[Observation, ...]:
    return tuple(o for o in finding.observations if isinstance(o.origin, LiveOrigin))


def live_observation(finding: Finding) -> Observation | None:
    return next(iter(live_observations(finding)), None)


def automatic(finding: Finding, draft: Draft) -> bool:
    """May anything be done about it without a person deciding? Notes a manual step if not."""
    reason = why_not_automatic(finding)
    if reason:
        draft.manual.append(manual_step(finding, reason))
    return not reason and not finding.covered


def why_not_automatic(finding: Finding) -> str:
    """Why a person decides; "" when nobody has to, and for what covers the leaver (there it is
    said once for all: by_hand)."""
    if finding.covered:
        return ""
    if finding.shared:
        return SHARED
    if finding.binding.effect is Effect.DENY:
        return "taking the leaver out of a Deny, NotPrincipal or exclusion would widen access"
    return ""


def acts_live(finding: Finding, draft: Draft) -> bool:
    """May a cloud be written for it? A bare or re-used name is for the code, where a person
    reviews the diff (rule 12)."""
    if live_observation(finding) is None:
        return False
    reason = ""
    if finding.reused:
        reason = (
            f"it was made after the subject left: perhaps somebody else's now{_if_theirs(finding)}"
        )
    elif finding.strength is Strength.WEAK:
        reason = "only a bare name says that it is the leaver's: bind it in the roster"
    if reason:
        draft.manual.append(manual_step(finding, reason))
    return not reason


def _if_theirs(finding: Finding) -> str:
    unique = finding.binding.target.unique_id
    if finding.binding.relation is not Relation.IDENTITY or not unique:
        return ""
    return f"; if it is the leaver's, add {{aws_unique_id: {unique}}} to the roster"


def manual_step(finding: Finding, reason: str) -> ManualStep:
    target = finding.binding.target
    where = target.arn or f"{target.kind} {target.name}".strip()
    return ManualStep(
        subject=finding.subject,
        where=where,
        text=f"Decide about the {finding.binding.relation} of {finding.subject} at {where}.",
        reason=reason,
        finding=finding.id,
    )


def live_users(findings: Iterable[Finding], subjects: Mapping[str, Subject]) -> list[User]:
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        key = _user_key(finding)
        if key is not None and finding.subject in subjects:
            groups.setdefault(key, []).append(finding)
    found = []
    for (subject, account, name), members in sorted(groups.items()):
        identity = next((f for f in members if f.binding.target.kind == "iam_user"), None)
        live = live_observation(identity) if identity else None
        if identity is None or live is None:
            continue  # without a live user nothing is left to contain: its things go with code
        target = live.binding.target
        found.append(
            User(
                subject=subject,
                account=account,
                name=target.name or name,
                unique_id=target.unique_id or "",
                identity=identity,
                findings=tuple(members),
            )
        )
    return found


def quarantine_of(finding: Finding) -> str:
    """``group``, ``inline`` or (of a role) ``role`` when this is our own quarantine from an
    earlier plan, else "".

    It is no access of the leaver, and it has to go last: never with the other things.
    """
    live, target = live_observation(finding), finding.binding.target
    if live is None:
        return ""
    if target.kind == "iam_group" and target.name == QUARANTINE_GROUP:
        return "group"
    if target.kind == "iam_role_policy" and target.name.endswith(f"/{_own_deny(live, finding)}"):
        return "role"
    own = target.kind == "iam_user_policy" and target.name.endswith(f"/{QUARANTINE_POLICY}")
    return "inline" if own else ""


def _own_deny(live: Observation, finding: Finding) -> str:
    return Leaver.of(finding.subject, [live.binding.principal]).policy


def quarantined(findings: Iterable[Finding]) -> dict[tuple[str, str], str]:
    """How an earlier plan holds users already, by account and name (in lower case)."""
    return {
        (key[1], key[2]): how
        for finding in findings
        if (how := quarantine_of(finding)) and (key := _user_key(finding)) is not None
    }


def _user_key(finding: Finding) -> tuple[str, str, str] | None:
    live = live_observation(finding)
    if live is None or finding.binding.target.kind not in {"iam_user", *USER_THINGS}:
        return None
    principal = live.binding.principal
    if principal.kind is not PrincipalKind.IAM_USER:
        return None
    account = principal.account or live.binding.target.account or ""
    return finding.subject, account, principal.value.lower()


def user_action(user: User, phase: Phase, verb: str, target: Target, **rest: object) -> Action:
    params = {"user": user.name, "user_id": user.unique_id}
    extra = rest.pop("params", {})
    if isinstance(extra, dict):
        params |= extra
    return replace(
        Action(
            id="",
            phase=phase,
            verb=verb,
            target=target,
            subject=user.subject,
            reason="",
            params=tuple(params.items()),
        ),
        **rest,  # type: ignore[arg-type]
    )


def quarantine_target(account: str) -> Target:
    return Target(provider="aws", kind="iam_group", name=QUARANTINE_GROUP, account=account)


def inline_target(user: User) -> Target:
    return Target(
        provider="aws",
        kind="iam_user_policy",
        name=f"{user.name}/{QUARANTINE_POLICY}",
        account=user.account,
    )


def user_target(user: User) -> Target:
    live = live_observation(user.identity) if user.identity else None
    if live is None:
        return Target(provider="aws", kind="iam_user", name=user.name, account=user.account)
    return live.binding.target
