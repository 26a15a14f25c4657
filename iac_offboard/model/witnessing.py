"""What Terraform's own plans, one before the patch and one after it, say of a removal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class WitnessGrade(StrEnum):
    WITNESSED = "witnessed"  # the two plans differ in exactly what was planned
    REFUTED = "refuted"  # they differ in something else
    NOT_WITNESSED = "not witnessed"  # nobody made both plans, or they leave something open
    NOTHING = "nothing to witness"  # the plan changes no code


class Shown(StrEnum):
    """What the apply does with the patch and does not do without it."""

    DELETED = "deleted"
    NOT_CREATED = "not created"  # the code asked for it, and nobody had applied that
    UPDATED = "updated"
    NOT_UPDATED = "not updated"  # what stands there now is right, once the code asks for no more
    CREATED_LESS = "created with less"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownChange:
    """One planned change that Terraform shows, too. ``attributes`` are those of an update."""

    address: str
    shown: Shown
    attributes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Something that speaks against the plan, in one sentence without values."""

    address: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RootWitness:
    """Of one root module. ``by`` names the program that planned; ``open`` is what its plans do not
    say, or why there are none, and ``next_step`` what to do about it; ``notes`` are for people."""

    root: str
    by: str = ""
    changes: tuple[ShownChange, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    open: tuple[str, ...] = ()
    next_step: str = ""
    notes: tuple[str, ...] = ()

    @property
    def grade(self) -> WitnessGrade:
        if self.contradictions:
            return WitnessGrade.REFUTED
        return WitnessGrade.NOT_WITNESSED if self.open else WitnessGrade.WITNESSED


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """``plan`` and ``digest`` of the plan.json; no root: it changes no code."""

    plan: str
    digest: str
    at: datetime
    roots: tuple[RootWitness, ...]

    @property
    def grade(self) -> WitnessGrade:
        """The worst of the roots."""
        if not self.roots:
            return WitnessGrade.NOTHING
        grades = {root.grade for root in self.roots}
        for grade in (WitnessGrade.REFUTED, WitnessGrade.NOT_WITNESSED):
            if grade in grades:
                return grade
        return WitnessGrade.WITNESSED
