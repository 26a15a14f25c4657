"""Between the real provider and the server: what is asked to be changed, and what is said to it.

A case is recorded anew by ``python -m tests.google_loop.record``, where a Google provider is.
"""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from iac_offboard.demo.google_team.recording import SECRET, Exchange

_READS = (":getIamPolicy", ":testIamPermissions", ":lookup", ":search")
_PASSED_ON = ("Authorization", "Content-Type", "Accept", "If-Match")


class Recorder:
    """A proxy in front of ``url``: a context manager that listens on the loopback address."""

    def __init__(self, url: str) -> None:
        self.taken: list[Exchange] = []
        handler = _handler(url.rstrip("/"), self.taken)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Recorder:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(url: str, taken: list[Exchange]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._pass_on(reads=True)

        def do_POST(self) -> None:
            self._pass_on(reads=self.path.partition("?")[0].endswith(_READS))

        def do_PUT(self) -> None:
            self._pass_on()

        do_PATCH = do_DELETE = do_PUT

        def _pass_on(self, *, reads: bool = False) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {k: v for k in _PASSED_ON if (v := self.headers.get(k))}
            request = urllib.request.Request(
                url + self.path, data=sent or None, method=self.command, headers=headers
            )
            try:
                with urllib.request.urlopen(request, timeout=60) as reply:
                    status, said = reply.status, reply.read()
            except urllib.error.HTTPError as refusal:
                status, said = refusal.code, refusal.read()
            if status < 300 and not reads:
                taken.append(
                    Exchange(
                        method=self.command,
                        path=self.path,
                        body=_kept(json.loads(sent)) if sent else None,
                        answer=_kept(json.loads(said or b"null")),
                    )
                )
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=UTF-8")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            """Nothing: the test says what went wrong."""

    return Handler


def _kept(value: Any) -> Any:
    """Without etags and without key material."""
    if isinstance(value, dict):
        return {k: _kept(v) for k, v in value.items() if k not in ("etag", SECRET)}
    return [_kept(v) for v in value] if isinstance(value, list) else value
