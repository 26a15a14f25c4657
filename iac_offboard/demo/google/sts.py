"""``sts.token``: an external credential for a federated token (workload identity federation).

The credential is a JWT of the server's own fake issuer. "Security Token Service API", RFC 8693;
attribute mappings and conditions in the part of CEL that ``conditions`` knows.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from iac_offboard.demo.google import conditions, oauth
from iac_offboard.demo.google.entities import Pool, Provider
from iac_offboard.demo.google.oauth import GrantError
from iac_offboard.demo.google.tokens import LIFE, Caller, Tokens
from iac_offboard.demo.google.wire import Json, Reply, Request
from iac_offboard.demo.google.world import World

EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"
_AUDIENCE = re.compile(r"//iam\.googleapis\.com/(.+)/providers/([^/]+)")


@cache
def issuer_key() -> rsa.RSAPrivateKey:
    """The key of the fake issuer: one for all servers of a process."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class RejectedError(Exception):
    """The credential is good, but the provider does not take it."""


def exchange(world: World, tokens: Tokens, request: Request) -> Reply:
    """The federated token for what the form (or JSON) shows."""
    said = {
        re.sub(r"([A-Z])", lambda m: f"_{m[1].lower()}", k): v for k, v in request.form().items()
    }
    if said.get("grant_type") != EXCHANGE:
        return oauth.error("invalid_request", "Invalid value for grant_type.")
    try:
        pool, provider = _provider(world, said.get("audience", ""))
        claims = _claims(world, provider, said.get("subject_token", ""), said["audience"])
        caller = _caller(pool, provider, claims)
    except GrantError as refused:
        return oauth.error("invalid_grant", str(refused))
    except RejectedError as refused:
        return oauth.error("unauthorized_client", str(refused), 401)
    token = tokens.mint(caller)
    return Reply(
        body={
            "access_token": token.text,
            "issued_token_type": ACCESS_TOKEN,
            "token_type": "Bearer",
            "expires_in": int(LIFE.total_seconds()) - 1,
        }
    )


def _provider(world: World, audience: str) -> tuple[Pool, Provider]:
    found = _AUDIENCE.fullmatch(audience)
    pool = world.pools.get(found.group(1)) if found else None
    provider = pool.providers.get(found.group(2)) if pool and found else None
    if pool is None or provider is None or pool.deleted_at or provider.deleted_at:
        raise GrantError('The target service indicated by the "audience" parameters is invalid.')
    if pool.data.get("disabled") or provider.data.get("disabled"):
        raise GrantError("The pool or provider is disabled.")
    return pool, provider


def _claims(world: World, provider: Provider, text: str, audience: str) -> Json:
    jwt = oauth.parse(text)
    if not oauth.verified(jwt, issuer_key().public_key()):
        raise GrantError("Error connecting to the given credential's issuer.")
    issuer = provider.data.get("oidc", {}).get("issuerUri")
    if jwt.claims.get("iss") != issuer:
        raise GrantError("The issuer in ID Token does not match the expected one.")
    allowed = provider.data.get("oidc", {}).get("allowedAudiences") or [
        audience,
        f"https:{audience}",
    ]
    if jwt.claims.get("aud") not in allowed:
        raise GrantError("The audience in ID Token does not match the expected audience.")
    if float(jwt.claims.get("exp", 0)) < world.clock.now().timestamp():
        raise GrantError("ID Token is expired.")
    return jwt.claims


def _caller(pool: Pool, provider: Provider, claims: Json) -> Caller:
    names: dict[str, Any] = {"assertion": claims, "google": {}, "attribute": {}}
    for target, expression in provider.data.get("attributeMapping", {}).items():
        value = conditions.value(str(expression), {"assertion": claims})
        if value is None:
            raise GrantError(f"The mapped attribute '{target}' has no value.")
        space, _, name = target.partition(".")
        names[space][name] = value
    subject = str(names["google"].get("subject", ""))
    if not subject or len(subject) > 127:
        raise GrantError("The mapped attribute 'google.subject' must be 1 to 127 bytes.")
    condition = provider.data.get("attributeCondition")
    if condition and not conditions.holds(condition, names):
        raise RejectedError("The given credential is rejected by the attribute condition.")
    root = f"iam.googleapis.com/{pool.name}"
    sets = [f"principalSet://{root}/*"]
    sets += [f"principalSet://{root}/attribute.{k}/{v}" for k, v in names["attribute"].items()]
    groups = names["google"].get("groups") or ()
    sets += [f"principalSet://{root}/group/{group}" for group in groups]
    return Caller(
        member=f"principal://{root}/subject/{subject}", sets=tuple(sets), project=pool.project
    )


def issued(now: datetime, provider: Provider, claims: Json) -> str:
    """A credential of the fake issuer, as the provider's issuer would make it."""
    oidc = provider.data.get("oidc", {})
    made = int(now.timestamp())
    audience = (oidc.get("allowedAudiences") or [f"https://iam.googleapis.com/{provider.name}"])[0]
    whole = {
        "iss": oidc.get("issuerUri"),
        "aud": audience,
        "iat": made,
        "exp": made + 600,
        **claims,
    }
    parts = [{"alg": "RS256", "typ": "JWT", "kid": "fake-issuer"}, whole]
    signed = ".".join(oauth.encoded(json.dumps(part).encode()) for part in parts)
    signature = issuer_key().sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{signed}.{oauth.encoded(signature)}"
