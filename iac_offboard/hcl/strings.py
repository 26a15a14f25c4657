"""Strings put together from pieces."""

from __future__ import annotations

from collections.abc import Sequence

from iac_offboard.hcl.template_syntax import join, touching
from iac_offboard.hcl.values import Hole, Piece, Str, Unknown, Value

MAX_TEXT = 5_000_000
MAX_PIECES = 100_000


def string_of(pieces: Sequence[Piece | Hole]) -> Value:
    """A string of pieces; neighbours that touch in their file become one."""
    merged: list[Piece | Hole] = []
    for piece in pieces:
        last = merged[-1] if merged else None
        if isinstance(piece, Piece) and isinstance(last, Piece) and touching(last, piece):
            merged[-1] = join(last, piece)
        elif isinstance(piece, Hole) or piece.text:
            merged.append(piece)
    if not merged:  # an empty string still has a place
        merged.extend([p for p in pieces if isinstance(p, Piece) and p.span is not None][:1])
    size = sum([len(p.text) for p in merged if isinstance(p, Piece)])
    if size > MAX_TEXT or len(merged) > MAX_PIECES:
        return Unknown("the string is too long to be evaluated")
    return Str(tuple(merged))
