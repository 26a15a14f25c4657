"""A key opens what it should while it is active, and nothing after."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from boto3.session import Session
from botocore.config import Config as ClientConfig

from iac_offboard.demo.calls import Caller, document
from iac_offboard.demo.strict import AccessKeyPair, Config, StrictServer
from tests.demo.conftest import OTHER, Cloud, refused

# Service -> a call, and the codes that AWS uses for an unknown key and for a wrong secret.
CALLS = {
    "sts": ("get_caller_identity", "InvalidClientTokenId", "SignatureDoesNotMatch"),
    "iam": ("list_users", "InvalidClientTokenId", "SignatureDoesNotMatch"),
    "sns": ("list_topics", "InvalidClientTokenId", "SignatureDoesNotMatch"),
    "s3": ("list_buckets", "InvalidAccessKeyId", "SignatureDoesNotMatch"),
    "sqs": ("list_queues", "UnrecognizedClientException", "InvalidSignatureException"),
    "kms": ("list_keys", "UnrecognizedClientException", "InvalidSignatureException"),
    "secretsmanager": ("list_secrets", "UnrecognizedClientException", "InvalidSignatureException"),
    "ecr": ("describe_repositories", "UnrecognizedClientException", "InvalidSignatureException"),
    "lambda": ("list_functions", "UnrecognizedClientException", "InvalidSignatureException"),
    "organizations": ("list_accounts", "UnrecognizedClientException", "InvalidSignatureException"),
    "sso-admin": ("list_instances", "UnrecognizedClientException", "InvalidSignatureException"),
    "ec2": ("describe_regions", "AuthFailure", "AuthFailure"),
}


@pytest.mark.parametrize("service", sorted(CALLS))
def test_every_protocol_refuses_unknown_deleted_and_inactive_keys(
    cloud: Cloud, service: str
) -> None:
    method, unknown, wrong = CALLS[service]
    key = cloud.user("alice")
    cloud.root().attach_user_policy(
        UserName="alice", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess"
    )

    def code(pair: AccessKeyPair) -> str:
        return refused(getattr(cloud.as_(pair, service), method))

    assert code(key) == ""
    assert code(AccessKeyPair(key_id=key.key_id, secret="x" * 40)) == wrong
    assert code(AccessKeyPair(key_id="AKIANOBODYHASTHISKEY", secret=key.secret)) == unknown
    cloud.root().update_access_key(UserName="alice", AccessKeyId=key.key_id, Status="Inactive")
    assert code(key) == unknown
    cloud.root().update_access_key(UserName="alice", AccessKeyId=key.key_id, Status="Active")
    assert code(key) == ""
    cloud.root().delete_access_key(UserName="alice", AccessKeyId=key.key_id)
    assert code(key) == unknown


def test_identity_of_root_user_and_role(cloud: Cloud) -> None:
    role = cloud.app.add_account(OTHER, "security")
    key = cloud.user("alice")
    assert cloud.root("sts").get_caller_identity()["Arn"] == "arn:aws:iam::111122223333:root"
    me = cloud.as_(key, "sts").get_caller_identity()
    assert me["Arn"] == "arn:aws:iam::111122223333:user/alice"
    assert me["UserId"].startswith("AIDA")
    session = Caller(cloud.server.url, cloud.app.config.root).assume(role, "audit")
    me = cloud.as_(session, "sts").get_caller_identity()
    assert me["Account"] == OTHER
    assert me["Arn"].endswith("assumed-role/OrganizationAccountAccessRole/audit")


def test_accounts_are_apart(cloud: Cloud) -> None:
    role = cloud.app.add_account(OTHER, "security")
    session = Caller(cloud.server.url, cloud.app.config.root).assume(role, "session")
    cloud.user("alice")
    assert cloud.as_(session, "iam").list_users()["Users"] == []
    accounts = cloud.root("organizations").list_accounts()["Accounts"]
    assert {a["Id"] for a in accounts} == {"111122223333", OTHER}


def test_a_session_needs_its_token_and_ends() -> None:
    now = [datetime(2026, 1, 1, tzinfo=UTC)]
    with StrictServer(Config(clock=lambda: now[0])) as server:
        role = server.app.add_account(OTHER, "security")
        session = Caller(server.url, server.app.config.root).assume(role, "session")

        def code(pair: AccessKeyPair) -> str:
            return refused(Caller(server.url, pair).client("sts").get_caller_identity)

        assert code(session) == ""
        bare = AccessKeyPair(key_id=session.key_id, secret=session.secret)
        assert code(bare) == "InvalidClientTokenId"
        now[0] += timedelta(hours=2)
        assert code(session) == "ExpiredToken"


def test_a_session_outlives_the_key_but_not_the_user(cloud: Cloud) -> None:
    key = cloud.user("alice")
    cloud.root().put_user_policy(
        UserName="alice", PolicyName="sts", PolicyDocument=document("sts:*", "*")
    )
    made = cloud.as_(key, "sts").get_session_token()["Credentials"]
    session = AccessKeyPair(
        key_id=made["AccessKeyId"], secret=made["SecretAccessKey"], token=made["SessionToken"]
    )
    cloud.root().delete_access_key(UserName="alice", AccessKeyId=key.key_id)
    assert refused(cloud.as_(session, "sts").get_caller_identity) == ""
    cloud.root().delete_user_policy(UserName="alice", PolicyName="sts")
    cloud.root().delete_user(UserName="alice")
    assert refused(cloud.as_(session, "sts").get_caller_identity) == "InvalidClientTokenId"


def test_an_unsigned_request_is_refused(cloud: Cloud) -> None:
    with pytest.raises(HTTPError) as refusal:
        urlopen(f"{cloud.server.url}/?Action=ListUsers&Version=2010-05-08")
    assert refusal.value.code == 403


def test_awkward_paths_and_presigned_urls_are_signed_rightly(cloud: Cloud) -> None:
    s3, name = cloud.root("s3"), "a b/ü+x=1&2"
    s3.create_bucket(Bucket="bucket")
    s3.put_object(Bucket="bucket", Key=name, Body=b"hello")
    assert s3.get_object(Bucket="bucket", Key=name)["Body"].read() == b"hello"
    root = cloud.app.config.root
    url = (
        Session()
        .client(
            "s3",
            region_name="us-east-1",
            endpoint_url=cloud.server.url,
            aws_access_key_id=root.key_id,
            aws_secret_access_key=root.secret,
            config=ClientConfig(signature_version="s3v4", s3={"addressing_style": "path"}),
        )
        .generate_presigned_url("get_object", Params={"Bucket": "bucket", "Key": name})
    )
    with urlopen(url) as answer:
        assert answer.read() == b"hello"
    with pytest.raises(HTTPError):
        urlopen(url[:-4] + "0000")


def test_a_region_that_is_not_enabled_is_listed_so_and_refused(cloud: Cloud) -> None:
    ec2 = cloud.root("ec2")
    enabled = [r["RegionName"] for r in ec2.describe_regions()["Regions"]]
    assert enabled == ["us-east-1", "eu-west-1"]
    every = ec2.describe_regions(AllRegions=True)["Regions"]
    assert {r["OptInStatus"] for r in every} == {"opt-in-not-required", "not-opted-in"}
    root = cloud.app.config.root
    assert refused(cloud.as_(root, "sns", "eu-west-1").list_topics) == ""
    assert refused(cloud.as_(root, "sns", "af-south-1").list_topics) == "InvalidClientTokenId"
    assert refused(cloud.as_(root, "kms", "af-south-1").list_keys) == "UnrecognizedClientException"
