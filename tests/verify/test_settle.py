"""Settling: a lagging answer neither kills nor revives."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from iac_offboard.verify import settle


class Time:
    def __init__(self) -> None:
        self.now = 0.0

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def looks(answers: str) -> Iterator[str]:
    """``a`` alive, ``d`` dead; the last one for ever."""
    yield from answers
    while True:
        yield answers[-1]


@pytest.mark.parametrize(
    ("answers", "window", "expected", "seconds"),
    [
        ("d", 0, "d", 0),  # no window: one look
        ("a", 0, "a", 0),
        ("dd", 30, "d", 5),  # twice in a row
        ("dad", 30, "d", 15),  # a lagging "dead" does not count
        ("aaadd", 30, "d", 20),
        ("a", 30, "a", 30),  # alive until the window ends
        ("aaaaaad", 30, "d", 35),  # the second look may come after the window
        ("aaaaaada", 30, "a", 35),
    ],
)
def test_settle(answers: str, window: float, expected: str, seconds: float) -> None:
    time, answer = Time(), looks(answers)
    seen = settle(
        lambda: next(answer),
        lambda found: found == "d",
        window=window,
        clock=time.clock,
        sleep=time.sleep,
        interval=5,
    )
    assert (seen, time.now) == (expected, seconds)
