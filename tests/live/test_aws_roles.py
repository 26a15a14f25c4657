"""Roles of a leaver, trusts that let a leaver in with others, and denials, from a strict AWS."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from moto.iam.models import iam_backends

from iac_offboard.model import LastUse, PrincipalKind, Relation
from tests.live.roles import ADMIN, DENY_ALL, ROOT, SESSION, alice, document, make_role, only, trust
from tests.live.strict_cloud import HOME, Cloud, by_kind, names


def test_a_role_that_is_the_leavers(cloud: Cloud) -> None:
    iam = cloud.client("iam")
    make_role(cloud, "robot", trust({"AWS": ROOT}))
    iam.attach_role_policy(RoleName="robot", PolicyArn=ADMIN)
    iam.create_instance_profile(InstanceProfileName="workers")
    iam.add_role_to_instance_profile(InstanceProfileName="workers", RoleName="robot")
    make_role(cloud, "next", trust({"AWS": f"arn:aws:iam::{HOME}:role/robot"}))
    used = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
    role = iam_backends[HOME]["aws"].get_role("robot")
    vars(role).update(last_used=used, last_used_region="eu-west-1")
    cloud.app.pages.forget()
    got = cloud.read("robot")

    # Into the next role, and not into itself; nor does it cover itself by its account's root.
    assert only(got).binding.target.name == "next"
    by_relation = {o.binding.relation: o for o in by_kind(got, "iam_role")}
    assert set(by_relation) == {Relation.IDENTITY, Relation.TRUST}
    assert by_relation[Relation.TRUST].binding.target.name == "next"
    assert by_relation[Relation.IDENTITY].last_use == LastUse(at=used, region="eu-west-1")
    (profile,) = by_kind(got, "iam_instance_profile")
    assert profile.binding.relation is Relation.MEMBERSHIP
    assert profile.binding.target.name == "workers"
    assert profile.binding.target.arn == f"arn:aws:iam::{HOME}:instance-profile/workers"


def test_a_role_never_used_says_so(cloud: Cloud) -> None:
    make_role(cloud, "robot", trust({"Service": "ec2.amazonaws.com"}))
    (seen,) = by_kind(cloud.read("robot"), "iam_role")
    assert seen.last_use == LastUse(at=None)


@pytest.mark.parametrize("principal", [{"AWS": ROOT}, "*", {"AWS": HOME}])
def test_a_trust_that_covers_the_leaver_is_kept(cloud: Cloud, principal: object) -> None:
    make_role(cloud, "deploy", trust(principal))
    # Nobody lives in the account; everybody is somebody wherever the leaver lives.
    assert names(cloud.read("alice"), "iam_role") == (["deploy"] if principal == "*" else [])

    alice(cloud)
    (seen,) = by_kind(cloud.read("alice"), "iam_role")
    assert seen.binding.relation is Relation.TRUST
    assert seen.binding.principal.kind in {PrincipalKind.AWS_ACCOUNT, PrincipalKind.ANYONE}
    assert (seen.removal, seen.element) == ("", "")


def test_a_trust_holds_what_a_rollback_would_put_back(cloud: Cloud) -> None:
    arn = alice(cloud)
    condition = {"StringEquals": {"sts:ExternalId": "canary-external-id"}}
    make_role(cloud, "deploy", trust({"AWS": arn}, Condition=condition))
    got = cloud.read("alice")

    (seen,) = by_kind(got, "iam_role")
    assert json.loads(seen.element)["principal"] == arn
    assert "canary-external-id" not in repr(got)


def test_denials_of_everything_are_read_back(cloud: Cloud) -> None:
    alice(cloud)
    iam = cloud.client("iam")
    role_id = make_role(cloud, "deploy", trust({"AWS": ROOT}))
    mark = {"StringEquals": {"aws:SourceIdentity": "alice"}}
    revoked = {"DateLessThan": {"aws:TokenIssueTime": "2026-11-20T00:00:00Z"}}
    for name, condition in (("ours", mark), ("AWSRevokeOlderSessions", revoked)):
        denial = document({**DENY_ALL, "Condition": condition})
        iam.put_role_policy(RoleName="deploy", PolicyName=name, PolicyDocument=denial)
    assert [(d.target.kind, d.conditions) for d in cloud.read("alice").denies] == [
        (SESSION, (("aws:SourceIdentity", ("alice",)),))
    ]

    iam.create_group(GroupName="quarantine")
    iam.put_group_policy(
        GroupName="quarantine", PolicyName="deny", PolicyDocument=document(DENY_ALL)
    )
    iam.add_user_to_group(GroupName="quarantine", UserName="alice")
    denies = {d.target.kind: d for d in cloud.read("alice").denies}
    assert denies[SESSION].target.unique_id == role_id
    assert (denies["iam_user"].target.name, denies["iam_user"].conditions) == ("alice", ())


def test_saml_providers_are_upstreams(cloud: Cloud) -> None:
    iam = cloud.client("iam")
    made = iam.create_saml_provider(Name="okta", SAMLMetadataDocument="<x>" + "x" * 1000 + "</x>")
    got = cloud.read("alice")

    (upstream,) = got.upstreams
    assert (upstream.source, upstream.account) == (made["SAMLProviderArn"], HOME)
    assert upstream.text == "SAML provider okta decides who comes in"
