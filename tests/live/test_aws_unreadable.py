"""What cannot be read is said, and never taken for nothing (rule 1)."""

from __future__ import annotations

import pytest
from moto.kms.models import kms_backends

from iac_offboard.clouds.aws.accounts import AwsAccess
from iac_offboard.clouds.aws.session import RoleSpec
from iac_offboard.errors import CredentialsError, UsageError
from iac_offboard.live.aws.iam import IAM_KINDS
from iac_offboard.model import NoteKind, SkipReason
from tests.live.strict_cloud import HOME, OTHER, Cloud, by_kind, candidates, names

LOGIN = "Not-a-real-1-password"


def alice(cloud: Cloud) -> None:
    iam = cloud.client("iam")
    iam.create_user(UserName="alice")
    iam.create_access_key(UserName="alice")
    iam.create_login_profile(UserName="alice", Password=LOGIN)


def test_denied_list_is_skipped_with_its_permission_and_the_rest_is_read(cloud: Cloud) -> None:
    alice(cloud)
    cloud.app.injection.deny("iam:ListAccessKeys")
    got = cloud.read("alice")

    (skipped,) = got.skipped
    assert skipped.reason is SkipReason.DENIED
    assert skipped.permission == "iam:ListAccessKeys"
    assert skipped.kinds == {"iam_access_key"}
    assert skipped.where == f"aws:{HOME}"
    assert names(got, "iam_login_profile") == ["alice"]
    assert names(got, "iam_access_key") == []


def test_denied_bulk_read_hides_every_iam_kind(cloud: Cloud) -> None:
    alice(cloud)
    cloud.app.injection.deny("iam:GetAccountAuthorizationDetails")
    source = cloud.source(candidates("alice"), AwsAccess(services=("iam",)))
    got = source.collect([])

    (skipped,) = got.skipped
    assert skipped.permission == "iam:GetAccountAuthorizationDetails"
    assert skipped.kinds == IAM_KINDS
    assert not source.facts[HOME].complete


def test_ten_throttles_in_a_row_are_waited_out(cloud: Cloud) -> None:
    alice(cloud)
    cloud.app.injection.throttle("iam:ListAccessKeys", times=10)
    got = cloud.read("alice")

    assert got.skipped == ()
    assert len(by_kind(got, "iam_access_key")) == 1
    assert len(cloud.time.slept) == 10
    assert sum(cloud.time.slept) <= 120


def test_ten_throttles_spread_over_the_calls(cloud: Cloud) -> None:
    alice(cloud)
    cloud.app.injection.throttle("iam:*", every=2, times=10)
    got = cloud.read("alice")

    assert got.skipped == ()
    assert len(by_kind(got, "iam_access_key")) == 1


def test_throttled_without_end_is_skipped_when_the_budget_is_spent(cloud: Cloud) -> None:
    alice(cloud)
    cloud.app.injection.throttle("iam:ListAccessKeys")
    got = cloud.read("alice")

    (skipped,) = got.skipped
    assert skipped.reason is SkipReason.THROTTLED
    assert skipped.kinds == {"iam_access_key"}
    assert skipped.permission == ""
    assert sum(cloud.time.slept) == pytest.approx(120)
    assert names(got, "iam_login_profile") == ["alice"]


def test_a_throttled_page_is_asked_for_again_by_its_own_token(cloud: Cloud) -> None:
    cloud.app.seed_users(3000)
    cloud.client("iam").create_user(UserName="zoe")
    cloud.app.reset_counts()
    cloud.app.injection.throttle("iam:GetAccountAuthorizationDetails", every=3, times=1)
    got = cloud.read("zoe")

    assert names(got, "iam_user") == ["zoe"]
    assert cloud.app.counts()["iam:GetAccountAuthorizationDetails"] == 4 + 1


def test_region_that_is_not_enabled_is_a_note(cloud: Cloud) -> None:
    got = cloud.read("alice", services=("sqs",), regions=("us-east-1", "af-south-1"))

    assert got.skipped == ()
    disabled = [n.where for n in got.notes if n.kind is NoteKind.DISABLED_REGION]
    assert disabled == [f"aws:{HOME}:af-south-1"]


def test_regions_read_stand_in_the_scope(cloud: Cloud) -> None:
    source = cloud.source(candidates("alice"), AwsAccess(services=("sqs",)))
    got = source.collect([])

    assert source.scope().regions == ("eu-west-1", "us-east-1")
    assert source.scope().services == ("sqs",)
    assert any(n.kind is NoteKind.DISABLED_REGION for n in got.notes)


def test_region_that_does_not_exist_is_skipped(cloud: Cloud) -> None:
    got = cloud.read("alice", services=("sqs",), regions=("us-east-1", "us-esat-1"))

    (skipped,) = got.skipped
    assert (skipped.reason, skipped.where) == (SkipReason.MISSING, f"aws:{HOME}:us-esat-1")


def test_denied_region_list_reads_what_was_asked_for(cloud: Cloud) -> None:
    cloud.app.injection.deny("ec2:DescribeRegions")
    cloud.client("sns").create_topic(Name="news")
    cloud.app.reset_counts()
    got = cloud.read("alice", services=("sns",))

    (skipped,) = got.skipped
    assert skipped.permission == "ec2:DescribeRegions"
    assert "sns_topic" in skipped.kinds
    assert cloud.app.counts()["sns:GetTopicAttributes"] == 1


def test_suspended_account_is_a_note(cloud: Cloud) -> None:
    cloud.app.add_account(OTHER, "closed")
    cloud.client("organizations").close_account(AccountId=OTHER)
    access = AwsAccess(services=("iam",), organization_role="OrganizationAccountAccessRole")
    source = cloud.source(candidates("alice"), access)
    got = source.collect([])

    assert got.skipped == ()
    (note,) = [n for n in got.notes if n.kind is NoteKind.SUSPENDED_ACCOUNT]
    assert note.where == f"aws:{OTHER}"
    assert [s.account for s in source.scope().accounts] == [HOME]


def test_account_whose_role_cannot_be_assumed_is_skipped(cloud: Cloud) -> None:
    cloud.app.add_account(OTHER, "other")
    alice(cloud)
    access = AwsAccess(services=("iam",), organization_role="NoSuchRole")
    got = cloud.source(candidates("alice"), access).collect([])

    (skipped,) = got.skipped
    assert (skipped.where, skipped.reason) == (f"aws:{OTHER}", SkipReason.DENIED)
    assert skipped.permission == "sts:AssumeRole"
    assert names(got, "iam_user") == ["alice"]


def test_accounts_of_the_organization_that_cannot_be_listed_are_skipped(cloud: Cloud) -> None:
    cloud.app.injection.deny("organizations:ListAccounts")
    access = AwsAccess(services=("iam",), organization_role="OrganizationAccountAccessRole")
    got = cloud.source(candidates("alice"), access).collect([])

    (skipped,) = got.skipped
    assert skipped.permission == "organizations:ListAccounts"
    assert skipped.where == "aws:organization"


def test_no_credentials_at_all_is_an_error(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(CredentialsError, match="No usable AWS credentials"):
        cloud.read("alice")


def test_profile_that_does_not_exist_is_an_error(cloud: Cloud) -> None:
    access = AwsAccess(profiles=("nobody",), roles=(RoleSpec(arn="arn:aws:iam::1:role/x"),))
    with pytest.raises(CredentialsError, match="profile nobody"):
        cloud.source(candidates("alice"), access).collect([])


def test_unknown_service_is_an_error(cloud: Cloud) -> None:
    with pytest.raises(UsageError, match="dynamo"):
        cloud.source(candidates("alice"), AwsAccess(services=("dynamo",)))


def test_endpoint_where_nobody_listens_is_given_up_soon(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    access = AwsAccess(services=("iam", "sqs"), regions=("us-east-1",))
    source = cloud.source(candidates("alice"), access)
    source.scope()
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", "http://127.0.0.1:9")
    got = source.collect([])

    (skipped,) = got.skipped
    assert skipped.reason is SkipReason.UNREACHABLE
    assert skipped.kinds == {"sqs_queue"}
    assert len(cloud.time.slept) == 3


def test_unparseable_policy_is_skipped(cloud: Cloud) -> None:
    key = cloud.client("kms").create_key()["KeyMetadata"]["KeyId"]
    kms_backends[HOME]["us-east-1"].keys[key].policy = "{no"  # no API accepts it
    got = cloud.read("alice", services=("kms",), regions=("us-east-1",))

    (skipped,) = got.skipped
    assert skipped.reason is SkipReason.UNPARSEABLE
    assert skipped.kinds == {"kms_key"}
