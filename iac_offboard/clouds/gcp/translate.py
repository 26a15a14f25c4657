"""What an error of Google's client means in our tree.

Codes: "Errors" (AIP-193) and "Error model" (Cloud APIs): the HTTP status, the canonical status, and
the reason of ``google.rpc.ErrorInfo``; Cloud Storage and other old APIs say a reason in ``errors``
instead ("HTTP status and error codes for JSON", Cloud Storage).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import httplib2
from google.auth import exceptions as auth
from googleapiclient.errors import HttpError

from iac_offboard.clouds.retries import Retry
from iac_offboard.errors import (
    CloudError,
    ConflictError,
    CredentialsError,
    DeniedError,
    NotFoundError,
    ThrottledError,
)

UNREACHABLE = "Unreachable"
"""Our own code for "no answer came": the cloud was not reached or did not finish."""
NOT_ENABLED = "SERVICE_DISABLED"
"""The API is not enabled in the project that the call is counted for."""
SDK_ERRORS: tuple[type[Exception], ...] = (
    HttpError,
    auth.GoogleAuthError,
    httplib2.HttpLib2Error,
    OSError,
)

_NOT_ENABLED = frozenset({NOT_ENABLED, "accessNotConfigured", "CONSUMER_INVALID"})
_THROTTLED = frozenset(
    {
        "RESOURCE_EXHAUSTED",
        "RATE_LIMIT_EXCEEDED",
        "rateLimitExceeded",
        "userRateLimitExceeded",
        "quotaExceeded",
    }
)
_MESSAGE = 300


@dataclass(frozen=True, slots=True)
class Asked:
    """Which call it was: the method, what it needs, where (``gcp:ACCOUNT``), and by whom."""

    name: str
    permissions: tuple[str, ...]
    where: str
    caller: str


def translate(error: Exception, asked: Asked) -> tuple[CloudError, Retry]:
    """Our error for the client's, and whether another try can help. ``error`` is to be set as
    the cause by the caller (``raise ours from error``)."""
    if isinstance(error, HttpError):
        return _answered(error, asked)
    if isinstance(error, auth.GoogleAuthError) and not isinstance(error, auth.TransportError):
        return _no_credentials(error, asked)
    kind = type(error).__name__
    gone = isinstance(error, httplib2.ServerNotFoundError | ConnectionRefusedError)
    return (
        CloudError(
            f"Google Cloud gave no readable answer to {asked.name} in {asked.where} ({kind}).",
            operation=asked.name,
            code=UNREACHABLE,
            hint="Check the network and the CLOUDSDK_API_ENDPOINT_OVERRIDES_... variables.",
        ),
        Retry.FEW if gone else Retry.BUDGET,
    )


def retry_after(error: Exception) -> float:
    """The seconds that the answer asks to wait, 0 where it does not."""
    headers = error.resp if isinstance(error, HttpError) else {}
    written = str(headers.get("retry-after", ""))
    return float(written) if written.isdigit() else 0.0


def _no_credentials(error: auth.GoogleAuthError, asked: Asked) -> tuple[CloudError, Retry]:
    """What the token endpoint says is left out: it can repeat the assertion."""
    if getattr(error, "retryable", False):
        message = f"No token could be had for {asked.name} in {asked.where} yet."
        return CloudError(message, operation=asked.name, code=UNREACHABLE), Retry.BUDGET
    kind = type(error).__name__
    refused = isinstance(error, auth.RefreshError)
    how = "Google does not accept the" if refused else "There are no usable"
    return (
        CredentialsError(
            f"{how} credentials for {asked.name} in {asked.where} ({kind}).",
            operation=asked.name,
            code=_oauth_code(error) or kind,
            hint="Sign in with: gcloud auth application-default login; or set "
            "GOOGLE_APPLICATION_CREDENTIALS.",
        ),
        Retry.NO,
    )


def _oauth_code(error: auth.GoogleAuthError) -> str:
    """The word of RFC 6749, section 5.2 (``invalid_grant``), where the endpoint said one."""
    said = error.args[1] if len(error.args) > 1 else None
    if isinstance(said, str):
        try:
            said = json.loads(said)
        except ValueError:
            said = None
    word = said.get("error") if isinstance(said, Mapping) else None
    return word if isinstance(word, str) and word.isascii() and len(word) < 40 else ""


@dataclass(frozen=True, slots=True)
class _Said:
    """The body of an error, as far as it can be read."""

    status: int
    code: str
    message: str
    reasons: frozenset[str]
    permission: str

    @classmethod
    def of(cls, error: HttpError) -> _Said:
        body = _body(error)
        details = [d for d in _listed(body.get("details")) if isinstance(d, Mapping)]
        old = [d for d in _listed(body.get("errors")) if isinstance(d, Mapping)]
        reasons = {d.get("reason") for d in (*details, *old)} | {body.get("status")}
        metadata = [m for d in details if isinstance(m := d.get("metadata"), Mapping)]
        permission = next((m["permission"] for m in metadata if m.get("permission")), "")
        told = [r for r in (*(d.get("reason") for d in (*details, *old)), body.get("status")) if r]
        status = int(error.resp.status)
        return cls(
            status=status,
            code=str(told[0]) if told else str(status),
            message=_clean(str(body.get("message") or "")),
            reasons=frozenset(str(r) for r in reasons if r),
            permission=str(permission),
        )


def _body(error: HttpError) -> Mapping[str, object]:
    try:
        found = json.loads(error.content)
    except (ValueError, UnicodeDecodeError):
        return {}
    body = found.get("error") if isinstance(found, Mapping) else None
    return body if isinstance(body, Mapping) else {}


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _answered(error: HttpError, asked: Asked) -> tuple[CloudError, Retry]:
    said = _Said.of(error)
    call = f"{asked.name} in {asked.where}"
    if said.status == 429 or said.reasons & _THROTTLED:
        return (
            ThrottledError(
                f"Google Cloud still throttled {call} when the retry budget ran out.",
                operation=asked.name,
                code=said.code,
                hint="Run again later, or raise --retry-budget.",
            ),
            Retry.BUDGET,
        )
    if said.status in (408, 500, 502, 503, 504):
        return (
            CloudError(
                f"Google Cloud kept failing {call} until the retry budget ran out ({said.code}).",
                operation=asked.name,
                code=said.code,
                hint="Run again later.",
            ),
            Retry.BUDGET,
        )
    return _final(said, asked, call), Retry.NO


def _final(said: _Said, asked: Asked, call: str) -> CloudError:
    """The error for an answer that another try would not change."""
    if said.status == 401:
        return CredentialsError(
            f"Google does not accept the credentials used for {call} ({said.code}).",
            operation=asked.name,
            code=said.code,
            hint="Sign in again, or check which key is used and the clock of this machine.",
        )
    if said.status == 403:
        return _denied(said, asked, call)
    kind: type[CloudError] = CloudError
    if said.status in (404, 410):
        kind = NotFoundError
    elif said.status in (409, 412):
        kind = ConflictError
    about = f"{call}: {said.message or said.code}"
    message = about if kind is NotFoundError else f"Google Cloud refused {about} ({said.code})"
    return kind(message, operation=asked.name, code=said.code)


def _denied(said: _Said, asked: Asked, call: str) -> CloudError:
    if said.reasons & _NOT_ENABLED:
        api = asked.name.partition(".")[0]
        return DeniedError(
            f"The API of {call} is not enabled in the project that pays for the call.",
            operation=asked.name,
            code=NOT_ENABLED,
            hint=f"Enable it: gcloud services enable {api}.googleapis.com.",
        )
    needed = said.permission or ", ".join(asked.permissions)
    grant = f"Grant {needed}" if needed else "Give the caller an administrator's role to read it"
    return DeniedError(
        f"{asked.caller} may not call {call}.",
        operation=needed or asked.name,
        code=said.code,
        hint=f"{grant} (see: iac-offboard permissions gcp).",
    )


def _clean(message: str) -> str:
    """One line of bounded length."""
    line = " ".join(message.split())
    return line if len(line) <= _MESSAGE else line[: _MESSAGE - 3] + "..."
