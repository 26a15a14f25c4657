"""Texts as spans of other texts.

What is kept between runs holds no value: a text is kept as the places where its pieces stand, in
the files that were read (which are read again before anything is believed) or, for the words of
messages, in the source of this tool.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

_TOKEN = re.compile(rb"[A-Za-z0-9_\-]+|[^A-Za-z0-9_\-]")
_WORD = re.compile(rb"[A-Za-z0-9]+")
_NEAR = 50_000  # bytes
_TELLING = 3  # letters of a name that are not in every other word


class NoSpelling(ValueError):
    """A text that is no spans of other texts."""


class Words:
    """The tool's texts, ``own``, and the roster's ``names``, which are never taken from them."""

    def __init__(self, own: bytes, names: Iterable[str] = ()) -> None:
        self.own = own
        self._names = frozenset(
            word.lower()
            for name in names
            for word in _WORD.findall(name.encode(errors="backslashreplace"))
        )
        self._long = [name for name in self._names if len(name) >= _TELLING]
        self.find = cache(self._find)
        self.constant = cache(lambda token: b'"%s"' % token in own)

    def _find(self, token: bytes) -> int:
        """Where a word stands in ``own``; below zero where it does not, or may be of a name."""
        at = self.own.find(token)
        return at if at < 0 or not self._named(token) else -1

    def _named(self, token: bytes) -> bool:
        """May it be somebody's name in the roster? Punctuation is not."""
        low = token.lower()
        return bool(_WORD.search(low)) and (
            low in self._names
            or any(name in low or (len(low) >= _TELLING and low in name) for name in self._long)
        )


class Speller:
    """A piece is (offset, length); below zero it is the offset ``-1 - n`` of the tool's text.
    From that no word is taken that only differs by case from what stands in the texts that were
    added (the files), but for constants (``Statement``)."""

    def __init__(self, words: Words) -> None:
        self._words = words
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
            self._parts.setdefault(text, start)
        return start

    def near(self, place: int) -> None:
        """The pieces of what comes next probably stand here."""
        self._near = place

    def spell(self, text: str) -> list[int]:
        """Offset and length of each piece, flat. Raises NoSpelling."""
        data = in_bytes(text)
        whole = self._parts.get(data)
        if whole is not None:
            return [whole, len(data)]
        found: list[int] = []
        for part in re.split(rb"(/)", data):
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
        at = self._words.find(token)
        if at >= 0 and (not self._stands(token) or self._words.constant(token)):
            yield from (-1 - at, len(token))
            return
        yield from self._fragments(token)

    def _stands(self, token: bytes) -> bool:
        """Somewhere in the files, in whatever case? Punctuation is of no name."""
        if len(self._low) != len(self._text):
            self._low = bytes(self._text).lower()
        return _WORD.search(token) is not None and token.lower() in self._low

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
        at = self._words.own.find(one)
        if at < 0 or self._stands(one):
            raise NoSpelling("a byte that stands nowhere")
        return -1 - at


class Texts:
    """Several texts, one after the other and a byte between them, to take pieces from."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._texts: list[bytes] = []
        self._end = 0

    def add(self, text: bytes) -> None:
        self._starts.append(self._end)
        self._texts.append(text)
        self._end += len(text) + 1

    def skip(self, size: int) -> None:
        """A text of this size that is not known any more."""
        self._end += size

    def piece(self, at: int, length: int) -> bytes:
        """Raises ValueError where there is no such piece."""
        number = bisect_right(self._starts, at) - 1
        if number >= 0:
            text, offset = self._texts[number], at - self._starts[number]
            if offset + length <= len(text):  # as nearly always
                return text[offset : offset + length]
        found = b""
        while 0 <= number < len(self._texts) and len(found) < length:
            text, offset = self._texts[number], at + len(found) - self._starts[number]
            if offset > len(text):
                break
            found += text[offset : offset + length - len(found)]
            found += b"\n" if len(found) < length else b""
            number += 1
        if len(found) != length:
            raise ValueError("a piece of no text")
        return found


def spoken(pieces: Sequence[int], own: bytes, texts: Texts) -> str:
    """The text that was spelled. Raises ValueError where there is no such piece."""
    found: list[bytes] = []
    for at, length in zip(pieces[::2], pieces[1::2], strict=True):
        piece = texts.piece(at, length) if at >= 0 else own[-1 - at : -1 - at + length]
        if len(piece) != length:
            raise ValueError("a piece beyond the end of the text")
        found.append(piece)
    return b"".join(found).decode("utf-8", "surrogateescape")


def in_bytes(text: str) -> bytes:
    """As names of files are. Raises NoSpelling for half a character, which only an escape in a
    document makes."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        raise NoSpelling("half a character") from error
