"""May this caller do this? Identity and group policies, the trust of roles, bucket policies.

Within one account an Allow on either side is enough; across accounts both sides must allow
(IAM user guide, "Cross-account policy evaluation logic").
"""

from __future__ import annotations

from collections.abc import Mapping

from moto.s3.models import s3_backends
from moto.sns.models import sns_backends

from iac_offboard.demo.strict import faults
from iac_offboard.demo.strict.callers import PARTITION, Caller, documents, iam
from iac_offboard.demo.strict.policies import (
    Context,
    Effect,
    identity_effect,
    resource_effect,
)
from iac_offboard.demo.strict.wire import Request

ALWAYS = frozenset({"sts:GetCallerIdentity"})  # "no permissions are required" (STS reference)

# S3 operations whose permission has another name (S3 user guide, "Required permissions").
S3_PERMISSIONS: Mapping[str, str] = {
    "ListBuckets": "ListAllMyBuckets",
    "HeadBucket": "ListBucket",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "HeadObject": "GetObject",
    "CopyObject": "PutObject",
    "DeleteObjects": "DeleteObject",
    "DeleteBucketPolicy": "DeleteBucketPolicy",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetBucketReplication": "GetReplicationConfiguration",
}
IAM_RESOURCES: tuple[tuple[str, str], ...] = (
    ("RoleName", "role"),
    ("GroupName", "group"),
    ("UserName", "user"),
)


def permission_of(request: Request) -> str:
    if request.service == "s3":
        return f"s3:{S3_PERMISSIONS.get(request.action, request.action)}"
    return f"{request.service}:{request.action}"


def resource_of(request: Request, caller: Caller) -> str:
    """The ARN that the request acts on, as far as its parameters say; else ``*``."""
    match request.service:
        case "s3":
            path = request.path.partition("?")[0].strip("/")
            return f"arn:{PARTITION}:s3:::{path}" if path else "*"
        case "sts":
            return request.param("RoleArn") or "*"
        case "iam":
            return _iam_resource(request, caller)
        case "sqs":
            queue = request.param("QueueUrl").rpartition("/")[2] or request.param("QueueName")
            prefix = f"arn:{PARTITION}:sqs:{request.region}:{caller.account}"
            return f"{prefix}:{queue}" if queue else "*"
        case "kms":
            return _kms_resource(request, caller)
    for name in ("TopicArn", "ResourceArn", "SecretId"):
        if request.param(name):
            return request.param(name)
    return "*"


def _iam_resource(request: Request, caller: Caller) -> str:
    if request.param("PolicyArn") and not any(request.param(n) for n, _ in IAM_RESOURCES):
        return request.param("PolicyArn")
    backend = iam(caller.account)
    for name, kind in IAM_RESOURCES:
        text = request.param(name)
        if not text:
            continue
        user, group = backend.users.get(text), backend.groups.get(text)
        paths = {
            "user": user.path if user else "/",
            "group": group.path if group else "/",
            "role": next((r.path for r in backend.roles.values() if r.name == text), "/"),
        }
        return f"arn:{PARTITION}:iam::{caller.account}:{kind}{paths[kind]}{text}"
    if request.action == "GetUser" and caller.kind == "user":
        return caller.arn
    return "*"


def _kms_resource(request: Request, caller: Caller) -> str:
    key = request.param("KeyId")
    if not key or key.startswith("arn:"):
        return key or "*"
    return f"arn:{PARTITION}:kms:{request.region}:{caller.account}:key/{key}"


def context_of(request: Request, caller: Caller) -> Context:
    context = {
        "aws:PrincipalArn": caller.arn,
        "aws:PrincipalAccount": caller.account,
        "aws:userid": caller.unique_id,
        "aws:MultiFactorAuthPresent": "false",
        "aws:RequestedRegion": request.region,
        "aws:SecureTransport": "false",
    }
    if caller.kind == "user":
        context["aws:username"] = caller.name
    if caller.issued:
        context["aws:TokenIssueTime"] = caller.issued
    if caller.source_identity:
        context["aws:SourceIdentity"] = caller.source_identity
    for name in ("ExternalId", "RoleSessionName", "SourceIdentity"):
        if request.param(name):
            context[f"sts:{name}"] = request.param(name)
    return context


def authorize(request: Request, caller: Caller) -> None:
    """Raises the refusal unless the caller may make this call."""
    if caller.kind == "root" or request.operation in ALWAYS:
        return
    permission, resource = permission_of(request), resource_of(request, caller)
    context = context_of(request, caller)
    said = identity_effect(documents(caller), permission, resource, context)
    if said is Effect.DENY:
        raise faults.denied(request, caller.arn, permission, resource)
    if request.operation == "sts:AssumeRole":
        return  # the trust policy has the other half of the say: ``may_assume``
    owner, policy = _resource_policy(request, caller.account)
    names = caller.principals
    theirs = resource_effect(policy, permission, resource, names, context)
    if theirs is Effect.DENY:
        raise faults.denied(request, caller.arn, permission, resource)
    # Naming the account root only delegates to identity policies; naming the caller grants.
    own_names = tuple(n for n in names if n not in {caller.account, _root(caller.account)})
    granted = resource_effect(policy, permission, resource, own_names, context) is Effect.ALLOW
    mine = said is Effect.ALLOW
    if not ((mine or granted) if owner == caller.account else (mine and theirs is Effect.ALLOW)):
        raise faults.denied(request, caller.arn, permission, resource)


def may_assume(request: Request, caller: Caller, role_arn: str, owner: str, trust: str) -> None:
    """Raises the refusal unless the role trusts the caller, and the caller may go there."""
    context = context_of(request, caller)
    names = caller.principals
    refused = faults.denied(request, caller.arn, "sts:AssumeRole", role_arn)
    trusted = resource_effect(trust, "sts:AssumeRole", role_arn, names, context)
    if caller.kind == "root":
        return  # the bootstrap key may assume any role that exists
    if trusted is not Effect.ALLOW:
        raise refused
    by_name = tuple(n for n in names if n not in {caller.account, _root(caller.account)})
    named = resource_effect(trust, "sts:AssumeRole", role_arn, by_name, context) is Effect.ALLOW
    said = identity_effect(documents(caller), "sts:AssumeRole", role_arn, context)
    if said is Effect.ALLOW or (named and owner == caller.account):
        return
    raise refused


def _root(account: str) -> str:
    return f"arn:{PARTITION}:iam::{account}:root"


def _resource_policy(request: Request, account: str) -> tuple[str, str]:
    """Owner and policy of the resource called, for the services that the demo probes."""
    if request.service == "s3":
        name = request.path.partition("?")[0].strip("/").partition("/")[0]
        for owner, backends in list(s3_backends.items()):
            bucket = backends[PARTITION].buckets.get(name) if PARTITION in backends else None
            if bucket is not None:
                return owner, (bucket.policy or b"").decode()
    if request.service == "sns" and request.param("TopicArn"):
        owner = request.param("TopicArn").split(":")[4]
        topic = sns_backends[owner][request.region].topics.get(request.param("TopicArn"))
        if topic is not None:
            return owner, str(topic.policy)
    return account, ""
