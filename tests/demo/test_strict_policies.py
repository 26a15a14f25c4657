"""Identity, group, trust and bucket policies decide, Deny first."""

from __future__ import annotations

import json

from iac_offboard.demo.calls import Caller, document
from iac_offboard.demo.strict import AccessKeyPair
from tests.demo.conftest import OTHER, TEAM, Cloud, refused

DENY_ALL = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
)


def _trust(principal: str, external_id: str = "") -> str:
    statement: dict[str, object] = {
        "Effect": "Allow",
        "Principal": {"AWS": principal},
        "Action": "sts:AssumeRole",
    }
    if external_id:
        statement["Condition"] = {"StringEquals": {"sts:ExternalId": external_id}}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _assume(cloud: Cloud, key: AccessKeyPair, arn: str, **more: str) -> str:
    return refused(
        lambda: cloud.as_(key, "sts").assume_role(RoleArn=arn, RoleSessionName="test", **more)
    )


def test_a_user_without_policies_may_only_ask_who_it_is(cloud: Cloud) -> None:
    key = cloud.user("alice")
    assert refused(cloud.as_(key, "sts").get_caller_identity) == ""
    assert refused(cloud.as_(key, "iam").get_user) == "AccessDenied"
    assert refused(cloud.as_(key, "s3").list_buckets) == "AccessDenied"
    assert refused(cloud.as_(key, "sqs").list_queues) == "AccessDeniedException"
    assert refused(cloud.as_(key, "kms").list_keys) == "AccessDeniedException"


def test_inline_attached_and_group_policies_allow_and_deny_wins(cloud: Cloud) -> None:
    key, iam = cloud.user("alice"), cloud.root()
    mine = f"arn:aws:iam::{TEAM}:user/${{aws:username}}"
    iam.put_user_policy(
        UserName="alice", PolicyName="self", PolicyDocument=document("iam:Get*", mine)
    )
    assert refused(cloud.as_(key, "iam").get_user) == ""
    iam.create_user(UserName="bob")
    assert refused(lambda: cloud.as_(key, "iam").get_user(UserName="bob")) == "AccessDenied"
    policy = iam.create_policy(PolicyName="s", PolicyDocument=document("s3:ListAllMyBuckets", "*"))
    iam.attach_user_policy(UserName="alice", PolicyArn=policy["Policy"]["Arn"])
    assert refused(cloud.as_(key, "s3").list_buckets) == ""
    iam.create_group(GroupName="quarantine")
    iam.put_group_policy(GroupName="quarantine", PolicyName="deny", PolicyDocument=DENY_ALL)
    iam.add_user_to_group(GroupName="quarantine", UserName="alice")
    assert refused(cloud.as_(key, "s3").list_buckets) == "AccessDenied"
    assert refused(cloud.as_(key, "iam").get_user) == "AccessDenied"
    assert refused(cloud.as_(key, "sts").get_caller_identity) == ""
    iam.remove_user_from_group(GroupName="quarantine", UserName="alice")
    assert refused(cloud.as_(key, "s3").list_buckets) == ""


def test_not_action_and_resource_patterns(cloud: Cloud) -> None:
    key, s3 = cloud.user("alice"), cloud.root("s3")
    for bucket in ("mine", "theirs"):
        s3.create_bucket(Bucket=bucket)
        s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    statements = [
        {"Effect": "Allow", "NotAction": ["iam:*"], "Resource": "arn:aws:s3:::mine/*"},
    ]
    cloud.root().put_user_policy(
        UserName="alice",
        PolicyName="p",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statements}),
    )
    mine = cloud.as_(key, "s3")
    assert refused(lambda: mine.get_object(Bucket="mine", Key="k")) == ""
    assert refused(lambda: mine.put_object(Bucket="mine", Key="n", Body=b"")) == ""
    assert refused(lambda: mine.get_object(Bucket="theirs", Key="k")) == "AccessDenied"
    assert refused(cloud.as_(key, "iam").get_user) == "AccessDenied"


def test_a_bucket_policy_grants_and_denies(cloud: Cloud) -> None:
    alice, bob, s3 = cloud.user("alice"), cloud.user("bob"), cloud.root("s3")
    s3.create_bucket(Bucket="shared")
    s3.put_object(Bucket="shared", Key="k", Body=b"x")
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{TEAM}:user/alice"},
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::shared/*",
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    s3.put_bucket_policy(Bucket="shared", Policy=json.dumps(policy))
    get = {"Bucket": "shared", "Key": "k"}
    assert refused(lambda: cloud.as_(alice, "s3").get_object(**get)) == ""
    assert refused(lambda: cloud.as_(bob, "s3").get_object(**get)) == "AccessDenied"
    statement["Effect"] = "Deny"
    s3.put_bucket_policy(Bucket="shared", Policy=json.dumps(policy))
    cloud.root().attach_user_policy(
        UserName="alice", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess"
    )
    assert refused(lambda: cloud.as_(alice, "s3").get_object(**get)) == "AccessDenied"


def test_a_role_must_exist_and_trust_the_caller(cloud: Cloud) -> None:
    alice, bob, iam = cloud.user("alice"), cloud.user("bob"), cloud.root()
    named = iam.create_role(
        RoleName="named",
        AssumeRolePolicyDocument=_trust(f"arn:aws:iam::{TEAM}:user/alice", external_id="42"),
    )["Role"]["Arn"]
    assert _assume(cloud, alice, f"arn:aws:iam::{TEAM}:role/missing") == "AccessDenied"
    assert _assume(cloud, cloud.app.config.root, f"{named}-no") == "AccessDenied"
    assert _assume(cloud, alice, named) == "AccessDenied"
    assert _assume(cloud, alice, named, ExternalId="42") == ""
    assert _assume(cloud, bob, named, ExternalId="42") == "AccessDenied"
    assert _assume(cloud, cloud.app.config.root, named) == ""


def test_trusting_an_account_leaves_the_say_to_its_own_policies(cloud: Cloud) -> None:
    alice, iam = cloud.user("alice"), cloud.root()
    arn = iam.create_role(
        RoleName="open", AssumeRolePolicyDocument=_trust(f"arn:aws:iam::{TEAM}:root")
    )["Role"]["Arn"]
    assert _assume(cloud, alice, arn) == "AccessDenied"
    iam.put_user_policy(
        UserName="alice", PolicyName="p", PolicyDocument=document("sts:AssumeRole", arn)
    )
    assert _assume(cloud, alice, arn) == ""


def test_another_account_needs_both_sides(cloud: Cloud) -> None:
    alice = cloud.user("alice")
    role = cloud.app.add_account(OTHER, "security")
    session = Caller(cloud.server.url, cloud.app.config.root).assume(role, "test")
    remote = cloud.as_(session, "iam")
    arn = remote.create_role(
        RoleName="audit", AssumeRolePolicyDocument=_trust(f"arn:aws:iam::{TEAM}:user/alice")
    )["Role"]["Arn"]
    assert _assume(cloud, alice, arn) == "AccessDenied"
    cloud.root().put_user_policy(
        UserName="alice", PolicyName="p", PolicyDocument=document("sts:AssumeRole", arn)
    )
    assert _assume(cloud, alice, arn) == ""


def test_a_role_may_do_what_its_policies_say(cloud: Cloud) -> None:
    iam = cloud.root()
    arn = iam.create_role(RoleName="reader", AssumeRolePolicyDocument=_trust("*"))["Role"]["Arn"]
    session = Caller(cloud.server.url, cloud.app.config.root).assume(arn, "test")
    assert refused(cloud.as_(session, "iam").list_users) == "AccessDenied"
    iam.put_role_policy(
        RoleName="reader", PolicyName="p", PolicyDocument=document("iam:ListUsers", "*")
    )
    assert refused(cloud.as_(session, "iam").list_users) == ""
    assert refused(cloud.as_(session, "iam").list_roles) == "AccessDenied"


def test_a_deny_on_the_time_of_issue_cuts_sessions(cloud: Cloud) -> None:
    iam = cloud.root()
    arn = iam.create_role(RoleName="reader", AssumeRolePolicyDocument=_trust("*"))["Role"]["Arn"]
    iam.put_role_policy(
        RoleName="reader", PolicyName="p", PolicyDocument=document("iam:ListUsers", "*")
    )
    session = Caller(cloud.server.url, cloud.app.config.root).assume(arn, "test")
    assert refused(cloud.as_(session, "iam").list_users) == ""
    revoke = {
        "Effect": "Deny",
        "Action": "*",
        "Resource": "*",
        "Condition": {"DateLessThan": {"aws:TokenIssueTime": "2999-01-01T00:00:00Z"}},
    }
    iam.put_role_policy(
        RoleName="reader",
        PolicyName="AWSRevokeOlderSessions",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [revoke]}),
    )
    assert refused(cloud.as_(session, "iam").list_users) == "AccessDenied"
