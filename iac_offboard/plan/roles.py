"""A role that is the leaver's own: denied, freed of what Terraform does not know, deleted.

Source: DeleteRole in the IAM API reference: refused while the role has attached or inline
policies, or stands in an instance profile. A permissions boundary does not refuse it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from iac_offboard.model import (
    AccountFacts,
    Action,
    Finding,
    InlineOwner,
    Phase,
    PrincipalKind,
    Relation,
    Subject,
    Target,
)
from iac_offboard.plan.denies import Leaver, deny_everything, digest_of
from iac_offboard.plan.draft import Draft, live_observation, managing_roots, manual_step
from iac_offboard.plan.reverting import reverted_by
from iac_offboard.plan.unblock import only_when_bare, when_merged

# The verb that takes a thing off the role, its parameter, and what a rollback can do.
ROLE_THINGS: Mapping[str, tuple[str, str, str]] = {
    "iam_policy": ("iam:DetachRolePolicy", "policy_arn", "iam:AttachRolePolicy"),
    "iam_role_policy": (
        "iam:DeleteRolePolicy",
        "name",
        "none: documents are not kept here, CloudTrail holds the last one",
    ),
    "iam_instance_profile": (
        "iam:RemoveRoleFromInstanceProfile",
        "profile",
        "none: a person puts the role back into the instance profile",
    ),
}
# Paths of roles that a service made and that only it can change ("Using service-linked roles",
# "Referencing permission sets in resource policies").
_SERVICE_PATHS = (":role/aws-reserved/", ":role/aws-service-role/")
_SERVICES = "an AWS service made this role and nobody else can change it: remove it there"


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """One live role that is the leaver's, with everything found on it."""

    subject: str
    target: Target
    identity: Finding
    things: tuple[Finding, ...]

    @property
    def account(self) -> str:
        return self.target.account or ""

    @property
    def roots(self) -> tuple[str, ...]:
        """Roots whose apply destroys the role."""
        return managing_roots(self.identity)

    @property
    def leaver(self) -> Leaver:
        live = live_observation(self.identity)
        seen = live.binding if live else self.identity.binding
        return Leaver.of(self.subject, [seen.principal])

    @property
    def findings(self) -> tuple[Finding, ...]:
        return (self.identity, *self.things)


def live_roles(
    draft: Draft, findings: Sequence[Finding], subjects: Mapping[str, Subject]
) -> tuple[list[Role], frozenset[str]]:
    """The leavers' roles, and the ids of findings that are settled: by them, or by a person."""
    things: dict[tuple[str, str, str], list[Finding]] = {}
    own: dict[tuple[str, str, str], Finding] = {}
    for finding in findings:
        key = _role_key(finding)
        if key is None or finding.subject not in subjects:
            continue
        if finding.binding.relation is Relation.IDENTITY:
            own.setdefault(key, finding)
        elif finding.binding.target.kind in ROLE_THINGS:
            things.setdefault(key, []).append(finding)
    roles: list[Role] = []
    settled: set[str] = set()
    for key, identity in sorted(own.items()):
        members = tuple(things.get(key, ()))
        settled |= {identity.id, *(f.id for f in members)}
        target = _live_target(identity)
        if any(path in (target.arn or "") for path in _SERVICE_PATHS):
            draft.manual.append(manual_step(identity, _SERVICES))
            continue
        roles.append(
            Role(subject=identity.subject, target=target, identity=identity, things=members)
        )
    # Who may enter a role that goes is settled with it.
    own_names = {(r.subject, r.account, r.target.name.lower()) for r in roles}
    settled |= {f.id for f in findings if _trust_key(f) in own_names}
    return roles, frozenset(settled)


def _trust_key(finding: Finding) -> tuple[str, str, str] | None:
    target = _live_target(finding)
    if finding.binding.relation is not Relation.TRUST or target.kind != "iam_role":
        return None
    return finding.subject, target.account or "", target.name.lower()


def _role_key(finding: Finding) -> tuple[str, str, str] | None:
    live = live_observation(finding)
    if live is None or live.binding.principal.kind is not PrincipalKind.IAM_ROLE:
        return None
    principal = live.binding.principal
    account = principal.account or live.binding.target.account or ""
    return finding.subject, account, principal.value.lower()


def _live_target(finding: Finding) -> Target:
    live = live_observation(finding)
    return live.binding.target if live else finding.binding.target


def contain_roles(
    draft: Draft, roles: Sequence[Role], inline_owners: Sequence[InlineOwner]
) -> None:
    """Deny everything to every session of each role, whoever made it: the role is the leaver's."""
    for role in roles:
        document = deny_everything(role.leaver)
        draft.add(
            _action(
                role,
                Phase.CONTAIN,
                "iam:PutRolePolicy",
                role.target,
                params=(
                    ("name", role.leaver.policy),
                    ("document", document),
                    ("digest", digest_of(document)),
                ),
                reason="deny everything to the leaver's role and to its open sessions",
                finding=role.identity.id,
                undo="iam:DeleteRolePolicy",
                reverted=reverted_by(inline_owners, "iam_role", role.target.name),
            )
        )


def unblock_roles(draft: Draft, roles: Sequence[Role]) -> None:
    """What Terraform's DeleteRole would be refused for: things that no root manages, our deny
    last of all."""
    for role in roles:
        if role.roots:
            done = _remove_things(draft, role, Phase.UNBLOCK)
            _lift(draft, role, Phase.UNBLOCK, done)


def remove_roles(draft: Draft, roles: Sequence[Role], facts: Mapping[str, AccountFacts]) -> None:
    """Delete the roles that no root manages."""
    for role in roles:
        if role.roots:
            continue
        done = _remove_things(draft, role, Phase.LIVE)
        known = facts.get(role.account)
        if known is not None and role.target.name in known.bounded:
            done = (*done, _drop_boundary(draft, role, done))
        done = (*done, _lift(draft, role, Phase.LIVE, done))
        draft.add(
            _action(
                role,
                Phase.LIVE,
                "iam:DeleteRole",
                role.target,
                reason="no root manages the role",
                finding=role.identity.id,
                before="present",
                needs=done,
                undo="none: a new role of that name has another id",
            )
        )


def _remove_things(draft: Draft, role: Role, phase: Phase) -> tuple[str, ...]:
    made = []
    for finding in role.things:
        if managing_roots(finding):
            continue
        target = _live_target(finding)
        verb, param, undo = ROLE_THINGS[target.kind]
        name = target.name.partition("/")[2] if target.kind == "iam_role_policy" else target.name
        made.append(
            draft.add(
                _action(
                    role,
                    phase,
                    verb,
                    target,
                    params=((param, name),),
                    reason=(
                        f"{', '.join(role.roots)} destroys the role and does not know this"
                        if phase is Phase.UNBLOCK
                        else "no root manages it"
                    ),
                    finding=finding.id,
                    before="present",
                    undo=undo,
                )
            )
        )
    return tuple(made)


def _drop_boundary(draft: Draft, role: Role, needs: tuple[str, ...]) -> str:
    return draft.add(
        _action(
            role,
            Phase.LIVE,
            "iam:DeleteRolePermissionsBoundary",
            role.target,
            reason="nothing is left that it would limit, and it hangs on the role",
            needs=needs,
            undo="none: which policy it was is not recorded",
        )
    )


def _lift(draft: Draft, role: Role, phase: Phase, needs: tuple[str, ...]) -> str:
    ours = (
        ("name", role.leaver.policy),
        ("digest", digest_of(deny_everything(role.leaver))),
    )
    return draft.add(
        _action(
            role,
            phase,
            "iam:DeleteRolePolicy",
            role.target,
            params=(*ours, *only_when_bare(phase).items(), *when_merged(phase, role.roots).items()),
            reason="our own deny, last: it would block DeleteRole",
            needs=needs,
            undo="iam:PutRolePolicy",
        )
    )


def _action(
    role: Role,
    phase: Phase,
    verb: str,
    target: Target,
    *,
    reason: str,
    params: tuple[tuple[str, str], ...] = (),
    finding: str = "",
    before: str = "",
    needs: tuple[str, ...] = (),
    undo: str,
    reverted: str = "",
) -> Action:
    named = (("role", role.target.name), ("role_id", role.target.unique_id or ""))
    return Action(
        id="",
        phase=phase,
        verb=verb,
        target=target,
        subject=role.subject,
        reason=reason,
        finding=finding,
        before=before,
        params=(*named, *params),
        needs=needs,
        undo=undo,
        reverted_by=reverted,
    )
