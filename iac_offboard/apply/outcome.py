"""What a run may do before it begins, and what it says when it has ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from iac_offboard.errors import OffboardError, UsageError
from iac_offboard.model import Phase, Plan, Record

OURS = (Phase.CONTAIN, Phase.UNBLOCK, Phase.LIVE)
"""Phases that apply runs; the user's pipeline applies the code, verify looks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """``records`` are those of this run; ``done`` ... ``waiting`` hold one sentence each;
    ``earlier`` the ids of actions that an earlier run had finished; ``again`` says of which of
    these others had undone the effect, so that it was done once more."""

    started: datetime
    ended: datetime
    records: tuple[Record, ...]
    done: tuple[str, ...]
    already: tuple[str, ...]
    refused: tuple[str, ...]
    failed: tuple[str, ...]
    waiting: tuple[str, ...]
    earlier: tuple[str, ...]
    again: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """2 when something was refused or failed, 1 when something waits, else 0."""
        if self.refused or self.failed:
            return 2
        return 1 if self.waiting else 0


def allowed_phases(plan: Plan, phases: Sequence[Phase] | None) -> tuple[Phase, ...]:
    """The phases to run. Raises OffboardError for a held plan, UsageError for other phases."""
    if not plan.can_apply:
        holds = "; ".join(f"{h.where}: {h.text}" for h in plan.holds)
        raise OffboardError(
            f"The plan is held and must not be applied: {holds}.",
            hint="; ".join(dict.fromkeys(h.release for h in plan.holds)),
        )
    if phases is None:
        return OURS
    for phase in phases:
        if phase not in OURS:
            raise UsageError(
                f"apply does not run the phase {phase.value}.",
                hint="Use contain, unblock or live; your own pipeline applies the code.",
            )
    return tuple(phases)
