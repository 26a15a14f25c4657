"""One AWS request as it came over the wire, and one reply.

The protocols differ in where they name the operation: the query protocol in a form field
``Action``, the JSON protocols in the header ``X-Amz-Target``, the REST ones in method and path
(moto's own router, made from the botocore service models, is asked for those).
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import parse_qsl

from moto.core.request import Request as MotoRequest
from moto.core.routing import get_service_router
from werkzeug.exceptions import HTTPException

Environ = dict[str, Any]  # WSGI says nothing narrower


class StartResponse(Protocol):
    def __call__(self, status: str, headers: list[tuple[str, str]], /) -> object: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/xml"),)

    @property
    def ok(self) -> bool:
        return self.status < 300

    def with_body(self, body: bytes) -> Reply:
        """The same reply saying something else; its length header follows."""
        kept = tuple((n, v) for n, v in self.headers if n.lower() != "content-length")
        return Reply(status=self.status, body=body, headers=kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """``path`` is as it was sent (still percent-encoded); header names are lower-case.

    ``service`` and ``region`` are those of the credential scope ("" when unsigned); ``action`` is
    the operation's name without service. ``params`` are the top-level strings of the form, of the
    JSON body and of the URI; ``nested`` the top-level JSON objects.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes
    service: str
    region: str
    access_key_id: str
    protocol: str  # query | json | s3 | rest-json | ec2
    action: str
    params: Mapping[str, str]
    nested: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def operation(self) -> str:
        return f"{self.service}:{self.action}"

    def param(self, name: str) -> str:
        return self.params.get(name, "")


def read_body(environ: Environ) -> bytes:
    """The whole body; ``environ`` can be read again afterwards."""
    stream = environ["wsgi.input"]
    if environ.get("wsgi.input_terminated"):
        body: bytes = stream.read()
    else:
        body = stream.read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def parse(environ: Environ) -> Request:
    body = read_body(environ)
    headers = _headers(environ)
    path, _, raw_query = str(environ.get("RAW_URI") or environ["PATH_INFO"]).partition("?")
    query = tuple(parse_qsl(raw_query, keep_blank_values=True))
    access_key_id, region, service = _scope(headers, dict(query))
    protocol = _protocol(service, headers)
    params, nested = _params(protocol, headers, query, body)
    action = params.get("Action", "") or headers.get("x-amz-target", "").rpartition(".")[2]
    if not action and service:
        action, from_path = _routed(service, environ)
        params = {**params, **from_path}
        environ["wsgi.input"] = io.BytesIO(body)
    return Request(
        method=str(environ["REQUEST_METHOD"]),
        path=path,
        query=query,
        headers=headers,
        body=body,
        service=service,
        region=region,
        access_key_id=access_key_id,
        protocol=protocol,
        action=action or "Unknown",
        params=params,
        nested=nested,
    )


def _headers(environ: Environ) -> dict[str, str]:
    found = {
        name[5:].replace("_", "-").lower(): str(value)
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            found[name.replace("_", "-").lower()] = str(environ[name])
    return found


def _scope(headers: Mapping[str, str], query: Mapping[str, str]) -> tuple[str, str, str]:
    """Access key id, region and service of the credential scope: a header or a presigned URL."""
    authorization = headers.get("authorization", "")
    credential = query.get("X-Amz-Credential", "")
    if "Credential=" in authorization:
        credential = authorization.partition("Credential=")[2].partition(",")[0]
    parts = credential.split("/")
    return (parts[0], parts[2], parts[3]) if len(parts) == 5 else ("", "", "")


def _protocol(service: str, headers: Mapping[str, str]) -> str:
    if service in {"s3", "ec2"}:
        return service
    if "x-amz-target" in headers:
        return "json"
    form = headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    return "query" if form or service in {"iam", "sts", "sns", "sqs", ""} else "rest-json"


def _params(
    protocol: str, headers: Mapping[str, str], query: Iterable[tuple[str, str]], body: bytes
) -> tuple[dict[str, str], dict[str, Mapping[str, str]]]:
    found = dict(query)
    if headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        found |= parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
        return found, {}
    if protocol not in {"json", "rest-json"} or not body.lstrip().startswith(b"{"):
        return found, {}
    try:
        document = json.loads(body)
    except ValueError:
        return found, {}
    found |= {name: str(v) for name, v in document.items() if isinstance(v, (str, int, bool))}
    nested: dict[str, Mapping[str, str]] = {
        name: {str(k): str(v) for k, v in value.items()}
        for name, value in document.items()
        if isinstance(value, dict)
    }
    return found, nested


def _routed(service: str, environ: Environ) -> tuple[str, dict[str, str]]:
    try:
        operation, uri = get_service_router(service).match(MotoRequest(dict(environ)))
    except (HTTPException, NotImplementedError, ValueError, KeyError):
        return "", {}
    return str(operation.name), {str(k): str(v) for k, v in uri.items()}


def xml_reply(action: str, result: str, namespace: str) -> Reply:
    """A successful answer of the query protocol; ``result`` is the inside of ``<XResult>``."""
    text = (
        f'<{action}Response xmlns="{namespace}"><{action}Result>{result}</{action}Result>'
        "<ResponseMetadata><RequestId>00000000-0000-4000-8000-000000000000</RequestId>"
        f"</ResponseMetadata></{action}Response>"
    )
    return Reply(status=200, body=text.encode())
