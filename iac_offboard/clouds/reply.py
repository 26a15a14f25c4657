"""What a call to a cloud gave back, and typed ways to read it.

An SDK's replies are untyped dictionaries; the readers below check each value's type, so
that nothing untyped leaves the border.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

Data = Mapping[str, object]
"""A structure of a reply: members by their API names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One answered request. ``operation`` is the IAM action (``iam:ListAccessKeys``) or the method
    (``iam.projects.serviceAccounts.get``), ``region`` "" for a service without one. ``data`` stays
    out of repr: it may hold credentials (AssumeRole)."""

    operation: str
    account: str
    region: str
    caller: str
    at: datetime
    request_id: str
    data: Data = field(repr=False)

    @property
    def digest(self) -> str:
        """sha256 over the canonical JSON of the reply, without its HTTP metadata."""
        body = {k: v for k, v in self.data.items() if k != "ResponseMetadata"}
        text = json.dumps(body, sort_keys=True, separators=(",", ":"), default=str)
        return hashlib.sha256(text.encode()).hexdigest()


def text(data: Data, key: str) -> str:
    """The string at ``key``, "" when absent."""
    value = data.get(key)
    return value if isinstance(value, str) else ""


def when(data: Data, key: str) -> datetime | None:
    """The time at ``key`` in UTC, None when absent."""
    value = data.get(key)
    if isinstance(value, str):
        value = _parsed(value)
    if not isinstance(value, datetime):
        return None
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _parsed(text: str) -> datetime | None:
    """RFC 3339, as Google writes times; its fractions may have nine digits."""
    try:
        return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text))
    except ValueError:
        return None


def struct(data: Data, key: str) -> Data:
    """The structure at ``key``, empty when absent."""
    value = data.get(key)
    return value if isinstance(value, dict) else {}


def structs(data: Data, key: str) -> Iterator[Data]:
    """The structures of the list at ``key``."""
    for item in _list(data, key):
        if isinstance(item, dict):
            yield item


def strings(data: Data, key: str) -> Iterator[str]:
    """The strings of the list at ``key``."""
    for item in _list(data, key):
        if isinstance(item, str):
            yield item


def _list(data: Data, key: str) -> Sequence[object]:
    value = data.get(key)
    return value if isinstance(value, list) else []
