"""The border to AWS: what errors mean, what is kept out of them, what may be called."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from iac_offboard.clouds.aws import operations
from iac_offboard.clouds.aws.accounts import AwsAccess
from iac_offboard.clouds.aws.operations import OPERATIONS, Use, operation
from iac_offboard.clouds.aws.session import RoleSpec
from iac_offboard.clouds.aws.translate import Asked, translate
from iac_offboard.clouds.retries import Retry
from iac_offboard.errors import (
    CloudError,
    ConflictError,
    CredentialsError,
    DeniedError,
    NotFoundError,
    ThrottledError,
)
from iac_offboard.live.aws.permissions import (
    read_policy,
    restore_policy,
    states_policy,
    write_policy,
)
from iac_offboard.live.aws.probe import probe
from iac_offboard.live.aws.source import SERVICES
from iac_offboard.model import Alias, AliasKind, Subject, SubjectKind
from tests.live.strict_cloud import HOME, OTHER, Cloud, candidates

ASKED = Asked("iam:ListAccessKeys", f"aws:{HOME}", "arn:aws:iam::1:user/reader")


def answer(code: str, message: str = "", status: int = 400) -> ClientError:
    return ClientError(
        {
            "Error": {"Code": code, "Message": message},
            "ResponseMetadata": {
                "HTTPStatusCode": status,
                "RequestId": "req-1",
                "HTTPHeaders": {},
                "RetryAttempts": 0,
                "HostId": "",
            },
        },
        "ListAccessKeys",
    )


@pytest.mark.parametrize(
    ("code", "kind", "retry"),
    [
        ("AccessDenied", DeniedError, Retry.NO),
        ("AccessDeniedException", DeniedError, Retry.NO),
        ("UnauthorizedOperation", DeniedError, Retry.NO),
        ("AuthorizationError", DeniedError, Retry.NO),
        ("Throttling", ThrottledError, Retry.BUDGET),
        ("SlowDown", ThrottledError, Retry.BUDGET),
        ("TooManyRequestsException", ThrottledError, Retry.BUDGET),
        ("NoSuchEntity", NotFoundError, Retry.NO),
        ("NoSuchBucketPolicy", NotFoundError, Retry.NO),
        ("RepositoryPolicyNotFoundException", NotFoundError, Retry.NO),
        ("NotFound", NotFoundError, Retry.NO),
        ("AWS.SimpleQueueService.NonExistentQueue", NotFoundError, Retry.NO),
        ("DeleteConflict", ConflictError, Retry.NO),
        ("InvalidClientTokenId", CredentialsError, Retry.NO),
        ("ExpiredToken", CredentialsError, Retry.NO),
        ("LimitExceeded", CloudError, Retry.NO),
        ("InternalFailure", CloudError, Retry.BUDGET),
    ],
)
def test_meaning_of_a_code(code: str, kind: type[CloudError], retry: Retry) -> None:
    error, again = translate(answer(code, "It is so."), ASKED)

    assert type(error) is kind
    assert again is retry
    assert (error.code, error.operation, error.request_id) == (code, ASKED.action, "req-1")


def test_denial_by_an_organization_policy_says_so() -> None:
    message = "not authorized to perform: x with an explicit deny in a service control policy"
    error, _ = translate(answer("AccessDenied", message), ASKED)

    assert isinstance(error, DeniedError)
    assert "explicit deny in a service control policy" in error.message
    assert "exempt the caller" in error.hint


def test_signed_request_in_a_message_is_left_out() -> None:
    said = "The Canonical String was 'POST / x-amz-security-token:canary-token'"
    for code in ("SignatureDoesNotMatch", "ValidationError"):
        error, _ = translate(answer(code, said), ASKED)
        assert "canary" not in str(error)


def test_botocores_error_stays_the_cause(cloud: Cloud) -> None:
    session = cloud.sessions().for_account(HOME)
    with pytest.raises(NotFoundError) as caught:
        session.call("iam", "GetLoginProfile", UserName="nobody")

    assert isinstance(caught.value.__cause__, ClientError)


def test_account_that_was_not_given_is_an_error(cloud: Cloud) -> None:
    with pytest.raises(CredentialsError, match=OTHER):
        cloud.sessions().for_account(OTHER)


def test_role_session_is_that_role_in_its_account(cloud: Cloud) -> None:
    role = cloud.app.add_account(OTHER, "other")
    session = cloud.sessions(AwsAccess(roles=(RoleSpec(arn=role),))).for_account(OTHER)

    assert session.account == OTHER
    assert session.partition == "aws"
    assert session.caller_arn.startswith(f"arn:aws:sts::{OTHER}:assumed-role/Organization")
    assert session.scope.source == f"role {role}"


def test_role_session_is_renewed_before_it_ends(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    role = cloud.app.add_account(OTHER, "other")
    late = replace(cloud.app.config, clock=lambda: datetime.now(UTC) - timedelta(minutes=55))
    monkeypatch.setattr(cloud.app, "config", late)
    session = cloud.sessions(AwsAccess(roles=(RoleSpec(arn=role),))).for_account(OTHER)
    before = cloud.app.counts()["sts:AssumeRole"]
    session.call("iam", "ListSAMLProviders")

    assert cloud.app.counts()["sts:AssumeRole"] > before


def test_operation_outside_the_table_is_not_called(cloud: Cloud) -> None:
    session = cloud.sessions().for_account(HOME)
    cloud.app.reset_counts()
    with pytest.raises(LookupError, match="CreateUser"):
        session.call("iam", "CreateUser", UserName="mallory")

    assert cloud.app.counts() == {}


def test_read_policy_allows_exactly_what_a_whole_scan_calls(cloud: Cloud) -> None:
    cloud.app.add_account(OTHER, "other")
    cloud.client("iam").create_user(UserName="alice")
    access = AwsAccess(
        services=SERVICES, organization_role="OrganizationAccountAccessRole", regions=("us-east-1",)
    )
    alias = Alias(kind=AliasKind.USER_NAME, value="alice")
    subject = Subject(id="a", kind=SubjectKind.PERSON, left_at=None, aliases=(alias,))
    source = cloud.source(candidates("alice"), access)
    source.collect([subject])

    allowed = {action for s in read_policy()["Statement"] for action in s["Action"]}
    assert set(source.requests) <= allowed
    assert {"iam:ListAccessKeys", "s3:ListAllMyBuckets", "sso:ListInstances"} <= allowed


def test_reading_changes_nothing_and_writing_is_apart() -> None:
    reading = {action for s in read_policy()["Statement"] for action in s["Action"]}
    writing = {action for s in write_policy()["Statement"] for action in s["Action"]}

    verbs = {action.split(":")[1] for action in reading - {"sts:AssumeRole"}}
    assert all(verb.startswith(("Get", "List", "Describe")) for verb in verbs)
    assert "iam:DeleteUser" in writing - reading
    assert "iam:GetAccountAuthorizationDetails" in reading - writing
    restoring = {action for s in restore_policy()["Statement"] for action in s["Action"]}
    assert "iam:AttachUserPolicy" in restoring - writing - reading
    states = {action for s in states_policy()["Statement"] for action in s["Action"]}
    assert states - reading == {"s3:GetObject", "s3:ListBucket"}
    every = {row.action for row in OPERATIONS.values()}
    assert reading | writing | restoring | states == every


def test_the_table_holds_nothing_that_is_not_called() -> None:
    package = Path(operations.__file__).parents[2]
    sides = {
        use: "\n".join(
            p.read_text(encoding="utf-8") for p in sorted(package.rglob(f"{room}/aws/*.py"))
        )
        for use, room in ((Use.READ, "live"), (Use.WRITE, "apply"), (Use.RESTORE, "apply"))
    }
    sides[Use.STATES] = (package / "storage/s3.py").read_text(encoding="utf-8")
    sides[Use.READ] += (package / "clouds/aws/accounts.py").read_text(encoding="utf-8")
    border = (package / "clouds/aws/session.py").read_text(encoding="utf-8")
    idle = [
        f"{row.service}:{row.name} ({use.name})"
        for row in OPERATIONS.values()
        for use in sides
        if use in row.use and f'"{row.name}"' not in sides[use] + border
    ]
    assert idle == []
    assert operation("sso-admin", "DeleteAccountAssignment").use is Use.WRITE


def test_policies_fit_what_iam_accepts() -> None:
    for policy in (read_policy(), write_policy()):
        compact = json.dumps(policy, separators=(",", ":"))
        assert len(compact) <= 6144  # quota of a managed policy, without white space
        assert all(s["Sid"].isalnum() for s in policy["Statement"])


def test_secret_of_the_environment_appears_nowhere(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary-secret-0123456789")
    with pytest.raises(CredentialsError) as caught:
        cloud.read("alice")

    assert "SignatureDoesNotMatch" in str(caught.value)
    assert "canary" not in str(caught.value) + caplog.text


def test_assumed_credentials_appear_in_no_result_and_no_log(
    cloud: Cloud, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    role = cloud.app.add_account(OTHER, "other")
    access = AwsAccess(services=("iam",), roles=(RoleSpec(arn=role),))
    source = cloud.source(candidates("alice"), access)
    got = source.collect([])
    said = repr(got) + repr(source.scope()) + repr(source.facts) + caplog.text

    pairs = [session.pair for session in cloud.app.callers.sessions.values()]
    assert pairs
    assert not any(pair.secret in said or pair.token in said for pair in pairs)


def test_probe_tells_a_live_key_from_a_dead_one(cloud: Cloud) -> None:
    iam = cloud.client("iam")
    iam.create_user(UserName="alice")
    key = iam.create_access_key(UserName="alice")["AccessKey"]
    policy = {"Effect": "Allow", "Action": "iam:GetUser", "Resource": "*"}
    iam.put_user_policy(
        UserName="alice",
        PolicyName="self",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [policy]}),
    )
    credential = (key["AccessKeyId"], key["SecretAccessKey"])

    assert not probe(*credential, region="us-east-1").refused
    wrong = probe(key["AccessKeyId"], "another-secret", region="us-east-1")
    assert (wrong.refused, wrong.code) == (True, "SignatureDoesNotMatch")
    iam.delete_user_policy(UserName="alice", PolicyName="self")
    denied = probe(*credential, region="us-east-1")
    assert (denied.refused, denied.authenticated, denied.code) == (True, True, "AccessDenied")
    iam.delete_access_key(UserName="alice", AccessKeyId=key["AccessKeyId"])
    dead = probe(*credential, region="us-east-1")
    assert (dead.refused, dead.authenticated, dead.code) == (True, False, "InvalidClientTokenId")


def test_probe_that_gets_no_answer_is_no_refusal(cloud: Cloud) -> None:
    with pytest.raises(CloudError, match="no readable answer"):
        probe(
            "AKIAIOSFODNN7EXAMPLE",
            "x",
            region="us-east-1",
            endpoint="http://127.0.0.1:9",
            timing=cloud.time.timing(),
        )
