"""Observations of one binding, joined."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from iac_offboard.model.bindings import Binding
from iac_offboard.model.origins import CodeOrigin, LiveOrigin, Observation, PlanOrigin, StateOrigin


class FindingStatus(StrEnum):
    MANAGED = "managed"  # in code (or state) and live
    CODE_ONLY = "code only"
    STATE_ONLY = "state only"
    UNMANAGED = "live only"
    DECLARED = "declared"  # in code, live was not asked
    RETURNED = "returned"  # an earlier case saw it gone


class Strength(StrEnum):
    STRONG = "strong"
    WEAK = "weak"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One binding of one subject with every place where it is known.

    ``id`` is stable between runs over the same scope. ``shared`` and ``reused`` hold the tool
    back (rules 10 and 12); ``why`` says how the subject was recognised. ``covered``: the place does
    not name the leaver, its pattern (an account root, ``*``, ``repo:org/*``, a group) lets the
    leaver in together with others; never edited by the tool.
    """

    id: str
    subject: str
    binding: Binding
    status: FindingStatus
    strength: Strength
    observations: tuple[Observation, ...]
    why: str
    shared: bool = False
    reused: bool = False
    covered: bool = False

    @property
    def code(self) -> tuple[CodeOrigin, ...]:
        return tuple(o.origin for o in self.observations if isinstance(o.origin, CodeOrigin))

    @property
    def planned(self) -> tuple[PlanOrigin, ...]:
        return tuple(o.origin for o in self.observations if isinstance(o.origin, PlanOrigin))

    @property
    def state(self) -> tuple[StateOrigin, ...]:
        return tuple(o.origin for o in self.observations if isinstance(o.origin, StateOrigin))

    @property
    def addressed(self) -> tuple[CodeOrigin | PlanOrigin | StateOrigin, ...]:
        """All but what stands live."""
        return (*self.code, *self.planned, *self.state)

    @property
    def live(self) -> tuple[LiveOrigin, ...]:
        return tuple(o.origin for o in self.observations if isinstance(o.origin, LiveOrigin))
