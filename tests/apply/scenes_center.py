"""Scenes of IAM Identity Center and of KMS grants."""

from __future__ import annotations

import json

from tests.apply.aws import BOB, HOME, Aws, action, alice_arn
from tests.apply.scenes import Scene, Setup, gone


def store(aws: Aws) -> tuple[str, str, str]:
    """Instance ARN, store id, and the store's ARN as live discovery writes it."""
    instance = aws.client("sso-admin").list_instances()["Instances"][0]
    id_ = instance["IdentityStoreId"]
    arn = f"arn:aws:identitystore::{HOME}:identitystore/{id_}"
    return instance["InstanceArn"], id_, arn


def store_user(aws: Aws, id_: str) -> str:
    made = aws.client("identitystore").create_user(
        IdentityStoreId=id_,
        UserName="alice",
        DisplayName="alice",
        Name={"GivenName": "A", "FamilyName": "L"},
    )
    user: str = made["UserId"]
    return user


def delete_membership(aws: Aws) -> Scene:
    _, id_, arn = store(aws)
    user, center = store_user(aws, id_), aws.client("identitystore")
    group = center.create_group(IdentityStoreId=id_, DisplayName="devs")["GroupId"]
    member = center.create_group_membership(
        IdentityStoreId=id_, GroupId=group, MemberId={"UserId": user}
    )["MembershipId"]
    return Scene(
        action=action(
            "identitystore:DeleteGroupMembership",
            "identity_store_group",
            group,
            arn=arn,
            unique_id=member,
            principal="alice",
            principal_id=user,
        ),
        done=lambda: (
            not center.list_group_memberships(IdentityStoreId=id_, GroupId=group)[
                "GroupMemberships"
            ]
        ),
        elsewhere=lambda: center.delete_group_membership(IdentityStoreId=id_, MembershipId=member),
    )


def delete_store_user(aws: Aws) -> Scene:
    _, id_, arn = store(aws)
    user, center = store_user(aws, id_), aws.client("identitystore")
    return Scene(
        action=action(
            "identitystore:DeleteUser", "identity_store_user", user, arn=arn, unique_id=user
        ),
        done=lambda: gone(lambda: center.describe_user(IdentityStoreId=id_, UserId=user)),
        elsewhere=lambda: center.delete_user(IdentityStoreId=id_, UserId=user),
    )


def permission_set(aws: Aws, instance: str) -> str:
    made = aws.client("sso-admin").create_permission_set(InstanceArn=instance, Name="Admin")
    arn: str = made["PermissionSet"]["PermissionSetArn"]
    return arn


def create_membership(aws: Aws) -> Scene:
    _, id_, arn = store(aws)
    user, center = store_user(aws, id_), aws.client("identitystore")
    group = center.create_group(IdentityStoreId=id_, DisplayName="devs")["GroupId"]
    named = {"IdentityStoreId": id_, "GroupId": group}
    return Scene(
        action=action(
            "identitystore:CreateGroupMembership",
            "identity_store_group",
            group,
            arn=arn,
            principal="alice",
            principal_id=user,
        ),
        done=lambda: (
            [m["MemberId"] for m in center.list_group_memberships(**named)["GroupMemberships"]]
            == [{"UserId": user}]
        ),
        elsewhere=lambda: center.create_group_membership(**named, MemberId={"UserId": user}),
    )


def delete_assignment(aws: Aws) -> Scene:
    instance, id_, _ = store(aws)
    user, sso = store_user(aws, id_), aws.client("sso-admin")
    permissions = permission_set(aws, instance)
    named = {
        "InstanceArn": instance,
        "TargetId": HOME,
        "TargetType": "AWS_ACCOUNT",
        "PermissionSetArn": permissions,
        "PrincipalType": "USER",
        "PrincipalId": user,
    }
    sso.create_account_assignment(**named)
    return Scene(
        action=action(
            "sso-admin:DeleteAccountAssignment",
            "sso_assignment",
            f"{instance}/{HOME}/{permissions}",
            principal="alice",
            principal_id=user,
        ),
        done=lambda: (
            not sso.list_account_assignments(
                InstanceArn=instance, AccountId=HOME, PermissionSetArn=permissions
            )["AccountAssignments"]
        ),
        elsewhere=lambda: sso.delete_account_assignment(**named),
    )


def create_assignment(aws: Aws) -> Scene:
    instance, id_, _ = store(aws)
    user, sso = store_user(aws, id_), aws.client("sso-admin")
    permissions = permission_set(aws, instance)
    of = {"InstanceArn": instance, "PermissionSetArn": permissions}
    who = {"PrincipalType": "USER", "PrincipalId": user}
    return Scene(
        action=action(
            "sso-admin:CreateAccountAssignment",
            "sso_assignment",
            f"{instance}/{HOME}/{permissions}",
            principal="alice",
            principal_id=user,
        ),
        done=lambda: (
            {
                a["PrincipalId"]
                for a in sso.list_account_assignments(AccountId=HOME, **of)["AccountAssignments"]
            }
            == {user}
        ),
        elsewhere=lambda: sso.create_account_assignment(
            TargetId=HOME, TargetType="AWS_ACCOUNT", **of, **who
        ),
    )


def deny_of(user: str, sid: str = "IacOffboardDeny0123456789ab") -> dict[str, object]:
    """The statement that the planner writes."""
    condition = {"StringEquals": {"identitystore:UserId": [user]}}
    return {"Sid": sid, "Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition}


def put_statement(aws: Aws) -> Scene:
    instance, id_, _ = store(aws)
    user, sso = store_user(aws, id_), aws.client("sso-admin")
    permissions = permission_set(aws, instance)
    of = {"InstanceArn": instance, "PermissionSetArn": permissions}
    ours = deny_of(user)

    def elsewhere() -> None:
        policy = json.dumps({"Version": "2012-10-17", "Statement": [ours]}, indent=1)
        sso.put_inline_policy_to_permission_set(**of, InlinePolicy=policy)
        sso.provision_permission_set(**of, TargetType="ALL_PROVISIONED_ACCOUNTS")

    return Scene(
        action=action(
            "sso-admin:PutInlinePolicyToPermissionSet",
            "sso_permission_set",
            f"{instance}/{permissions}",
            instance=instance,
            permission_set=permissions,
            sid=str(ours["Sid"]),
            document=json.dumps(ours),
        ),
        done=lambda: (
            ours
            in json.loads(
                sso.get_inline_policy_for_permission_set(**of)["InlinePolicy"]
                or '{"Statement": []}'
            )["Statement"]
        ),
        elsewhere=elsewhere,
    )


def revoke_grant(aws: Aws) -> Scene:
    kms = aws.client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    aws.user()
    grant = kms.create_grant(KeyId=key, GranteePrincipal=alice_arn(), Operations=["Decrypt"])
    kms.create_grant(KeyId=key, GranteePrincipal=BOB, Operations=["Decrypt"])
    return Scene(
        action=action("kms:RevokeGrant", "kms_grant", grant["GrantId"], arn=key),
        done=lambda: [g["GranteePrincipal"] for g in kms.list_grants(KeyId=key)["Grants"]] == [BOB],
        elsewhere=lambda: kms.revoke_grant(KeyId=key, GrantId=grant["GrantId"]),
    )


CENTER: dict[str, Setup] = {
    "identitystore:DeleteGroupMembership": delete_membership,
    "identitystore:DeleteUser": delete_store_user,
    "sso-admin:DeleteAccountAssignment": delete_assignment,
    "sso-admin:CreateAccountAssignment": create_assignment,
    "sso-admin:PutInlinePolicyToPermissionSet": put_statement,
    "identitystore:CreateGroupMembership": create_membership,
    "kms:RevokeGrant": revoke_grant,
}
