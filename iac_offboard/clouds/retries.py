"""When a refused call is made again, and how long that may take; the same for every cloud."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum, auto

BASE_DELAY = 0.5
MAX_DELAY = 20.0
FEW_TRIES = 4


class Retry(Enum):
    """Whether asking again can help."""

    NO = auto()
    FEW = auto()  # the cloud is not there: likely a wrong endpoint, a few tries are enough
    BUDGET = auto()


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The clocks and the dice of the retries; tests put their own here.

    ``budget`` is the time in seconds that ONE call may spend on being retried. ``clock`` is
    monotonic, ``now`` the time of day, ``jitter(high)`` a delay between 0 and ``high``
    ("Exponential backoff and jitter", AWS Architecture Blog: full jitter).
    """

    budget: float = 120.0
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = _utc_now
    jitter: Callable[[float], float] = field(default=lambda high: random.uniform(0.0, high))

    def delay(self, tries: int, retry: Retry, spent: float, asked: float = 0.0) -> float | None:
        """Seconds to wait before the next try, None when there is none. ``tries`` were made in
        ``spent`` seconds; the cloud may have ``asked`` for a wait of its own."""
        left = self.budget - spent
        if retry is Retry.NO or left <= 0 or (retry is Retry.FEW and tries >= FEW_TRIES):
            return None
        high = min(MAX_DELAY, BASE_DELAY * 2.0 ** min(tries - 1, 16))
        return min(max(self.jitter(high), asked), left)
