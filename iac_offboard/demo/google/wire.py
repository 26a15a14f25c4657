"""What the HTTP face hands to the application and gets back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request. ``path`` is as sent (percent-encoded), header names are lower case."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes = b""

    def header(self, name: str) -> str:
        return self.headers.get(name, "")

    def form(self) -> dict[str, str]:
        """Fields of a urlencoded or JSON body; of a repeated field the last."""
        text = self.body.decode("utf-8", "replace")
        if "json" in self.header("content-type"):
            said = json.loads(text or "{}")
            return {str(k): str(v) for k, v in said.items()} if isinstance(said, dict) else {}
        return {name: values[-1] for name, values in parse_qs(text).items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """``body`` None is an empty body (204)."""

    status: int = 200
    body: Json | None = None
    headers: tuple[tuple[str, str], ...] = ()


class ConnectionCutError(Exception):
    """The server ends the connection and answers nothing (an injected fault)."""


def override(request: Request) -> Request:
    """The request that ``X-HTTP-Method-Override`` means.

    The client library sends a GET of more than 2,048 characters as a POST with this header and
    the query in the body (googleapiclient.http, ``MAX_URI_LENGTH``).
    """
    wanted = request.header("x-http-method-override").upper()
    if not wanted or request.method != "POST":
        return request
    query = {**request.query, **parse_qs(request.body.decode("utf-8"), keep_blank_values=True)}
    headers = {k: v for k, v in request.headers.items() if k != "x-http-method-override"}
    return Request(method=wanted, path=request.path, query=query, headers=headers)
