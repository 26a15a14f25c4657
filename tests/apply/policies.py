"""Every resource that others give access to, with a policy that can be set and read."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from botocore.exceptions import ClientError

from iac_offboard.model import Action
from tests.apply.aws import HOME, REGION, Aws, action, leaver, statement

ROOT = f"arn:aws:iam::{HOME}:root"


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One resource. ``keeper`` is the statement that has to stay for the service's sake;
    ``other`` is the action against an object replaced since the plan."""

    action: Action
    put: Callable[[str], object]
    get: Callable[[], str]
    other: Action | None = None
    may_be_empty: bool = True

    def principals(self) -> list[str]:
        """Everybody in the policy now, in order."""
        found: list[str] = []
        for body in json.loads(self.get() or '{"Statement":[]}')["Statement"]:
            named = body["Principal"]
            named = named["AWS"] if isinstance(named, dict) else named
            found += [named] if isinstance(named, str) else named
        return found


def role(aws: Aws, principals: str) -> Kept:
    trust = json.dumps(
        {"Version": "2012-10-17", "Statement": [assume(f"arn:aws:iam::{HOME}:root")]}
    )
    made = aws.iam.create_role(RoleName="deploy", AssumeRolePolicyDocument=trust)["Role"]
    one = action(
        "iam:UpdateAssumeRolePolicy",
        "iam_role",
        "deploy",
        unique_id=made["RoleId"],
        principals=principals,
    )
    return Kept(
        action=one,
        other=replace(one, target=replace(one.target, unique_id="AROAOTHEROTHEROTHER0")),
        put=lambda text: aws.iam.update_assume_role_policy(
            RoleName="deploy", PolicyDocument=without_resource(text)
        ),
        get=lambda: json.dumps(
            aws.iam.get_role(RoleName="deploy")["Role"]["AssumeRolePolicyDocument"]
        ),
        may_be_empty=False,
    )


def assume(*principals: str) -> dict[str, object]:
    body = statement(*principals)
    del body["Resource"]
    return {**body, "Action": "sts:AssumeRole"}


def without_resource(text: str) -> str:
    """A trust policy has no Resource."""
    parsed = json.loads(text)
    for body in parsed["Statement"]:
        body.pop("Resource", None)
        body["Action"] = "sts:AssumeRole"
    return json.dumps(parsed)


def key(aws: Aws, principals: str) -> Kept:
    kms = aws.client("kms")
    made = kms.create_key()["KeyMetadata"]
    return Kept(
        action=action(
            "kms:PutKeyPolicy", "kms_key", made["KeyId"], arn=made["Arn"], principals=principals
        ),
        put=lambda text: kms.put_key_policy(KeyId=made["KeyId"], PolicyName="default", Policy=text),
        get=lambda: kms.get_key_policy(KeyId=made["KeyId"], PolicyName="default")["Policy"],
        may_be_empty=False,
    )


def bucket(aws: Aws, principals: str) -> Kept:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="papers")
    return Kept(
        action=action(
            "s3:PutBucketPolicy",
            "s3_bucket",
            "papers",
            arn="arn:aws:s3:::papers",
            principals=principals,
        ),
        put=lambda text: s3.put_bucket_policy(Bucket="papers", Policy=text),
        get=lambda: or_none(lambda: s3.get_bucket_policy(Bucket="papers")["Policy"]),
    )


def or_none(call: Callable[[], str]) -> str:
    try:
        return call()
    except ClientError:
        return ""


def queue(aws: Aws, principals: str) -> Kept:
    sqs = aws.client("sqs")
    url = sqs.create_queue(QueueName="jobs")["QueueUrl"]
    one = action(
        "sqs:SetQueueAttributes",
        "sqs_queue",
        "jobs",
        arn=f"arn:aws:sqs:{REGION}:{HOME}:jobs",
        principals=principals,
    )

    def get() -> str:
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])
        policy: str = found.get("Attributes", {}).get("Policy", "")
        return policy

    return Kept(
        action=one,
        other=other_arn(one),
        put=lambda text: sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": text}),
        get=get,
    )


def other_arn(one: Action) -> Action:
    return replace(one, target=replace(one.target, arn=f"{one.target.arn}-other"))


def topic(aws: Aws, principals: str) -> Kept:
    sns = aws.client("sns")
    arn = sns.create_topic(Name="news")["TopicArn"]
    return Kept(
        action=action(
            "sns:SetTopicAttributes", "sns_topic", "news", arn=arn, principals=principals
        ),
        put=lambda text: sns.set_topic_attributes(
            TopicArn=arn, AttributeName="Policy", AttributeValue=text
        ),
        get=lambda: sns.get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"],
        may_be_empty=False,
    )


def secret(aws: Aws, principals: str) -> Kept:
    manager = aws.client("secretsmanager")
    arn = manager.create_secret(Name="token", SecretString="Canary-secret")["ARN"]
    one = action(
        "secretsmanager:PutResourcePolicy",
        "secretsmanager_secret",
        "token",
        arn=arn,
        principals=principals,
    )
    return Kept(
        action=one,
        other=other_arn(one),
        put=lambda text: manager.put_resource_policy(SecretId="token", ResourcePolicy=text),
        get=lambda: manager.get_resource_policy(SecretId="token").get("ResourcePolicy", ""),
    )


def repository(aws: Aws, principals: str) -> Kept:
    ecr = aws.client("ecr")
    ecr.create_repository(repositoryName="images")
    return Kept(
        action=action("ecr:SetRepositoryPolicy", "ecr_repository", "images", principals=principals),
        put=lambda text: ecr.set_repository_policy(repositoryName="images", policyText=text),
        get=lambda: or_none(
            lambda: ecr.get_repository_policy(repositoryName="images")["policyText"]
        ),
    )


KEPT: dict[str, Callable[[Aws, str], Kept]] = {
    "iam:UpdateAssumeRolePolicy": role,
    "kms:PutKeyPolicy": key,
    "s3:PutBucketPolicy": bucket,
    "sqs:SetQueueAttributes": queue,
    "sns:SetTopicAttributes": topic,
    "secretsmanager:PutResourcePolicy": secret,
    "ecr:SetRepositoryPolicy": repository,
}


def function(aws: Aws) -> Any:
    """A Lambda function that anybody may be given access to; its client."""
    trust = json.dumps(
        {"Version": "2012-10-17", "Statement": [assume(f"arn:aws:iam::{HOME}:root")]}
    )
    arn = aws.iam.create_role(RoleName="runner", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.py", "def handler(event, context): ...")
    client = aws.client("lambda")
    client.create_function(
        FunctionName="job",
        Runtime="python3.12",
        Role=arn,
        Handler="index.handler",
        Code={"ZipFile": packed.getvalue()},
    )
    return client


def function_action(unique_id: str) -> Action:
    return action(
        "lambda:RemovePermission",
        "lambda_function",
        "job",
        arn=f"arn:aws:lambda:{REGION}:{HOME}:function:job",
        principals=leaver(unique_id),
        sid="people",
    )
