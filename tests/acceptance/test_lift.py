"""Our deny on a role of others goes when verify has read the way in gone, and not before."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from tests.acceptance.desk import ALICE, BOB, HOME, ONE_ACCOUNT, Desk, run

CENTER = ("--live", "aws", "--service", "iam,identitycenter", "--region", "us-east-1")
CONDITION = '{ StringEquals = { "sts:RoleSessionName" = "$${aws:username}" } }'
FOUR_HOURS = timedelta(hours=4, minutes=1)


@dataclass
class Office:
    """alice and bob come in through a group that the identity provider fills."""

    desk: Desk
    instance: str
    store: str
    permission_set: str
    group: str
    memberships: dict[str, str]

    @property
    def denied(self) -> bool:
        found = self.desk.aws("sso-admin").get_inline_policy_for_permission_set(
            InstanceArn=self.instance, PermissionSetArn=self.permission_set
        )
        return "IacOffboardDeny" in found.get("InlinePolicy", "")

    def join(self, name: str, user: str) -> None:
        made = self.desk.aws("identitystore").create_group_membership(
            IdentityStoreId=self.store, GroupId=self.group, MemberId={"UserId": user}
        )
        self.memberships[name] = made["MembershipId"]

    def leave(self, name: str) -> None:
        self.desk.aws("identitystore").delete_group_membership(
            IdentityStoreId=self.store, MembershipId=self.memberships.pop(name)
        )


def _person(ids: Any, store: str, name: str) -> str:
    email = {"Value": f"{name}@example.com", "Type": "work", "Primary": True}
    made: str = ids.create_user(
        IdentityStoreId=store,
        UserName=f"{name}@example.com",
        DisplayName=name,
        Name={"GivenName": name, "FamilyName": "L"},
        Emails=[email],
    )["UserId"]
    return made


@pytest.fixture
def office(desk: Desk) -> tuple[Office, str]:
    """The office and alice's user id; everybody is provisioned by the identity provider."""
    sso, ids = desk.aws("sso-admin"), desk.aws("identitystore")
    instance = sso.list_instances()["Instances"][0]
    store, arn = instance["IdentityStoreId"], instance["InstanceArn"]
    group = ids.create_group(IdentityStoreId=store, DisplayName="devs")["GroupId"]
    made = sso.create_permission_set(InstanceArn=arn, Name="Admin", SessionDuration="PT4H")
    permission_set = made["PermissionSet"]["PermissionSetArn"]
    found = Office(desk, arn, store, permission_set, group, {})
    users = {name: _person(ids, store, name) for name in ("alice", "bob")}
    for name, user in users.items():
        found.join(name, user)
        desk.app.center.issuers[user] = "https://idp.example/scim"
    sso.create_account_assignment(
        InstanceArn=arn, TargetId=HOME, TargetType="AWS_ACCOUNT", PermissionSetArn=permission_set,
        PrincipalType="GROUP", PrincipalId=group,
    )  # fmt: skip
    desk.roster("alice@example.com")
    made = desk.plan(*CENTER)
    assert made.code in (0, 3), made.err
    assert desk.approve().code == 0
    return found, users["alice"]


def test_a_deny_stands_while_the_identity_provider_still_lets_the_leaver_in(
    office: tuple[Office, str],
) -> None:
    found, alice = office
    desk = found.desk
    assert desk.apply().said("sso-admin:RemoveInlineStatement", "iac-offboard verify")
    assert found.denied
    desk.ahead = FOUR_HOURS
    assert desk.verify().code == 1
    still = desk.apply()
    assert still.code == 1
    assert still.said("until verify has read the way in gone", "iac-offboard verify")
    assert found.denied, "she still comes in through the group"

    found.leave("alice")
    desk.verify()
    read_gone = desk.ahead
    waiting = desk.apply()
    assert waiting.said("waits until", "4:00:00 after")
    assert found.denied

    found.join("alice", alice)  # seen again: the wait is over and begins anew
    desk.verify()
    desk.ahead = read_gone + FOUR_HOURS
    assert desk.apply().said("until verify has read the way in gone")
    assert found.denied
    found.leave("alice")
    desk.verify()
    desk.ahead += FOUR_HOURS
    assert desk.apply().code == 0
    assert not found.denied


def _role(*users: str) -> str:
    trusted = ", ".join(f'"{user}"' for user in users)
    return (
        'resource "aws_iam_role" "deploy" {\n  name = "deploy"\n  assume_role_policy = jsonencode({'
        'Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", '
        f"Principal = {{ AWS = [{trusted}] }}, Condition = {CONDITION} }}] }})\n}}\n"
    )


def _trust(*users: str) -> str:
    statement = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"AWS": list(users)},
        "Condition": {"StringEquals": {"sts:RoleSessionName": "${aws:username}"}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture
def managed(desk: Desk) -> Desk:
    """A role whose trust is Terraform's names alice, a user that is gone from no code."""
    for name in ("alice", "bob"):
        desk.aws().create_user(UserName=name)
    desk.aws().create_role(RoleName="deploy", AssumeRolePolicyDocument=_trust(ALICE, BOB))
    desk.write("infra/main.tf", _role(ALICE, BOB))
    desk.roster(ALICE)
    desk.planned("--terraform", "infra", *ONE_ACCOUNT)
    return desk


def _deny(desk: Desk) -> list[str]:
    found: list[str] = desk.aws().list_role_policies(RoleName="deploy")["PolicyNames"]
    return found


def test_a_deny_counts_from_when_verify_read_the_merged_trust_gone(managed: Desk) -> None:
    assert managed.apply().code == 1
    assert len(_deny(managed)) == 1
    managed.ahead = timedelta(days=3)
    managed.write("infra/main.tf", _role(BOB))
    managed.aws().update_assume_role_policy(RoleName="deploy", PolicyDocument=_trust(BOB))
    applied = managed.apply()
    assert applied.code == 1, applied.out
    assert applied.said("until verify has read the way in gone")
    assert len(_deny(managed)) == 1, "nobody has looked since the apply"
    assert managed.verify().code == 0
    assert managed.apply().said("waits until", "1:00:00 after")
    managed.ahead += timedelta(minutes=61)
    assert managed.apply().code == 0
    assert _deny(managed) == []


def test_sightings_stay_beside_the_plan_when_the_journal_does_not(managed: Desk) -> None:
    journal = ("--journal", str(managed.here / "elsewhere.jsonl"))
    managed.apply(*journal)
    managed.write("infra/main.tf", _role(BOB))
    managed.aws().update_assume_role_policy(RoleName="deploy", PolicyDocument=_trust(BOB))
    managed.apply(*journal)
    assert managed.verify(*journal).code == 0
    managed.ahead = timedelta(minutes=61)
    assert managed.apply(*journal).code == 0
    assert _deny(managed) == []


def test_sightings_that_were_altered_lift_nothing(managed: Desk) -> None:
    managed.apply()
    managed.verify()
    sightings = managed.case / "sightings.jsonl"
    sightings.write_text(sightings.read_text(encoding="utf-8").replace("seen", "gone"))
    managed.ahead = timedelta(days=1)
    broken = run("apply", str(managed.plan_file))
    assert broken.code == 2
    assert len(_deny(managed)) == 1
    assert managed.apply("--phase", "contain").code == 0, "containment asks no sightings"
