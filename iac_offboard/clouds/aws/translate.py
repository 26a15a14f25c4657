"""What an error of botocore means in our tree.

Codes are those of each service's API reference, "Common errors" and the errors of the
operation; which of them are worth another try follows botocore's standard retry mode
(botocore.retries.standard), but without LimitExceeded: in IAM and KMS that is a quota.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from botocore import exceptions as sdk
from botocore.parsers import ResponseParserError

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

UNSUPPORTED_CODES = frozenset(
    {
        "NotImplemented",
        "UnsupportedOperation",
        "UnsupportedOperationException",
        "InvalidAction",
        "UnknownOperationException",
        "404",
        "501",
    }
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which call it was: the IAM action, where (``aws:ACCOUNT[:REGION]``), and by whom."""

    action: str
    where: str
    caller: str


def _codes(words: str) -> frozenset[str]:
    return frozenset(words.split())


_THROTTLED = _codes(
    "Throttling ThrottlingException ThrottledException RequestThrottled "
    "RequestThrottledException TooManyRequestsException RequestLimitExceeded SlowDown "
    "BandwidthLimitExceeded EC2ThrottledException ProvisionedThroughputExceededException "
    "PriorRequestNotComplete 429"
)
_TRANSIENT = _codes(
    "RequestTimeout RequestTimeoutException InternalFailure InternalError ServiceUnavailable "
    "InternalServerError InternalServerException InternalServiceError ServiceFailure "
    "ServiceFailureException InternalServiceErrorException Unavailable "
    "KMSInternalException DependencyTimeoutException ConcurrentModification "
    "ConcurrentModificationException EntityTemporarilyUnmodifiable 500 502 503 504"
)
_DENIED = _codes(
    "AccessDenied AccessDeniedException UnauthorizedOperation AuthorizationError "
    "AuthorizationErrorException UnauthorizedAccess Forbidden 403"
)
_CREDENTIALS = _codes(
    "InvalidClientTokenId UnrecognizedClientException UnrecognizedClient ExpiredToken "
    "ExpiredTokenException RequestExpired SignatureDoesNotMatch InvalidSignatureException "
    "AuthFailure InvalidAccessKeyId IncompleteSignature MissingAuthenticationToken "
    "MissingAuthenticationTokenException InvalidToken TokenRefreshRequired "
    "RequestTimeTooSkewed NotAuthorized"
)
_CONFLICT = _codes(
    "DeleteConflict EntityAlreadyExists ConflictException ResourceConflictException "
    "PreconditionFailed PreconditionFailedException OperationAborted "
    "ResourceInUseException"
)
_NOT_FOUND = re.compile(
    r"^NoSuch\w+$|(^|[a-z.])NotFound(Exception)?$|NonExistentQueue$|DoesNotExist$"
)
# "... with an explicit deny in a service control policy": messages of AccessDenied, IAM user
# guide, "Troubleshoot access denied error messages".
_EXPLICIT = re.compile(
    r"with an explicit deny in an? (?P<by>service control policy|resource control policy|"
    r"permissions boundary|session policy|VPC endpoint policy|identity-based policy|"
    r"resource-based policy)"
)
# Neither belongs in a log: the first repeats signed headers, session token and all.
_LEAKS = re.compile(r"(?is)(the canonical string|x-amz-security-token|encoded authorization).*")

_MISSING_CREDENTIALS = (
    sdk.NoCredentialsError,
    sdk.PartialCredentialsError,
    sdk.CredentialRetrievalError,
    sdk.ProfileNotFound,
    sdk.TokenRetrievalError,
    sdk.SSOError,
    sdk.ConfigNotFound,
    sdk.ConfigParseError,
    sdk.MetadataRetrievalError,
)
_NOBODY_THERE = (sdk.EndpointConnectionError, sdk.ConnectTimeoutError, sdk.ProxyConnectionError)
# A proxy's or a gateway's page instead of the API: ResponseParserError is no BotoCoreError.
_NOT_THE_API = (ResponseParserError,)
SDK_ERRORS: tuple[type[Exception], ...] = (sdk.ClientError, sdk.BotoCoreError, *_NOT_THE_API)
_BROKEN_OFF = (sdk.HTTPClientError, sdk.ReadTimeoutError, sdk.ConnectionClosedError)


def translate(error: Exception, asked: Asked) -> tuple[CloudError, Retry]:
    """Our error for botocore's, and whether another try can help. ``error`` is to be set as
    the cause by the caller (``raise ours from error``)."""
    if isinstance(error, sdk.ClientError):
        return _client_error(error, asked)
    action, where = asked.action, asked.where
    if isinstance(error, _MISSING_CREDENTIALS):
        return (
            CredentialsError(
                f"No usable AWS credentials for {action} in {where} ({type(error).__name__}).",
                operation=action,
                code=type(error).__name__,
                hint="Set AWS_PROFILE or pass --aws-profile; sign in again if it expired.",
            ),
            Retry.NO,
        )
    if isinstance(error, _NOBODY_THERE + _BROKEN_OFF + _NOT_THE_API):
        few = isinstance(error, _NOBODY_THERE + _NOT_THE_API)
        return (
            CloudError(
                f"AWS gave no readable answer to {action} in {where} ({type(error).__name__}).",
                operation=action,
                code=UNREACHABLE,
                hint="Check the network, the region and AWS_ENDPOINT_URL.",
            ),
            Retry.FEW if few else Retry.BUDGET,
        )
    return (
        CloudError(
            f"The AWS SDK could not make {action} in {where} ({_clean(str(error))}).",
            operation=action,
            code=type(error).__name__,
            hint="Check region and endpoint; report it if they are right.",
        ),
        Retry.NO,
    )


@dataclass(frozen=True, slots=True)
class _Answer:
    """An error AWS answered with."""

    asked: Asked
    code: str
    status: int
    request_id: str
    said: str

    def error(self, kind: type[CloudError], message: str, hint: str = "") -> CloudError:
        return kind(
            message,
            operation=self.asked.action,
            code=self.code,
            request_id=self.request_id,
            hint=hint,
        )


def _client_error(error: sdk.ClientError, asked: Asked) -> tuple[CloudError, Retry]:
    body = error.response.get("Error", {})
    meta = error.response.get("ResponseMetadata", {})
    code = str(body.get("Code", "")).rsplit("#", 1)[-1]
    answer = _Answer(
        asked=asked,
        code=code,
        status=int(meta.get("HTTPStatusCode", 0) or 0),
        request_id=str(meta.get("RequestId", "")),
        said=_clean(str(body.get("Message", ""))),
    )
    short = code.rsplit(".", 1)[-1]
    call = f"{asked.action} in {asked.where}"
    if short in _THROTTLED or answer.status == 429:
        message = f"AWS still throttled {call} when the retry budget ran out ({code})."
        hint = "Run again later, or raise --retry-budget."
        return answer.error(ThrottledError, message, hint), Retry.BUDGET
    if short in _TRANSIENT or (answer.status >= 500 and answer.status != 501):
        message = f"AWS kept failing {call} until the retry budget ran out ({code})."
        return answer.error(CloudError, message, "Run again later."), Retry.BUDGET
    return _final(answer, short, call), Retry.NO


def _final(answer: _Answer, short: str, call: str) -> CloudError:
    """The error for an answer that another try would not change."""
    code, said = answer.code, answer.said
    if short in _CREDENTIALS:
        # What AWS says here is left out: it can repeat the signed request.
        return answer.error(
            CredentialsError,
            f"AWS does not accept the credentials used for {call} ({code}).",
            "Sign in again, or check which key is used and the clock of this machine.",
        )
    if short in _DENIED:
        return _denied(answer, call)
    if short in UNSUPPORTED_CODES or answer.status == 501:
        return answer.error(CloudError, f"{call} is not supported there ({code}).")
    if _NOT_FOUND.search(short):
        return answer.error(NotFoundError, f"{call}: {said or code}")
    if short in _CONFLICT or answer.status == 409:
        return answer.error(ConflictError, f"AWS refused {call} ({code}): {said}")
    return answer.error(CloudError, f"AWS refused {call} ({code}): {said}")


def _denied(answer: _Answer, call: str) -> CloudError:
    explicit = _EXPLICIT.search(answer.said)
    asked = answer.asked
    if explicit is None:
        return answer.error(
            DeniedError,
            f"{asked.caller} may not call {call}.",
            f"Grant {asked.action} (see: iac-offboard permissions aws).",
        )
    by = explicit["by"]
    return answer.error(
        DeniedError,
        f"{asked.caller} may not call {call}: there is an explicit deny in a {by}.",
        f"A grant does not help against it: exempt the caller in that {by}.",
    )


def _clean(message: str) -> str:
    """One line without what must not be logged."""
    line = " ".join(_LEAKS.sub("", message).split())
    return line if len(line) <= 300 else line[:297] + "..."
