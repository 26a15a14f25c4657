"""Every binding of every account as plain data, to be compared before and after."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, TypeAlias
from urllib.parse import unquote

from botocore.exceptions import ClientError

from iac_offboard.demo.calls import Caller
from iac_offboard.demo.world import SECURITY, TEAM, World

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"


def snapshot(world: World) -> dict[str, Json]:
    """Account -> users, groups, roles, policies, buckets, topics, queues, keys, secrets.

    Principals of a policy statement are always a list, so that a list of one and a single
    string compare equal, as they mean the same.
    """
    return {
        account: _account(caller)
        for account, caller in ((TEAM, world.caller()), (SECURITY, world.security()))
    }


def without(taken: Json, names: Iterable[str]) -> Json:
    """A snapshot without the entries, list elements and statements that are ``names`` (a user's
    name, ARN, unique id, key ids): what is left of everybody else."""
    gone = frozenset(names)
    match taken:
        case dict():
            kept = {k: without(v, gone) for k, v in taken.items() if k not in gone}
            if isinstance(taken.get("Statement"), list):
                kept["Statement"] = [s for s in _items(kept["Statement"]) if not _of_nobody(s)]
            return kept
        case list():
            return [without(v, gone) for v in taken if not (isinstance(v, str) and v in gone)]
        case _:
            return taken


def _items(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]


def _of_nobody(statement: Json) -> bool:
    principal = statement.get("Principal") if isinstance(statement, dict) else None
    return isinstance(principal, dict) and all(v == [] for v in principal.values())


def _account(caller: Caller) -> Json:
    iam = caller.client("iam")
    pages = list(
        iam.get_paginator("get_account_authorization_details").paginate(
            Filter=["User", "Group", "Role", "LocalManagedPolicy"]
        )
    )
    users = [u for page in pages for u in page["UserDetailList"]]
    groups = [g for page in pages for g in page["GroupDetailList"]]
    roles = [r for page in pages for r in page["RoleDetailList"]]
    policies = [p for page in pages for p in page["Policies"]]
    return {
        "users": {u["UserName"]: _user(iam, u) for u in users},
        "groups": {g["GroupName"]: _group(g, users) for g in groups},
        "roles": {
            r["RoleName"]: {
                "trust": policy(r["AssumeRolePolicyDocument"]),
                "inline": _inline(r.get("RolePolicyList", [])),
                "attached": _attached(r),
            }
            for r in roles
        },
        "policies": {
            p["Arn"]: [policy(v["Document"]) for v in p["PolicyVersionList"]] for p in policies
        },
        "buckets": _buckets(caller.client("s3")),
        "topics": _topics(caller.client("sns")),
    }


def _user(iam: Any, user: Any) -> Json:
    name = user["UserName"]
    keys = iam.list_access_keys(UserName=name)["AccessKeyMetadata"]
    mfa = iam.list_mfa_devices(UserName=name)["MFADevices"]
    ssh = iam.list_ssh_public_keys(UserName=name)["SSHPublicKeys"]
    certificates = iam.list_signing_certificates(UserName=name)["Certificates"]
    services = iam.list_service_specific_credentials(UserName=name)["ServiceSpecificCredentials"]
    return {
        "id": user["UserId"],
        "arn": user["Arn"],
        "inline": _inline(user.get("UserPolicyList", [])),
        "attached": _attached(user),
        "boundary": user.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn", ""),
        "password": _has_password(iam, name),
        "access_keys": {k["AccessKeyId"]: k["Status"] for k in keys},
        "mfa": sorted(d["SerialNumber"] for d in mfa),
        "ssh_keys": {k["SSHPublicKeyId"]: k["Status"] for k in ssh},
        "certificates": {c["CertificateId"]: c["Status"] for c in certificates},
        "service_credentials": {s["ServiceSpecificCredentialId"]: s["Status"] for s in services},
    }


def _has_password(iam: Any, name: str) -> bool:
    try:
        iam.get_login_profile(UserName=name)
    except iam.exceptions.NoSuchEntityException:
        return False
    return True


def _group(group: Any, users: list[Any]) -> Json:
    name = group["GroupName"]
    return {
        "members": sorted(u["UserName"] for u in users if name in u.get("GroupList", [])),
        "inline": _inline(group.get("GroupPolicyList", [])),
        "attached": _attached(group),
    }


def _inline(policies: list[Any]) -> Json:
    return {p["PolicyName"]: policy(p["PolicyDocument"]) for p in policies}


def _attached(entity: Any) -> Json:
    return sorted(p["PolicyArn"] for p in entity.get("AttachedManagedPolicies", []))


def _buckets(s3: Any) -> Json:
    found: dict[str, Json] = {}
    for bucket in s3.list_buckets()["Buckets"]:
        try:
            found[bucket["Name"]] = policy(s3.get_bucket_policy(Bucket=bucket["Name"])["Policy"])
        except ClientError as refusal:
            if refusal.response["Error"]["Code"] != "NoSuchBucketPolicy":
                raise
            found[bucket["Name"]] = None
    return found


def _topics(sns: Any) -> Json:
    return {
        arn: policy(sns.get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"])
        for arn in (t["TopicArn"] for t in sns.list_topics()["Topics"])
    }


def policy(document: Any) -> Json:
    """A policy document, parsed; every principal a sorted list."""
    if isinstance(document, str):
        text = document if document.lstrip().startswith("{") else unquote(document)
        document = json.loads(text)
    statements = document.get("Statement", [])
    statements = statements if isinstance(statements, list) else [statements]
    return {**document, "Statement": [_statement(s) for s in statements]}


def _statement(statement: Any) -> Json:
    principal = statement.get("Principal")
    if not isinstance(principal, dict):
        return dict(statement)
    lists = {k: sorted([v] if isinstance(v, str) else v) for k, v in principal.items()}
    return {**statement, "Principal": lists}
