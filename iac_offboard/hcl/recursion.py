"""Room on the interpreter's stack for trees that nest as deep as we allow.

Syntax and evaluation recurse in pure Python, which costs no C stack; the default limit of 1,000
frames is about a hundred nested expressions. The limit is only ever raised: lowering it again
could hit another thread in the middle of its work.
"""

from __future__ import annotations

import sys

FRAMES = 12_000


def allow_deep_recursion() -> None:
    if sys.getrecursionlimit() < FRAMES:
        sys.setrecursionlimit(FRAMES)
