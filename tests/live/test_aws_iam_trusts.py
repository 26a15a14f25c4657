"""Roles, and who may enter them, read from a strict AWS."""

from __future__ import annotations

import json

from moto.iam.models import iam_backends

from iac_offboard.clouds.aws.accounts import AwsAccess
from iac_offboard.model import (
    PrincipalKind,
    Relation,
)
from tests.live.roles import ADMIN, DENY_ALL, document, trust
from tests.live.strict_cloud import HOME, OTHER, Cloud, allow, by_kind, candidates, names


def test_role_of_another_account_that_trusts_the_user(cloud: Cloud) -> None:
    role = cloud.app.add_account(OTHER, "other")
    cloud.client("iam").create_user(UserName="alice")
    trusted = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{HOME}:user/alice"},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"sts:ExternalId": "canary-external-id"}},
        },
    }
    there = cloud.client("iam", account=OTHER)
    there.create_role(RoleName="deploy", AssumeRolePolicyDocument=json.dumps(trusted))
    got = cloud.read("alice", roles=(role,))

    (seen,) = by_kind(got, "iam_role")
    assert seen.binding.relation is Relation.TRUST
    assert (seen.binding.target.account, seen.binding.target.name) == (OTHER, "deploy")
    assert seen.binding.detail == "statement 1"
    assert "sts:ExternalId" in seen.binding.condition
    assert seen.image
    assert "canary-external-id" not in repr(got)


def test_trust_by_the_unique_id_of_a_user_of_another_account(cloud: Cloud) -> None:
    cloud.app.add_account(OTHER, "other")
    cloud.client("iam").create_user(UserName="alice")
    there = cloud.client("iam", account=OTHER)
    there.create_role(
        RoleName="deploy", AssumeRolePolicyDocument=allow(f"arn:aws:iam::{HOME}:user/alice")
    )
    user_id = cloud.client("iam").get_user(UserName="alice")["User"]["UserId"]
    told = json.loads(allow(user_id))
    # AWS shows the id of a deleted user; written like this into the emulator's memory.
    _write_trust(cloud, "deploy", json.dumps(told))
    access = AwsAccess(services=("iam",), organization_role="OrganizationAccountAccessRole")
    got = cloud.source(candidates("alice"), access).collect([])

    (seen,) = [o for o in by_kind(got, "iam_role") if o.binding.detail == "People"]
    assert seen.binding.principal.value == user_id
    assert seen.binding.target.account == OTHER


def _write_trust(cloud: Cloud, role: str, text: str) -> None:
    iam_backends[OTHER]["aws"].get_role(role).assume_role_policy_document = text
    cloud.app.pages.forget()


def test_matched_role_shows_its_identity_and_policies(cloud: Cloud) -> None:
    iam = cloud.client("iam")
    iam.create_role(RoleName="ci", AssumeRolePolicyDocument=allow(f"arn:aws:iam::{HOME}:root"))
    iam.attach_role_policy(RoleName="ci", PolicyArn=ADMIN)
    iam.put_role_policy(RoleName="ci", PolicyName="own", PolicyDocument=document(DENY_ALL))
    got = cloud.read("ci")

    (role,) = by_kind(got, "iam_role")
    assert role.binding.relation is Relation.IDENTITY
    assert (role.binding.target.unique_id or "").startswith("AROA")
    assert names(got, "iam_policy") == [ADMIN]
    assert names(got, "iam_role_policy") == ["ci/own"]


def test_policies_that_know_a_user_by_arn_alone_are_found_for_one_known_by_a_tag(
    cloud: Cloud,
) -> None:
    """Who is recognised by an e-mail in a tag must not be dead while a trust still names it."""
    cloud.app.add_account(OTHER, "other")
    tags = [{"Key": "email", "Value": "alice@example.com"}]
    arn = cloud.client("iam").create_user(UserName="u-2041", Tags=tags)["User"]["Arn"]
    for account, role in ((HOME, "here"), (OTHER, "there")):
        remote = cloud.client("iam", account=account)
        remote.create_role(RoleName=role, AssumeRolePolicyDocument=trust({"AWS": arn}))
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="data-of-the-team")
    s3.put_bucket_policy(Bucket="data-of-the-team", Policy=allow(arn))
    access = AwsAccess(
        services=("iam", "s3"),
        organization_role="OrganizationAccountAccessRole",
    )
    got = cloud.source(candidates("alice@example.com"), access).collect(())
    named = [o for o in got.observations if o.binding.principal.kind is PrincipalKind.IAM_USER]
    trusts = {o.binding.target.name for o in named if o.binding.relation is Relation.TRUST}
    assert trusts == {"here", "there"}
    assert "data-of-the-team" in {o.binding.target.name for o in named}


def test_a_robot_that_the_leaver_owns_is_not_the_leaver(cloud: Cloud) -> None:
    tags = [{"Key": "owner", "Value": "alice@example.com"}]
    cloud.client("iam").create_user(UserName="robot", Tags=tags)
    assert by_kind(cloud.read("alice@example.com"), "iam_user") == []


def test_a_trust_that_nobody_else_stands_in_is_marked_for_a_person(cloud: Cloud) -> None:
    iam = cloud.client("iam")
    arns = {n: iam.create_user(UserName=n)["User"]["Arn"] for n in ("alice", "bob")}
    iam.create_role(RoleName="alone", AssumeRolePolicyDocument=trust({"AWS": arns["alice"]}))
    iam.create_role(RoleName="shared", AssumeRolePolicyDocument=allow(arns["alice"]))
    got = cloud.read("alice")
    words = {o.binding.target.name: o.removal for o in by_kind(got, "iam_role")}
    assert words == {"alone": "manual", "shared": ""}
