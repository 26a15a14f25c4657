"""An unmanaged leaver on whom nearly everything hangs that can hang on an IAM user."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.acceptance.desk import ALICE, BOB, HOME, Desk

BUCKET, TOPIC = "artifacts", f"arn:aws:sns:us-east-1:{HOME}:alerts"
GROUPS = ("developers", "deployers", "auditors")
_READ = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}],
    }
)
# A public half only; made for these tests.
_SSH = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7{} alice@example"


def crowd(desk: Desk) -> None:
    """Two accounts, alice with everything, and bob, who shares all of it and stays."""
    desk.second_account()
    iam = desk.aws()
    for name in ("alice", "bob"):
        desk.user(name)
    for group in GROUPS:
        iam.create_group(GroupName=group)
        for name in ("alice", "bob"):
            iam.add_user_to_group(GroupName=group, UserName=name)
    _credentials(iam)
    for policy in ("reader", "writer"):
        iam.put_user_policy(UserName="alice", PolicyName=policy, PolicyDocument=_READ)
    for name in ("alice", "bob"):
        iam.attach_user_policy(
            UserName=name, PolicyArn="arn:aws:iam::aws:policy/IAMUserChangePassword"
        )
    iam.create_role(RoleName="deploy", AssumeRolePolicyDocument=trust(ALICE, BOB))
    desk.other().create_role(RoleName="audit", AssumeRolePolicyDocument=trust(ALICE, BOB))
    _resources(desk)


def _credentials(iam: Any) -> None:
    iam.create_access_key(UserName="alice")
    iam.create_login_profile(UserName="alice", Password="Not-a-real-1-password")
    serial = iam.create_virtual_mfa_device(VirtualMFADeviceName="alice")["VirtualMFADevice"]
    iam.enable_mfa_device(
        UserName="alice",
        SerialNumber=serial["SerialNumber"],
        AuthenticationCode1="123456",
        AuthenticationCode2="654321",
    )
    for number in range(2):
        iam.upload_ssh_public_key(UserName="alice", SSHPublicKeyBody=_SSH.format(number))
    for service in ("codecommit.amazonaws.com", "cassandra.amazonaws.com"):
        iam.create_service_specific_credential(UserName="alice", ServiceName=service)
    iam.upload_signing_certificate(UserName="alice", CertificateBody=certificate())


def _resources(desk: Desk) -> None:
    desk.aws("s3").create_bucket(Bucket=BUCKET)
    allowed = statement(ALICE, BOB, action="s3:GetObject", resource=f"arn:aws:s3:::{BUCKET}/*")
    desk.aws("s3").put_bucket_policy(Bucket=BUCKET, Policy=policy(allowed))
    desk.aws("sns").create_topic(Name="alerts")
    allowed = statement(ALICE, BOB, action="sns:Publish", resource=TOPIC)
    desk.aws("sns").set_topic_attributes(
        TopicArn=TOPIC, AttributeName="Policy", AttributeValue=policy(allowed)
    )


def statement(*principals: str, action: str, resource: str = "", **more: object) -> Any:
    made: dict[str, object] = {
        "Sid": "People",
        "Effect": "Allow",
        "Principal": {"AWS": list(principals)},
        "Action": action,
        **more,
    }
    return {**made, "Resource": resource} if resource else made


def policy(*statements: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(*principals: str) -> str:
    return policy(statement(*principals, action="sts:AssumeRole"))


@cache
def certificate() -> str:
    """A self-signed certificate; a fresh one, for AWS refuses expired ones."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "alice")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM).decode()


def whole_state(desk: Desk) -> dict[str, object]:
    """Both accounts as plain data, without ids and dates that differ from world to world."""
    return {
        "home": _account(desk.aws()),
        "other": _account(desk.other()),
        "bucket": json.loads(desk.aws("s3").get_bucket_policy(Bucket=BUCKET)["Policy"]),
        "topic": json.loads(
            desk.aws("sns").get_topic_attributes(TopicArn=TOPIC)["Attributes"]["Policy"]
        ),
    }


def _account(iam: Any) -> dict[str, object]:
    pages = iam.get_paginator("get_account_authorization_details").paginate(
        Filter=["User", "Group", "Role"]
    )
    whole = list(pages)
    users = [u for page in whole for u in page["UserDetailList"]]
    return {
        "users": {
            u["UserName"]: {
                "groups": sorted(u["GroupList"]),
                "inline": sorted(p["PolicyName"] for p in u.get("UserPolicyList", [])),
                "attached": sorted(p["PolicyArn"] for p in u["AttachedManagedPolicies"]),
                "keys": [
                    k["Status"]
                    for k in iam.list_access_keys(UserName=u["UserName"])["AccessKeyMetadata"]
                ],
            }
            for u in users
        },
        "groups": sorted(g["GroupName"] for page in whole for g in page["GroupDetailList"]),
        "roles": {
            r["RoleName"]: r["AssumeRolePolicyDocument"]
            for page in whole
            for r in page["RoleDetailList"]
        },
        "mfa": [d["SerialNumber"] for d in iam.list_virtual_mfa_devices()["VirtualMFADevices"]],
    }
