"""One reason to think that a principal is a subject."""

from __future__ import annotations

from dataclasses import dataclass

from iac_offboard.model import Strength
from iac_offboard.subjects.index import Entry


@dataclass(frozen=True, slots=True)
class Hit:
    """``why`` spells no alias; ``by_name``: only a name agrees, which another may bear;
    ``by_id``: an id that is never given out twice."""

    entry: Entry
    strength: Strength
    why: str
    by_name: bool = False
    by_id: bool = False
