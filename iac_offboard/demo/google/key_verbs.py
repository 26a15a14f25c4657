"""Keys of service accounts (IAM v1)."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from iac_offboard.demo.google.account_verbs import account_of
from iac_offboard.demo.google.call import Call, handles
from iac_offboard.demo.google.clock import stamp
from iac_offboard.demo.google.entities import Key, ServiceAccount
from iac_offboard.demo.google.refusals import ApiError, invalid, not_found, precondition
from iac_offboard.demo.google.wire import Json

PREFIX = "iam.projects.serviceAccounts.keys"
MAX_KEYS = 10


def shown(account: ServiceAccount, key: Key) -> Json:
    """A key without its secret half."""
    origin = "USER_PROVIDED" if key.certificate else "GOOGLE_PROVIDED"
    document: Json = {
        "name": f"projects/{account.project}/serviceAccounts/{account.email}/keys/{key.id}",
        "validAfterTime": stamp(key.created.replace(microsecond=0)).replace(".000000", ""),
        "validBeforeTime": stamp(key.expires.replace(microsecond=0)).replace(".000000", ""),
        "keyAlgorithm": "KEY_ALG_RSA_2048",
        "keyOrigin": origin,
        "keyType": "SYSTEM_MANAGED" if key.managed else "USER_MANAGED",
    }
    if key.disabled:
        document["disabled"] = True
        document["disableReason"] = "SERVICE_ACCOUNT_KEY_DISABLE_REASON_USER_INITIATED"
    return document


def key_of(call: Call) -> tuple[ServiceAccount, Key]:
    name = call.param("name")
    account = account_of(call, name)
    key = account.keys.get(name.rpartition("/")[2])
    if key is None:
        raise not_found(f"Service account key {name}")
    return account, key


@handles(f"{PREFIX}.create")
def create(call: Call) -> Json:
    account = account_of(call, call.param("name"))
    _room(account)
    kind = call.body.get("privateKeyType") or "TYPE_GOOGLE_CREDENTIALS_FILE"
    if kind != "TYPE_GOOGLE_CREDENTIALS_FILE":
        raise invalid(f"The fake makes no keys of type {kind}.", "private_key_type")
    key = call.world.accounts.add_key(account)
    file = call.world.accounts.key_file(account, key, f"{call.base_url}/token")
    content = json.dumps(file, indent=2) + "\n"
    return shown(account, key) | {
        "privateKeyType": kind,
        "privateKeyData": base64.b64encode(content.encode()).decode(),
    }


def _room(account: ServiceAccount) -> None:
    if account.disabled:
        raise precondition("Service account is disabled.")
    if sum(not key.managed for key in account.keys.values()) >= MAX_KEYS:
        raise precondition("Precondition check failed.")


@handles(f"{PREFIX}.upload")
def upload(call: Call) -> Json:
    """A public key (a certificate in PEM) that the user made."""
    account = account_of(call, call.param("name"))
    _room(account)
    try:
        pem = base64.b64decode(str(call.body.get("publicKeyData", "")))
        public = x509.load_pem_x509_certificate(pem).public_key()
    except ValueError:
        raise invalid("Invalid public key.", "public_key_data") from None
    if not isinstance(public, rsa.RSAPublicKey):
        raise invalid("The key must be an RSA key.", "public_key_data")
    key = call.world.accounts.add_key(account)
    key.public, key.certificate = public, pem
    return shown(account, key)


@handles(f"{PREFIX}.get")
def get(call: Call) -> Json:
    account, key = key_of(call)
    document = shown(account, key)
    match call.param("publicKeyType"):
        case "TYPE_X509_PEM_FILE":
            document["publicKeyData"] = base64.b64encode(_certificate(account, key)).decode()
        case "TYPE_RAW_PUBLIC_KEY":
            pem = key.public_key().public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
            document["publicKeyData"] = base64.b64encode(pem).decode()
    return document


def _certificate(account: ServiceAccount, key: Key) -> bytes:
    if key.certificate:
        return key.certificate
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, account.email[:64])])
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(int(key.id[:16], 16))
        .not_valid_before(key.created)
        .not_valid_after(min(key.expires, datetime(9999, 12, 31, tzinfo=UTC)))
        .sign(key.private, hashes.SHA256())
    )
    return built.public_bytes(serialization.Encoding.PEM)


@handles(f"{PREFIX}.list")
def list_(call: Call) -> Json:
    """All keys of the account: the API does not page them."""
    account = account_of(call, call.param("name"))
    wanted = set(call.query.get("keyTypes", ())) - {"KEY_TYPE_UNSPECIFIED"}
    keys = [shown(account, key) for key in account.keys.values()]
    keys = [key for key in keys if not wanted or key["keyType"] in wanted]
    return {"keys": keys} if keys else {}


@handles(f"{PREFIX}.disable")
def disable(call: Call) -> Json:
    _, key = key_of(call)
    _user_managed(key)
    key.disabled = True
    return {}


@handles(f"{PREFIX}.enable")
def enable(call: Call) -> Json:
    _, key = key_of(call)
    _user_managed(key)
    key.disabled = False
    return {}


@handles(f"{PREFIX}.delete")
def delete(call: Call) -> Json:
    account, key = key_of(call)
    _user_managed(key)
    del account.keys[key.id]
    return {}


def _user_managed(key: Key) -> None:
    if key.managed:
        raise ApiError(400, "FAILED_PRECONDITION", "System-managed keys cannot be changed.")
