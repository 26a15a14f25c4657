"""Earlier cases: what they saw gone and is found again has returned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from iac_offboard.errors import UsageError
from iac_offboard.model import Finding, FindingStatus
from iac_offboard.pipeline import memory
from iac_offboard.pipeline.request import Request
from iac_offboard.plan import file_v1
from iac_offboard.verify import Before, came_back


def earlier_cases(request: Request) -> tuple[Before, ...]:
    """What the earlier cases that were named saw gone, and when.

    Raises ``UsageError`` for a case that was never verified, or that puts back,
    ``PlanFileError`` and ``JournalError``.
    """
    return tuple(_before(Path(case)) for case in request.cases)


def with_returned_ones(findings: Sequence[Finding], cases: Sequence[Before]) -> tuple[Finding, ...]:
    """The findings; what came back after one of the ``cases`` has that status, which says more
    than where it is known now: its places tell that."""
    return tuple(
        replace(f, status=FindingStatus.RETURNED) if any(came_back(f, b) for b in cases) else f
        for f in findings
    )


def _before(path: Path) -> Before:
    plan, digest = file_v1.read(path)
    last = memory.last_told(path.parent, digest)
    if plan.rolls_back or last is None:
        raise UsageError(
            f"--case {path} has seen nothing go.",
            hint=f"Name the plan of a removal that was verified: iac-offboard verify {path}.",
        )
    applied = memory.records(path.parent / memory.JOURNAL, digest)
    return memory.gone_before(plan, applied, last)
