"""The fake Google as an HTTP server on the loopback address."""

from __future__ import annotations

import json
import os
import socket
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from iac_offboard.demo.google import discovery, sts
from iac_offboard.demo.google.app import GoogleApp, Seen
from iac_offboard.demo.google.clock import Clock
from iac_offboard.demo.google.entities import Provider
from iac_offboard.demo.google.faults import Faults
from iac_offboard.demo.google.tokens import Caller
from iac_offboard.demo.google.wire import ConnectionCutError, Json, Reply, Request
from iac_offboard.demo.google.world import World

HOST = "127.0.0.1"
# The APIs that get an endpoint variable; every other bundled one has ``endpoint(api)`` too.
APIS = [
    "artifactregistry",
    "bigquery",
    "billingbudgets",
    "cloudasset",
    "cloudbilling",
    "cloudfunctions",
    "cloudidentity",
    "cloudkms",
    "cloudresourcemanager",
    "cloudtasks",
    "compute",
    "container",
    "dataproc",
    "dns",
    "iam",
    "iamcredentials",
    "iap",
    "logging",
    "policyanalyzer",
    "pubsub",
    "run",
    "secretmanager",
    "serviceusage",
    "spanner",
    "sqladmin",
    "storage",
    "sts",
]


class _Handler(BaseHTTPRequestHandler):
    """HTTP/1.1 with connections that stay open; one write per answer."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def log_message(self, format: str, *args: Any) -> None: ...

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else b""
        if "chunked" in (self.headers.get("Transfer-Encoding") or ""):
            body = self._chunks()
        url = urlsplit(self.path)
        request = Request(
            method=self.command,
            path=url.path,
            query=parse_qs(url.query, keep_blank_values=True),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
        )
        try:
            reply = self.server.app.answer(request)
        except ConnectionCutError:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self._send(reply)

    def _chunks(self) -> bytes:
        parts = []
        while size := int(self.rfile.readline().split(b";")[0] or b"0", 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _send(self, reply: Reply) -> None:
        content = b"" if reply.body is None else json.dumps(reply.body).encode()
        status = 204 if reply.body is None and reply.status == 200 else reply.status
        self.send_response(status)
        if content:
            self.send_header("Content-Type", "application/json; charset=UTF-8")
        if status != 204:
            self.send_header("Content-Length", str(len(content)))
        for name, value in reply.headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    app: GoogleApp

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away in the middle of an answer is no event."""


class GoogleServer:
    """``with GoogleServer() as server:`` serves ``server.world`` at ``server.url``.

    ``port`` 0 takes any free one. Threads are daemons; ``close`` stops accepting and returns.
    """

    def __init__(self, port: int = 0) -> None:
        self._server = _Server((HOST, port), _Handler)
        self.url = f"http://{HOST}:{self._server.server_port}"
        self.app = self._server.app = GoogleApp(self.url)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()

    @property
    def world(self) -> World:
        """What exists, and the ways to seed it."""
        return self.app.world

    @property
    def faults(self) -> Faults:
        return self.app.faults

    @property
    def clock(self) -> Clock:
        return self.app.clock

    @property
    def requests(self) -> Counter[str]:
        """How often each method (by its id) was called, refused calls too."""
        return self.app.requests

    @property
    def calls(self) -> list[Seen]:
        """Every call in its order."""
        return self.app.calls

    def reset(self) -> None:
        """An empty cloud again; tokens and keys of the one before are refused."""
        with self.app.lock:
            self.app.reset()

    def endpoint(self, api: str) -> str:
        """The base URL of an API as ``client_options.api_endpoint`` demands it: with the
        service path, where the API has one."""
        newest = next((v for v in discovery.versions(api) if v == "v1"), "")
        version = newest or discovery.versions(api)[-1]
        return f"{self.url}/{api}/{discovery.load(api, version).service_path}"

    def token(self, member: str) -> str:
        """A bearer token of ``user:E`` or ``serviceAccount:E``, as that identity gets one; also
        of ``principal://...`` and of a Kubernetes account (``serviceAccount:P.svc.id.goog[..]``),
        without the way through the token exchange."""
        kind, _, email = member.partition(":")
        tokens = self.app.tokens
        with self.app.lock:
            if kind.startswith("principal") or "[" in email:
                pool = member.partition("/subject/")[0].replace("principal:", "principalSet:")
                return tokens.mint(Caller(member=member, sets=(f"{pool}/*",))).text
            if kind == "serviceAccount":
                return tokens.of_account(email).text
            return tokens.of_user(email).text

    def refresh_token(self, email: str) -> str:
        """A refresh token of a user, for credentials of the type ``authorized_user``."""
        with self.app.lock:
            return self.app.tokens.refresh_token(email)

    def external_credential(self, provider: Provider, claims: Json) -> str:
        """A JWT of the fake issuer that ``provider`` trusts, for the token exchange
        (``URL/sts/v1/token``)."""
        return sts.issued(self.clock.now(), provider, claims)

    def environment(self, directory: Path) -> dict[str, str]:
        """Endpoint variables (gcloud's own), and application-default credentials: the key file
        of an administrator that is written into ``directory`` (mode 0600)."""
        account = self.world.administrator
        with self.app.lock:
            key = self.world.key(account.email)
            file = self.write_key_file(directory / "administrator.json", account.email, key.id)
        variables = {"GOOGLE_APPLICATION_CREDENTIALS": str(file)}
        for api in APIS:
            name = f"CLOUDSDK_API_ENDPOINT_OVERRIDES_{api.upper()}"
            variables[name] = self.endpoint(api)
        return variables

    def write_key_file(self, path: Path, email: str, key_id: str) -> Path:
        """The key as a credentials file whose ``token_uri`` is this server's ``/token``."""
        account = self.world.accounts.ever(email)
        document = self.world.key_file(email, account.keys[key_id], f"{self.url}/token")
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(document, file)
        return path

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> GoogleServer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
