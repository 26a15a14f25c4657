"""Small findings for the tests of the plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from iac_offboard.model import (
    Binding,
    CodeOrigin,
    Entry,
    Finding,
    FindingStatus,
    LastUse,
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
    Use,
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
JOB = Principal(
    provider="aws",
    kind=PrincipalKind.IAM_ROLE,
    value="alice-job",
    account=ACCOUNT,
    stable_id="AROAALICEALICEALICE",
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
    arn: str | None = None,
    region: str | None = None,
    last_use: LastUse | None = None,
    entry: Entry | None = None,
    provisioned_by: str = "",
    **changes: object,
) -> Finding:
    """One finding; ``last_use``, ``entry`` and ``provisioned_by`` are seen live."""
    target = Target(
        provider="aws", kind=kind, name=name, account=ACCOUNT, unique_id=unique_id, arn=arn,
        region=region,
    )  # fmt: skip
    binding = Binding(principal=principal, relation=relation, target=target)
    seen = Observation(binding=binding, origin=LIVE, status=status)
    live = replace(seen, last_use=last_use, entry=entry, provisioned_by=provisioned_by)
    observations = tuple(
        replace(live if isinstance(o, LiveOrigin) else seen, origin=o) for o in (origins or (LIVE,))
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


def user(*origins: Origin, last_use: LastUse | None = None) -> Finding:
    return finding(
        "iam_user", "alice", *(origins or (LIVE,)), relation=Relation.IDENTITY,
        unique_id="AIDAALICEALICEALICE", last_use=last_use,
    )  # fmt: skip


def role(*origins: Origin, last_use: LastUse | None = None) -> Finding:
    """A role that is the leaver's own."""
    return finding(
        "iam_role", "alice-job", *(origins or (LIVE,)), relation=Relation.IDENTITY,
        unique_id="AROAALICEALICEALICE", arn=f"arn:aws:iam::{ACCOUNT}:role/alice-job",
        principal=JOB, last_use=last_use,
    )  # fmt: skip


def role_session(name: str, entry: Entry, **changes: Any) -> Finding:
    """A way into a role of somebody else."""
    return finding(
        "iam_role_session", name, relation=Relation.SESSION, entry=entry,
        arn=f"arn:aws:iam::{ACCOUNT}:role/{name}", unique_id=f"AROA{name.upper()}", **changes,
    )  # fmt: skip


def use(workload: str, *, origin: Origin = LIVE, account: str | None = ACCOUNT) -> Use:
    """A Lambda function that runs as the leaver's own role."""
    runs_as = replace(JOB, account=account, stable_id=None)
    target = Target(
        provider="aws", kind="lambda_function", name=workload, account=ACCOUNT, region="eu-west-1"
    )
    return Use(identity=runs_as, workload=target, origin=origin)
