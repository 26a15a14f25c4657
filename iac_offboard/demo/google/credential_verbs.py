"""IAM Service Account Credentials (v1): short-lived tokens by impersonation."""

from __future__ import annotations

import base64
import json
import re
from datetime import timedelta

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from iac_offboard.demo.google import oauth
from iac_offboard.demo.google.account_verbs import account_of
from iac_offboard.demo.google.call import Call, handles
from iac_offboard.demo.google.clock import stamp
from iac_offboard.demo.google.entities import Key, ServiceAccount
from iac_offboard.demo.google.refusals import denied, invalid, precondition
from iac_offboard.demo.google.wire import Json

LONGEST = 43_200  # 12 h, where the organization policy extends it; else 1 h


@handles("iamcredentials.projects.serviceAccounts.generateAccessToken")
def generate_access_token(call: Call) -> Json:
    """The caller was checked for ``iam.serviceAccounts.getAccessToken`` on the account."""
    account = account_of(call, call.param("name"))
    if not call.body.get("scope"):
        raise invalid("Scope is required.", "scope")
    if account.disabled:
        raise precondition("Service account is disabled.")
    if call.body.get("delegates"):
        raise denied("iam.serviceAccounts.implicitDelegation", account.resource.name)
    text = str(call.body.get("lifetime") or "3600s")
    found = re.fullmatch(r"(\d+)s", text)
    longest = LONGEST if call.world.extended_lifetime else 3600
    if not found or not 0 < int(found.group(1)) <= longest:
        raise invalid(f"Invalid lifetime {text}: at most {longest} seconds.", "lifetime")
    token = call.tokens.of_account(account.email, timedelta(seconds=int(found.group(1))))
    account.last_use = call.world.clock.now()
    # Whole seconds: google-auth reads no others.
    return {
        "accessToken": token.text,
        "expireTime": stamp(token.expires.replace(microsecond=0)).replace(".000000", ""),
    }


@handles("iamcredentials.projects.serviceAccounts.signJwt")
def sign_jwt(call: Call) -> Json:
    """The claims signed with the key that Google manages: it opens ``/token`` as any key does."""
    account, key = _signing(call)
    try:
        claims = json.loads(str(call.body.get("payload", "")))
    except ValueError:
        raise invalid("The payload is not JSON.", "payload") from None
    header = {"alg": "RS256", "kid": key.id, "typ": "JWT"}
    signed = ".".join(oauth.encoded(json.dumps(part).encode()) for part in (header, claims))
    account.last_use = call.world.clock.now()
    return {
        "keyId": key.id,
        "signedJwt": f"{signed}.{oauth.encoded(_signature(key, signed.encode()))}",
    }


@handles("iamcredentials.projects.serviceAccounts.signBlob")
def sign_blob(call: Call) -> Json:
    account, key = _signing(call)
    content = base64.b64decode(str(call.body.get("payload", "")))
    account.last_use = call.world.clock.now()
    return {"keyId": key.id, "signedBlob": base64.b64encode(_signature(key, content)).decode()}


def _signing(call: Call) -> tuple[ServiceAccount, Key]:
    account = account_of(call, call.param("name"))
    if account.disabled:
        raise precondition("Service account is disabled.")
    return account, next(key for key in account.keys.values() if key.managed)


def _signature(key: Key, content: bytes) -> bytes:
    return key.private.sign(content, padding.PKCS1v15(), hashes.SHA256())
