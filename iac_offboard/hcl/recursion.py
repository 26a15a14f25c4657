"""The interpreter's own limits while a repository is read: stack and collector.

Syntax and evaluation recurse in pure Python, which costs no C stack; the default limit of 1,000
frames is about a hundred nested expressions. The limit is only ever raised: lowering it again
could hit another thread in the middle of its work.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

FRAMES = 12_000


def allow_deep_recursion() -> None:
    if sys.getrecursionlimit() < FRAMES:
        sys.setrecursionlimit(FRAMES)


@contextmanager
def collector_paused() -> Iterator[None]:
    """Reading builds millions of objects that all stay: each full collection would walk them
    again for nothing (measured: three times as slow over 4,500 files)."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.freeze()  # all that was made is old now: else the next collection walks it at once
            gc.unfreeze()
            gc.enable()
