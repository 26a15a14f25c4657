"""Text that was put together from pieces, with the way back to the files it came from."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from iac_offboard.hcl.values import Hole, Piece, Str
from iac_offboard.model import Span

PLACEHOLDER = "\ue000"
"""Stands for a hole while a document is parsed; from the private use area."""


class TextMap:
    """UTF-8 bytes and, for every byte, the piece that it is from."""

    def __init__(self, pieces: Sequence[Piece | Hole]) -> None:
        self._pieces = tuple(p for p in pieces if isinstance(p, Hole) or p.text)
        chunks: list[bytes] = []
        self._starts: list[int] = []
        at = 0
        for piece in self._pieces:
            chunk = (PLACEHOLDER if isinstance(piece, Hole) else piece.text).encode(
                "utf-8", "replace"
            )
            chunks.append(chunk)
            self._starts.append(at)
            at += len(chunk)
        self._ends = [*self._starts[1:], at]
        self.data = b"".join(chunks)
        self.has_holes = any(isinstance(p, Hole) for p in self._pieces)

    @classmethod
    def of_file(cls, text: str, file: str, shift: int = 0) -> TextMap:
        """A whole file; ``shift`` is the length of what was stripped in front (a BOM)."""
        size = len(text.encode())
        return cls((Piece(text, Span(file=file, start=shift, end=shift + size), True),))

    def _at(self, offset: int) -> int:
        return bisect_right(self._starts, offset) - 1

    def slice(self, start: int, end: int) -> tuple[Piece | Hole, ...]:
        """The pieces of bytes [start, end), narrowed at both ends."""
        found: list[Piece | Hole] = []
        if start >= end or not self._pieces:
            return ()
        for i in range(self._at(start), len(self._pieces)):
            low, high = self._starts[i], self._ends[i]
            if low >= end:
                break
            piece = self._pieces[i]
            if isinstance(piece, Hole):
                found.append(piece)
            else:
                found.append(self._narrow(i, piece, max(start, low), min(end, high)))
        return tuple(found)

    def _narrow(self, at: int, piece: Piece, low: int, high: int) -> Piece:
        """Bytes [low, high) of the piece that is number ``at``."""
        if (low, high) == (self._starts[at], self._ends[at]):
            return piece
        text = self.data[low:high].decode("utf-8", "replace")
        if piece.span is None or not piece.exact:
            return Piece(text, piece.span, False)
        start = piece.span.start + low - self._starts[at]
        return Piece(text, Span(file=piece.span.file, start=start, end=start + high - low), True)

    def span(self, start: int, end: int) -> Span | None:
        """Where bytes [start, end) stand in ONE file, or None when they do not."""
        if start >= end:
            return None
        first, last = self._edge(start, False), self._edge(end - 1, True)
        if first is None or last is None or first[0] != last[0] or first[1] >= last[1]:
            return None
        return Span(file=first[0], start=first[1], end=last[1])

    def _edge(self, offset: int, after: bool) -> tuple[str, int] | None:
        if not self._pieces:
            return None
        i = self._at(offset)
        piece = self._pieces[i]
        if isinstance(piece, Hole) or piece.span is None:
            return None
        inner = offset - self._starts[i]
        if piece.exact:
            return piece.span.file, piece.span.start + inner + after
        if after:  # an escape: its whole spelling, when the byte is the last one of its text
            return (piece.span.file, piece.span.end) if offset + 1 == self._ends[i] else None
        return (piece.span.file, piece.span.start) if inner == 0 else None


def as_text(value: Str) -> TextMap:
    return TextMap(value.pieces)
