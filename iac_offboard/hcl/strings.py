"""Strings put together from pieces."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from iac_offboard.hcl.convert import known_text, to_string
from iac_offboard.hcl.template_syntax import merged
from iac_offboard.hcl.values import Hole, Piece, Str, Unknown, Value

MAX_TEXT = 5_000_000
MAX_PIECES = 100_000


def string_of(pieces: Sequence[Piece | Hole]) -> Value:
    """A string of pieces; neighbours that touch in their file become one."""
    found = list(merged([p for p in pieces if isinstance(p, Hole) or p.text]))
    if not found:  # an empty string still has a place
        found.extend([p for p in pieces if isinstance(p, Piece) and p.span is not None][:1])
    size = sum([len(p.text) for p in found if isinstance(p, Piece)])
    if size > MAX_TEXT or len(found) > MAX_PIECES:
        return Unknown("the string is too long to be evaluated")
    return Str(tuple(found))


def graphemes(text: str) -> list[str] | None:
    """What Terraform counts as characters of a string; None where that takes Unicode's tables of
    clusters (UAX 29), which Python does not have."""
    if text.isascii() and "\r" not in text:
        return list(text)
    if any(unicodedata.category(c)[0] == "M" or c in _JOINING or c in _JAMO for c in text):
        return None
    if any("\U0001f1e6" <= c <= "\U0001f1ff" or "\U0001f3fb" <= c <= "\U0001f3ff" for c in text):
        return None
    return _CLUSTERS.findall(text)


_CLUSTERS = re.compile(r"\r\n|.", re.DOTALL)
_JOINING = frozenset("\u200c\u200d")
_JAMO = frozenset(map(chr, range(0x1100, 0x1200)))


def string_in(value: Value) -> Str:
    """An argument as a string. Raises ValueError when it is none."""
    text = to_string(value)
    if isinstance(text, Str):
        return text
    raise ValueError("not a string")


def text_in(value: Value) -> str:
    """An argument as a string of which every part is known. Raises ValueError otherwise."""
    text = known_text(value)
    if text is None:
        raise ValueError("not a known string")
    return text
