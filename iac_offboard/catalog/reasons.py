"""What the reasons of what was skipped have in common."""

from __future__ import annotations

from typing import assert_never

from iac_offboard.model import SkipReason


def was_not_read(reason: SkipReason) -> bool:
    """Whether a place was not read. Otherwise something *was* found there, one object or one
    upstream, and a person has to decide about just that."""
    match reason:
        case (
            SkipReason.MISSING
            | SkipReason.UNPARSEABLE
            | SkipReason.ENCRYPTED
            | SkipReason.TOO_LARGE
            | SkipReason.OUTSIDE
            | SkipReason.DENIED
            | SkipReason.THROTTLED
            | SkipReason.UNREACHABLE
            | SkipReason.UNSUPPORTED
        ):
            return True
        case SkipReason.UNDECIDED | SkipReason.AMBIGUOUS | SkipReason.UPSTREAM:
            return False
        case _:
            assert_never(reason)
