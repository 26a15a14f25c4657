"""Taking siblings out of one container: which bytes go, and only those.

An entry that has lines to itself takes whole lines; one that shares a line takes itself, its
comma and the space that parted it from its neighbour. In HCL the comma of the entry before
stays when it stands on a line that is not touched (it is legal there, and the diff then holds
the leaver's lines only); in JSON it has to go.

Blank lines: of the gaps around and between the entries that go, the widest stays. At the top
or the bottom of a container no gap is left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

from iac_offboard.edit import comments
from iac_offboard.edit.group import (
    Group,
    Style,
    Token,
    TokenKind,
    begins_line,
    ends_line,
    line_end,
    line_start,
    tokens,
)
from iac_offboard.errors import EditError


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """Bytes [start, end) become ``text`` (almost always nothing)."""

    start: int
    end: int
    text: bytes = b""


def changes(text: bytes, group: Group, cut: Set[int]) -> tuple[Change, ...]:
    """The changes that take the items in ``cut`` out. Offsets are of ``text``. Raises EditError
    for a text that no piece would be left of."""
    if group.style is Style.PIECES:
        return _pieces(group, cut)
    toks = tokens(text, group)
    going = set(comments.with_entries(text, group, toks, cut))
    going |= {
        at
        for at, token in enumerate(toks)
        if token.kind is not TokenKind.COMMENT and token.index in cut
    }
    emptied = len(cut) == len(group.items)
    if emptied and len(going) == len(toks) and group.style is not Style.LINES:
        return (Change(group.open, group.close),)
    if emptied and group.empty:
        return _spelled_out(text, group, toks, going)
    going |= _loose_comma(text, group, toks, cut, going)
    return tuple(c for run in _runs(going) for c in _run(text, group, toks, run))


def _pieces(group: Group, cut: Set[int]) -> tuple[Change, ...]:
    """With the separator before each, or behind it where nothing is left before."""
    items = group.items
    kept = [i for i in range(len(items)) if i not in cut]
    if not kept:
        raise EditError(
            "The leaver is all that a text that is taken apart holds.",
            hint="Remove the text by hand: an empty one still counts as one entry.",
        )
    return tuple(
        Change(items[i].start, items[i + 1].start)
        if i < kept[0]
        else Change(items[i - 1].end, items[i].end)
        for i in sorted(cut)
    )


def _loose_comma(
    text: bytes, group: Group, toks: Sequence[Token], cut: Set[int], going: Set[int]
) -> frozenset[int]:
    """The comma after the last item that stays, when nothing follows it any more.

    Decided as if the items behind it went one by one from the end, so that many edits and one
    edit come to the same: an item on a line of its own leaves the comma above it alone.
    """
    final = len(group.items) - 1
    last = max((i for i in range(len(group.items)) if i not in cut), default=-1)
    commas = {t.index: at for at, t in enumerate(toks) if t.kind is TokenKind.COMMA}
    if last in (-1, final) or last not in commas:
        return frozenset()
    stays = final in commas
    ends = ends_line(text, toks[max(going)].end)
    for i in range(final, last, -1):
        alone = ends and begins_line(text, group.items[i].start)
        stays = i - 1 in commas and (stays or alone)
    stays = stays and group.style is Style.LIST
    return frozenset() if stays else frozenset({commas[last]})


def _runs(going: Set[int]) -> Iterator[tuple[int, int]]:
    """(first, last) positions of neighbouring tokens that go."""
    ordered = sorted(going)
    first = 0
    for i, at in enumerate(ordered):
        if i + 1 == len(ordered) or ordered[i + 1] != at + 1:
            yield ordered[first], at
            first = i + 1


def _run(
    text: bytes, group: Group, toks: Sequence[Token], run: tuple[int, int]
) -> Iterator[Change]:
    """A run that begins or ends in the middle of a line is split there, so that its whole
    lines are treated like any others."""
    first, last = run
    new_line = begins_line(text, toks[first].start)
    line_over = ends_line(text, toks[last].end)
    heads = [
        i
        for i in range(first + 1, last + 1)
        if toks[i].kind is not TokenKind.COMMA and begins_line(text, toks[i].start)
    ]
    if new_line and line_over:
        yield from _lines(text, group, toks, run)
    elif heads and first and line_over:
        yield from _partial(text, group, toks, (first, heads[0] - 1))
        yield from _lines(text, group, toks, (heads[0], last))
    elif heads and (new_line or first) and last + 1 < len(toks):
        whole = first if new_line else heads[0]
        if not new_line:
            yield from _partial(text, group, toks, (first, whole - 1))
        if whole < heads[-1]:
            yield from _lines(text, group, toks, (whole, heads[-1] - 1))
        yield from _partial(text, group, toks, (heads[-1], last))
    else:
        yield from _partial(text, group, toks, run)


def _partial(
    text: bytes, group: Group, toks: Sequence[Token], run: tuple[int, int]
) -> Iterator[Change]:
    """A run that shares a line with something that stays."""
    first, last = run
    start, end = toks[first].start, toks[last].end
    before = toks[first - 1] if first else None
    after = toks[last + 1] if last + 1 < len(toks) else None
    left = before.end if before else group.open
    right = after.start if after else group.close
    new_line, line_over = begins_line(text, start), ends_line(text, end)
    if line_over and not new_line:
        end += len(text[end:right]) - len(text[end:right].lstrip(b" \t"))
    if all(t.kind is TokenKind.COMMA for t in toks[first : last + 1]):
        yield Change(left if line_over else start, end)
    elif new_line and after is None:
        # `"b" ]`: the bracket moves up, unless a line comment would swallow it.
        swallowed = before is not None and before.kind is TokenKind.COMMENT
        yield Change(start, right) if swallowed or before is None else Change(left, end)
    elif line_over and not new_line and before is None:
        # `["a",` and the next entry below: it moves up, unless comments stand between.
        moves = after is not None and after.kind is TokenKind.ITEM
        yield Change(start, right) if moves else Change(left, end)
    elif (line_over or after is None) and not new_line:
        yield Change(left, right if before is None and after is None else end)
    else:
        yield Change(start, right)


def _lines(
    text: bytes, group: Group, toks: Sequence[Token], run: tuple[int, int]
) -> Iterator[Change]:
    """Whole lines, and all blank lines around and between them but the widest gap."""
    first, last = run
    top = first == 0
    bottom = last + 1 == len(toks)
    low = line_start(text, toks[first].start)
    high = min(line_end(text, toks[last].end) + 1, len(text))
    above = (_blank_above(text, low, toks[first - 1].end if first else group.open), low)
    below = (high, _blank_below(text, high, group.close if bottom else toks[last + 1].start))
    gaps = [above, *_inner(text, toks[first : last + 1]), below]
    if top and bottom:
        keep: tuple[int, int] | None = None
    elif top:
        keep = above
    elif bottom:
        keep = below
    else:
        keep = max(gaps, key=lambda gap: text.count(b"\n", *gap))
    if keep is None:
        yield Change(above[0], below[1])
        return
    if above[0] < keep[0]:
        yield Change(above[0], keep[0])
    if keep[1] < below[1]:
        yield Change(keep[1], below[1])


def _blank_above(text: bytes, low: int, floor: int) -> int:
    """Where the blank lines that end at ``low`` begin; text before ``floor`` is not ours."""
    while low > 0:
        start = line_start(text, low - 1)
        if text[start:low].strip() or start < floor:
            break
        low = start
    return low


def _blank_below(text: bytes, high: int, ceiling: int) -> int:
    while high < len(text):
        end = min(line_end(text, high) + 1, len(text))
        if text[high:end].strip() or end > ceiling:
            break
        high = end
    return high


def _inner(text: bytes, toks: Sequence[Token]) -> list[tuple[int, int]]:
    """The blank lines between neighbours of a run."""
    found = []
    for one, two in pairwise(toks):
        low = min(line_end(text, one.end) + 1, len(text))
        high = line_start(text, two.start)
        if low < high:
            found.append((low, high))
    return found


def _spelled_out(
    text: bytes, group: Group, toks: Sequence[Token], going: Set[int]
) -> tuple[Change, ...]:
    """YAML block style: nothing left would read as null, so the empty container is written."""
    first, last = group.items[0].start, group.items[-1].end
    if not begins_line(text, first) or begins_line(text, group.open):
        low = first if begins_line(text, group.open) else group.open
        lead = b"" if low == first else b" "
        return (Change(low, last, lead + group.empty),)
    runs = (c for run in _runs(going) for c in _run(text, group, toks, run))
    return (Change(group.open, group.open, b" " + group.empty), *runs)
