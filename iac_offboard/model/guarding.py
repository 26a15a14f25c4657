"""What the guard says of a plan: would it bring a leaver back?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from iac_offboard.model.collected import Note, Skipped


class GuardGrade(StrEnum):
    RETURNS = "returns"  # the apply would write a principal that was not there
    PENDING = "pending"  # it was there, and the apply leaves it
    COVERED = "covered"  # the apply would let the leaver in with others
    MENTION = "mention"  # a name in a tag, a description, a notification


@dataclass(frozen=True, slots=True, kw_only=True)
class Exempted:
    """A person took responsibility for something the guard would have failed, until a date."""

    reason: str
    by: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarded:
    """One place of a plan that concerns a subject.

    ``address`` is a resource address or ``output.NAME``; ``path`` the attribute, without values of
    its own; ``relation`` and ``target`` (a kind) what the catalog says of the place ("" where it
    knows none); ``text`` is one sentence that spells no alias.
    """

    id: str
    grade: GuardGrade
    subject: str
    address: str
    path: str
    actions: tuple[str, ...]
    text: str
    previous: str = ""
    relation: str = ""
    target: str = ""
    exempted: Exempted | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardResult:
    """``changes`` counts what the plan would create, update, replace or read."""

    plan: str
    digest: str
    version: str
    at: datetime
    changes: int
    found: tuple[Guarded, ...]
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[Note, ...] = ()

    def of(self, *grades: GuardGrade) -> tuple[Guarded, ...]:
        """Those that nobody exempted."""
        return tuple(g for g in self.found if g.grade in grades and g.exempted is None)
