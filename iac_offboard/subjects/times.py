"""Points in time as a roster writes them: ISO 8601 or a YAML timestamp, always with an offset."""

from __future__ import annotations

import re
from datetime import datetime

_SPACE_BEFORE_OFFSET = re.compile(r"\s+(?=(?:Z|z|[+-]\d{2}:?\d{0,2})$)")
_DATE_ONLY = re.compile(r"^\d{4}-\d{2}-\d{2}$")


_SPAN = re.compile(r"^(\d{1,4})\s*(m|h|d|w)$")
_SECONDS = {"m": 60, "h": 3600, "d": 86_400, "w": 604_800}


class TimeError(ValueError):
    """The text is no point in time; the message says what is missing."""


def instant(text: str) -> datetime:
    """An aware datetime. Raises TimeError, also for a time without an offset: read as local
    time on another machine it would be another moment, and hours decide who acted last."""
    text = _SPACE_BEFORE_OFFSET.sub("", text.strip())
    example = "write it as 2026-11-20T17:00:00Z or 2026-11-20T17:00:00+01:00"
    if _DATE_ONLY.match(text):
        raise TimeError(f"has no time of day and no offset: {example}")
    try:
        found = datetime.fromisoformat(text)
        aware = found.utcoffset() is not None
    except (ValueError, OverflowError):
        raise TimeError(f"is not a point in time: {example}") from None
    if not aware:
        raise TimeError(f"has no offset: {example}")
    return found


def span(text: str) -> int:
    """Seconds of a duration such as ``24h`` or ``7d``. Raises TimeError."""
    found = _SPAN.match(text.strip())
    if found is None:
        raise TimeError("is no duration: write it as 90m, 24h, 7d or 2w")
    return int(found[1]) * _SECONDS[found[2]]
