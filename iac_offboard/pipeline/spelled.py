"""Texts as spans of other texts.

What is kept between runs holds no value: a text is kept as the places where its pieces stand, in
the files that were read (which are read again before anything is believed) or, for the words of
messages, in the source of this tool.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

_TOKEN = re.compile(rb"[A-Za-z0-9_\-]+|[^A-Za-z0-9_\-]")
_WORD = re.compile(rb"[A-Za-z0-9]+")
_NEAR = 50_000  # bytes
_TELLING = 3  # letters of a name that are not in every other word


class NoSpelling(ValueError):
    """A text that is no spans of other texts."""


class Speller:
    """``own`` are the tool's texts; words among ``names`` (the roster's), and those that only
    differ by case from what stands in the files, are never taken from them, but for constants
    (``Statement``). A piece is (offset, length);
    below zero it is the offset ``-1 - n`` of ``own``."""

    def __init__(self, own: bytes, names: Iterable[str] = ()) -> None:
        self._own = own
        self._names = frozenset(
            word.lower()
            for name in names
            for word in _WORD.findall(name.encode(errors="backslashreplace"))
        )
        self._text = bytearray()
        self._parts: dict[bytes, int] = {}
        self._known: dict[bytes, list[int]] = {}
        self._near = 0
        self._low = b""

    def add(self, text: bytes, *, whole: bool = False) -> int:
        """One more text to take pieces from; where it begins. ``whole``: the name of a file."""
        start = len(self._text)
        self._text += text + b"\n"
        if whole:
            self._parts[text] = start
        return start

    def near(self, place: int) -> None:
        """The pieces of what comes next probably stand here."""
        self._near = place

    def spell(self, text: str) -> list[int]:
        """Offset and length of each piece, flat. Raises NoSpelling."""
        found: list[int] = []
        for part in re.split(rb"(/)", in_bytes(text)):
            at = self._parts.get(part)
            if at is not None:
                found += (at, len(part))
                continue
            for token in _TOKEN.findall(part):
                self._append(found, token)
        return found

    def _append(self, found: list[int], token: bytes) -> None:
        if found and found[-2] >= 0:  # a piece that goes on where the last one ended
            end = found[-2] + found[-1]
            if self._text.startswith(token, end):
                found[-1] += len(token)
                return
        if token not in self._known:
            self._known[token] = list(self._pieces(token))
        found += self._known[token]

    def _pieces(self, token: bytes) -> Iterator[int]:
        at = self._text.find(token, max(0, self._near - _NEAR), self._near + _NEAR)
        if at < 0:
            at = self._text.find(token)
        if at >= 0:
            yield from (at, len(token))
            return
        at = self._own.find(token)
        if at >= 0 and not self._named(token):
            yield from (-1 - at, len(token))
            return
        yield from self._fragments(token)

    def _named(self, token: bytes) -> bool:
        """May it be somebody's name, in the roster or in the files? Punctuation is not."""
        low = token.lower()
        if not _WORD.search(low):
            return False
        long = [name for name in self._names if len(name) >= _TELLING]
        if low in self._names or any(
            name in low or (len(low) >= _TELLING and low in name) for name in long
        ):
            return True
        return self._stands(low) and b'"%s"' % token not in self._own

    def _stands(self, low: bytes) -> bool:
        """Somewhere in the files, in whatever case?"""
        if len(self._low) != len(self._text):
            self._low = bytes(self._text).lower()
        return low in self._low

    def _fragments(self, token: bytes) -> Iterator[int]:
        """The longest piece that stands somewhere, and so on."""
        start = 0
        while start < len(token):
            place, end, at = -1, start, 0
            while end < len(token):
                at = self._text.find(token[start : end + 1], at)
                if at < 0:
                    break
                place, end = at, end + 1
            if place < 0:
                place, end = self._letter(token[start : start + 1]), start + 1
            yield from (place, end - start)
            start = end

    def _letter(self, one: bytes) -> int:
        """Of the tool's, where no text that was read has it, so that it is of no name there."""
        at = self._own.find(one)
        if at < 0 or self._stands(one.lower()):
            raise NoSpelling("a byte that stands nowhere")
        return -1 - at


def spoken(pieces: Sequence[int], own: bytes, text: bytes | bytearray) -> str:
    """The text that was spelled. Raises ValueError where there is no such piece."""
    found = b""
    for at, length in zip(pieces[::2], pieces[1::2], strict=True):
        piece = text[at : at + length] if at >= 0 else own[-1 - at : -1 - at + length]
        if len(piece) != length:
            raise ValueError("a piece beyond the end of the text")
        found += piece
    return found.decode("utf-8", "surrogateescape")


def in_bytes(text: str) -> bytes:
    """As names of files are. Raises NoSpelling for half a character, which only an escape in a
    document makes."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        raise NoSpelling("half a character") from error
