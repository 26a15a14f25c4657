"""Small builders for the verdicts of Google Cloud, beside those of ``cases``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from iac_offboard.catalog.google import parse
from iac_offboard.catalog.google_resources import of
from iac_offboard.model import (
    AccountScope,
    Alias,
    AliasKind,
    Binding,
    Collected,
    Effect,
    Finding,
    FindingStatus,
    LiveOrigin,
    Observation,
    Origin,
    Read,
    Relation,
    Scope,
    Skipped,
    Strength,
    Subject,
    SubjectKind,
    Target,
    Verdict,
)
from iac_offboard.verify import Memory, Probe
from tests.verify import cases

ORGANIZATION, FOLDER, PROJECT, DATA = "organizations/123", "folders/456", "acme-prod", "acme-data"
ACCOUNTS = (ORGANIZATION, FOLDER, PROJECT, DATA)
ALICE, CI = "user:alice@acme.example", f"ci@{PROJECT}.iam.gserviceaccount.com"
CI_NAME = f"//iam.googleapis.com/projects/{PROJECT}/serviceAccounts/{CI}"
KEY = f"projects/{PROJECT}/serviceAccounts/{CI}/keys/0a1b2c3d"
TEAM, ALL = "team@acme.example", "all@acme.example"
POOL = "iam.googleapis.com/projects/42/locations/global/workloadIdentityPools/github"
OWNER = f"principalSet://{POOL}/attribute.repository_owner/acme"
NOW = cases.NOW
LIVE = LiveOrigin(
    account=PROJECT,
    region="",
    operation="cloudresourcemanager.projects.getIamPolicy",
    caller="auditor@acme.example",
    read_at=NOW,
)


def scope(*accounts: str) -> Scope:
    return Scope(
        accounts=tuple(
            AccountScope(provider="gcp", account=a, source=ORGANIZATION, partition="gcp")
            for a in accounts or ACCOUNTS
        ),
        roots=cases.SCOPE.roots,
    )


def collected(*skips: Skipped, accounts: Sequence[str] = ACCOUNTS) -> Collected:
    reads = tuple(Read(source="gcp", where=f"gcp:{a}", at=NOW) for a in accounts)
    return Collected(reads=reads, skipped=skips)


def leaver(kind: SubjectKind = SubjectKind.PERSON) -> Subject:
    alias = Alias(kind=AliasKind.EMAIL, value="alice@acme.example")
    return replace(cases.subject(), kind=kind, aliases=(alias,), left_at=cases.LONG_AGO)


def bound(
    member: str,
    target: Target,
    relation: Relation = Relation.GRANT,
    *,
    detail: str = "",
    origins: Sequence[Origin] = (LIVE,),
    status: str = "",
    covered: bool = False,
    effect: Effect = Effect.ALLOW,
) -> Finding:
    """What is known of one binding of the leaver; its id says member, relation, target, role."""
    principal = parse("gcp.member", member, {})
    assert principal is not None
    binding = Binding(
        principal=principal, relation=relation, target=target, detail=detail, effect=effect
    )
    return Finding(
        id=f"{member} {relation} {target.kind} {target.name} {detail}",
        subject="leaver-1",
        binding=binding,
        status=FindingStatus.UNMANAGED,
        strength=Strength.STRONG,
        observations=tuple(Observation(binding=binding, origin=o, status=status) for o in origins),
        why="",
        covered=covered,
    )


def thing(full: str, account: str | None = PROJECT) -> Target:
    found = of(full)
    return Target(
        provider="gcp", kind=found.kind, name=found.name, account=found.account or account, arn=full
    )


def grant(
    member: str = ALICE,
    on: str = "//cloudresourcemanager.googleapis.com/projects/acme-prod",
    role: str = "roles/viewer",
    **more: object,
) -> Finding:
    account = more.pop("account", PROJECT)
    target = thing(on, account if isinstance(account, str) else None)
    return bound(member, target, detail=role, **more)  # type: ignore[arg-type]


def service_account(unique_id: str = "1", **more: object) -> Finding:
    target = replace(thing(CI_NAME), name="ci", unique_id=unique_id)
    return bound(f"serviceAccount:{CI}", target, Relation.IDENTITY, **more)  # type: ignore[arg-type]


def key(name: str = KEY, **more: object) -> Finding:
    target = Target(
        provider="gcp",
        kind="gcp_service_account_key",
        name=name,
        account=PROJECT,
        arn=f"//iam.googleapis.com/{name}",
    )
    return bound(f"serviceAccount:{CI}", target, Relation.CREDENTIAL, **more)  # type: ignore[arg-type]


def impersonation(**more: object) -> Finding:
    target = replace(thing(CI_NAME), name="ci")
    role = "roles/iam.serviceAccountTokenCreator"
    return bound(ALICE, target, detail=role, **more)  # type: ignore[arg-type]


def membership(member: str = ALICE, group: str = TEAM, *, covered: bool = False) -> Finding:
    target = Target(
        provider="gcp",
        kind="gcp_group",
        name=group,
        arn=f"//cloudidentity.googleapis.com/groups/{group}/memberships/{member}",
    )
    return bound(member, target, Relation.MEMBERSHIP, covered=covered)


def judge(
    planned: Sequence[Finding],
    fresh: Sequence[Finding] = (),
    *,
    read: Collected | None = None,
    fresh_scope: Scope | None = None,
    memory: Memory | None = None,
    probes: Sequence[Probe] = (),
    who: Subject | None = None,
) -> Verdict:
    """As ``cases.judge``, over an organization, a folder and two projects."""
    return cases.judge(
        planned,
        fresh,
        collected=read or collected(),
        planned_scope=scope(),
        fresh_scope=fresh_scope or scope(),
        memory=memory,
        probes=probes,
        leaver=who or leaver(),
    )
