"""Resource policies of every service, and the users that they name."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping

import pytest

from iac_offboard.live.aws.source import SERVICES
from iac_offboard.model import Binding, Effect, PrincipalKind, Relation, SkipReason
from tests.live.strict_cloud import HOME, OTHER, Cloud, allow, by_kind, names

ALICE = f"arn:aws:iam::{HOME}:user/alice"


def _kms(cloud: Cloud) -> str:
    kms = cloud.client("kms")
    return str(kms.create_key(Policy=allow(ALICE, "kms:*"))["KeyMetadata"]["KeyId"])


def _s3(cloud: Cloud) -> str:
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="leaver-files")
    policy = json.loads(allow(ALICE, "s3:*"))
    for statement in policy["Statement"]:
        statement["Resource"] = "arn:aws:s3:::leaver-files/*"
    s3.put_bucket_policy(Bucket="leaver-files", Policy=json.dumps(policy))
    return "leaver-files"


def _sqs(cloud: Cloud) -> str:
    sqs = cloud.client("sqs")
    url = sqs.create_queue(QueueName="jobs")["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": allow(ALICE, "sqs:*")})
    return "jobs"


def _sns(cloud: Cloud) -> str:
    sns = cloud.client("sns")
    arn = sns.create_topic(Name="news")["TopicArn"]
    policy = allow(ALICE, "sns:Publish")
    sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)
    return "news"


def _secrets(cloud: Cloud) -> str:
    manager = cloud.client("secretsmanager")
    manager.create_secret(Name="db", SecretString="canary-in-a-secret")
    manager.put_resource_policy(SecretId="db", ResourcePolicy=allow(ALICE, "secretsmanager:*"))
    return "db"


def _lambda(cloud: Cloud) -> str:
    iam = cloud.client("iam")
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    role = iam.create_role(RoleName="runner", AssumeRolePolicyDocument=json.dumps(trust))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("main.py", "def handler(event, context): return 1\n")
    functions = cloud.client("lambda")
    functions.create_function(
        FunctionName="report",
        Runtime="python3.12",
        Role=role["Role"]["Arn"],
        Handler="main.handler",
        Code={"ZipFile": packed.getvalue()},
    )
    functions.add_permission(
        FunctionName="report",
        StatementId="People",
        Action="lambda:InvokeFunction",
        Principal=ALICE,
    )
    return "report"


def _ecr(cloud: Cloud) -> str:
    ecr = cloud.client("ecr")
    ecr.create_repository(repositoryName="app")
    ecr.set_repository_policy(repositoryName="app", policyText=allow(ALICE, "ecr:*"))
    return "app"


CASES: tuple[tuple[str, str, Callable[[Cloud], str]], ...] = (
    ("kms", "kms_key", _kms),
    ("s3", "s3_bucket", _s3),
    ("sqs", "sqs_queue", _sqs),
    ("sns", "sns_topic", _sns),
    ("secretsmanager", "secretsmanager_secret", _secrets),
    ("lambda", "lambda_function", _lambda),
    ("ecr", "ecr_repository", _ecr),
)


@pytest.mark.parametrize(("service", "kind", "make"), CASES, ids=[c[0] for c in CASES])
def test_policy_that_names_the_user(
    cloud: Cloud, service: str, kind: str, make: Callable[[Cloud], str]
) -> None:
    cloud.client("iam").create_user(UserName="alice")
    name = make(cloud)
    cloud.app.reset_counts()
    got = cloud.read("alice", services=(service,), regions=("us-east-1",))

    (seen,) = by_kind(got, kind)
    assert got.skipped == ()
    assert seen.binding.relation is Relation.GRANT
    assert seen.binding.target.name == name
    assert seen.binding.target.arn
    assert seen.binding.target.account == HOME
    assert seen.binding.detail == "People"
    assert len(seen.image) == 64
    assert json.loads(seen.element)["principal"] == ALICE
    assert json.loads(seen.element)["statement"]["Sid"] == "People"
    assert "canary" not in repr(got)
    counts = cloud.app.counts()
    assert sum(counts.values()) <= 1 + 1 + 1 + 2  # caller, regions, list, two for the resource


def test_all_services_in_all_regions_at_once(cloud: Cloud) -> None:
    cloud.client("iam").create_user(UserName="alice")
    for _, _, make in CASES:
        make(cloud)
    got = cloud.read("alice", services=tuple(s for s in SERVICES if s != "identitycenter"))

    assert got.skipped == ()
    assert {kind for _, kind, _ in CASES} <= {o.binding.target.kind for o in got.observations}


def test_policy_that_still_names_the_unique_id(cloud: Cloud) -> None:
    iam = cloud.client("iam")
    user_id = iam.create_user(UserName="alice")["User"]["UserId"]
    sns = cloud.client("sns")
    arn = sns.create_topic(Name="news")["TopicArn"]
    policy = json.loads(allow(ALICE, "sns:Publish"))
    policy["Statement"][1]["Condition"] = {"StringEquals": {"aws:userid": user_id}}
    sns.set_topic_attributes(
        TopicArn=arn, AttributeName="Policy", AttributeValue=json.dumps(policy)
    )
    got = cloud.read("alice", services=("iam", "sns"), regions=("us-east-1",))

    values = {o.binding.principal.value for o in by_kind(got, "sns_topic")}
    assert values == {"alice", user_id, HOME}


def _topic(cloud: Cloud, *statements: Mapping[str, object]) -> None:
    sns = cloud.client("sns")
    arn = sns.create_topic(Name="news")["TopicArn"]
    body = [{"Effect": "Allow", "Action": "sns:Publish", "Resource": arn, **s} for s in statements]
    policy = json.dumps({"Version": "2012-10-17", "Statement": body})
    sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)


def test_a_root_and_everybody_are_kept_where_a_candidate_lives(cloud: Cloud) -> None:
    cloud.client("iam").create_user(UserName="alice")
    _topic(
        cloud,
        {"Sid": "Root", "Principal": {"AWS": f"arn:aws:iam::{HOME}:root"}},
        {"Sid": "All", "Principal": "*", "Condition": {"StringLike": {"aws:Referer": "canary"}}},
        {"Sid": "Elsewhere", "Principal": {"AWS": f"arn:aws:iam::{OTHER}:root"}},
        {"Sid": "Out", "Effect": "Deny", "Principal": "*"},
    )
    got = cloud.read("alice", services=("iam", "sns"), regions=("us-east-1",))

    seen = {o.binding.detail: o for o in by_kind(got, "sns_topic")}
    assert {d: o.binding.principal.kind for d, o in seen.items()} == {
        "Root": PrincipalKind.AWS_ACCOUNT,
        "All": PrincipalKind.ANYONE,
    }
    assert {(o.removal, o.element) for o in seen.values()} == {("", "")}
    assert {o.binding.effect for o in seen.values()} == {Effect.ALLOW}
    assert "canary" not in repr(got)


def test_a_policy_that_names_the_root_too_is_not_empty_without_the_user(cloud: Cloud) -> None:
    cloud.client("iam").create_user(UserName="alice")
    root = {"Sid": "Root", "Principal": {"AWS": f"arn:aws:iam::{HOME}:root"}}
    _topic(cloud, root, {"Sid": "People", "Principal": {"AWS": ALICE}})
    got = cloud.read("alice", services=("iam", "sns"), regions=("us-east-1",))

    assert {o.binding.detail: o.removal for o in by_kind(got, "sns_topic")} == {
        "Root": "",
        "People": "",
    }


def test_no_root_is_kept_where_no_candidate_lives(cloud: Cloud) -> None:
    cloud.client("iam").create_user(UserName="bob")
    _topic(cloud, {"Principal": {"AWS": f"arn:aws:iam::{HOME}:root"}}, {"Principal": "*"})
    got = cloud.read("alice", services=("iam", "sns"), regions=("us-east-1",))

    kept = [o.binding.principal.kind for o in by_kind(got, "sns_topic")]
    assert kept == [PrincipalKind.ANYONE]  # which is open to whoever lives elsewhere, too


def test_what_keeps_the_user_out_has_the_effect_deny(cloud: Cloud) -> None:
    cloud.client("iam").create_user(UserName="alice")
    sns = cloud.client("sns")
    arn = sns.create_topic(Name="news")["TopicArn"]
    policy = json.loads(allow(ALICE, "sns:Publish"))
    policy["Statement"][1]["Effect"] = "Deny"
    sns.set_topic_attributes(
        TopicArn=arn, AttributeName="Policy", AttributeValue=json.dumps(policy)
    )
    got = cloud.read("alice", services=("sns",), regions=("us-east-1",))

    bindings: list[Binding] = [o.binding for o in by_kind(got, "sns_topic")]
    assert [b.effect for b in bindings] == [Effect.DENY]


def test_kms_grant_to_the_user(cloud: Cloud) -> None:
    cloud.client("iam").create_user(UserName="alice")
    kms = cloud.client("kms")
    key = kms.create_key()["KeyMetadata"]
    grant = kms.create_grant(KeyId=key["KeyId"], GranteePrincipal=ALICE, Operations=["Decrypt"])[
        "GrantId"
    ]
    got = cloud.read("alice", services=("kms",), regions=("us-east-1",))

    (seen,) = by_kind(got, "kms_grant")
    assert (seen.binding.target.name, seen.binding.target.arn) == (grant, key["Arn"])
    assert names(got, "kms_key") == []


def test_key_that_refuses_is_skipped_by_its_arn(cloud: Cloud) -> None:
    key = _key_without_alice(cloud)
    cloud.app.injection.deny("kms:GetKeyPolicy")
    got = cloud.read("alice", services=("kms",), regions=("us-east-1",))

    (skipped,) = got.skipped
    assert skipped.reason is SkipReason.DENIED
    assert skipped.permission == "kms:GetKeyPolicy"
    assert skipped.kinds == {"kms_key"}
    assert skipped.where == f"aws:{HOME}:us-east-1:kms"
    assert key in skipped.detail


def _key_without_alice(cloud: Cloud) -> str:
    return str(cloud.client("kms").create_key()["KeyMetadata"]["Arn"])


def test_regions_narrow_what_is_read(cloud: Cloud) -> None:
    cloud.client("iam").create_user(UserName="alice")
    _sns(cloud)
    got = cloud.read("alice", services=("sns",), regions=("eu-west-1",))

    assert got.observations == ()
    assert cloud.app.counts()["sns:ListTopics"] == 1
