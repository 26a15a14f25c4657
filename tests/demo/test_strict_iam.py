"""What IAM refuses and moto would let pass."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from iac_offboard.demo.calls import document
from tests.demo.conftest import Cloud, refused

ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
EVERYTHING = document("*", "*")


def _certificate() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "alice")])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM).decode()


def _mfa(iam: Any) -> str:
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="phone")["VirtualMFADevice"]
    serial = str(device["SerialNumber"])
    iam.enable_mfa_device(
        UserName="alice",
        SerialNumber=serial,
        AuthenticationCode1="123456",
        AuthenticationCode2="654321",
    )
    return serial


def _key(iam: Any) -> Callable[[], object]:
    key = iam.create_access_key(UserName="alice")["AccessKey"]["AccessKeyId"]
    return lambda: iam.delete_access_key(UserName="alice", AccessKeyId=key)


def _password(iam: Any) -> Callable[[], object]:
    iam.create_login_profile(UserName="alice", Password="Correct-horse-7-battery")
    return lambda: iam.delete_login_profile(UserName="alice")


def _signing(iam: Any) -> Callable[[], object]:
    made = iam.upload_signing_certificate(UserName="alice", CertificateBody=_certificate())
    key = made["Certificate"]["CertificateId"]
    return lambda: iam.delete_signing_certificate(UserName="alice", CertificateId=key)


def _ssh(iam: Any) -> Callable[[], object]:
    made = iam.upload_ssh_public_key(UserName="alice", SSHPublicKeyBody="ssh-rsa AAAA alice")
    key = made["SSHPublicKey"]["SSHPublicKeyId"]
    return lambda: iam.delete_ssh_public_key(UserName="alice", SSHPublicKeyId=key)


def _service(iam: Any) -> Callable[[], object]:
    made = iam.create_service_specific_credential(
        UserName="alice", ServiceName="codecommit.amazonaws.com"
    )["ServiceSpecificCredential"]
    key = made["ServiceSpecificCredentialId"]
    return lambda: iam.delete_service_specific_credential(
        UserName="alice", ServiceSpecificCredentialId=key
    )


def _device(iam: Any) -> Callable[[], object]:
    serial = _mfa(iam)
    return lambda: iam.deactivate_mfa_device(UserName="alice", SerialNumber=serial)


def _inline(iam: Any) -> Callable[[], object]:
    iam.put_user_policy(UserName="alice", PolicyName="p", PolicyDocument=EVERYTHING)
    return lambda: iam.delete_user_policy(UserName="alice", PolicyName="p")


def _attached(iam: Any) -> Callable[[], object]:
    iam.attach_user_policy(UserName="alice", PolicyArn=ADMIN)
    return lambda: iam.detach_user_policy(UserName="alice", PolicyArn=ADMIN)


def _group(iam: Any) -> Callable[[], object]:
    iam.create_group(GroupName="g")
    iam.add_user_to_group(GroupName="g", UserName="alice")
    return lambda: iam.remove_user_from_group(GroupName="g", UserName="alice")


LEFTOVERS = {
    "access keys": _key,
    "login profile": _password,
    "signing certificates": _signing,
    "SSH public keys": _ssh,
    "service specific credentials": _service,
    "MFA device": _device,
    "delete policies": _inline,
    "detach all policies": _attached,
    "users from group": _group,
}


@pytest.mark.parametrize("named", sorted(LEFTOVERS))
def test_a_user_with_anything_left_cannot_be_deleted(cloud: Cloud, named: str) -> None:
    iam = cloud.root()
    iam.create_user(UserName="alice")
    remove = LEFTOVERS[named](iam)
    with pytest.raises(iam.exceptions.DeleteConflictException, match=named) as conflict:
        iam.delete_user(UserName="alice")
    assert conflict.value.response["ResponseMetadata"]["HTTPStatusCode"] == 409
    assert conflict.value.response["Error"]["Message"].startswith("Cannot delete entity, must ")
    remove()
    iam.delete_user(UserName="alice")
    assert refused(lambda: iam.get_user(UserName="alice")) == "NoSuchEntity"


def test_groups_policies_and_devices_in_use_stay(cloud: Cloud) -> None:
    iam = cloud.root()
    iam.create_user(UserName="alice")
    remove = _group(iam)
    assert refused(lambda: iam.delete_group(GroupName="g")) == "DeleteConflict"
    remove()
    iam.put_group_policy(GroupName="g", PolicyName="p", PolicyDocument=EVERYTHING)
    assert refused(lambda: iam.delete_group(GroupName="g")) == "DeleteConflict"
    iam.delete_group_policy(GroupName="g", PolicyName="p")
    iam.delete_group(GroupName="g")
    serial = _mfa(iam)
    assert refused(lambda: iam.delete_virtual_mfa_device(SerialNumber=serial)) == "DeleteConflict"
    iam.deactivate_mfa_device(UserName="alice", SerialNumber=serial)
    iam.delete_virtual_mfa_device(SerialNumber=serial)
    policy = iam.create_policy(PolicyName="p", PolicyDocument=EVERYTHING)["Policy"]["Arn"]
    iam.attach_user_policy(UserName="alice", PolicyArn=policy)
    assert refused(lambda: iam.delete_policy(PolicyArn=policy)) == "DeleteConflict"
    iam.detach_user_policy(UserName="alice", PolicyArn=policy)
    iam.delete_policy(PolicyArn=policy)
    assert iam.list_virtual_mfa_devices()["VirtualMFADevices"] == []


def test_a_user_is_in_ten_groups_at_most(cloud: Cloud) -> None:
    iam = cloud.root()
    iam.create_user(UserName="alice")
    for number in range(11):
        iam.create_group(GroupName=f"g{number}")
    for number in range(10):
        iam.add_user_to_group(GroupName=f"g{number}", UserName="alice")
    iam.add_user_to_group(GroupName="g0", UserName="alice")  # being in already costs nothing
    code = refused(lambda: iam.add_user_to_group(GroupName="g10", UserName="alice"))
    assert code == "LimitExceeded"


def test_service_specific_credentials_live_through_all_verbs(cloud: Cloud) -> None:
    iam = cloud.root()
    iam.create_user(UserName="alice")
    service = {"UserName": "alice", "ServiceName": "codecommit.amazonaws.com"}
    made = iam.create_service_specific_credential(**service)["ServiceSpecificCredential"]
    key = {"UserName": "alice", "ServiceSpecificCredentialId": made["ServiceSpecificCredentialId"]}
    again = iam.reset_service_specific_credential(**key)["ServiceSpecificCredential"]
    assert again["ServicePassword"] != made["ServicePassword"]
    iam.update_service_specific_credential(Status="Inactive", **key)
    (listed,) = iam.list_service_specific_credentials(**service)["ServiceSpecificCredentials"]
    assert listed["Status"] == "Inactive"
    assert "ServicePassword" not in listed
    iam.delete_service_specific_credential(**key)
    code = refused(lambda: iam.delete_service_specific_credential(**key))
    assert code == "NoSuchEntity"


def test_permissions_boundary_is_kept_shown_and_taken_away(cloud: Cloud) -> None:
    iam = cloud.root()
    iam.create_user(UserName="alice", PermissionsBoundary=ADMIN)
    shown = iam.get_user(UserName="alice")["User"]["PermissionsBoundary"]
    assert shown["PermissionsBoundaryArn"] == ADMIN
    (detail,) = iam.get_account_authorization_details(Filter=["User"])["UserDetailList"]
    assert detail["PermissionsBoundary"]["PermissionsBoundaryArn"] == ADMIN
    iam.delete_user_permissions_boundary(UserName="alice")
    assert "PermissionsBoundary" not in iam.get_user(UserName="alice")["User"]
    iam.put_user_permissions_boundary(UserName="alice", PermissionsBoundary=ADMIN)
    assert "PermissionsBoundary" in iam.get_user(UserName="alice")["User"]
    code = refused(
        lambda: iam.put_user_permissions_boundary(
            UserName="alice", PermissionsBoundary="arn:aws:iam::111122223333:policy/none"
        )
    )
    assert code == "NoSuchEntity"


def test_a_renamed_user_keeps_keys_and_groups(cloud: Cloud) -> None:
    key = cloud.user("alice")
    iam = cloud.root()
    iam.update_user(UserName="alice", NewUserName="alicia")
    assert cloud.as_(key, "sts").get_caller_identity()["Arn"].endswith("user/alicia")
    iam.delete_access_key(UserName="alicia", AccessKeyId=key.key_id)
    iam.delete_user(UserName="alicia")
    assert iam.list_users()["Users"] == []
