"""What the tests of rollback share: an account before and after, and whom its denies hit."""

from __future__ import annotations

import json
from typing import Any

from tests.acceptance.crowded import BUCKET, policy, statement
from tests.acceptance.desk import (
    ALICE,
    BOB,
    HOME,
    ORGANIZATION,
    Desk,
    Ran,
    run,
)

CAROL = f"arn:aws:iam::{HOME}:user/carol"


POLICIES = ("--live", "aws", "--service", "iam,s3,sns", "--region", "us-east-1")


EVERYWHERE = (*ORGANIZATION, "--service", "iam,s3,sns", "--region", "us-east-1")


QUARANTINE = "iac-offboard-quarantine"


def photo(desk: Desk) -> str:
    """Every policy, membership and credential of both accounts, in the order in which the cloud
    gives the words of a document."""
    accounts = [_account(iam) for iam in (desk.aws(), desk.other())]
    return json.dumps([*accounts, *_resources(desk)], indent=1)


def _account(iam: Any) -> object:
    pages = list(
        iam.get_paginator("get_account_authorization_details").paginate(
            Filter=["User", "Group", "Role", "LocalManagedPolicy"]
        )
    )
    users = sorted((u for p in pages for u in p["UserDetailList"]), key=lambda u: u["UserName"])
    return [
        [_user(iam, u) for u in users],
        [[g["GroupName"], g.get("GroupPolicyList")] for p in pages for g in p["GroupDetailList"]],
        [
            [r["RoleName"], r["AssumeRolePolicyDocument"], r.get("RolePolicyList")]
            for p in pages
            for r in p["RoleDetailList"]
        ],
    ]


def _user(iam: Any, user: Any) -> object:
    name = user["UserName"]
    keys = iam.list_access_keys(UserName=name)["AccessKeyMetadata"]
    ssh = iam.list_ssh_public_keys(UserName=name)["SSHPublicKeys"]
    certificates = iam.list_signing_certificates(UserName=name)["Certificates"]
    services = iam.list_service_specific_credentials(UserName=name)["ServiceSpecificCredentials"]
    return [
        user["UserId"],
        sorted(user["GroupList"]),
        user.get("UserPolicyList"),
        sorted(p["PolicyArn"] for p in user["AttachedManagedPolicies"]),
        [[k["AccessKeyId"], k["Status"]] for k in keys],
        [[k["SSHPublicKeyId"], k["Status"]] for k in ssh],
        [[c["CertificateId"], c["Status"]] for c in certificates],
        [[s["ServiceSpecificCredentialId"], s["Status"]] for s in services],
    ]


def _resources(desk: Desk) -> list[str]:
    s3, sns = desk.aws("s3"), desk.aws("sns")
    buckets = [b["Name"] for b in s3.list_buckets()["Buckets"]]
    topics = [t["TopicArn"] for t in sns.list_topics()["Topics"]]
    return [
        *(s3.get_bucket_policy(Bucket=b)["Policy"] for b in buckets),
        *(sns.get_topic_attributes(TopicArn=t)["Attributes"]["Policy"] for t in topics),
    ]


def restored(desk: Desk, *more: str) -> Ran:
    """The restoring plan approved, with all that waits in it, and applied."""
    file = desk.case / "rollback" / "plan.json"
    actions = json.loads(file.read_bytes())["actions"]
    accepts = [word for a in actions if a["accept"] for word in ("--accept", a["id"])]
    assert run("approve", str(file), "--by", "lead@example.com", *accepts).code == 0
    return run("apply", str(file), *more)


def rollback(desk: Desk, *more: str) -> Ran:
    return run("rollback", str(desk.plan_file), *more)


def shared(desk: Desk) -> None:
    iam = desk.aws()
    iam.create_group(GroupName="developers")
    for name in ("alice", "bob", "carol"):
        desk.user(name)
    for name in ("alice", "bob"):
        iam.add_user_to_group(GroupName="developers", UserName=name)
    desk.aws("s3").create_bucket(Bucket=BUCKET)
    granted = statement(ALICE, BOB, action="s3:GetObject", resource=f"arn:aws:s3:::{BUCKET}/*")
    desk.aws("s3").put_bucket_policy(Bucket=BUCKET, Policy=policy(granted))


def keep_the_user(desk: Desk) -> None:
    """Apply stops half-way: the key is not deleted, so that the user stays, and denied."""
    desk.app.injection.deny("iam:DeleteAccessKey")


def bucket(desk: Desk) -> list[str]:
    document = json.loads(desk.aws("s3").get_bucket_policy(Bucket=BUCKET)["Policy"])
    found = [s["Principal"]["AWS"] for s in document["Statement"]]
    return [arn for one in found for arn in ([one] if isinstance(one, str) else one)]


def denied(desk: Desk) -> list[str]:
    groups = {g["GroupName"] for g in desk.aws().list_groups()["Groups"]}
    if QUARANTINE not in groups:
        return []
    return sorted(u["UserName"] for u in desk.aws().get_group(GroupName=QUARANTINE)["Users"])
