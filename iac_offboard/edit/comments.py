"""Which comments go with an entry that goes.

The rule, in the order in which it is asked:

1. A comment on the entry's own line goes with it, unless an entry that stays shares the line.
2. Comment lines directly above (no blank line between) go with the entry when everything they
   stand above goes. They stand above the entries down to the next blank line, comment line or
   end; below a *ruler* (a comment line of ``####`` or ``----``) blank lines do not end that.
3. If something below them stays, they go only when they stand in the middle of a paragraph
   (then they speak of the entry right below), or when they name an entry that goes and none
   that stays. Otherwise they are a heading and stay.
4. A banner with rulers that a blank line parts from its section goes when all of the section
   goes and the banner names it.
5. A licence notice at the top of a file stays. So does every comment that a blank line parts
   from the entry, but for 4.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set

from iac_offboard.edit.group import (
    Group,
    Token,
    TokenKind,
    begins_line,
    ends_line,
    line_end,
    line_start,
)

_RULER = re.compile(rb"(?m)^[ \t]*(?:#|//|/\*|\*)[ \t#/*=~_-]{4,}\r?$")
_LICENCE = re.compile(rb"copyright|spdx-|licen[sc]e", re.IGNORECASE)
_WORD = re.compile(rb"[A-Za-z0-9][\w.+@-]*[A-Za-z0-9]")


def with_entries(text: bytes, group: Group, toks: Sequence[Token], cut: Set[int]) -> frozenset[int]:
    """Positions in ``toks`` of the comments that go when the items in ``cut`` go."""
    going: set[int] = set()
    for at, token in enumerate(toks):
        if token.kind is not TokenKind.COMMENT or at in going:
            continue
        if _alone(text, token):
            going |= _banner(text, group, toks, at, cut)
        elif _beside(text, toks, at, cut):
            going.add(at)
    return frozenset(going)


def _alone(text: bytes, token: Token) -> bool:
    return begins_line(text, token.start) and ends_line(text, token.end)


def _newlines(text: bytes, before: Token, after: Token) -> int:
    return text.count(b"\n", before.end, after.start)


def _beside(text: bytes, toks: Sequence[Token], at: int, cut: Set[int]) -> bool:
    """A comment that shares its line with something."""
    for follower in toks[at + 1 :]:
        if text.count(b"\n", toks[at].end, follower.start):
            break
        if follower.kind is TokenKind.COMMA:
            return follower.index in cut
        if follower.kind is TokenKind.ITEM:
            return follower.index in cut
    start, end = line_start(text, toks[at].start), line_end(text, toks[at].start)
    on_line = [
        t.index for t in toks if t.kind is TokenKind.ITEM and t.start < end and t.end > start
    ]
    return bool(on_line) and all(i in cut for i in on_line)


def _banner(
    text: bytes, group: Group, toks: Sequence[Token], at: int, cut: Set[int]
) -> frozenset[int]:
    """The comment lines from ``at`` on, if they go."""
    last = at
    while (
        last + 1 < len(toks)
        and toks[last + 1].kind is TokenKind.COMMENT
        and _newlines(text, toks[last], toks[last + 1]) < 2
        and _alone(text, toks[last + 1])
    ):
        last += 1
    above = toks[at - 1] if at else None
    if above is not None and above.kind is TokenKind.COMMENT and _alone(text, above):
        joined = _newlines(text, above, toks[at]) < 2
        if joined:
            return frozenset()  # judged with the line above
    if last + 1 == len(toks):
        return frozenset()
    if _section_goes(text, group, toks, (at, last), cut):
        return frozenset(range(at, last + 1))
    if toks[last + 1].kind is not TokenKind.ITEM:
        return frozenset()
    if _newlines(text, toks[last], toks[last + 1]) > 1:
        return frozenset()
    first = toks[last + 1].index
    words = text[toks[at].start : toks[last].end]
    if first not in cut or (not at and group.open == 0 and _LICENCE.search(words)):
        return frozenset()
    below = _below(text, toks, last + 1, words)
    heading = _starts_paragraph(text, toks, at)
    if all(i in cut for i in below) or not heading or _names(text, group, words, below, cut):
        return frozenset(range(at, last + 1))
    return frozenset()


def _section_goes(
    text: bytes, group: Group, toks: Sequence[Token], banner: tuple[int, int], cut: Set[int]
) -> bool:
    """Does everything down to the next ruler go, below a ruled banner that names it?"""
    words = text[toks[banner[0]].start : toks[banner[1]].end]
    if not _RULER.search(words) or _newlines(text, toks[banner[1]], toks[banner[1] + 1]) < 2:
        return False
    if not banner[0] and group.open == 0 and _LICENCE.search(words):
        return False
    below: list[int] = []
    for token in toks[banner[1] + 1 :]:
        if token.kind is TokenKind.COMMENT and _RULER.search(text, token.start, token.end):
            break
        if token.kind is TokenKind.ITEM:
            below.append(token.index)
    return all(i in cut for i in below) and _names(text, group, words, below, cut)


def _below(text: bytes, toks: Sequence[Token], at: int, words: bytes) -> tuple[int, ...]:
    """The items that a banner stands above."""
    ruled = _RULER.search(words) is not None
    found = [toks[at].index]
    for before, token in zip(toks[at:], toks[at + 1 :], strict=False):
        if token.kind is TokenKind.COMMENT and _alone(text, token):
            if not ruled or _RULER.search(text, token.start, token.end):
                break
        elif token.kind is TokenKind.ITEM:
            if not ruled and _newlines(text, before, token) > 1:
                break
            found.append(token.index)
    return tuple(found)


def _starts_paragraph(text: bytes, toks: Sequence[Token], at: int) -> bool:
    if not at:
        return True
    return _newlines(text, toks[at - 1], toks[at]) > 1


def _names(text: bytes, group: Group, words: bytes, below: Sequence[int], cut: Set[int]) -> bool:
    def of(index: int) -> frozenset[bytes]:
        return _words(text[group.items[index].start : group.items[index].end])

    goes = frozenset().union(*(of(i) for i in below if i in cut))
    stays = frozenset().union(*(of(i) for i in below if i not in cut))
    said = _words(words)
    return bool(said & (goes - stays)) and not said & (stays - goes)


def _words(text: bytes) -> frozenset[bytes]:
    """Whole words, lower case; of an e-mail address the part before the ``@`` too."""
    found = {w.lower() for w in _WORD.findall(text) if len(w) > 2}
    return frozenset(found | {w.partition(b"@")[0] for w in found})
