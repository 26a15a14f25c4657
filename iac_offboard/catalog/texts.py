"""Known texts among attributes."""

from __future__ import annotations

from iac_offboard.catalog.naming import HOLE


def texts(value: object) -> tuple[str, ...]:
    """A known string, or the known strings of a list; empty ones do not count."""
    if isinstance(value, str):
        return (value,) if value and HOLE not in value else ()
    return tuple(t for v in value for t in texts(v)) if isinstance(value, list | tuple) else ()
