"""Trying an old key of a service account: the strongest observation that it is dead."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from google.auth.exceptions import RefreshError
from google.oauth2 import service_account

from iac_offboard.clouds.gcp.session import SCOPES, Called, GcpSession
from iac_offboard.clouds.retries import Timing
from iac_offboard.errors import CredentialsError, DeniedError, NotFoundError, UsageError

# Asks what the caller itself may do, for which no permission is needed (Resource Manager v3).
_ASK = Called(
    api="cloudresourcemanager",
    version="v3",
    path=("projects", "testIamPermissions"),
    permissions=(),
    name="cloudresourcemanager.projects.testIamPermissions",
)
_ASKED = "resourcemanager.projects.get"
_NO_TOKEN = "invalid_grant"
_CLOCK = ("short-lived token", "timeframe")
"""By these the endpoint refuses an assertion for its times, whatever the key is worth
("Error codes", Using OAuth 2.0 for Server to Server Applications)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What Google said to a key file.

    ``refused`` only when Google answered and said no: to the exchange for a token, or to the token
    (the account was disabled meanwhile); ``code`` is its word for it. A key that may do nothing
    is not refused: it says who it is, and whoever grants it something lets its holder in.
    """

    refused: bool
    code: str
    detail: str


def probe_key_file(path: Path, *, timing: Timing | None = None) -> tuple[str, Probe]:
    """Tries a service account's key file: (``serviceAccounts/EMAIL/keys/ID``, answer).

    It exchanges the key for a token and asks with that what it may do on its own project, and
    does nothing else. Raises ``UsageError`` for a file that holds no such key, ``CloudError`` when
    Google did not answer, throttled, or refused for another reason than the key: that says nothing
    about it.
    """
    info, credentials = _loaded(path)
    project, email = str(info.get("project_id") or "-"), str(info["client_email"])
    name = f"serviceAccounts/{email}/keys/{info['private_key_id']}"
    session = GcpSession(credentials=credentials, caller=email, timing=timing or Timing())
    asked = {"resource": f"projects/{project}", "body": {"permissions": [_ASKED]}}
    try:
        session.make(_ASK, account=project, **asked)
    except CredentialsError as error:
        cause = error.__cause__
        if isinstance(cause, RefreshError) and not _refuses_key(cause, error.code):
            raise
        what = "No token is given for it" if error.code == _NO_TOKEN else "Its token is refused"
        return name, Probe(refused=True, code=error.code, detail=f"{what} ({error.code}).")
    except (DeniedError, NotFoundError) as error:
        detail = f"Google gave it a token, though it may do little ({error.code})."
        return name, Probe(refused=False, code=error.code, detail=detail)
    return name, Probe(refused=False, code="", detail="Google gave it a token.")


def _refuses_key(error: RefreshError, code: str) -> bool:
    said = str(error.args[0]) if error.args else ""
    return code == _NO_TOKEN and not any(word in said for word in _CLOCK)


def _loaded(path: Path) -> tuple[Mapping[str, object], object]:
    """The file and its credentials. No error repeats what stands in it."""
    made: Any = service_account.Credentials  # the library has no types
    try:
        info = json.loads(path.read_bytes())
        if not isinstance(info, dict) or not info.get("private_key_id"):
            raise ValueError("no key of a service account")
        return info, made.from_service_account_info(info, scopes=list(SCOPES))
    except (OSError, ValueError):
        raise UsageError(
            f"{path} cannot be used for a probe: it is no readable key file of a service account.",
            hint="Name the JSON file that was downloaded when the leaver's key was made.",
        ) from None
