"""Byte-exact unified diffs that ``git apply`` and ``patch -p1`` take.

Format: POSIX ``diff -u`` and the extended headers of git-diff(1). Lines are split at line
feeds only, so that a carriage return is part of its line.

Context leaves out lines that look like a secret, as far as the programs that apply it allow.
git takes a part without lines after its change for one that ends the file (``match_end`` of
apply.c); patch takes one with fewer lines before than after for one that begins it, and the
other way round for one that ends it (``locate_hunk`` of patch.c).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from iac_offboard.edit.lines_diff import Hunk, hunks
from iac_offboard.edit.secret_lines import secret_lines

_CONTEXT = 3
_NO_NEWLINE = b"\\ No newline at end of file\n"


def unified(
    changes: Mapping[str, tuple[bytes, bytes]],
    *,
    git: bool,
    prefix: str = "",
    modes: Mapping[str, str] | None = None,
) -> bytes:
    """One patch of every file that changed, by path.

    ``changes``: path -> (before, after). ``prefix`` + path is the path in the patch: with
    ``git`` the way from the top of the repository (``infra/``), to be applied from there,
    else "" and the patch is applied with ``patch -p1`` in the directory. ``modes``: git file
    mode by path, 100644 where not given.
    """
    found: list[bytes] = []
    for path in sorted(changes):
        before, after = changes[path]
        if before == after:
            continue
        name = prefix + path
        if git:
            mode = (modes or {}).get(path, "100644").encode()
            found.append(b"diff --git %s %s\n" % (_name("a/", name), _name("b/", name)))
            found.append(b"index %s..%s %s\n" % (blob(before), blob(after), mode))
        found.append(b"--- %s\n+++ %s\n" % (_header("a/", name), _header("b/", name)))
        found.extend(_body(_split(before), _split(after), git=git))
    return b"".join(found)


def shown_secrets(before: bytes, after: bytes, *, git: bool) -> tuple[int, ...]:
    """Lines of the file before, from 1, that look like a secret and that the patch shows all the
    same: they change themselves, or git asks for the line after a change."""
    old = _split(before)
    parts = list(_parts(old, _split(after), git=git))
    shown = [i for part in parts for i in range(part.low, part.high)]
    return tuple(i + 1 for i in sorted(secret_lines(old, shown)))


def blob(data: bytes) -> bytes:
    """The object id that git gives a file's bytes (SHA-1 repositories)."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest().encode()


_QUOTED = {7: b"\\a", 8: b"\\b", 9: b"\\t", 10: b"\\n", 11: b"\\v", 12: b"\\f", 13: b"\\r"}
_QUOTED |= {ord('"'): b'\\"', ord("\\"): b"\\\\"}


def _name(side: str, path: str) -> bytes:
    """A path as git writes it: quoted like a C string when a byte of it calls for that
    (``core.quotePath`` in git-config(1))."""
    raw = (side + path).encode("utf-8", "surrogateescape")
    if all(32 <= b < 127 and b not in _QUOTED for b in raw):
        return raw
    quoted = (_QUOTED.get(b) or (bytes([b]) if 32 <= b < 127 else b"\\%03o" % b) for b in raw)
    return b'"' + b"".join(quoted) + b'"'


def _header(side: str, path: str) -> bytes:
    """With a tab at the end when the name has a space, as git and diff write it: else a
    reader would take the rest for a time stamp."""
    name = _name(side, path)
    return name + b"\t" if b" " in name and not name.startswith(b'"') else name


def _split(data: bytes) -> list[bytes]:
    parts = data.split(b"\n")
    found = [p + b"\n" for p in parts[:-1]]
    return [*found, parts[-1]] if parts[-1] else found


@dataclass(frozen=True, slots=True)
class _Part:
    """Changes that stand under one ``@@``, with the old lines [low, high) around them."""

    hunks: Sequence[Hunk]
    low: int
    high: int


def _body(old: Sequence[bytes], new: Sequence[bytes], *, git: bool) -> Iterator[bytes]:
    for part in _parts(old, new, git=git):
        first, last = part.hunks[0], part.hunks[-1]
        start = first.c - (first.a - part.low)
        stop = last.d + (part.high - last.b)
        yield b"@@ -%s +%s @@\n" % (_range(part.low, part.high), _range(start, stop))
        at = part.low
        for hunk in part.hunks:
            yield from (_line(b" ", line) for line in old[at : hunk.a])
            yield from (_line(b"-", line) for line in old[hunk.a : hunk.b])
            yield from (_line(b"+", line) for line in new[hunk.c : hunk.d])
            at = hunk.b
        yield from (_line(b" ", line) for line in old[at : part.high])


def _parts(old: Sequence[bytes], new: Sequence[bytes], *, git: bool) -> Iterator[_Part]:
    found = hunks(old, new)
    edges = [(max(h.a - _CONTEXT, 0), h.a) for h in found]
    edges += [(h.b, min(h.b + _CONTEXT, len(old))) for h in found]
    secrets = secret_lines(old, (i for low, high in edges for i in range(low, high)))
    groups = list(_grouped(found, secrets, git=git))
    floor = 0
    for group, following in zip(groups, [*groups[1:], None], strict=True):
        first, last = group[0].a, group[-1].b
        ceiling = following[0].a if following else len(old)
        low, high = max(first - _CONTEXT, floor), min(last + _CONTEXT, ceiling)
        inner = max((i + 1 for i in secrets if low <= i < first), default=low)
        outer = min((i for i in secrets if last <= i < high), default=high)
        if (low, high) != (inner, outer):
            low, high = _in_balance(inner, first, last, outer, len(old), git=git)
        yield _Part(group, low, high)
        floor = high


def _in_balance(
    low: int, first: int, last: int, high: int, end: int, *, git: bool
) -> tuple[int, int]:
    """Context that was cut short: as many lines before as after, except at an end of the file."""
    before, after = first - low, high - last
    if after < before and high < end:
        before = after
    elif before < after and low > 0:
        after = before
    if git and last < end:
        after = max(after, 1)
    return first - before, last + after


def _grouped(found: Sequence[Hunk], secrets: Set[int], *, git: bool) -> Iterator[list[Hunk]]:
    """Hunks whose context would touch belong together, unless a secret stands between them."""
    group: list[Hunk] = []
    for hunk in found:
        if group:
            between = range(group[-1].b, hunk.a)
            apart = not secrets.isdisjoint(between) and (len(between) > 1 or not git)
            if len(between) > 2 * _CONTEXT or apart:
                yield group
                group = []
        group.append(hunk)
    if group:
        yield group


def _range(low: int, high: int) -> bytes:
    size = high - low
    first = low + 1 if size else low
    return b"%d" % first if size == 1 else b"%d,%d" % (first, size)


def _line(sign: bytes, line: bytes) -> bytes:
    return sign + line if line.endswith(b"\n") else sign + line + b"\n" + _NO_NEWLINE
