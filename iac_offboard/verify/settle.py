"""Looking again until a cloud that answers from lagging copies has settled.

IAM is eventually consistent, seconds to minutes (IAM user guide, "Changes that I make are not
always immediately visible"). A lagging answer can show a binding that is gone, and, behind a
load balancer, hide one that is there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def settle(
    look: Callable[[], T],
    good: Callable[[T], bool],
    *,
    window: float,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
    interval: float,
) -> T:
    """The last of the looks: they are repeated every ``interval`` seconds while they are not
    ``good`` and less than ``window`` seconds have passed on the monotonic ``clock``.

    With a window, good has to be seen twice in a row, ``interval`` apart; the second look may
    come after the window. Without one (0) there is a single look. ``look`` may raise; nothing
    is caught here.
    """
    start = clock()
    seen = look()
    if window <= 0:
        return seen
    before = False
    while True:
        now = good(seen)
        if now and before:
            return seen
        if not now and clock() - start >= window:
            return seen
        before = now
        sleep(interval)
        seen = look()
