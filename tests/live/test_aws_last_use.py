"""When a leaver's keys and password were last used, as the cloud tracks it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import boto3
import pytest

from iac_offboard.demo.strict import StrictServer
from iac_offboard.model import (
    Alias,
    AliasKind,
    LastUse,
    Side,
    SkipReason,
    Subject,
    SubjectKind,
)
from tests.live.strict_cloud import HOME, Cloud, by_kind

YESTERDAY = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def key_of_alice(cloud: Cloud) -> tuple[str, str]:
    iam = cloud.client("iam")
    iam.create_user(UserName="alice")
    made = iam.create_access_key(UserName="alice")["AccessKey"]
    return made["AccessKeyId"], made["SecretAccessKey"]


def test_a_key_shows_when_where_and_for_what_it_was_used(cloud: Cloud) -> None:
    key_id, _ = key_of_alice(cloud)
    cloud.app.set_last_use(key_id, YESTERDAY, "s3", "eu-west-1")

    (key,) = by_kind(cloud.read("alice"), "iam_access_key")

    assert key.last_use == LastUse(at=YESTERDAY, service="s3", region="eu-west-1")


def test_a_key_that_was_never_used(cloud: Cloud) -> None:
    key_of_alice(cloud)

    seen = cloud.read("alice")

    (key,) = by_kind(seen, "iam_access_key")
    assert key.last_use == LastUse(at=None)
    assert seen.skipped == ()


def test_real_use_is_recorded_even_when_it_is_refused(cloud: Cloud) -> None:
    key_id, secret = key_of_alice(cloud)
    before = cloud.app.config.clock()
    session = boto3.Session(key_id, secret, region_name="eu-west-1")
    with pytest.raises(Exception, match=r"AuthorizationError|AccessDenied"):
        session.client("sns").list_topics()

    (key,) = by_kind(cloud.read("alice"), "iam_access_key")

    assert key.last_use is not None
    assert key.last_use.at is not None
    assert before - timedelta(seconds=1) <= key.last_use.at <= cloud.app.config.clock()
    assert (key.last_use.service, key.last_use.region) == ("sns", "eu-west-1")


def test_what_a_test_has_set_stays(cloud: Cloud) -> None:
    key_id, secret = key_of_alice(cloud)
    cloud.app.set_last_use(key_id, YESTERDAY, "s3", "eu-west-1")
    boto3.Session(key_id, secret, region_name="us-east-1").client("sts").get_caller_identity()

    (key,) = by_kind(cloud.read("alice"), "iam_access_key")

    assert key.last_use == LastUse(at=YESTERDAY, service="s3", region="eu-west-1")


def test_a_key_named_by_the_roster_shows_its_last_use_too(cloud: Cloud) -> None:
    key_id, _ = key_of_alice(cloud)
    cloud.app.set_last_use(key_id, YESTERDAY, "s3", "eu-west-1")
    alias = Alias(kind=AliasKind.AWS_ACCESS_KEY_ID, value=key_id)
    robot = Subject(id="robot", kind=SubjectKind.SERVICE, left_at=None, aliases=(alias,))

    (key,) = by_kind(cloud.read("nobody", subjects=(robot,)), "iam_access_key")

    assert key.last_use == LastUse(at=YESTERDAY, service="s3", region="eu-west-1")


@pytest.mark.parametrize(
    ("at", "expected"),
    [(YESTERDAY, LastUse(at=YESTERDAY, service="signin")), (None, LastUse(at=None))],
)
def test_a_password_shows_the_last_sign_in(
    cloud: Cloud, at: datetime | None, expected: LastUse
) -> None:
    key_of_alice(cloud)
    cloud.client("iam").create_login_profile(UserName="alice", Password="Not-a-real-1-password")
    cloud.app.set_password_last_used("alice", HOME, at)

    (profile,) = by_kind(cloud.read("alice"), "iam_login_profile")

    assert profile.last_use == expected


def test_other_credentials_have_no_last_use(cloud: Cloud) -> None:
    key_of_alice(cloud)
    cloud.client("iam").create_service_specific_credential(
        UserName="alice", ServiceName="codecommit.amazonaws.com"
    )

    (git,) = by_kind(cloud.read("alice"), "iam_service_specific_credential")

    assert git.last_use is None


@pytest.mark.parametrize(
    ("action", "kind"),
    [("GetAccessKeyLastUsed", "iam_access_key"), ("GetUser", "iam_login_profile")],
)
def test_a_refused_question_is_skipped_and_the_credential_is_seen(
    cloud: Cloud, action: str, kind: str
) -> None:
    key_of_alice(cloud)
    cloud.client("iam").create_login_profile(UserName="alice", Password="Not-a-real-1-password")
    cloud.app.injection.deny(f"iam:{action}")

    seen = cloud.read("alice")

    (credential,) = by_kind(seen, kind)
    assert credential.last_use is None
    (skipped,) = seen.skipped
    assert skipped.permission == f"iam:{action}"
    assert (skipped.reason, skipped.side) == (SkipReason.DENIED, Side.ACCESS)
    assert skipped.kinds == {"last_use"}
    assert "last use of" in skipped.detail


def test_a_user_without_keys_and_password_costs_no_question(cloud: Cloud) -> None:
    cloud.client("iam").create_user(UserName="alice")
    cloud.app.reset_counts()

    cloud.read("alice")

    counts = cloud.app.counts()
    assert counts.get("iam:GetUser", 0) == 0
    assert counts.get("iam:GetAccessKeyLastUsed", 0) == 0


def test_a_role_session_marks_its_role_as_used(cloud: Cloud) -> None:
    iam = cloud.client("iam")
    trust = (
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", '
        f'"Principal": {{"AWS": "arn:aws:iam::{HOME}:root"}}}}]}}'
    )
    role = iam.create_role(RoleName="deploy", AssumeRolePolicyDocument=trust)["Role"]
    given = cloud.client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="ci")
    pair = given["Credentials"]
    session = boto3.Session(
        pair["AccessKeyId"], pair["SecretAccessKey"], pair["SessionToken"], region_name="eu-west-1"
    )
    assert "LastUsedDate" not in iam.get_role(RoleName="deploy")["Role"].get("RoleLastUsed", {})

    session.client("sts").get_caller_identity()
    used = iam.get_role(RoleName="deploy")["Role"]["RoleLastUsed"]
    assert used["Region"] == "eu-west-1"

    cloud.app.set_role_last_used("deploy", HOME, YESTERDAY, "us-east-1")
    session.client("sts").get_caller_identity()
    listed = iam.get_account_authorization_details(Filter=["Role"])["RoleDetailList"]
    (shown,) = [r["RoleLastUsed"] for r in listed if r["RoleName"] == "deploy"]
    assert (shown["LastUsedDate"], shown["Region"]) == (YESTERDAY, "us-east-1")


def test_last_uses_are_set_from_outside_the_process(cloud: Cloud, server: StrictServer) -> None:
    key_id, _ = key_of_alice(cloud)
    iam = cloud.client("iam")
    iam.create_login_profile(UserName="alice", Password="Not-a-real-1-password")

    def control(verb: str, **body: str) -> int:
        request = Request(f"{server.url}/_strict/{verb}", json.dumps(body).encode(), method="POST")
        try:
            with urlopen(request) as reply:
                return int(reply.status)
        except HTTPError as refused:
            return refused.code

    at = YESTERDAY.isoformat()
    assert control("last-use", key_id=key_id, at=at, service="s3", region="eu-west-1") == 200
    assert control("password-last-used", name="alice", account=HOME, at=at) == 200
    assert control("role-last-used", name="nobody", account=HOME, at=at) == 400

    seen = cloud.read("alice")
    (key,) = by_kind(seen, "iam_access_key")
    (profile,) = by_kind(seen, "iam_login_profile")
    assert key.last_use == LastUse(at=YESTERDAY, service="s3", region="eu-west-1")
    assert profile.last_use == LastUse(at=YESTERDAY, service="signin")
