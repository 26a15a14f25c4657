"""Small builders for the verdict tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from iac_offboard.model import (
    AccountScope,
    Alias,
    AliasKind,
    Binding,
    CodeOrigin,
    Collected,
    Effect,
    Finding,
    FindingStatus,
    LiveOrigin,
    Observation,
    Origin,
    Principal,
    PrincipalKind,
    Read,
    Relation,
    RootScope,
    Scope,
    Side,
    Skipped,
    SkipReason,
    Span,
    StateOrigin,
    Strength,
    Subject,
    SubjectKind,
    SubjectStatus,
    Target,
    Verdict,
)
from iac_offboard.verify import Memory, Probe, verdicts

ACCOUNT = "111122223333"
OTHER = "444455556666"
NOW = datetime(2026, 11, 24, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=30)
SCOPE = Scope(
    accounts=(AccountScope(provider="aws", account=ACCOUNT, source="ambient"),),
    roots=(RootScope(directory=".", path="infra"),),
)
READ = Read(source="aws", where=f"aws:{ACCOUNT}", at=NOW)
COLLECTED = Collected(reads=(READ,))
LIVE = LiveOrigin(account=ACCOUNT, region="", operation="iam:X", caller="arn:c", read_at=NOW)
CODE = CodeOrigin(
    root="infra",
    address="aws_iam_user.alice",
    path="name",
    span=Span(file="main.tf", start=0, end=1),
    line=1,
    digest="",
)
STATE = StateOrigin(
    file="s.tfstate", address="aws_iam_user.alice", path="", serial=1, lineage="l", digest=""
)


def subject(id_: str = "leaver-1", status: SubjectStatus = SubjectStatus.LEAVING) -> Subject:
    return Subject(
        id=id_,
        kind=SubjectKind.PERSON,
        left_at=NOW,
        aliases=(Alias(kind=AliasKind.USER_NAME, value="alice"),),
        status=status,
    )


def finding(
    name: str = "alice",
    *,
    origins: tuple[Origin, ...] = (LIVE,),
    kind: str = "iam_user",
    relation: Relation = Relation.IDENTITY,
    id_: str = "",
    account: str | None = ACCOUNT,
    region: str | None = None,
    effect: Effect = Effect.ALLOW,
    strength: Strength = Strength.STRONG,
    reused: bool = False,
    status: str = "",
    unique_id: str | None = None,
    provider: str = "aws",
) -> Finding:
    binding = Binding(
        principal=Principal(
            provider=provider, kind=PrincipalKind.IAM_USER, value="alice", account=account
        ),
        relation=relation,
        target=Target(
            provider=provider,
            kind=kind,
            name=name,
            account=account,
            region=region,
            unique_id=unique_id,
        ),
        effect=effect,
    )
    return Finding(
        id=id_ or f"{kind}-{name}-{account}-{region}",
        subject="leaver-1",
        binding=binding,
        status=FindingStatus.UNMANAGED,
        strength=strength,
        observations=tuple(Observation(binding=binding, origin=o, status=status) for o in origins),
        why="",
        reused=reused,
    )


def key(name: str = "AKIAOLD", *, status: str = "Active", id_: str = "") -> Finding:
    return finding(
        name, kind="iam_access_key", relation=Relation.CREDENTIAL, status=status, id_=id_
    )


def skipped(
    where: str = f"aws:{ACCOUNT}",
    *,
    side: Side = Side.ACCESS,
    reason: SkipReason = SkipReason.DENIED,
    kinds: frozenset[str] = frozenset(),
    about: str = "",
) -> Skipped:
    return Skipped(
        where=where, reason=reason, detail="denied.", side=side, kinds=kinds, subject=about
    )


def judge(
    planned: Sequence[Finding],
    fresh: Sequence[Finding] = (),
    *,
    collected: Collected = COLLECTED,
    planned_scope: Scope = SCOPE,
    fresh_scope: Scope = SCOPE,
    probes: Sequence[Probe] = (),
    memory: Memory | None = None,
    leaver: Subject | None = None,
) -> Verdict:
    """Unless a ``memory`` is given, every wait for what outlives its entry is over."""
    over = Memory(gone_since={f.id: LONG_AGO for f in planned})
    (verdict,) = verdicts(
        planned,
        [leaver or subject()],
        fresh,
        collected,
        planned_scope,
        fresh_scope,
        probes,
        now=NOW,
        memory=memory or over,
    )
    return verdict


def with_skips(*skips: Skipped) -> Collected:
    return Collected(reads=(READ,), skipped=skips)
