"""What the guard asks of the roster."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from iac_offboard.model import Principal

Whose = Callable[[Principal], Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the roster says: of a principal, whose it is and whom it lets in with others; of a
    word, whom it names. Each answers the ids of subjects."""

    whose: Whose
    covers: Whose
    named: Callable[[str], Sequence[str]]
