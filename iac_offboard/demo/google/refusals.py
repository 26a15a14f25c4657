"""Refusals, worded and shaped as Google's APIs do it.

Two shapes: ``google.rpc.Status`` ("Errors", Cloud APIs design guide, AIP-193) for most services,
and the older one with a list of errors for storage, bigquery and compute.
"""

from __future__ import annotations

from collections.abc import Sequence

from iac_offboard.demo.google.wire import Json, Reply

LEGACY = frozenset({"storage", "bigquery", "compute", "sqladmin", "dns"})
REASONS = {
    400: "invalid",
    401: "authError",
    403: "forbidden",
    404: "notFound",
    409: "conflict",
    412: "conditionNotMet",
    429: "rateLimitExceeded",
    503: "backendError",
}
ERROR_INFO = "type.googleapis.com/google.rpc.ErrorInfo"


class ApiError(Exception):
    """A refusal: HTTP status, canonical code, message, details and response headers."""

    def __init__(
        self,
        code: int,
        status: str,
        message: str,
        details: Sequence[Json] = (),
        headers: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.message = message
        self.details = list(details)
        self.headers = tuple(headers)


def invalid(message: str, field: str = "") -> ApiError:
    violation: Json = {"description": message}
    if field:
        violation["field"] = field
    detail = {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation]}
    return ApiError(400, "INVALID_ARGUMENT", message, [detail])


def precondition(message: str) -> ApiError:
    return ApiError(400, "FAILED_PRECONDITION", message)


def not_found(what: str) -> ApiError:
    return ApiError(404, "NOT_FOUND", f"{what} was not found.")


def exists(what: str) -> ApiError:
    return ApiError(409, "ALREADY_EXISTS", f"{what} already exists.")


def aborted(sent: str, current: str) -> ApiError:
    text = (
        "There were concurrent policy changes. Please retry the whole read-modify-write with "
        f"exponential backoff. The request's ETag '{sent}' did not match the current policy's "
        f"ETag '{current}'."
    )
    return ApiError(409, "ABORTED", text)


def condition_not_met() -> ApiError:
    text = "At least one of the pre-conditions you specified did not hold."
    return ApiError(412, "FAILED_PRECONDITION", text)


def denied(permission: str, resource: str) -> ApiError:
    where = resource.split("/", 3)[-1] if resource.startswith("//") else resource
    text = f"Permission '{permission}' denied on resource '{resource}' (or it may not exist)."
    metadata = {"permission": permission, "resource": where}
    info = {
        "@type": ERROR_INFO,
        "reason": "IAM_PERMISSION_DENIED",
        "domain": "iam.googleapis.com",
        "metadata": metadata,
    }
    return ApiError(403, "PERMISSION_DENIED", text, [info])


def service_disabled(service: str, project: str) -> ApiError:
    url = f"https://console.developers.google.com/apis/api/{service}/overview?project={project}"
    text = (
        f"{service} has not been used in project {project} before or it is disabled. Enable it "
        f"by visiting {url} then retry. If you enabled this API recently, wait a few minutes "
        "for the action to propagate to our systems and retry."
    )
    link = {"description": "Google developers console API activation", "url": url}
    info = {
        "@type": ERROR_INFO,
        "reason": "SERVICE_DISABLED",
        "domain": "googleapis.com",
        "metadata": {"service": service, "consumer": f"projects/{project}"},
    }
    help_ = {"@type": "type.googleapis.com/google.rpc.Help", "links": [link]}
    return ApiError(403, "PERMISSION_DENIED", text, [help_, info])


def unauthenticated(reason: str = "ACCESS_TOKEN_TYPE_UNSUPPORTED") -> ApiError:
    text = (
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login "
        "cookie or other valid authentication credential."
    )
    challenge = ("WWW-Authenticate", 'Bearer realm="https://accounts.google.com/"')
    info = {"@type": ERROR_INFO, "reason": reason, "domain": "googleapis.com"}
    return ApiError(401, "UNAUTHENTICATED", text, [info], headers=[challenge])


def exhausted(message: str, retry_after: int | None = None) -> ApiError:
    headers = [("Retry-After", str(retry_after))] if retry_after is not None else []
    return ApiError(429, "RESOURCE_EXHAUSTED", message, headers=headers)


def unavailable(retry_after: int | None = None) -> ApiError:
    headers = [("Retry-After", str(retry_after))] if retry_after is not None else []
    text = "The service is currently unavailable."
    return ApiError(503, "UNAVAILABLE", text, headers=headers)


def reply(error: ApiError, api: str) -> Reply:
    """The refusal in the shape of ``api``."""
    if api in LEGACY:
        reason = REASONS.get(error.code, "backendError")
        one = {"message": error.message, "domain": "global", "reason": reason}
        inner: Json = {"code": error.code, "message": error.message, "errors": [one]}
    else:
        inner = {"code": error.code, "message": error.message, "status": error.status}
    if error.details:
        inner["details"] = error.details
    return Reply(status=error.code, body={"error": inner}, headers=error.headers)
