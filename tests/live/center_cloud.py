"""An Identity Center with one user, one group and one assignment, and readers of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from iac_offboard.model import Alias, AliasKind, Collected, NoteKind, Subject, SubjectKind
from tests.live.strict_cloud import HOME, Cloud

SERVICES = ("identitycenter",)


def leaver(kind: AliasKind, value: str) -> Subject:
    alias = Alias(kind=kind, value=value)
    return Subject(id="leaver-1", kind=SubjectKind.PERSON, left_at=None, aliases=(alias,))


def read(cloud: Cloud, kind: AliasKind, value: str) -> Collected:
    return cloud.read("nobody", services=SERVICES, subjects=[leaver(kind, value)])


def center(cloud: Cloud) -> dict[str, str]:
    sso = cloud.client("sso-admin")
    (instance,) = sso.list_instances()["Instances"]
    store = cloud.client("identitystore")
    store_id = instance["IdentityStoreId"]
    user = store.create_user(
        IdentityStoreId=store_id,
        UserName="alice",
        DisplayName="Alice",
        Name={"FamilyName": "A", "GivenName": "Alice"},
        Emails=[{"Value": "Alice@Example.com", "Type": "work", "Primary": True}],
    )["UserId"]
    group = store.create_group(IdentityStoreId=store_id, DisplayName="ops")["GroupId"]
    membership = store.create_group_membership(
        IdentityStoreId=store_id, GroupId=group, MemberId={"UserId": user}
    )["MembershipId"]
    permissions = sso.create_permission_set(InstanceArn=instance["InstanceArn"], Name="admin")
    arn = permissions["PermissionSet"]["PermissionSetArn"]
    sso.create_account_assignment(
        InstanceArn=instance["InstanceArn"],
        TargetId=HOME,
        TargetType="AWS_ACCOUNT",
        PermissionSetArn=arn,
        PrincipalType="USER",
        PrincipalId=user,
    )
    return {
        "user": user,
        "group": group,
        "membership": membership,
        "assignment": f"{instance['InstanceArn']}/{HOME}/{arn}",
        "store": store_id,
    }


@dataclass
class Made:
    """What ``center`` made, and calls on it by way of the API."""

    cloud: Cloud
    ids: dict[str, str]

    @property
    def sso(self) -> Any:
        return self.cloud.client("sso-admin")

    @property
    def instance(self) -> str:
        arn: str = self.sso.list_instances()["Instances"][0]["InstanceArn"]
        return arn

    def permission_set(self, name: str, **more: str) -> str:
        made = self.sso.create_permission_set(InstanceArn=self.instance, Name=name, **more)
        arn: str = made["PermissionSet"]["PermissionSetArn"]
        return arn

    def assign(self, permission_set: str, kind: str, account: str = HOME) -> None:
        self.sso.create_account_assignment(
            InstanceArn=self.instance,
            TargetId=account,
            TargetType="AWS_ACCOUNT",
            PermissionSetArn=permission_set,
            PrincipalType=kind.upper(),
            PrincipalId=self.ids[kind],
        )

    def policy(self, permission_set: str, *statements: object, provision: bool = True) -> None:
        named = {"InstanceArn": self.instance, "PermissionSetArn": permission_set}
        policy = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
        self.sso.put_inline_policy_to_permission_set(**named, InlinePolicy=policy)
        if provision:
            self.sso.provision_permission_set(**named, TargetType="ALL_PROVISIONED_ACCOUNTS")

    def read(self) -> Collected:
        return read(self.cloud, AliasKind.IDENTITY_STORE_USER, self.ids["user"])


def deny(condition: object = None, **more: object) -> dict[str, object]:
    statement: dict[str, object] = {"Effect": "Deny", "Action": "*", "Resource": "*", **more}
    return statement if condition is None else {**statement, "Condition": condition}


def said(got: Collected, kind: NoteKind) -> str:
    return " ".join(note.text for note in got.notes if note.kind is kind)
