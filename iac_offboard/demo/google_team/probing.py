"""What somebody can do at a Google Cloud, asked with that person's own credentials."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable, Mapping
from typing import Any

import httplib2
from google.auth.exceptions import RefreshError
from google.oauth2 import service_account
from google_auth_httplib2 import Request

_SCOPE = "https://www.googleapis.com/auth/cloud-platform"


def granted(url: str, token: str, place: str, permissions: Iterable[str]) -> frozenset[str]:
    """Which of ``permissions`` the bearer of ``token`` has on ``place``: ``projects/P``,
    ``folders/N``, ``b/BUCKET`` or ``projects/P/serviceAccounts/E``. None of them for a
    refused token.

    Source: the methods testIamPermissions of Resource Manager v3, Cloud Storage v1 and IAM v1.
    """
    asked = sorted(permissions)
    if place.startswith("b/"):
        query = urllib.parse.urlencode([("permissions", p) for p in asked])
        return _answered(f"{url}/storage/storage/v1/{place}/iam/testPermissions?{query}", token)
    api = "iam/v1" if "/serviceAccounts/" in place else "cloudresourcemanager/v3"
    body = {"permissions": asked}
    return _answered(f"{url}/{api}/{place}:testIamPermissions", token, body)


def _answered(url: str, token: str, body: Mapping[str, object] | None = None) -> frozenset[str]:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    try:
        request = urllib.request.Request(url, data=data, headers=headers)
        with urllib.request.urlopen(request, timeout=60) as reply:
            answer = json.loads(reply.read() or b"{}")
    except urllib.error.HTTPError as refusal:
        refusal.close()
        if refusal.code not in (401, 403):
            raise
        return frozenset()
    return frozenset(answer.get("permissions", ()))


def token_of_key(key_file: Mapping[str, Any]) -> str:
    """A token for the service account of a key file, "" when the key is refused."""
    made: Any = service_account.Credentials  # the library has no types
    credentials = made.from_service_account_info(key_file, scopes=[_SCOPE])
    try:
        credentials.refresh(Request(httplib2.Http(timeout=60)))
    except RefreshError:
        return ""
    return str(credentials.token)
