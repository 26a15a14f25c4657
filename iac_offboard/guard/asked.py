"""What the guard asks of the roster, and of the code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from iac_offboard.model import Principal

Whose = Callable[[Principal], Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """``subjects`` are those whose identity a value is made of (none: nobody's), ``through`` what
    tells it."""

    subjects: tuple[str, ...] = ()
    through: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the roster says: of a principal, whose it is and whom it lets in with others; of a
    word, whom it names. Each answers the ids of subjects. ``code`` says of an address and an
    attribute whom the code writes there, or why that cannot be said."""

    whose: Whose
    covers: Whose
    named: Callable[[str], Sequence[str]]
    code: Callable[[str, str], Decided | str]
