"""States in files of this machine."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from iac_offboard.interface import StateFault, StatePlace
from iac_offboard.model import SkipReason

MAX_BYTES = 512 * 1024 * 1024


def in_file(path: str, limit: int = MAX_BYTES) -> StatePlace:
    return StatePlace(name=path, read=partial(_bytes_of, Path(path), limit))


def check_size(size: int, limit: int = MAX_BYTES) -> None:
    """Raises StateFault for what would not fit into memory."""
    if size > limit:
        raise StateFault(
            SkipReason.TOO_LARGE,
            f"the state is larger than {limit // (1024 * 1024)} MB",
            "Split the root module.",
        )


def _bytes_of(path: Path, limit: int) -> bytes:
    try:
        check_size(path.stat().st_size, limit)
        return path.read_bytes()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
        raise StateFault(
            SkipReason.MISSING,
            "there is no such state file",
            "Fetch it with `terraform state pull > FILE` in the root module.",
        ) from error
    except OSError as error:
        raise StateFault(
            SkipReason.DENIED,
            f"the state file cannot be read ({error.strerror})",
            "Give this user the right to read it.",
        ) from error
