"""A deny of ours whose case is forgotten is said, wherever a later plan meets it."""

from __future__ import annotations

import json

from tests.acceptance.desk import BOB, ONE_ACCOUNT, Desk
from tests.acceptance.test_sessions import ENFORCED, shared_role


def _said(desk: Desk) -> list[str]:
    notes = [n["text"] for n in desk.plan_json["notes"] if n["kind"] == "hazard"]
    return [text for text in notes if text.startswith("Our own deny")]


def test_a_deny_of_an_earlier_case_on_a_role(desk: Desk) -> None:
    for name in ("alice", "bob"):
        desk.aws().create_user(UserName=name)
    shared_role(desk, ENFORCED)
    desk.planned(*ONE_ACCOUNT)
    assert desk.apply("--phase", "contain").code == 0
    (deny,) = set(desk.aws().list_role_policies(RoleName="deploy")["PolicyNames"]) - {"all"}

    # The same case planned anew is about it.
    desk.case.rename(desk.here / "first")
    desk.planned(*ONE_ACCOUNT)
    assert _said(desk) == []

    desk.case.rename(desk.here / "second")
    desk.roster(BOB)
    desk.planned(*ONE_ACCOUNT)
    (said,) = _said(desk)
    assert f"{deny} of an earlier case stands on role deploy" in said
    assert "take it off once" in said


def test_a_deny_of_an_earlier_case_in_a_permission_set(desk: Desk) -> None:
    sso, ids = desk.aws("sso-admin"), desk.aws("identitystore")
    instance = sso.list_instances()["Instances"][0]
    name = {"GivenName": "Alice", "FamilyName": "L"}
    ids.create_user(
        IdentityStoreId=instance["IdentityStoreId"],
        UserName="alice@example.com",
        DisplayName="Alice",
        Name=name,
        Emails=[{"Value": "alice@example.com", "Type": "work", "Primary": True}],
    )
    arn = instance["InstanceArn"]
    made = sso.create_permission_set(InstanceArn=arn, Name="Admin")["PermissionSet"]
    set_arn = made["PermissionSetArn"]
    deny = {"Sid": "IacOffboardDeny0123456789ab", "Effect": "Deny", "Action": "*", "Resource": "*"}
    deny["Condition"] = {"StringEquals": {"identitystore:UserId": "somebody-else"}}  # type: ignore[assignment]
    policy = json.dumps({"Version": "2012-10-17", "Statement": [deny]})
    sso.put_inline_policy_to_permission_set(
        InstanceArn=arn, PermissionSetArn=set_arn, InlinePolicy=policy
    )
    desk.roster("alice@example.com")
    region = ("--region", "us-east-1")
    desk.plan("--live", "aws", "--service", "iam,identitycenter", *region)
    (said,) = _said(desk)
    assert (
        f"IacOffboardDeny0123456789ab of an earlier case stands on permission set {set_arn}" in said
    )
