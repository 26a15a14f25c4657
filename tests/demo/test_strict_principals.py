"""A deleted user stays in policies as an id, and a document that names nobody is not saved."""

from __future__ import annotations

import json
from typing import Any

import pytest

from iac_offboard.demo.calls import Caller
from tests.demo.conftest import OTHER, TEAM, Cloud, refused

ALICE, BOB = f"arn:aws:iam::{TEAM}:user/alice", f"arn:aws:iam::{TEAM}:user/bob"
NOBODY = f"arn:aws:iam::{TEAM}:user/nobody"


def _document(*principals: str, action: str, resource: str = "*") -> str:
    statement: dict[str, object] = {
        "Effect": "Allow",
        "Principal": {"AWS": list(principals)},
        "Action": action,
    }
    if not action.startswith("sts:"):
        statement["Resource"] = resource
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _put(cloud: Cloud, kind: str, *principals: str) -> Any:
    """Saves a policy that names ``principals`` on a thing of that kind; a reader of it."""
    if kind == "s3":
        s3 = cloud.root("s3")
        s3.create_bucket(Bucket="bucket")
        text = _document(*principals, action="s3:GetObject", resource="arn:aws:s3:::bucket/*")
        s3.put_bucket_policy(Bucket="bucket", Policy=text)
        return lambda: s3.get_bucket_policy(Bucket="bucket")["Policy"]
    if kind == "sns":
        sns = cloud.root("sns")
        arn = sns.create_topic(Name="topic")["TopicArn"]
        text = _document(*principals, action="sns:Publish", resource=arn)
        sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=text)
        return lambda: sns.get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"]
    if kind == "sqs":
        sqs = cloud.root("sqs")
        url = sqs.create_queue(QueueName="queue")["QueueUrl"]
        text = _document(*principals, action="sqs:SendMessage")
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": text})
        return lambda: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])[
            "Attributes"
        ]["Policy"]
    if kind == "kms":
        kms = cloud.root("kms")
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        text = _document(*principals, action="kms:*")
        kms.put_key_policy(KeyId=key, PolicyName="default", Policy=text)
        return lambda: kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]
    if kind == "secretsmanager":
        secrets = cloud.root("secretsmanager")
        arn = secrets.create_secret(Name="secret", SecretString="x")["ARN"]
        text = _document(*principals, action="secretsmanager:GetSecretValue")
        secrets.put_resource_policy(SecretId=arn, ResourcePolicy=text)
        return lambda: secrets.get_resource_policy(SecretId=arn)["ResourcePolicy"]
    iam = cloud.root()
    text = _document(*principals, action="sts:AssumeRole")
    iam.create_role(RoleName="role", AssumeRolePolicyDocument=text)
    return lambda: json.dumps(iam.get_role(RoleName="role")["Role"]["AssumeRolePolicyDocument"])


CODES = {
    "iam": "MalformedPolicyDocument",
    "s3": "MalformedPolicy",
    "sns": "InvalidParameter",
    "sqs": "InvalidAttributeValue",
    "kms": "MalformedPolicyDocumentException",
    "secretsmanager": "MalformedPolicyDocumentException",
}


@pytest.mark.parametrize("kind", sorted(CODES))
def test_a_deleted_user_is_shown_by_its_id(cloud: Cloud, kind: str) -> None:
    iam = cloud.root()
    unique = iam.create_user(UserName="alice")["User"]["UserId"]
    iam.create_user(UserName="bob")
    read = _put(cloud, kind, ALICE, BOB)
    assert ALICE in read()
    iam.delete_user(UserName="alice")
    assert ALICE not in read()
    assert unique in read()
    assert BOB in read()
    iam.create_user(UserName="alice")  # the next alice is somebody else
    assert unique in read()


@pytest.mark.parametrize("kind", sorted(CODES))
def test_a_document_that_names_nobody_is_refused(cloud: Cloud, kind: str) -> None:
    iam = cloud.root()
    unique = iam.create_user(UserName="alice")["User"]["UserId"]
    iam.delete_user(UserName="alice")
    assert refused(lambda: _put(cloud, kind, NOBODY)) == CODES[kind]
    cloud.app.reset()
    assert refused(lambda: _put(cloud, kind, unique)) == CODES[kind]


def test_the_trust_of_another_account_shows_the_id_too(cloud: Cloud) -> None:
    iam = cloud.root()
    unique = iam.create_user(UserName="alice")["User"]["UserId"]
    role = cloud.app.add_account(OTHER, "security")
    session = Caller(cloud.server.url, cloud.app.config.root).assume(role, "test")
    remote = cloud.as_(session, "iam")
    remote.create_role(
        RoleName="audit", AssumeRolePolicyDocument=_document(ALICE, action="sts:AssumeRole")
    )
    iam.delete_user(UserName="alice")
    trust = remote.get_role(RoleName="audit")["Role"]["AssumeRolePolicyDocument"]
    assert trust["Statement"][0]["Principal"]["AWS"] == [unique]
    code = refused(
        lambda: remote.update_assume_role_policy(RoleName="audit", PolicyDocument=json.dumps(trust))
    )
    assert code == "MalformedPolicyDocument"


def test_accounts_services_and_strangers_can_be_named(cloud: Cloud) -> None:
    names = (TEAM, f"arn:aws:iam::{TEAM}:root", "arn:aws:iam::999999999999:user/vendor")
    read = _put(cloud, "iam", *names)
    assert all(name in read() for name in names)
