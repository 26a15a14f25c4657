"""Which lines went and which came: a shortest edit script over lines, with readable hunks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_MAX_DISTANCE = 1000
"""More changed lines than this are left to difflib: Myers' memory grows with the square."""


@dataclass(frozen=True, slots=True)
class Hunk:
    """Old lines [a, b) became new lines [c, d)."""

    a: int
    b: int
    c: int
    d: int


def hunks(old: Sequence[bytes], new: Sequence[bytes]) -> list[Hunk]:
    """Changed regions in order, none touching the next."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    one, two = old[head : len(old) - tail], new[head : len(new) - tail]
    pairs = _myers(one, two)
    if pairs is None:
        blocks = SequenceMatcher(None, one, two, autojunk=len(one) > 20000).get_matching_blocks()
        pairs = [(b.a + i, b.b + i) for b in blocks for i in range(b.size)]
    found: list[Hunk] = []
    at = (head, head)
    for a, b in [*((a + head, b + head) for a, b in pairs), (len(old) - tail, len(new) - tail)]:
        if at != (a, b):
            found.append(Hunk(at[0], a, at[1], b))
        at = (a + 1, b + 1)
    placed: list[Hunk] = []
    for hunk, after in zip(found, [*found[1:], None], strict=True):
        floor = placed[-1].b if placed else 0
        placed.append(_slid(hunk, old, floor, after.a - 1 if after else len(old)))
    return placed


def _myers(one: Sequence[bytes], two: Sequence[bytes]) -> list[tuple[int, int]] | None:
    """Equal lines of a shortest edit script, or None when it is longer than we allow.

    E. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986), the greedy form.
    """
    furthest = {1: 0}
    trace: list[dict[int, int]] = []
    for distance in range(min(len(one) + len(two), _MAX_DISTANCE) + 1):
        trace.append(dict(furthest))
        for k in range(-distance, distance + 1, 2):
            down = k == -distance or (k != distance and furthest[k - 1] < furthest[k + 1])
            x = furthest[k + 1] if down else furthest[k - 1] + 1
            while x < len(one) and 0 <= x - k < len(two) and one[x] == two[x - k]:
                x += 1
            furthest[k] = x
            if x >= len(one) and x - k >= len(two):
                return _back(trace, len(one), len(two))
    return None


def _back(trace: list[dict[int, int]], x: int, y: int) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    for distance in range(len(trace) - 1, -1, -1):
        furthest, k = trace[distance], x - y
        down = k == -distance or (k != distance and furthest[k - 1] < furthest[k + 1])
        before = k + 1 if down else k - 1
        px = furthest[before] if distance else 0
        py = px - before if distance else 0
        while x > px and y > py and (x, y) != (px + (not down), py + down):
            x, y = x - 1, y - 1
            pairs.append((x, y))
        if distance:
            x, y = px, py
    return pairs[::-1]


def _slid(hunk: Hunk, old: Sequence[bytes], floor: int, ceiling: int) -> Hunk:
    """A pure removal can often be shown at several places; show the one that a person would:
    whole blocks from their first line on, with the blank line that follows."""
    if hunk.c != hunk.d:
        return hunk
    places = [hunk]
    while (at := places[-1]).a > floor and old[at.a - 1] == old[at.b - 1]:
        places.append(Hunk(at.a - 1, at.b - 1, at.c - 1, at.d - 1))
    places.reverse()
    while (at := places[-1]).b < ceiling and old[at.a] == old[at.b]:
        places.append(Hunk(at.a + 1, at.b + 1, at.c + 1, at.d + 1))
    return min(places, key=lambda place: _rank(place, old))


def _rank(hunk: Hunk, old: Sequence[bytes]) -> tuple[int, int, int]:
    first = old[hunk.a]
    no_blank_end = bool(old[hunk.b - 1].strip())
    indent = len(first) - len(first.lstrip()) if first.strip() else 1000
    return indent, no_blank_end, -hunk.a
