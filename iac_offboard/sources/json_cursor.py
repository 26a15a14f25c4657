"""A large JSON text read member by member, so that only one part of it is an object at a time.

The text is kept as one sign for each byte: a single emoji in it would else make four times as much
of it. Where a part is no ASCII it is decoded for itself (UTF-8 has no byte of ASCII inside a sign).
"""

from __future__ import annotations

import json
import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from typing import Any

_SPACE = re.compile(r"[ \t\n\r]*")
_DECODE = json.JSONDecoder().raw_decode


class BrokenJson(ValueError):
    """No JSON from ``line`` on. The decoder's own error holds the whole text, which may hold
    secrets; this one holds none of it."""

    def __init__(self, line: int) -> None:
        super().__init__(f"no JSON from line {line} on")
        self.line = line


class JsonCursor:
    """Stands at one place of a text (UTF-8, with a byte order mark or without). What the reader
    does not take is passed over.

    Raises BrokenJson where the text is no JSON and RecursionError where it is nested too deeply,
    both without a word of it.
    """

    def __init__(self, data: bytes) -> None:
        self._text = data.removeprefix(BOM_UTF8).decode("latin-1")
        self._plain = self._text.isascii()
        self.at = self._past_space(0)

    def value(self) -> Any:
        """The value here, whole; the cursor goes behind it."""
        start = self.at
        try:
            found, self.at = _DECODE(self._text, start)
            part = "" if self._plain else self._text[start : self.at]
            return found if part.isascii() else _DECODE(_decoded(part))[0]
        except ValueError as error:  # no JSON, no UTF-8, a number of too many digits
            at = error.pos if isinstance(error, json.JSONDecodeError) else start
            raise self._fault(at) from None

    def text_since(self, start: int) -> str:
        """The text from a place to the cursor."""
        part = self._text[start : self.at]
        return part if self._plain else _decoded(part)

    def is_at(self, sign: str) -> bool:
        return self._text.startswith(sign, self.at)

    def members(self) -> Iterator[str]:
        """The keys of the object here. The cursor stands at the value when a key is given."""
        self._take("{")
        if self._took("}"):
            return
        while True:
            if not self.is_at('"'):
                raise self._fault(self.at)
            key = self.value()
            self._space()
            self._take(":")
            start = self.at
            yield key
            self._behind(start)
            if not self._took(","):
                break
        self._take("}")

    def elements(self) -> Iterator[int]:
        """The places of the elements of the list here, the cursor at each in turn."""
        self._take("[")
        if self._took("]"):
            return
        while True:
            start = self.at
            yield start
            self._behind(start)
            if not self._took(","):
                break
        self._take("]")

    def end(self) -> None:
        """Nothing may follow."""
        self._space()
        if self.at != len(self._text):
            raise self._fault(self.at)

    def _behind(self, start: int) -> None:
        if self.at == start:
            self.value()
        self._space()

    def _past_space(self, at: int) -> int:
        found = _SPACE.match(self._text, at)
        return found.end() if found else at

    def _space(self) -> None:
        self.at = self._past_space(self.at)

    def _took(self, sign: str) -> bool:
        if not self.is_at(sign):
            return False
        self.at = self._past_space(self.at + 1)
        return True

    def _take(self, sign: str) -> None:
        if not self._took(sign):
            raise self._fault(self.at)

    def _fault(self, at: int) -> BrokenJson:
        return BrokenJson(self._text.count("\n", 0, at) + 1)


def _decoded(part: str) -> str:
    return part.encode("latin-1").decode()
