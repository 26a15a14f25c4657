"""Small findings of Google Cloud for the tests of the plan."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from iac_offboard.catalog.google import parse
from iac_offboard.model import (
    Binding,
    Finding,
    FindingStatus,
    LastUse,
    LiveOrigin,
    Observation,
    Origin,
    Principal,
    PrincipalKind,
    Relation,
    Strength,
    Target,
)
from tests.plan.build import AT

PROJECT = "acme-prod"
EMAIL = f"ci@{PROJECT}.iam.gserviceaccount.com"
KEY = f"projects/{PROJECT}/serviceAccounts/{EMAIL}/keys/0a1b"
UNIQUE = "104000000000000000001"
ALICE = Principal(provider="gcp", kind=PrincipalKind.GCP_USER, value="alice@example.com")
CI = Principal(
    provider="gcp",
    kind=PrincipalKind.GCP_SERVICE_ACCOUNT,
    value=EMAIL,
    account=PROJECT,
    stable_id=UNIQUE,
)
LIVE = LiveOrigin(
    account=PROJECT,
    region="",
    operation="cloudresourcemanager.projects.getIamPolicy",
    caller="serviceAccount:reader@acme-ops.iam.gserviceaccount.com",
    read_at=AT,
)


def found(
    target: Target, principal: Principal, relation: Relation, *origins: Origin, **changes: Any
) -> Finding:
    """One finding; what observations have (``status``, ``element``, ``last_use`` ...) is live."""
    names = ("status", "element", "last_use", "image")
    seen = {name: changes.pop(name) for name in names if name in changes}
    detail = changes.pop("detail", "")
    binding = Binding(principal=principal, relation=relation, target=target, detail=detail)
    live = Observation(binding=binding, origin=LIVE, **seen)
    made: dict[str, Any] = {
        "id": f"F-{relation.value}-{target.kind}-{target.name}-{detail}-{principal.value}",
        "subject": "leaver-1",
        "binding": binding,
        "status": FindingStatus.UNMANAGED,
        "strength": Strength.STRONG,
        "observations": tuple(
            live if isinstance(o, LiveOrigin) else Observation(binding=binding, origin=o)
            for o in (origins or (LIVE,))
        ),
        "why": "e-mail as the member",
    }
    return Finding(**{**made, **changes})


def project(name: str = PROJECT) -> Target:
    arn = f"//cloudresourcemanager.googleapis.com/projects/{name}"
    return Target(provider="gcp", kind="gcp_project", name=name, account=name, arn=arn)


def bucket(name: str = "data") -> Target:
    arn = f"//storage.googleapis.com/{name}"
    return Target(provider="gcp", kind="gcp_storage_bucket", name=name, account=PROJECT, arn=arn)


def member(
    *origins: Origin,
    role: str = "roles/viewer",
    text: str = "user:alice@example.com",
    target: Target | None = None,
    condition: dict[str, str] | None = None,
    **changes: Any,
) -> Finding:
    """A member of a policy, as the live reader writes it."""
    principal = parse("gcp.member", text, {})
    assert principal is not None
    extra = {"condition": condition} if condition else {}
    element = json.dumps({"member": text, "role": role, **extra}, sort_keys=True)
    return found(
        target or project(), principal, Relation.GRANT, *origins,
        detail=role, element=element, image="d" * 64, **changes,
    )  # fmt: skip


def account(*origins: Origin, last_use: LastUse | None = None, **changes: Any) -> Finding:
    """The service account ``ci`` itself."""
    target = Target(
        provider="gcp", kind="gcp_service_account", name="ci", account=PROJECT,
        arn=f"//iam.googleapis.com/projects/{PROJECT}/serviceAccounts/{EMAIL}", unique_id=UNIQUE,
    )  # fmt: skip
    given = {"status": "Active", "last_use": last_use, **changes}
    return found(target, CI, Relation.IDENTITY, *origins, **given)


def key(*origins: Origin, name: str = KEY, principal: Principal = CI, **changes: Any) -> Finding:
    """A user-managed key of it; by another principal: one that is known to have it."""
    target = Target(provider="gcp", kind="gcp_service_account_key", name=name, account=PROJECT)
    return found(
        target, principal, Relation.CREDENTIAL, *origins, **{"status": "Active", **changes}
    )


def hmac(*origins: Origin) -> Finding:
    target = Target(provider="gcp", kind="gcp_storage_hmac_key", name="GOOG1E", account=PROJECT)
    return found(target, CI, Relation.CREDENTIAL, *origins, status="Active")


def membership(*origins: Origin, group: str = "admins@example.com", **changes: Any) -> Finding:
    target = Target(
        provider="gcp", kind="gcp_group", name=group, account="organizations/123",
        arn="//cloudidentity.googleapis.com/groups/g1/memberships/m1", unique_id="groups/g1",
    )  # fmt: skip
    return found(target, ALICE, Relation.MEMBERSHIP, *origins, detail="MEMBER", **changes)


def deleted(finding: Finding, uid: str = "77") -> Finding:
    """The finding with the member as it stands once its account is deleted."""
    observations = []
    for one in finding.observations:
        body = json.loads(one.element) if one.element else None
        if body is not None:
            body["member"] = f"deleted:{body['member']}?uid={uid}"
            one = replace(one, element=json.dumps(body))
        observations.append(one)
    return replace(finding, observations=tuple(observations))
