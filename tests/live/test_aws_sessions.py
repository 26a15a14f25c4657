"""Which roles a leaver could enter, read from a strict AWS."""

from __future__ import annotations

import contextlib
import json

import boto3
from botocore.exceptions import ClientError

from iac_offboard.clouds.aws.accounts import AwsAccess
from iac_offboard.model import (
    Collected,
    Entry,
    NoteKind,
    PrincipalKind,
    Relation,
    SkipReason,
)
from tests.live.roles import (
    ADMIN,
    ROOT,
    SESSION,
    alice,
    document,
    entry_of,
    make_role,
    may_assume,
    only,
    trust,
)
from tests.live.strict_cloud import HOME, OTHER, Cloud, by_kind, candidates, names


def everywhere(cloud: Cloud, *leavers: str) -> Collected:
    access = AwsAccess(services=("iam",), organization_role="OrganizationAccountAccessRole")
    return cloud.source(candidates(*leavers), access).collect([])


def test_a_trust_that_names_the_leaver_is_enough_in_one_account(cloud: Cloud) -> None:
    arn = alice(cloud)
    bob = cloud.client("iam").create_user(UserName="bob")["User"]["Arn"]
    role_id = make_role(cloud, "deploy", trust({"AWS": [arn, bob]}), MaxSessionDuration=7200)
    got = cloud.read("alice")

    seen = only(got)
    assert seen.binding.relation is Relation.SESSION
    assert seen.binding.principal.kind is PrincipalKind.IAM_USER
    assert (seen.binding.principal.stable_id or "").startswith("AIDA")
    assert seen.binding.target.name == "deploy"
    assert seen.binding.target.arn == f"arn:aws:iam::{HOME}:role/deploy"
    assert seen.binding.target.unique_id == role_id
    assert seen.binding.detail == "trust"
    assert seen.entry == Entry(max_seconds=7200, others=(bob,))
    assert got.skipped == ()


def test_a_trust_in_the_account_needs_a_policy_of_the_leaver(cloud: Cloud) -> None:
    alice(cloud)
    make_role(cloud, "deploy", trust({"AWS": ROOT}))
    make_role(cloud, "audit", trust({"AWS": ROOT}))
    iam = cloud.client("iam")
    assert names(cloud.read("alice"), SESSION) == []

    iam.put_user_policy(
        UserName="alice",
        PolicyName="hop",
        PolicyDocument=may_assume(f"arn:aws:iam::{HOME}:role/dep*"),
    )
    seen = only(cloud.read("alice"))
    assert seen.binding.target.name == "deploy"
    assert seen.binding.detail == "account trust and policy"
    assert entry_of(seen).others == (ROOT,)


def test_policies_of_a_group_and_managed_ones_count_and_a_deny_decides(cloud: Cloud) -> None:
    alice(cloud)
    make_role(cloud, "deploy", trust({"AWS": ROOT}))
    iam = cloud.client("iam")
    iam.create_group(GroupName="team")
    iam.add_user_to_group(GroupName="team", UserName="alice")
    made = iam.create_policy(PolicyName="hop", PolicyDocument=may_assume("arn:aws:iam::*:role/x"))
    arn = made["Policy"]["Arn"]
    iam.attach_group_policy(GroupName="team", PolicyArn=arn)
    assert names(cloud.read("alice"), SESSION) == []

    # The version in force is read, not the first one.
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=may_assume(), SetAsDefault=True)
    assert names(cloud.read("alice"), SESSION) == ["deploy"]
    condition = {"Bool": {"aws:MultiFactorAuthPresent": "false"}}
    unsure = may_assume(effect="Deny", Condition=condition)
    iam.put_group_policy(GroupName="team", PolicyName="mfa", PolicyDocument=unsure)
    assert names(cloud.read("alice"), SESSION) == ["deploy"]
    iam.put_group_policy(
        GroupName="team", PolicyName="no", PolicyDocument=may_assume(effect="Deny")
    )
    assert names(cloud.read("alice"), SESSION) == []


def test_across_accounts_both_sides_have_to_allow(cloud: Cloud) -> None:
    cloud.app.add_account(OTHER, "other")
    arn = alice(cloud)
    make_role(cloud, "by-name", trust({"AWS": arn}), OTHER)
    make_role(cloud, "by-account", trust({"AWS": HOME}), OTHER)
    cloud.client("iam", account=OTHER).create_user(UserName="alice")
    make_role(cloud, "strangers", trust({"AWS": f"arn:aws:iam::{OTHER}:user/alice"}))
    assert names(everywhere(cloud, "alice"), SESSION) == []

    cloud.client("iam").attach_user_policy(UserName="alice", PolicyArn=ADMIN)
    got = everywhere(cloud, "alice")
    how = {o.binding.target.name: o.binding.detail for o in by_kind(got, SESSION)}
    assert how == {
        "by-name": "trust and policy",
        "by-account": "account trust and policy",
        "OrganizationAccountAccessRole": "account trust and policy",
    }
    assert {o.binding.target.account for o in by_kind(got, SESSION)} == {OTHER}
    assert {o.binding.principal.account for o in by_kind(got, SESSION)} == {HOME}


def test_what_is_said_is_what_assume_role_does(cloud: Cloud) -> None:
    """The judge is the server: whoever really gets in has to be in the list."""
    iam = cloud.client("iam")
    arn = alice(cloud)
    bob = iam.create_user(UserName="bob")["User"]["Arn"]
    trusts = {
        "named": trust({"AWS": arn}),
        "named-and-denied": trust({"AWS": arn}),
        "open": trust("*"),
        "root": trust({"AWS": ROOT}),
        "root-elsewhere": trust({"AWS": ROOT}),
        "bobs": trust({"AWS": bob}),
        "shut": document(
            *json.loads(trust({"AWS": arn}))["Statement"],
            {"Effect": "Deny", "Principal": {"AWS": arn}, "Action": "sts:*"},
        ),
    }
    for name, document_ in trusts.items():
        make_role(cloud, name, document_)
    for name, effect in (("root", "Allow"), ("named-and-denied", "Deny")):
        own = may_assume(f"arn:aws:iam::{HOME}:role/{name}", effect)
        iam.put_user_policy(UserName="alice", PolicyName=name, PolicyDocument=own)
    key = iam.create_access_key(UserName="alice")["AccessKey"]
    sts = boto3.client(
        "sts",
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
        region_name="us-east-1",
    )
    entered = set()
    for name in trusts:
        with contextlib.suppress(ClientError):
            role = f"arn:aws:iam::{HOME}:role/{name}"
            sts.assume_role(RoleArn=role, RoleSessionName="test")
            entered.add(name)

    assert entered == {"named", "open", "root"}
    assert set(names(cloud.read("alice"), SESSION)) == entered


def test_a_policy_that_cannot_be_read_hides_sessions(cloud: Cloud) -> None:
    alice(cloud)
    make_role(cloud, "deploy", trust({"AWS": ROOT}))
    cloud.client("iam").attach_user_policy(UserName="alice", PolicyArn=ADMIN)
    cloud.app.injection.deny("iam:GetPolicyVersion")
    got = cloud.read("alice")

    assert names(got, SESSION) == []
    (skipped,) = got.skipped
    assert (skipped.reason, skipped.kinds) == (SkipReason.DENIED, frozenset({SESSION}))
    assert skipped.permission == "iam:GetPolicyVersion"
    assert ADMIN in skipped.detail


def test_without_list_roles_the_longest_session_is_assumed_and_said(cloud: Cloud) -> None:
    make_role(cloud, "deploy", trust({"AWS": alice(cloud)}))
    cloud.app.injection.deny("iam:ListRoles")
    got = cloud.read("alice")

    assert entry_of(only(got)).max_seconds is None
    assert got.skipped == ()
    (note,) = [n for n in got.notes if n.kind is NoteKind.HAZARD]
    assert "12 hours" in note.text


def test_list_roles_is_asked_once_by_pages_and_only_when_a_role_can_be_entered(
    cloud: Cloud,
) -> None:
    arn = alice(cloud)
    cloud.app.seed_roles(1500)
    cloud.app.seed_users(50)
    cloud.app.reset_counts()
    cloud.read("alice")
    assert cloud.app.counts().get("iam:ListRoles", 0) == 0

    make_role(cloud, "zz-deploy", trust({"AWS": arn}), MaxSessionDuration=43200)
    cloud.client("iam").attach_user_policy(UserName="alice", PolicyArn=ADMIN)
    cloud.app.reset_counts()
    assert entry_of(only(cloud.read("alice"))).max_seconds == 43200
    counts = cloud.app.counts()
    assert counts["iam:ListRoles"] == 2
    assert (counts["iam:GetPolicy"], counts["iam:GetPolicyVersion"]) == (1, 1)


def test_marks_that_the_trust_enforces(cloud: Cloud) -> None:
    alice(cloud)
    cloud.client("iam").attach_user_policy(UserName="alice", PolicyArn=ADMIN)
    condition = {"StringEquals": {"sts:RoleSessionName": "${aws:username}"}}
    role_id = make_role(cloud, "named", trust({"AWS": ROOT}, Condition=condition))
    make_role(cloud, "anonymous", trust({"AWS": ROOT}))
    got = cloud.read("alice")

    marks = {o.binding.target.name: entry_of(o).marks for o in by_kind(got, SESSION)}
    assert marks == {"named": (("aws:userid", f"{role_id}:alice"),), "anonymous": ()}


def test_a_session_name_said_of_the_user_is_not_said_twice(cloud: Cloud) -> None:
    alice(cloud)
    condition = {"StringEquals": {"sts:SourceIdentity": "*/alice", "sts:RoleSessionName": "alice"}}
    make_role(cloud, "deploy", trust({"AWS": ROOT}, Condition=condition))

    # Nobody whom we know may enter: the name alone is a claim.
    claim = only(cloud.source(candidates("*/alice", "alice"), _IAM).collect([]))
    assert claim.binding.principal.kind is PrincipalKind.IAM_SESSION
    cloud.client("iam").attach_user_policy(UserName="alice", PolicyArn=ADMIN)
    user = only(cloud.source(candidates("*/alice", "alice"), _IAM).collect([]))
    assert user.binding.principal.kind is PrincipalKind.IAM_USER


_IAM = AwsAccess(services=("iam",))


def test_the_subject_of_a_token_opens_sessions(cloud: Cloud) -> None:
    issuer = "token.actions.githubusercontent.com"
    provider = f"arn:aws:iam::{HOME}:oidc-provider/{issuer}"
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": provider},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringLike": {f"{issuer}:sub": ["repo:acme/widgets:*", "repo:acme/x:*"]}},
    }
    make_role(cloud, "ci", document(statement))
    seen = only(cloud.read(f"{issuer}|repo:acme/widgets:*"))

    assert seen.binding.principal.value == f"{issuer}|repo:acme/widgets:*"
    assert entry_of(seen).others == (provider,)
    assert "repo:acme/x" not in repr(seen)


def test_a_user_of_an_account_that_is_not_read_is_taken_to_enter(cloud: Cloud) -> None:
    make_role(cloud, "deploy", trust({"AWS": f"arn:aws:iam::{OTHER}:user/alice"}))
    seen = only(cloud.read("alice"))

    assert (seen.binding.principal.account, seen.binding.principal.stable_id) == (OTHER, None)
    assert entry_of(seen).max_seconds == 3600


def test_roles_of_services_cannot_be_edited(cloud: Cloud) -> None:
    arn = alice(cloud)
    path = "/aws-reserved/sso.amazonaws.com/"
    make_role(cloud, "AWSReservedSSO_admin_0", trust({"AWS": arn}), Path=path)
    make_role(cloud, "deploy", trust({"AWS": arn}))
    got = cloud.read("alice")
    editable = {o.binding.target.name: entry_of(o).editable for o in by_kind(got, SESSION)}
    assert editable == {"AWSReservedSSO_admin_0": False, "deploy": True}


def test_what_is_not_evaluated_is_said(cloud: Cloud) -> None:
    said = " ".join(n.text for n in cloud.read("alice").notes if n.kind is NoteKind.NOT_COVERED)
    assert "role chains beyond the first hop" in said
    assert "permissions boundaries" in said
    assert "already open" not in said


def test_how_long_awaited_sessions_last_is_read_though_nobody_may_enter(cloud: Cloud) -> None:
    role_id = make_role(cloud, "deploy", trust({"AWS": alice(cloud)}), MaxSessionDuration=7200)
    before = only(cloud.read("alice")).binding.target
    assert before.unique_id == role_id
    iam = cloud.client("iam")
    iam.update_assume_role_policy(RoleName="deploy", PolicyDocument=trust({"AWS": ROOT}))
    iam.update_role(RoleName="deploy", MaxSessionDuration=43200)

    def lengths() -> list[int]:
        caller = cloud.source(candidates("alice"), _IAM, awaited=[before])
        return [n.seconds for n in caller.collect([]).lengths if n.target == before]

    assert lengths() == [43200]
    cloud.app.injection.deny("iam:ListRoles")
    iam.update_role(RoleName="deploy", MaxSessionDuration=3600)
    assert lengths() == [43200], "not read: the longest that IAM allows"
    cloud.app.injection.clear()
    assert lengths() == [3600]
    iam.delete_role(RoleName="deploy")
    assert lengths() == [], "its sessions may do nothing any more"
