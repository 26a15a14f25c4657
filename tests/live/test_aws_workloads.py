"""What runs as a leaver's role in the cloud: functions, task definitions, instances."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

from iac_offboard.clouds.aws.accounts import AwsAccess
from iac_offboard.clouds.aws.session import RoleSpec
from iac_offboard.model import (
    Collected,
    LiveOrigin,
    NoteKind,
    Principal,
    PrincipalKind,
    Side,
    SkipReason,
)
from tests.live.strict_cloud import HOME, OTHER, Cloud, candidates

ALL = ("iam", "lambda", "ecs", "ec2")
IMAGE = "ami-12c6146b"
BOT = Principal(provider="aws", kind=PrincipalKind.IAM_ROLE, value="bot", account=HOME)


def role(cloud: Cloud, name: str, account: str = HOME, path: str = "/") -> str:
    services = ["lambda.amazonaws.com", "ecs-tasks.amazonaws.com", "ec2.amazonaws.com"]
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": services},
        "Action": "sts:AssumeRole",
    }
    made = cloud.client("iam", account=account).create_role(
        RoleName=name,
        Path=path,
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )
    return str(made["Role"]["Arn"])


def function(cloud: Cloud, name: str, arn: str, region: str = "us-east-1", **more: Any) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("main.py", "def handler(event, context): ...")
    cloud.client("lambda", region, **more).create_function(
        FunctionName=name,
        Runtime="python3.12",
        Role=arn,
        Handler="main.handler",
        Code={"ZipFile": packed.getvalue()},
    )


def task(cloud: Cloud, family: str, **roles: str) -> None:
    cloud.client("ecs").register_task_definition(
        family=family, containerDefinitions=[{"name": "a", "image": "b", "memory": 128}], **roles
    )


def instance(cloud: Cloud, profile: str = "", region: str = "us-east-1") -> str:
    named = {"IamInstanceProfile": {"Name": profile}} if profile else {}
    made = cloud.client("ec2", region).run_instances(ImageId=IMAGE, MinCount=1, MaxCount=1, **named)
    return str(made["Instances"][0]["InstanceId"])


def profile_of(cloud: Cloud, name: str, role_name: str) -> None:
    iam = cloud.client("iam")
    iam.create_instance_profile(InstanceProfileName=name)
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=role_name)


def uses(seen: Collected) -> list[tuple[str, str, str, str | None]]:
    return [
        (u.identity.value, u.workload.kind, u.workload.name, u.workload.region) for u in seen.uses
    ]


def test_functions_tasks_and_instances_that_run_as_the_role(cloud: Cloud) -> None:
    bot, other = role(cloud, "bot"), role(cloud, "bot-2")
    function(cloud, "nightly", bot, "eu-west-1")
    function(cloud, "somebody-elses", other)
    task(cloud, "web", taskRoleArn=bot, executionRoleArn=other)
    task(cloud, "pull", executionRoleArn=bot)
    task(cloud, "short", taskRoleArn="bot")
    task(cloud, "others", taskRoleArn=other)
    profile_of(cloud, "runner", "bot")
    profile_of(cloud, "other", "bot-2")
    mine = instance(cloud, "runner")
    instance(cloud, "other")
    instance(cloud)

    seen = cloud.read("bot", services=ALL)

    assert sorted(uses(seen), key=str) == [
        ("bot", "ec2_instance", mine, "us-east-1"),
        ("bot", "ecs_task_definition", "pull:1", "us-east-1"),
        ("bot", "ecs_task_definition", "short:1", "us-east-1"),
        ("bot", "ecs_task_definition", "web:1", "us-east-1"),
        ("bot", "lambda_function", "nightly", "eu-west-1"),
    ]
    assert {u.identity for u in seen.uses} == {BOT}
    nightly = next(u for u in seen.uses if u.workload.kind == "lambda_function")
    assert nightly.workload.arn == f"arn:aws:lambda:eu-west-1:{HOME}:function:nightly"
    assert isinstance(nightly.origin, LiveOrigin)
    assert (nightly.origin.operation, nightly.origin.region) == (
        "lambda:ListFunctions",
        "eu-west-1",
    )
    assert seen.skipped == ()


def test_a_role_below_a_path_and_one_revision_only(cloud: Cloud) -> None:
    bot, other = role(cloud, "bot", path="/teams/data/"), role(cloud, "bot-2")
    task(cloud, "was", taskRoleArn=bot)
    task(cloud, "was", taskRoleArn=other)
    function(cloud, "nightly", bot)

    assert uses(cloud.read("bot", services=ALL)) == [
        ("bot", "lambda_function", "nightly", "us-east-1")
    ]


def test_an_instance_that_is_gone_uses_nothing(cloud: Cloud) -> None:
    role(cloud, "bot")
    profile_of(cloud, "runner", "bot")
    gone, stopped = instance(cloud, "runner"), instance(cloud, "runner")
    ec2 = cloud.client("ec2")
    ec2.terminate_instances(InstanceIds=[gone])
    ec2.stop_instances(InstanceIds=[stopped])

    assert uses(cloud.read("bot", services=ALL)) == [("bot", "ec2_instance", stopped, "us-east-1")]


def test_a_user_costs_no_question_about_workloads(cloud: Cloud) -> None:
    function(cloud, "nightly", role(cloud, "bot"))
    cloud.client("iam").create_user(UserName="alice")
    cloud.app.reset_counts()

    seen = cloud.read("alice", services=ALL)

    assert seen.uses == ()
    asked = cloud.app.counts()
    assert not {name for name in asked if name.startswith("ecs:")}
    assert asked.get("ec2:DescribeInstances", 0) == 0
    assert asked["lambda:ListFunctions"] == len(cloud.app.config.regions)  # for their policies
    assert asked.get("iam:ListInstanceProfilesForRole", 0) == 0


def test_only_accounts_that_hold_the_role_are_asked(cloud: Cloud) -> None:
    way = cloud.app.add_account(OTHER, "other")
    function(cloud, "nightly", role(cloud, "bot", OTHER), account=OTHER)
    cloud.app.reset_counts()

    access = AwsAccess(services=ALL, roles=(RoleSpec(arn=way),), regions=("us-east-1",))
    seen = cloud.source(candidates("bot"), access).collect(())

    assert [(u.identity.account, u.workload.account) for u in seen.uses] == [(OTHER, OTHER)]
    assert cloud.app.counts()["ecs:ListTaskDefinitionFamilies"] == 1


@pytest.mark.parametrize(
    "action",
    [
        "lambda:ListFunctions",
        "ecs:ListTaskDefinitionFamilies",
        "ecs:DescribeTaskDefinition",
        "ec2:DescribeInstances",
        "iam:ListInstanceProfilesForRole",
    ],
)
def test_a_refused_question_is_skipped(cloud: Cloud, action: str) -> None:
    bot = role(cloud, "bot")
    function(cloud, "nightly", bot)
    task(cloud, "web", taskRoleArn=bot)
    profile_of(cloud, "runner", "bot")
    instance(cloud, "runner")
    cloud.app.injection.deny(action)

    seen = cloud.read("bot", services=ALL, regions=("us-east-1",))

    refused = [s for s in seen.skipped if s.kinds == {"workload"}]
    assert [(s.permission, s.reason, s.side) for s in refused] == [
        (action, SkipReason.DENIED, Side.ACCESS)
    ]
    assert len(seen.uses) == 2  # the two others


def test_regions_and_services_narrow_it_and_what_is_left_out_is_said(cloud: Cloud) -> None:
    bot = role(cloud, "bot")
    function(cloud, "near", bot)
    function(cloud, "far", bot, "eu-west-1")
    task(cloud, "web", taskRoleArn=bot)

    seen = cloud.read("bot", services=("iam", "lambda"), regions=("eu-west-1",))

    assert uses(seen) == [("bot", "lambda_function", "far", "eu-west-1")]
    said = [n.text for n in seen.notes if n.kind is NoteKind.NOT_COVERED]
    left_out = [t for t in said if t.startswith("workloads of") and "left out by --service" in t]
    assert [t.split()[2] for t in left_out] == ["ec2", "ecs"]
    assert any("workloads other than" in t for t in said)
