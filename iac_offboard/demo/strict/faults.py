"""Refusals, worded and shaped as AWS does it in each protocol.

Codes per service are those of the AWS API references ("Common errors" and the errors of the
single operations); a client that only knows AWS must be able to read them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from xml.sax.saxutils import escape

from iac_offboard.demo.strict.wire import Reply, Request

REQUEST_ID = "00000000-0000-4000-8000-00000000dead"

NAMESPACES: Mapping[str, str] = {
    "iam": "https://iam.amazonaws.com/doc/2010-05-08/",
    "sts": "https://sts.amazonaws.com/doc/2011-06-15/",
    "sns": "http://sns.amazonaws.com/doc/2010-03-31/",
    "sqs": "http://queue.amazonaws.com/doc/2012-11-05/",
}


class Fault(Exception):
    """A refusal: AWS error code, message and HTTP status."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


def conflict(message: str) -> Fault:
    return Fault("DeleteConflict", message, 409)


def no_such_entity(message: str) -> Fault:
    return Fault("NoSuchEntity", message, 404)


def unsigned(request: Request) -> Fault:
    code = "AccessDenied" if request.protocol == "s3" else "MissingAuthenticationToken"
    return Fault(code, "Request is missing Authentication Token", 403)


def unknown_key(request: Request) -> Fault:
    text = "The security token included in the request is invalid."
    match request.protocol:
        case "json" | "rest-json":
            return Fault("UnrecognizedClientException", text, 400 if _json(request) else 403)
        case "s3":
            text = "The AWS Access Key Id you provided does not exist in our records."
            return Fault("InvalidAccessKeyId", text, 403)
        case "ec2":
            text = "AWS was not able to validate the provided access credentials"
            return Fault("AuthFailure", text, 401)
        case _:
            return Fault("InvalidClientTokenId", text, 403)


def wrong_signature(request: Request) -> Fault:
    text = (
        "The request signature we calculated does not match the signature you provided. "
        "Check your AWS Secret Access Key and signing method."
    )
    match request.protocol:
        case "json" | "rest-json":
            return Fault("InvalidSignatureException", text, 400 if _json(request) else 403)
        case "ec2":
            return Fault("AuthFailure", text, 401)
        case _:
            return Fault("SignatureDoesNotMatch", text, 403)


def expired_token(request: Request) -> Fault:
    json_like = request.protocol in {"json", "rest-json"}
    code = "ExpiredTokenException" if json_like else "ExpiredToken"
    text = "The security token included in the request is expired"
    return Fault(code, text, 400 if json_like else 403)


def denied(request: Request, arn: str, permission: str, resource: str = "") -> Fault:
    text = f"User: {arn} is not authorized to perform: {permission}"
    text += f" on resource: {resource}" if resource and resource != "*" else ""
    match request.protocol:
        case "json" | "rest-json":
            return Fault("AccessDeniedException", text, 400 if _json(request) else 403)
        case "ec2":
            return Fault("UnauthorizedOperation", text, 403)
        case _:
            code = "AuthorizationError" if request.service == "sns" else "AccessDenied"
            return Fault(code, text, 403)


def throttled(request: Request) -> Fault:
    match request.protocol:
        case "json":
            return Fault("ThrottlingException", "Rate exceeded", 400)
        case "rest-json":
            return Fault("TooManyRequestsException", "Rate exceeded", 429)
        case "s3":
            return Fault("SlowDown", "Please reduce your request rate.", 503)
        case "ec2":
            return Fault("RequestLimitExceeded", "Request limit exceeded.", 503)
        case _:
            return Fault("Throttling", "Rate exceeded", 400)


def _json(request: Request) -> bool:
    return request.protocol == "json"


def reply(request: Request, fault: Fault) -> Reply:
    """The refusal in the form that the request's protocol calls for."""
    if request.protocol in {"json", "rest-json"}:
        body = json.dumps({"__type": fault.code, "message": fault.message}).encode()
        headers = (
            ("Content-Type", "application/x-amz-json-1.1"),
            ("x-amzn-ErrorType", fault.code),
            ("x-amzn-RequestId", REQUEST_ID),
        )
        return Reply(status=fault.status, body=body, headers=headers)
    code, message = escape(fault.code), escape(fault.message)
    inner = f"<Code>{code}</Code><Message>{message}</Message>"
    if request.protocol == "s3":
        text = f"<Error>{inner}<RequestId>{REQUEST_ID}</RequestId></Error>"
    elif request.protocol == "ec2":
        text = f"<Response><Errors><Error>{inner}</Error></Errors>"
        text += f"<RequestID>{REQUEST_ID}</RequestID></Response>"
    else:
        kind = "Sender" if fault.status < 500 else "Receiver"
        namespace = NAMESPACES.get(request.service, NAMESPACES["iam"])
        text = f'<ErrorResponse xmlns="{namespace}"><Error><Type>{kind}</Type>{inner}</Error>'
        text += f"<RequestId>{REQUEST_ID}</RequestId></ErrorResponse>"
    if request.method == "HEAD":
        return Reply(status=fault.status, body=b"", headers=(("x-amz-request-id", REQUEST_ID),))
    return Reply(status=fault.status, body=f'<?xml version="1.0"?>{text}'.encode())
