"""Findings that are a person's from the start: no action of ours would be right."""

from __future__ import annotations

from collections.abc import Sequence

from iac_offboard.catalog.google_pools import federated
from iac_offboard.model import Finding, FindingStatus, ManualStep, PrincipalKind, Relation
from iac_offboard.plan.draft import Draft, live_observations

_TOKENS = frozenset(
    {
        PrincipalKind.OIDC_SUBJECT,
        PrincipalKind.GCP_PRINCIPAL_SET,
        PrincipalKind.GCP_PRINCIPAL,
        PrincipalKind.IAM_SESSION,
    }
)
_DIRECTORY = frozenset({"identity_store_user", "identity_store_group"})


def leave_to_a_person(draft: Draft, findings: Sequence[Finding]) -> list[Finding]:
    """The findings that are left after steps for what covers the leaver and for root e-mails."""
    _narrow(draft, [f for f in findings if f.covered])
    for finding in findings:
        if _is_root_email(finding):
            draft.manual.append(_change_root_email(finding))
    return [f for f in findings if not f.covered and not _is_root_email(f)]


def _narrow(draft: Draft, covered: Sequence[Finding]) -> None:
    """One step per pattern of tokens and of sessions. An account's root, ``*``, users and a group
    get none: they stand in hundreds of places and let nobody in any more once the leaver's
    identity is gone; a repository stays able to present its tokens, a directory its people."""
    places: dict[tuple[str, str], list[Finding]] = {}
    for finding in covered:
        if finding.binding.principal.kind in _TOKENS:
            pattern = finding.binding.principal.value
            places.setdefault((finding.subject, pattern), []).append(finding)
    for (subject, pattern), members in sorted(places.items()):
        issuer, _, spelled = pattern.rpartition("|")
        what = f"{spelled or 'the condition on the subject'} of {issuer}" if issuer else pattern
        parts = federated(pattern)
        source = "the issuer's host" if parts is None else parts.pool
        if members[0].binding.principal.kind is PrincipalKind.IAM_SESSION:
            what, source = f"the sessions {pattern}", "the directory that they come from"
        where = sorted({_where(f) for f in members})
        draft.manual.append(
            ManualStep(
                subject=subject,
                where=", ".join(where),
                text=(
                    f"Narrow {what} to those that still need it, or attest in the roster "
                    f"(source: {source}) that the leaver is gone there."
                ),
                reason="its pattern lets in others too",
                finding=", ".join(sorted({f.id for f in members})),
            )
        )


def _where(finding: Finding) -> str:
    target = finding.binding.target
    named = target.arn or f"{target.kind} {target.name}".strip()
    code = sorted({f"{o.root}: {o.address}" for o in finding.code})
    return named if finding.live or not code else ", ".join(code)


def _is_root_email(finding: Finding) -> bool:
    binding = finding.binding
    return binding.relation is Relation.OWNERSHIP and binding.target.kind == "aws_account_root"


def _change_root_email(finding: Finding) -> ManualStep:
    account = finding.binding.target.account or finding.binding.target.name
    return ManualStep(
        subject=finding.subject,
        where=f"aws:{account}" if account else _where(finding),
        text=(
            f"Change the root e-mail address of account {account or '(not known before apply)'}, "
            "then rotate the root user's password and MFA devices."
        ),
        reason="who reads that mailbox can reset the root password",
        finding=finding.id,
    )


def leave_what_is_ignored(draft: Draft, findings: Sequence[Finding]) -> None:
    """A step for each binding that the patch takes out of the code, that no apply takes away
    (``ignore_changes``), and that nobody read live, so that no action of ours can."""
    for finding in findings:
        ignored = [o for o in finding.code if o.ignored]
        seen = finding.live or (
            finding.status is FindingStatus.CODE_ONLY and finding.binding.target.provider == "aws"
        )
        if not ignored or seen:
            continue
        places = sorted({f"{o.root}: {o.address}" for o in ignored})
        attributes = sorted({o.path.split(".")[0].split("[")[0].split("$")[0] for o in ignored})
        draft.manual.append(
            ManualStep(
                subject=finding.subject,
                where=", ".join(places),
                text=(
                    f"Take the leaver out of {', '.join(attributes)} in the cloud itself, or plan "
                    "again with --live: the patch changes the code only."
                ),
                reason="ignore_changes covers it, so that no apply takes it away",
                finding=finding.id,
            )
        )


def leave_to_its_provider(draft: Draft, findings: Sequence[Finding]) -> list[Finding]:
    """Without the directory objects that an identity provider writes (SCIM): what is removed
    here, it would write back ("Provisioning an external identity provider into IAM Identity
    Center using SCIM")."""
    left = []
    for finding in findings:
        if issuer := _provisioned_by(finding):
            draft.manual.append(_remove_there(finding, issuer))
        else:
            left.append(finding)
    return left


def _provisioned_by(finding: Finding) -> str:
    if finding.binding.target.kind not in _DIRECTORY:
        return ""
    named = (o.provisioned_by for o in live_observations(finding))
    return next(filter(None, named), "")


def _remove_there(finding: Finding, issuer: str) -> ManualStep:
    target = finding.binding.target
    what = "user" if finding.binding.relation is Relation.IDENTITY else "membership"
    return ManualStep(
        subject=finding.subject,
        where=f"{target.kind} {target.name}",
        text=f"Remove the {what} in {issuer}; SCIM would write it back if it were removed here.",
        reason=f"{issuer} provisions it",
        finding=finding.id,
    )
