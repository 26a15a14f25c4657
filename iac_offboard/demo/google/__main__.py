"""``python -m iac_offboard.demo.google --directory D [--port N]``: a process of its own.

It seeds an organization with one folder and one project, writes an administrator's key file and
``environment.json`` (the variables that lead a client here) into D, and ends on SIGTERM or
SIGINT.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import threading
from pathlib import Path

from iac_offboard.demo.google.server import GoogleServer


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m iac_offboard.demo.google")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--directory", type=Path, required=True)
    options = parser.parse_args()
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    with GoogleServer(options.port) as server:
        server.world.organization("123456789012")
        server.world.folder("456", parent="organizations/123456789012")
        server.world.project("acme-prod", parent="folders/456")
        variables = server.environment(options.directory)
        # Whole or not at all: a reader that polls for the file must never see half of it.
        partial = options.directory / f"environment.json.{os.getpid()}"
        partial.touch(mode=0o600)
        partial.write_text(json.dumps(variables), encoding="utf-8")
        partial.replace(options.directory / "environment.json")
        ended.wait()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
