"""The server's clock: real time plus an offset that a test moves on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """``advance`` moves it on; it never goes back by itself."""

    def __init__(self) -> None:
        self.offset = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset

    def advance(self, seconds: float) -> None:
        self.offset += timedelta(seconds=seconds)


def stamp(moment: datetime) -> str:
    """RFC 3339 as Google writes it: ``2026-11-20T17:00:00.123456Z``."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
