"""How many records a second the journal puts on disk."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.table import table
from iac_offboard.apply.journal import Journal
from iac_offboard.model import Outcome

_RECORDS = 300


def report() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        bare = _bare(place / "bare")
        journal = _journal(place / "journal.jsonl")
    rows = (
        ("write and fsync 400 bytes", _RECORDS / bare, "1.0"),
        ("Journal.append", _RECORDS / journal, f"{journal / bare:.1f}"),
    )
    header = ("what", "per second", "times as long")
    yield table(f"Journal, {_RECORDS} records, in a temporary directory", header, rows)


def _bare(path: Path) -> float:
    started = time.perf_counter()
    with path.open("wb", buffering=0) as file:
        for _ in range(_RECORDS):
            file.write(b"x" * 399 + b"\n")
            os.fsync(file.fileno())
    return time.perf_counter() - started


def _journal(path: Path) -> float:
    started = time.perf_counter()
    with Journal.open(path, "0" * 64, lambda: datetime.now(UTC)) as journal:
        for number in range(_RECORDS):
            journal.append(
                f"A-{number:03d}",
                Outcome.DONE,
                operation="iam:DeleteAccessKey",
                caller="arn:aws:iam::111122223333:role/offboard",
                request_id="00000000-0000-0000-0000-000000000000",
                response_digest="0" * 64,
            )
    return time.perf_counter() - started
