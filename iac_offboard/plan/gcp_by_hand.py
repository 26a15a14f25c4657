"""What a person does about Google Cloud, because an automatic edit would let others in."""

from __future__ import annotations

from collections.abc import Sequence

from iac_offboard.model import Finding, ManualStep
from iac_offboard.plan.draft import Draft, managing_roots

_POOLS = "gcp_workload_identity_pool_provider"


def narrow_conditions(draft: Draft, findings: Sequence[Finding]) -> None:
    """One step per provider of a pool that names the leaver in its attribute condition. Where a
    root writes the condition, the edit of the code has its own step, and none is live."""
    places: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        if not managing_roots(finding):
            target = finding.binding.target
            places.setdefault((finding.subject, target.arn or target.name), []).append(finding)
    for (subject, where), members in sorted(places.items()):
        draft.manual.append(_step(subject, where, members))


def _step(subject: str, where: str, members: Sequence[Finding]) -> ManualStep:
    target = members[0].binding.target
    named = sorted({_claim(f) for f in members})
    pool, _, provider = target.name.partition("/")
    workforce = target.kind != _POOLS
    kind = "workforce-pools" if workforce else "workload-identity-pools"
    pool_option = "--workforce-pool" if workforce else "--workload-identity-pool"
    command = (
        f"gcloud iam {kind} providers update-oidc {provider or target.name} "
        f"{pool_option}={pool} --location=global --attribute-condition=CONDITION"
    )
    return ManualStep(
        subject=subject,
        where=where,
        text=(
            f"Take {' and '.join(named)} out of the attribute condition of {target.name}, keeping "
            f"the rest of it and every other comparison ({command}); where the condition demands "
            "nothing else, disable or delete the provider instead of emptying it."
        ),
        reason=(
            "a condition is not cut automatically: one that is emptied lets in every token of the "
            "issuer, and one that loses a comparison may let in more"
        ),
        finding=", ".join(sorted({f.id for f in members})),
    )


def _claim(finding: Finding) -> str:
    """What the condition compares: ``repository == acme/app`` of a token's claim."""
    issuer, bar, claim = finding.binding.principal.value.partition("|")
    name, colon, value = claim.partition(":")
    if bar and colon:
        return f'assertion.{name} "{value}" (issuer {issuer})'
    return f'"{finding.binding.principal.value}"'
