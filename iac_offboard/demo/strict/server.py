"""The strict AWS as an HTTP server on the loopback address."""

from __future__ import annotations

import logging
import threading
from types import TracebackType

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import make_server

from iac_offboard.demo.strict.app import Config, StrictAws

HOST = "127.0.0.1"


class _Handler(MotoRequestHandler):
    """Keeps connections open (clients pool them) and the terminal quiet."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None: ...


class StrictServer:
    """``with StrictServer() as server:`` serves ``server.app`` at ``server.url``.

    ``port`` 0 takes any free one. Threads are daemons; ``close`` stops accepting and returns.
    """

    def __init__(self, config: Config | None = None, port: int = 0) -> None:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self.app = StrictAws(config)
        self._server = make_server(HOST, port, self.app, threaded=True, request_handler=_Handler)
        self.url = f"http://{HOST}:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> StrictServer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
