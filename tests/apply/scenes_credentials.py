"""Scenes of the credentials that hang on an IAM user."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.apply.aws import Aws
from tests.apply.scenes import Scene, Setup, of_user


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


CREDENTIAL: dict[str, Setup] = {
    **{f"iam:Update{NOUNS[c.noun]}": deactivates(c) for c in CREDENTIALS},
    **{f"iam:Delete{NOUNS[c.noun]}": deletes(c) for c in CREDENTIALS},
    "iam:DeactivateMFADevice": deactivate_mfa,
}
