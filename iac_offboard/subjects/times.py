"""Points in time as a roster writes them: ISO 8601 or a YAML timestamp, always with an offset."""

from __future__ import annotations

import re
from datetime import datetime

_SPACE_BEFORE_OFFSET = re.compile(r"\s+(?=(?:Z|z|[+-]\d{2}:?\d{0,2})$)")
_DATE_ONLY = re.compile(r"^\d{4}-\d{2}-\d{2}$")


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
