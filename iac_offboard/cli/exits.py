"""Exit codes (DESIGN.md, contract of the command line): scripts depend on them."""

from __future__ import annotations

OK = 0
FOUND = 1
ERROR = 2
INCOMPLETE = 3
INTERRUPTED = 130


def combined(*, error: bool = False, found: bool = False, incomplete: bool = False) -> int:
    """Several at once: 2, then 1, then 3."""
    if error:
        return ERROR
    if found:
        return FOUND
    return INCOMPLETE if incomplete else OK
