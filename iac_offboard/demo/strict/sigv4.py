"""Signature Version 4, checked for real: a key id alone opens nothing.

Written from the AWS documentation "Signature Version 4 signing process" rather than taken from
botocore, so that client and server do not share a fault.
"""

from __future__ import annotations

import hashlib
import hmac
import posixpath
from urllib.parse import quote

from iac_offboard.demo.strict.wire import Request

EMPTY = hashlib.sha256(b"").hexdigest()


def matches(request: Request, secret: str) -> bool:
    """Does the request's signature come from ``secret``?"""
    authorization = request.headers.get("authorization", "")
    if authorization:
        fields = dict(
            part.strip().partition("=")[::2] for part in authorization.partition(" ")[2].split(",")
        )
        scope = fields.get("Credential", "").partition("/")[2]
        signed, given = fields.get("SignedHeaders", ""), fields.get("Signature", "")
        date = request.headers.get("x-amz-date", "")
        query = request.query
    else:
        fields = dict(request.query)
        scope = fields.get("X-Amz-Credential", "").partition("/")[2]
        signed, given = fields.get("X-Amz-SignedHeaders", ""), fields.get("X-Amz-Signature", "")
        date = fields.get("X-Amz-Date", "")
        query = tuple((n, v) for n, v in request.query if n != "X-Amz-Signature")
    if not _body_is_what_was_signed(request):
        return False
    canonical = _canonical(request, query, signed.split(";"), presigned=not authorization)
    text = "\n".join(
        ("AWS4-HMAC-SHA256", date, scope, hashlib.sha256(canonical.encode()).hexdigest())
    )
    expected = hmac.new(_key(secret, scope), text.encode(), hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, given)


def _key(secret: str, scope: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key


def _body_is_what_was_signed(request: Request) -> bool:
    claimed = request.headers.get("x-amz-content-sha256", "")
    return len(claimed) != 64 or claimed == hashlib.sha256(request.body).hexdigest()


def _canonical(
    request: Request, query: tuple[tuple[str, str], ...], signed: list[str], *, presigned: bool
) -> str:
    pairs = sorted((quote(n, safe="-_.~"), quote(v, safe="-_.~")) for n, v in query)
    headers = "".join(f"{n}:{' '.join(request.headers.get(n, '').split())}\n" for n in signed)
    return "\n".join(
        (
            request.method,
            _canonical_path(request),
            "&".join(f"{n}={v}" for n, v in pairs),
            headers,
            ";".join(signed),
            _payload_hash(request, presigned=presigned),
        )
    )


def _canonical_path(request: Request) -> str:
    """S3 signs the path as sent; every other service normalises it and encodes it once more."""
    if request.service == "s3":
        return request.path or "/"
    path = posixpath.normpath(request.path or "/")
    if path.startswith("//"):
        path = path[1:]
    if request.path.endswith("/") and path != "/":
        path += "/"
    return quote(path, safe="/-_.~")


def _payload_hash(request: Request, *, presigned: bool) -> str:
    if "x-amz-content-sha256" in request.headers:
        return request.headers["x-amz-content-sha256"]
    if presigned and request.service == "s3":
        return "UNSIGNED-PAYLOAD"
    return hashlib.sha256(request.body).hexdigest()
