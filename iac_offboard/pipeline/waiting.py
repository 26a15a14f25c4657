"""What apply still waits for in the code phase, which the user's own pipeline carries out.

Judged by looking again at code and cloud, never by a record of ours: the merge and the apply
happen elsewhere, perhaps days later. What cannot be read counts as still there (rule 1): the
live phase relies on a user that is gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from iac_offboard.model import Effect, Finding, Phase, Plan, Side, SkipReason
from iac_offboard.pipeline import recorded
from iac_offboard.pipeline.request import Request
from iac_offboard.pipeline.scan import Scan, run_scan
from iac_offboard.plan.draft import managing_roots
from iac_offboard.verify import Coverage


def code_waits_for(plan: Plan, request: Request) -> tuple[str, ...]:
    """Roots whose managed bindings are, or may be, still in code or live; each with the reason."""
    if not any(a.phase is Phase.CODE for a in plan.actions):
        return ()
    here = tuple(d for d in request.terraform if Path(d).is_dir())
    fresh = run_scan(replace(request, terraform=here, states=()), subjects=recorded.subjects(plan))
    waits: dict[str, str] = {}
    for reasons in (_unmerged(fresh), _unreadable(plan, fresh), _standing(plan, fresh)):
        for root, reason in reasons:
            waits.setdefault(root, f"{root} ({reason})")
    return tuple(waits[root] for root in sorted(waits))


def _unmerged(fresh: Scan) -> Iterable[tuple[str, str]]:
    for finding in fresh.findings:
        if finding.code and finding.binding.effect is Effect.ALLOW and not finding.covered:
            for root in managing_roots(finding):
                yield root, "the patch is not merged"


def _unreadable(plan: Plan, fresh: Scan) -> Iterable[tuple[str, str]]:
    """Code that the plan could read and that cannot be read now."""
    roots = {r for finding in plan.findings if not finding.covered for r in managing_roots(finding)}
    known = {*plan.skipped, *(w.skipped for w in plan.waived)}
    for skipped in fresh.collected.skipped:
        # A state told the plan what such a value is; it is not asked again, for it is stale here.
        told = skipped.reason is SkipReason.UNDECIDED and bool(plan.scope.states)
        if skipped.side is Side.RETURN_RISK and skipped not in known and not told:
            for root in sorted(roots):
                yield root, f"{skipped.where} cannot be read: {skipped.detail}"


def _standing(plan: Plan, fresh: Scan) -> Iterable[tuple[str, str]]:
    coverage = Coverage(planned=plan.scope, fresh=fresh.scope, collected=fresh.collected)
    live = {finding.id for finding in fresh.findings if finding.live}
    for finding in _managed_and_live(plan.findings):
        unread = coverage.unread(finding.binding, finding.subject)
        for root in managing_roots(finding):
            if finding.id in live:
                yield root, "terraform apply has not removed everything"
            elif unread:
                yield root, f"it is not known whether it was applied: {unread}"


def _managed_and_live(findings: Sequence[Finding]) -> Iterable[Finding]:
    return (f for f in findings if f.live and not f.covered and managing_roots(f))
