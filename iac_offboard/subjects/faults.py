"""Collecting every fault of a roster, so that a person corrects them in one go."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

_WORD = re.compile(r"^[A-Za-z_][\w-]{0,39}$")


class Faults:
    """(line, sentence) pairs. Sentences name keys and roster ids, never other values."""

    def __init__(self) -> None:
        self._found: set[tuple[int, str]] = set()

    def add(self, line: int, text: str) -> None:
        self._found.add((line, text))

    def sorted(self) -> tuple[tuple[int, str], ...]:
        return tuple(sorted(self._found))


def unknown_key(key: str, known: Iterable[str], where: str) -> str:
    """The sentence for a key that nobody reads, with the key that was probably meant."""
    # Something that is no word (a misplaced alias, a secret) is not repeated.
    name = f'unknown key "{key}"' if _WORD.match(key) else "unknown key"
    return f"{name} {where}{suggestion(key, known)}"


def suggestion(word: str, known: Iterable[str]) -> str:
    options = sorted(known)
    close = difflib.get_close_matches(word.lower(), options, n=1, cutoff=0.6)
    return f' (did you mean "{close[0]}"?)' if close else f" (known: {', '.join(options)})"
