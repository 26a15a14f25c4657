"""What could not be read, said as model.Skipped (rule 1: never an empty list)."""

from __future__ import annotations

from collections.abc import Container

from iac_offboard.errors import CloudError, CredentialsError, DeniedError, ThrottledError
from iac_offboard.model import Side, Skipped, SkipReason


def skip_for(
    error: CloudError,
    *,
    where: str,
    unsupported: Container[str],
    kinds: frozenset[str] = frozenset(),
    detail: str = "",
) -> Skipped:
    """The Skipped for a call that failed. ``kinds`` are the target kinds it may hide,
    ``unsupported`` the cloud's codes for what it does not have there."""
    denied = isinstance(error, DeniedError)
    return Skipped(
        where=where,
        reason=_reason(error, unsupported),
        detail=detail or error.message,
        side=Side.ACCESS,
        next_step=error.hint,
        permission=error.operation if denied else "",
        kinds=kinds,
    )


def _reason(error: CloudError, unsupported: Container[str]) -> SkipReason:
    if isinstance(error, DeniedError | CredentialsError):
        return SkipReason.DENIED
    if isinstance(error, ThrottledError):
        return SkipReason.THROTTLED
    return SkipReason.UNSUPPORTED if error.code in unsupported else SkipReason.UNREACHABLE
