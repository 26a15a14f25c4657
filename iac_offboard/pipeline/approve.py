"""Who may say yes to a plan, and when it may be carried out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path

from iac_offboard.apply import approval
from iac_offboard.apply.approval import Approval
from iac_offboard.apply.gates import may_be_accepted
from iac_offboard.apply.people import same_person
from iac_offboard.errors import ApprovalError, UsageError
from iac_offboard.model import Action, Plan, SubjectStatus
from iac_offboard.plan import file_v1


def run_approve(
    path: Path,
    by: str,
    *,
    early: bool,
    clock: Callable[[], datetime],
    accepts: Sequence[str] = (),
) -> tuple[str, Path]:
    """Record an approval: (digest of the plan, path of the record). ``accepts`` are the ids of
    actions that wait until somebody accepts their hazard.

    Raises ``PlanFileError``, ``UsageError`` without a name or for an id that waits for no
    acceptance, and ``ApprovalError`` when the name is the leaver's own or that of who made the
    plan.
    """
    plan, digest = file_v1.read(path)
    _may_approve(plan, by)
    _may_be_accepted(plan, accepts)
    given = approval.approve(path, by, "command line", clock, early=early, accepts=accepts)
    return digest, given


def still_waiting(path: Path) -> tuple[Action, ...]:
    """The actions of an approved plan that no approval accepts yet. Raises ``PlanFileError``, and
    ``ApprovalError`` when there is no approval."""
    plan, digest = file_v1.read(path)
    given = approval.accepted(approval.check(path, digest))
    return tuple(a for a in plan.actions if a.must_be_accepted and a.id not in given)


def _may_be_accepted(plan: Plan, ids: Iterable[str]) -> None:
    waiting = [action.id for action in plan.actions if may_be_accepted(action, plan)]
    known = {action.id for action in plan.actions}
    for one in ids:
        if one not in waiting:
            fault = "waits for no acceptance" if one in known else "is not in the plan"
            raise UsageError(
                f"The action {one!r} {fault}.",
                hint=f"These wait for it: {', '.join(waiting)}."
                if waiting
                else "No action of this plan waits for it: leave --accept out.",
            )


def approvals(path: Path, plan: Plan, digest: str, minimum: int) -> tuple[Approval, ...]:
    """The approvals that let this plan be carried out. A record is a file that anybody who may
    write the folder can make: who gave it is judged again. Raises ``ApprovalError``."""
    found = approval.check(path, digest, minimum)
    for given in found:
        _may_approve(plan, given.by)
    return found


def not_too_early(plan: Plan, given: Sequence[Approval], now: datetime) -> None:
    """Raises ``ApprovalError`` when somebody has not left yet and no approval says early. What
    puts back what was removed is never too early."""
    if plan.rolls_back or any(a.early for a in given):
        return
    for subject in plan.subjects:
        leaving = subject.status is SubjectStatus.LEAVING
        if leaving and subject.left_at is not None and subject.left_at > now:
            raise ApprovalError(
                f"{subject.id} leaves at {subject.left_at.isoformat()}, which is still to come.",
                hint="Wait, or have it approved with --early.",
            )


def _may_approve(plan: Plan, by: str) -> None:
    for subject in plan.subjects:
        if any(same_person(by, alias.value) for alias in subject.aliases):
            raise ApprovalError(
                f"Whoever approves is the subject {subject.id} of the plan.",
                hint="Somebody else has to approve it.",
            )
    if any(same_person(by, who) for _, who in plan.made_by):
        raise ApprovalError(
            "Whoever approves is who made the plan.", hint="Somebody else has to approve it."
        )
