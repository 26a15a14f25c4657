"""Small findings for the tests of the plan."""

from __future__ import annotations

from datetime import UTC, datetime

from iac_offboard.model import (
    Binding,
    CodeOrigin,
    Finding,
    FindingStatus,
    LiveOrigin,
    Observation,
    Origin,
    Principal,
    PrincipalKind,
    Relation,
    Span,
    Strength,
    Subject,
    SubjectKind,
    Target,
)

ACCOUNT = "111122223333"
AT = datetime(2026, 11, 20, 17, tzinfo=UTC)
ALICE = Principal(
    provider="aws",
    kind=PrincipalKind.IAM_USER,
    value="alice",
    account=ACCOUNT,
    stable_id="AIDAALICEALICEALICE",
)
LIVE = LiveOrigin(
    account=ACCOUNT,
    region="",
    operation="iam:GetAccountAuthorizationDetails",
    caller="arn:aws:iam::111122223333:role/reader",
    read_at=AT,
)


def code(address: str, root: str = "infra") -> CodeOrigin:
    return CodeOrigin(
        root=root,
        address=address,
        path="name",
        span=Span(file="main.tf", start=0, end=5),
        line=1,
        digest="0" * 64,
    )


def subject(**changes: object) -> Subject:
    made = {"id": "leaver-1", "kind": SubjectKind.PERSON, "left_at": AT, "aliases": ()}
    return Subject(**{**made, **changes})  # type: ignore[arg-type]


def finding(
    kind: str,
    name: str,
    *origins: Origin,
    relation: Relation = Relation.CREDENTIAL,
    status: str = "",
    unique_id: str | None = None,
    principal: Principal = ALICE,
    **changes: object,
) -> Finding:
    target = Target(provider="aws", kind=kind, name=name, account=ACCOUNT, unique_id=unique_id)
    binding = Binding(principal=principal, relation=relation, target=target)
    observations = tuple(
        Observation(binding=binding, origin=o, status=status) for o in (origins or (LIVE,))
    )
    made = {
        "id": f"F-{kind}-{name}",
        "subject": "leaver-1",
        "binding": binding,
        "status": FindingStatus.UNMANAGED,
        "strength": Strength.STRONG,
        "observations": observations,
        "why": "ARN alias",
    }
    return Finding(**{**made, **changes})  # type: ignore[arg-type]


def user(*origins: Origin) -> Finding:
    return finding(
        "iam_user", "alice", *(origins or (LIVE,)), relation=Relation.IDENTITY,
        unique_id="AIDAALICEALICEALICE",
    )  # fmt: skip
