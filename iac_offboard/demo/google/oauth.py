"""``/token``: a signed assertion of a service account's key, or a refresh token, for a token.

"Using OAuth 2.0 for server to server applications" (RFC 7523) and RFC 6749, section 6. Errors
have the shape of RFC 6749, section 5.2.
"""

from __future__ import annotations

import base64
import json
import time
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from iac_offboard.demo.google.entities import Key, ServiceAccount
from iac_offboard.demo.google.tokens import LIFE, Caller, Token, Tokens
from iac_offboard.demo.google.wire import Json, Reply, Request
from iac_offboard.demo.google.world import World

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
NOBODY = Caller(member="")
_SKEW = 300


class GrantError(Exception):
    """The exchange is refused; the text is the description."""


@dataclass(frozen=True, slots=True)
class Jwt:
    header: Json
    claims: Json
    signed: bytes
    signature: bytes


def exchange(world: World, tokens: Tokens, request: Request, base_url: str) -> Reply:
    """The token for what the form shows, or 400 ``invalid_grant``."""
    form = request.form()
    try:
        match form.get("grant_type"):
            case kind if kind == JWT_BEARER:
                token = _of_assertion(world, tokens, form.get("assertion", ""), base_url)
            case "refresh_token":
                token = _of_refresh(world, tokens, form.get("refresh_token", ""))
            case other:
                return error("unsupported_grant_type", f"Invalid grant_type: {other}")
    except GrantError as refused:
        return error("invalid_grant", str(refused))
    return Reply(
        body={
            "access_token": token.text,
            "expires_in": int(LIFE.total_seconds()) - 1,
            "token_type": "Bearer",
        }
    )


def error(code: str, description: str, status: int = 400) -> Reply:
    return Reply(status=status, body={"error": code, "error_description": description})


def parse(text: str) -> Jwt:
    """The parts of a JWT, unchecked.

    Raises:
        GrantError: a text that is none.
    """
    try:
        header, claims, signature = text.split(".")
        parts: list[Any] = [json.loads(_decoded(header)), json.loads(_decoded(claims))]
        if not all(isinstance(part, dict) for part in parts):
            raise ValueError("not objects")
        return Jwt(parts[0], parts[1], f"{header}.{claims}".encode(), _decoded(signature))
    except ValueError:
        raise GrantError("Bad JWT") from None


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def verified(jwt: Jwt, key: rsa.RSAPublicKey) -> bool:
    """Is it signed (RS256) by the holder of that key?"""
    if jwt.header.get("alg") != "RS256":
        return False
    try:
        key.verify(jwt.signature, jwt.signed, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def in_time(claims: Json) -> bool:
    """Assertions are short-lived and made by the client's clock, so by real time."""
    now = time.time()
    return float(claims.get("exp", 0)) > now - _SKEW and float(claims.get("iat", now)) < now + _SKEW


def signer(world: World, jwt: Jwt) -> tuple[ServiceAccount, Key]:
    """The account and key that signed.

    Raises:
        GrantError: an unknown, disabled or deleted account or key, or a wrong signature.
    """
    account = world.accounts.find(str(jwt.claims.get("iss", "")))
    if account is None or account.deleted_at is not None:
        raise GrantError("Invalid grant: account not found")
    if account.disabled:
        raise GrantError("Invalid grant: account disabled")
    key = account.keys.get(str(jwt.header.get("kid", "")))
    now = world.clock.now()
    if key is None or key.disabled or key.expires <= now or not verified(jwt, key.public_key()):
        raise GrantError("Invalid JWT Signature.")
    return account, key


def _of_assertion(world: World, tokens: Tokens, assertion: str, base_url: str) -> Token:
    jwt = parse(assertion)
    account, key = signer(world, jwt)
    if not in_time(jwt.claims):
        raise GrantError("Invalid JWT: Token must be a short-lived token")
    audiences = {f"{base_url}/token", "https://oauth2.googleapis.com/token"}
    if jwt.claims.get("aud") not in audiences:
        raise GrantError("Invalid JWT: wrong audience")
    key.last_use = account.last_use = world.clock.now()
    return tokens.of_account(account.email, key=f"{account.resource.name}/keys/{key.id}")


def self_signed(world: World, text: str) -> Caller | None:
    """Who sends a JWT that its own key signed instead of a token from ``/token``; None: nobody.

    It names a service or a scope ("Self-signed JWTs", AIP-4111) and stops with its key.
    """
    try:
        jwt = parse(text)
        account, key = signer(world, jwt)
    except GrantError:
        return None
    if not in_time(jwt.claims) or not (jwt.claims.get("aud") or jwt.claims.get("scope")):
        return None
    key.last_use = account.last_use = world.clock.now()
    return Caller(
        member=f"serviceAccount:{account.email}",
        project=account.project,
        key=f"{account.resource.name}/keys/{key.id}",
    )


def _of_refresh(world: World, tokens: Tokens, refresh: str) -> Token:
    email = tokens.refresh.get(refresh, "")
    user = world.directory.users.get(email)
    if user is None or user.deleted or user.suspended:
        raise GrantError("Token has been expired or revoked.")
    return tokens.of_user(email)
