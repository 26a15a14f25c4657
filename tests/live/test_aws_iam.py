"""Users, credentials and memberships, read from a strict AWS."""

from __future__ import annotations

from iac_offboard.clouds.aws.accounts import AwsAccess
from iac_offboard.clouds.aws.session import RoleSpec
from iac_offboard.model import (
    Alias,
    AliasKind,
    LiveOrigin,
    Relation,
    Subject,
    SubjectKind,
)
from tests.live.roles import ADMIN, DENY_ALL, document
from tests.live.strict_cloud import HOME, NOW, OTHER, Cloud, by_kind, candidates, names

# Public halves only; made for this test.
_SSH = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7 alice@example"


def user_with_everything(cloud: Cloud) -> dict[str, str]:
    iam = cloud.client("iam")
    user = iam.create_user(UserName="alice", Tags=[{"Key": "email", "Value": "Alice@Example.com"}])[
        "User"
    ]
    key = iam.create_access_key(UserName="alice")["AccessKey"]["AccessKeyId"]
    second = iam.create_access_key(UserName="alice")["AccessKey"]["AccessKeyId"]
    iam.update_access_key(UserName="alice", AccessKeyId=second, Status="Inactive")
    iam.create_login_profile(UserName="alice", Password="Not-a-real-1-password")
    mfa = iam.create_virtual_mfa_device(VirtualMFADeviceName="alice")["VirtualMFADevice"]
    serial = mfa["SerialNumber"]
    iam.enable_mfa_device(
        UserName="alice",
        SerialNumber=serial,
        AuthenticationCode1="123456",
        AuthenticationCode2="654321",
    )
    ssh = iam.upload_ssh_public_key(UserName="alice", SSHPublicKeyBody=_SSH)["SSHPublicKey"]
    git = iam.create_service_specific_credential(
        UserName="alice", ServiceName="codecommit.amazonaws.com"
    )["ServiceSpecificCredential"]
    iam.create_group(GroupName="developers")
    iam.add_user_to_group(GroupName="developers", UserName="alice")
    iam.put_user_policy(UserName="alice", PolicyName="own", PolicyDocument=document(DENY_ALL))
    iam.attach_user_policy(UserName="alice", PolicyArn=ADMIN)
    return {
        "id": user["UserId"],
        "key": key,
        "second": second,
        "serial": serial,
        "ssh": ssh["SSHPublicKeyId"],
        "git": git["ServiceSpecificCredentialId"],
    }


def test_user_with_every_kind_of_binding(cloud: Cloud) -> None:
    made = user_with_everything(cloud)
    got = cloud.read("alice")

    assert got.skipped == ()
    (identity,) = by_kind(got, "iam_user")
    assert identity.binding.relation is Relation.IDENTITY
    assert identity.binding.target.arn == f"arn:aws:iam::{HOME}:user/alice"
    assert identity.binding.target.unique_id == made["id"]
    assert identity.binding.principal.stable_id == made["id"]
    assert identity.binding.principal.emails == {"alice@example.com"}
    assert identity.created_at is not None
    assert identity.created_at.tzinfo is not None
    keys = {o.binding.target.name: o.status for o in by_kind(got, "iam_access_key")}
    assert keys == {made["key"]: "Active", made["second"]: "Inactive"}
    assert names(got, "iam_login_profile") == ["alice"]
    assert names(got, "iam_mfa_device") == [made["serial"]]
    assert names(got, "iam_ssh_key") == [made["ssh"]]
    assert names(got, "iam_service_specific_credential") == [made["git"]]
    assert names(got, "iam_user_policy") == ["alice/own"]
    assert names(got, "iam_policy") == [ADMIN]
    (group,) = by_kind(got, "iam_group")
    assert (group.binding.target.name, group.binding.relation) == (
        "developers",
        Relation.MEMBERSHIP,
    )
    assert group.binding.target.arn == f"arn:aws:iam::{HOME}:group/developers"


def test_every_observation_says_who_read_it_where_and_when(cloud: Cloud) -> None:
    user_with_everything(cloud)
    got = cloud.read("alice")

    for seen in got.observations:
        assert isinstance(seen.origin, LiveOrigin)
        assert seen.origin.account == HOME
        assert seen.origin.caller == f"arn:aws:iam::{HOME}:root"
        assert seen.origin.read_at == NOW
        assert seen.origin.operation.startswith("iam:")
    operations = {read.operation for read in got.reads}
    assert {"iam:GetAccountAuthorizationDetails", "iam:GetLoginProfile"} <= operations


def test_nobody_else_is_read(cloud: Cloud) -> None:
    user_with_everything(cloud)
    cloud.client("iam").create_user(UserName="al")
    got = cloud.read("al")

    assert {o.binding.principal.value for o in got.observations} == {"al"}
    assert names(got, "iam_access_key") == []


def test_requests_are_pages_and_a_constant_per_matched_user(cloud: Cloud) -> None:
    user_with_everything(cloud)
    cloud.app.seed_users(2000)
    cloud.app.reset_counts()
    source = cloud.source(candidates("alice"), AwsAccess(services=("iam",)))
    got = source.collect([])

    counts = cloud.app.counts()
    assert names(got, "iam_user") == ["alice"]
    assert counts["iam:GetAccountAuthorizationDetails"] == 3
    assert sum(counts.values()) <= 3 + 60
    assert source.requests["iam:GetAccountAuthorizationDetails"] == 3


def test_namesake_in_another_account_is_a_candidate(cloud: Cloud) -> None:
    role = cloud.app.add_account(OTHER, "other")
    cloud.client("iam").create_user(UserName="alice")
    cloud.client("iam", account=OTHER).create_user(UserName="alice")
    access = AwsAccess(services=("iam",), organization_role="OrganizationAccountAccessRole")
    source = cloud.source(candidates("alice"), access)
    got = source.collect([])

    assert role.endswith(":role/OrganizationAccountAccessRole")
    assert [o.binding.principal.account for o in by_kind(got, "iam_user")] == [HOME, OTHER]
    assert [s.account for s in source.scope().accounts] == [HOME, OTHER]
    assert source.scope().accounts[1].source == "organization OrganizationAccountAccessRole"


def test_identity_providers_are_matched_by_arn(cloud: Cloud) -> None:
    iam = cloud.client("iam")
    made = iam.create_open_id_connect_provider(
        Url="https://ci.example.com", ThumbprintList=["0" * 40], ClientIDList=["sts"]
    )
    arn = made["OpenIDConnectProviderArn"]
    got = cloud.read(arn)

    (seen,) = by_kind(got, "iam_oidc_provider")
    assert (seen.binding.relation, seen.binding.target.arn) == (Relation.FEDERATION, arn)


def test_facts_for_the_guards(cloud: Cloud) -> None:
    user_with_everything(cloud)
    iam = cloud.client("iam")
    iam.create_group(GroupName="admins")
    iam.attach_group_policy(GroupName="admins", PolicyArn=ADMIN)
    iam.create_user(UserName="bob")
    iam.add_user_to_group(GroupName="admins", UserName="bob")
    iam.put_user_permissions_boundary(UserName="alice", PermissionsBoundary=ADMIN)
    source = cloud.source(candidates("alice"), AwsAccess(services=("iam",)))
    source.collect([])

    facts = source.facts[HOME]
    assert facts.complete
    assert facts.admins == ("alice", "bob")
    assert facts.group_counts == (("alice", 1),)
    assert facts.bounded == ("alice",)


def test_access_key_named_by_the_roster_is_found_in_its_account(cloud: Cloud) -> None:
    made = user_with_everything(cloud)
    alias = Alias(kind=AliasKind.AWS_ACCESS_KEY_ID, value=made["key"])
    subject = Subject(id="robot", kind=SubjectKind.SERVICE, left_at=None, aliases=(alias,))
    got = cloud.read(made["key"], subjects=[subject])

    (seen,) = got.observations
    assert got.skipped == ()
    assert seen.binding.principal.value == made["key"]
    assert (seen.binding.target.kind, seen.binding.target.name) == ("iam_access_key", made["key"])


def test_two_runs_give_the_same_order(cloud: Cloud) -> None:
    user_with_everything(cloud)
    access = AwsAccess(services=("iam",), roles=(RoleSpec(arn=cloud.app.add_account(OTHER, "o")),))
    cloud.client("iam", account=OTHER).create_user(UserName="alice")
    first = cloud.source(candidates("alice"), access).collect([])
    second = cloud.source(candidates("alice"), access).collect([])

    assert [o.binding for o in first.observations] == [o.binding for o in second.observations]
    assert len(first.observations) > 0
