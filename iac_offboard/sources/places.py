"""A place in the configuration, as origins spell it."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections.abc import Iterable

from iac_offboard.catalog.policy import Path
from iac_offboard.hcl.files import Files
from iac_offboard.hcl.plain import HOLE, at
from iac_offboard.hcl.values import Element, Entry, Hole, Piece, Str, Unknown, Value
from iac_offboard.model import Cut, Span

# "repo:OWNER/NAME:..." as the whole text, or as a literal of an expression over claims.
_SUBJECT = re.compile(r"(?:^|')repo:[^/:']+/[^:'*]+")


def dotted(path: Path) -> str:
    """``block[0].attribute``."""
    return "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in path).lstrip(".")


class Lines:
    """Lines and digests of files that were read, each file once."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._known: dict[str, tuple[list[int], str]] = {}

    def at(self, span: Span) -> tuple[int, str]:
        """The line where a span begins, and the sha256 of its file."""
        known = self._known.get(span.file)
        if known is None:
            data = self._files.read(span.file)
            ends = [m.start() for m in re.finditer(b"\n", data)]
            known = self._known[span.file] = (ends, hashlib.sha256(data).hexdigest())
        return bisect_left(known[0], span.start) + 1, known[1]


def literal_of(value: Value) -> Span | None:
    """The span of the literal that names the principal: the last one for a composed string,
    as in ``"arn:aws:iam::${account}:user/${name}"``; of an e-mail what stands before the ``@``,
    of the subject of a GitHub token the name of the repository. Of an id that only the cloud
    knows it is the name of what has the id."""
    if not isinstance(value, Str):
        return None
    whole = _before_at(value) or _repository(value)
    if whole is not None:
        return whole
    named = [p.span for p in value.pieces if isinstance(p, Piece) and p.span and p.text.strip("/]")]
    if named:
        return named[-1]
    names = [n for p in value.pieces if isinstance(p, Hole) for n in p.names]
    return next((span for n in names if (span := literal_of(n)) is not None), None)


def _before_at(value: Str) -> Span | None:
    """The span of the literal that the last character before the first ``@`` stands in: whose
    domain it is says nothing of whom it names."""
    last: Piece | Hole | None = None
    for piece in value.pieces:
        text = piece.text if isinstance(piece, Piece) else ""
        head, at, _ = text.partition("@")
        if at:
            last = piece if head else last
            return last.span if isinstance(last, Piece) else None
        if text or isinstance(piece, Hole):
            last = piece
    return None


def _repository(value: Str) -> Span | None:
    """The span of the literal that the last character of ``NAME`` in ``repo:OWNER/NAME:...``
    stands in."""
    found = _SUBJECT.search(value.render(HOLE))
    end = found.end() - 1 if found else -1
    for piece in value.pieces:
        size = len(piece.text) if isinstance(piece, Piece) else len(HOLE)
        if 0 <= end < size:
            return piece.span if isinstance(piece, Piece) else None
        end -= size
    return None


def within(inner: Span | None, outer: Span) -> bool:
    """Do the bytes of ``inner`` lie in ``outer``?"""
    return (
        inner is not None
        and inner.file == outer.file
        and outer.start <= inner.start
        and inner.end <= outer.end
    )


def innermost(cuts: Iterable[Cut], literal: Span | None) -> Cut | None:
    """The smallest cut around the literal, or None."""
    around = [c for c in cuts if within(literal, c.span)]
    return min(around, key=lambda c: c.span.end - c.span.start, default=None)


def value_at(value: Value, path: Path) -> tuple[Value, tuple[Element | Entry, ...]]:
    """The value at a path that ``catalog.extract`` found in the same value's plain form."""
    found = at(value, path)
    return found if found is not None else (Unknown("not there"), ())
