"""``python -m iac_offboard.demo.strict --port N --ready-file F``: a process of its own.

When it accepts connections it writes F: JSON with url, access_key_id, secret_access_key (file
mode 0600). The bootstrap key may be given in IAC_OFFBOARD_STRICT_KEY_ID and
IAC_OFFBOARD_STRICT_SECRET instead. It ends on SIGTERM or SIGINT.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import threading
from pathlib import Path

from iac_offboard.demo.strict.app import Config
from iac_offboard.demo.strict.callers import AccessKeyPair
from iac_offboard.demo.strict.server import StrictServer


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m iac_offboard.demo.strict")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--ready-file", type=Path)
    parser.add_argument("--region", action="append", help="an enabled region (repeatable)")
    options = parser.parse_args()
    default = Config()
    root = default.root
    if os.environ.get("IAC_OFFBOARD_STRICT_SECRET"):
        root = AccessKeyPair(
            key_id=os.environ["IAC_OFFBOARD_STRICT_KEY_ID"],
            secret=os.environ["IAC_OFFBOARD_STRICT_SECRET"],
        )
    config = Config(root=root, regions=tuple(options.region or default.regions))
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    with StrictServer(config, options.port) as server:
        if options.ready_file:
            _announce(options.ready_file, server.url, root)
        ended.wait()
    return 0


def _announce(path: Path, url: str, root: AccessKeyPair) -> None:
    """Whole or not at all: a reader that polls for the file must never see half of it."""
    document = {
        "url": url,
        "access_key_id": root.key_id,
        "secret_access_key": root.secret,
    }
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    partial.touch(mode=0o600)
    partial.write_text(json.dumps(document), encoding="utf-8")
    partial.replace(path)


if __name__ == "__main__":
    raise SystemExit(main())
