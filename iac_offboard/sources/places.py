"""A place in the configuration, as origins spell it."""

from __future__ import annotations

import hashlib

from iac_offboard.catalog.policy import Path
from iac_offboard.hcl.files import Files
from iac_offboard.model import Span


def dotted(path: Path) -> str:
    """``block[0].attribute``."""
    return "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in path).lstrip(".")


def line_and_digest(files: Files, span: Span) -> tuple[int, str]:
    """The line where a span begins, and the sha256 of its file."""
    data = files.read(span.file)
    return data.count(b"\n", 0, span.start) + 1, hashlib.sha256(data).hexdigest()
