"""``python -m benchmarks [--only NAME] [DIR]``: every table, or the reading of DIR alone."""

from __future__ import annotations

import argparse
import platform
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from benchmarks import journal, large_files, reading, requests, startup, verdicts

_ALL: Mapping[str, Callable[[], Iterator[str]]] = {
    "requests": requests.report,
    "startup": startup.report,
    "reading": reading.report,
    "large": large_files.report,
    "journal": journal.report,
    "verdicts": verdicts.report,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("directory", nargs="?", type=Path, help="Terraform of your own to read")
    parser.add_argument("--only", choices=sorted(_ALL), action="append", help="repeatable")
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}\n")
    if options.directory is not None:
        for text in reading.report(options.directory):
            print(text, flush=True)
        return 0
    for name in options.only or _ALL:
        for text in _ALL[name]():
            print(text, flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
