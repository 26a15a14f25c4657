"""For every verb: a cloud in which it has something to do, and how to tell that it is done."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from iac_offboard.model import Action
from tests.apply.aws import (
    BOB,
    HOME,
    Aws,
    action,
    alice_arn,
    document,
)

DENY = document({"Effect": "Deny", "Action": "*", "Resource": "*"})
BOUNDARY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


@dataclass(frozen=True, kw_only=True)
class Scene:
    """``done`` whether the effect stands; ``elsewhere`` makes it stand without us; ``other``
    is the action against an object that has been replaced since the plan."""

    action: Action
    done: Callable[[], bool]
    elsewhere: Callable[[], object]
    other: Action | None = None


Setup = Callable[[Aws], Scene]
SCENES: dict[str, Setup] = {}


def scene(verb: str) -> Callable[[Setup], Setup]:
    def keep(setup: Setup) -> Setup:
        SCENES[verb] = setup
        return setup

    return keep


def gone(call: Callable[[], object]) -> bool:
    try:
        call()
    except ClientError:
        return True
    return False


def equal(read: Callable[[], object], expected: str) -> bool:
    try:
        return bool(read() == json.loads(expected))
    except ClientError:
        return False


def of_user(aws: Aws, verb: str, kind: str, name: str, /, **params: str) -> tuple[Action, Action]:
    """The action, and the same against a namesake of the user."""
    user_id = aws.iam.get_user(UserName="alice")["User"]["UserId"]
    made = action(verb, kind, name, user="alice", user_id=user_id, **params)
    other = dict(made.params) | {"user_id": "AIDAOTHEROTHEROTHER0"}
    return made, replace(made, params=tuple(other.items()))


# --------------------------------------------------------------------------- groups and policies


@scene("iam:CreateGroup")
def create_group(aws: Aws) -> Scene:
    return Scene(
        action=action("iam:CreateGroup", "iam_group", "jail", group="jail"),
        done=lambda: not gone(lambda: aws.iam.get_group(GroupName="jail")),
        elsewhere=lambda: aws.iam.create_group(GroupName="jail"),
    )


@scene("iam:PutGroupPolicy")
def put_group_policy(aws: Aws) -> Scene:
    aws.iam.create_group(GroupName="jail")
    names = {"GroupName": "jail", "PolicyName": "deny"}
    return Scene(
        action=action(
            "iam:PutGroupPolicy", "iam_group", "jail", group="jail", name="deny", document=DENY
        ),
        done=lambda: equal(lambda: aws.iam.get_group_policy(**names)["PolicyDocument"], DENY),
        elsewhere=lambda: aws.iam.put_group_policy(
            **names, PolicyDocument=json.dumps(json.loads(DENY), indent=2)
        ),
    )


def groups_of(aws: Aws) -> list[str]:
    return [g["GroupName"] for g in aws.iam.list_groups_for_user(UserName="alice")["Groups"]]


@scene("iam:AddUserToGroup")
def add_user_to_group(aws: Aws) -> Scene:
    aws.user()
    aws.iam.create_group(GroupName="jail")
    made, other = of_user(aws, "iam:AddUserToGroup", "iam_group", "jail", group="jail")
    return Scene(
        action=made,
        other=other,
        done=lambda: groups_of(aws) == ["jail"],
        elsewhere=lambda: aws.iam.add_user_to_group(GroupName="jail", UserName="alice"),
    )


@scene("iam:RemoveUserFromGroup")
def remove_user_from_group(aws: Aws) -> Scene:
    aws.user()
    for group in ("devs", "ops"):
        aws.iam.create_group(GroupName=group)
        aws.iam.add_user_to_group(GroupName=group, UserName="alice")
    made, other = of_user(aws, "iam:RemoveUserFromGroup", "iam_group", "devs", group="devs")
    return Scene(
        action=made,
        other=other,
        done=lambda: groups_of(aws) == ["ops"],
        elsewhere=lambda: aws.iam.remove_user_from_group(GroupName="devs", UserName="alice"),
    )


@scene("iam:PutUserPolicy")
def put_user_policy(aws: Aws) -> Scene:
    aws.user()
    names = {"UserName": "alice", "PolicyName": "deny"}
    made, other = of_user(
        aws, "iam:PutUserPolicy", "iam_user_policy", "alice/deny", name="deny", document=DENY
    )
    return Scene(
        action=made,
        other=other,
        done=lambda: equal(lambda: aws.iam.get_user_policy(**names)["PolicyDocument"], DENY),
        elsewhere=lambda: aws.iam.put_user_policy(**names, PolicyDocument=DENY),
    )


@scene("iam:DeleteUserPolicy")
def delete_user_policy(aws: Aws) -> Scene:
    aws.user()
    names = {"UserName": "alice", "PolicyName": "own"}
    aws.iam.put_user_policy(**names, PolicyDocument=DENY)
    made, other = of_user(aws, "iam:DeleteUserPolicy", "iam_user_policy", "alice/own", name="own")
    return Scene(
        action=made,
        other=other,
        done=lambda: gone(lambda: aws.iam.get_user_policy(**names)),
        elsewhere=lambda: aws.iam.delete_user_policy(**names),
    )


@scene("iam:DetachUserPolicy")
def detach_user_policy(aws: Aws) -> Scene:
    aws.user()
    aws.iam.attach_user_policy(UserName="alice", PolicyArn=BOUNDARY)
    made, other = of_user(aws, "iam:DetachUserPolicy", "iam_policy", BOUNDARY)
    return Scene(
        action=made,
        other=other,
        done=lambda: not aws.iam.list_attached_user_policies(UserName="alice")["AttachedPolicies"],
        elsewhere=lambda: aws.iam.detach_user_policy(UserName="alice", PolicyArn=BOUNDARY),
    )


@scene("iam:DeleteUserPermissionsBoundary")
def delete_boundary(aws: Aws) -> Scene:
    aws.user()
    aws.iam.put_user_permissions_boundary(UserName="alice", PermissionsBoundary=BOUNDARY)
    made, other = of_user(aws, "iam:DeleteUserPermissionsBoundary", "iam_user", "alice")
    return Scene(
        action=made,
        other=other,
        done=lambda: "PermissionsBoundary" not in aws.iam.get_user(UserName="alice")["User"],
        elsewhere=lambda: aws.iam.delete_user_permissions_boundary(UserName="alice"),
    )


@scene("iam:DeleteUser")
def delete_user(aws: Aws) -> Scene:
    aws.user()
    made, other = of_user(aws, "iam:DeleteUser", "iam_user", "alice")
    return Scene(
        action=made,
        other=other,
        done=lambda: gone(lambda: aws.iam.get_user(UserName="alice")),
        elsewhere=lambda: aws.iam.delete_user(UserName="alice"),
    )


@scene("iam:DeleteLoginProfile")
def delete_login_profile(aws: Aws) -> Scene:
    aws.user()
    aws.iam.create_login_profile(UserName="alice", Password="Canary-1234567890")
    made, other = of_user(aws, "iam:DeleteLoginProfile", "iam_login_profile", "alice")
    return Scene(
        action=made,
        other=other,
        done=lambda: gone(lambda: aws.iam.get_login_profile(UserName="alice")),
        elsewhere=lambda: aws.iam.delete_login_profile(UserName="alice"),
    )


@scene("iam:DeleteGroupPolicy")
def delete_group_policy(aws: Aws) -> Scene:
    names = {"GroupName": "jail", "PolicyName": "deny"}
    aws.iam.create_group(GroupName="jail")
    aws.iam.put_group_policy(**names, PolicyDocument=DENY)
    return Scene(
        action=action("iam:DeleteGroupPolicy", "iam_group", "jail", group="jail", name="deny"),
        done=lambda: gone(lambda: aws.iam.get_group_policy(**names)),
        elsewhere=lambda: aws.iam.delete_group_policy(**names),
    )


@scene("iam:DeleteGroup")
def delete_group(aws: Aws) -> Scene:
    aws.iam.create_group(GroupName="jail")
    return Scene(
        action=action("iam:DeleteGroup", "iam_group", "jail", group="jail"),
        done=lambda: gone(lambda: aws.iam.get_group(GroupName="jail")),
        elsewhere=lambda: aws.iam.delete_group(GroupName="jail"),
    )


# --------------------------------------------------------------------------- credentials


@dataclass(frozen=True)
class Credential:
    """How a kind of credential is made, listed, deactivated and deleted with the SDK."""

    kind: str
    noun: str
    identifier: str
    listing: str
    member: str
    make: Callable[[Any], dict[str, Any]]

    def listed(self, aws: Aws) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = getattr(aws.iam, self.listing)(UserName="alice")[self.member]
        return found


def public_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    openssh = serialization.PublicFormat.OpenSSH
    return key.public_bytes(serialization.Encoding.OpenSSH, openssh).decode()


def certificate() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "alice")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM).decode()


CREDENTIALS = (
    Credential(
        "iam_access_key",
        "access_key",
        "AccessKeyId",
        "list_access_keys",
        "AccessKeyMetadata",
        lambda iam: iam.create_access_key(UserName="alice")["AccessKey"],
    ),
    Credential(
        "iam_ssh_key",
        "ssh_public_key",
        "SSHPublicKeyId",
        "list_ssh_public_keys",
        "SSHPublicKeys",
        lambda iam: iam.upload_ssh_public_key(UserName="alice", SSHPublicKeyBody=public_key())[
            "SSHPublicKey"
        ],
    ),
    Credential(
        "iam_service_specific_credential",
        "service_specific_credential",
        "ServiceSpecificCredentialId",
        "list_service_specific_credentials",
        "ServiceSpecificCredentials",
        lambda iam: iam.create_service_specific_credential(
            UserName="alice", ServiceName="codecommit.amazonaws.com"
        )["ServiceSpecificCredential"],
    ),
    Credential(
        "iam_signing_certificate",
        "signing_certificate",
        "CertificateId",
        "list_signing_certificates",
        "Certificates",
        lambda iam: iam.upload_signing_certificate(UserName="alice", CertificateBody=certificate())[
            "Certificate"
        ],
    ),
)
NOUNS = {
    "access_key": "AccessKey",
    "ssh_public_key": "SSHPublicKey",
    "service_specific_credential": "ServiceSpecificCredential",
    "signing_certificate": "SigningCertificate",
}


def deactivates(credential: Credential) -> Setup:
    def setup(aws: Aws) -> Scene:
        aws.user()
        key = credential.make(aws.iam)[credential.identifier]
        verb = f"iam:Update{NOUNS[credential.noun]}"
        made, other = of_user(aws, verb, credential.kind, key, key=key, status="Inactive")
        update = getattr(aws.iam, f"update_{credential.noun}")
        named = {"UserName": "alice", credential.identifier: key, "Status": "Inactive"}
        return Scene(
            action=made,
            other=other,
            done=lambda: [c["Status"] for c in credential.listed(aws)] == ["Inactive"],
            elsewhere=lambda: update(**named),
        )

    return setup


def deletes(credential: Credential) -> Setup:
    def setup(aws: Aws) -> Scene:
        aws.user()
        key = credential.make(aws.iam)[credential.identifier]
        verb = f"iam:Delete{NOUNS[credential.noun]}"
        made, other = of_user(aws, verb, credential.kind, key, key=key)
        delete = getattr(aws.iam, f"delete_{credential.noun}")
        return Scene(
            action=made,
            other=other,
            done=lambda: credential.listed(aws) == [],
            elsewhere=lambda: delete(**{"UserName": "alice", credential.identifier: key}),
        )

    return setup


for _credential in CREDENTIALS:
    SCENES[f"iam:Update{NOUNS[_credential.noun]}"] = deactivates(_credential)
    SCENES[f"iam:Delete{NOUNS[_credential.noun]}"] = deletes(_credential)


def mfa_device(aws: Aws, *, enabled: bool) -> str:
    made = aws.iam.create_virtual_mfa_device(VirtualMFADeviceName="alice")
    serial: str = made["VirtualMFADevice"]["SerialNumber"]
    if enabled:
        aws.iam.enable_mfa_device(
            UserName="alice",
            SerialNumber=serial,
            AuthenticationCode1="123456",
            AuthenticationCode2="654321",
        )
    return serial


@scene("iam:DeactivateMFADevice")
def deactivate_mfa(aws: Aws) -> Scene:
    aws.user()
    serial = mfa_device(aws, enabled=True)
    made, other = of_user(aws, "iam:DeactivateMFADevice", "iam_mfa_device", serial)
    return Scene(
        action=made,
        other=other,
        done=lambda: not aws.iam.list_mfa_devices(UserName="alice")["MFADevices"],
        elsewhere=lambda: aws.iam.deactivate_mfa_device(UserName="alice", SerialNumber=serial),
    )


# --------------------------------------------------------------------------- Identity Center


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


@scene("identitystore:DeleteGroupMembership")
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


@scene("identitystore:DeleteUser")
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


@scene("sso-admin:DeleteAccountAssignment")
def delete_assignment(aws: Aws) -> Scene:
    instance, id_, _ = store(aws)
    user, sso = store_user(aws, id_), aws.client("sso-admin")
    made = sso.create_permission_set(InstanceArn=instance, Name="Admin")
    permissions = made["PermissionSet"]["PermissionSetArn"]
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


@scene("kms:RevokeGrant")
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
