"""Byte-exact unified diffs that ``git apply`` and ``patch -p1`` take.

Format: POSIX ``diff -u`` and the extended headers of git-diff(1). Lines are split at line
feeds only, so that a carriage return is part of its line.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from iac_offboard.edit.lines_diff import Hunk, hunks

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
        found.extend(_body(_split(before), _split(after)))
    return b"".join(found)


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


def _body(old: Sequence[bytes], new: Sequence[bytes]) -> Iterator[bytes]:
    for group in _grouped(hunks(old, new)):
        low = max(group[0].a - _CONTEXT, 0)
        high = min(group[-1].b + _CONTEXT, len(old))
        start = group[0].c - (group[0].a - low)
        stop = group[-1].d + (high - group[-1].b)
        yield b"@@ -%s +%s @@\n" % (_range(low, high), _range(start, stop))
        at = low
        for hunk in group:
            yield from (_line(b" ", line) for line in old[at : hunk.a])
            yield from (_line(b"-", line) for line in old[hunk.a : hunk.b])
            yield from (_line(b"+", line) for line in new[hunk.c : hunk.d])
            at = hunk.b
        yield from (_line(b" ", line) for line in old[at:high])


def _grouped(found: Sequence[Hunk]) -> Iterator[list[Hunk]]:
    """Hunks whose context would touch belong together."""
    group: list[Hunk] = []
    for hunk in found:
        if group and hunk.a - group[-1].b > 2 * _CONTEXT:
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
