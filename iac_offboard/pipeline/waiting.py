"""What apply still waits for of the user's own pipeline: the merge of the patch, its apply.

Judged by looking again at code and cloud, never by a record of ours: both happen elsewhere,
perhaps days later. What cannot be read counts as still there (rule 1): the live phase relies on
a user that is gone, and a deny is dropped only for a destroy that is about to come.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from iac_offboard.errors import InputError, OffboardError
from iac_offboard.model import (
    CodeOrigin,
    Effect,
    Finding,
    Phase,
    Plan,
    Relation,
    Side,
    SkipReason,
    Target,
)
from iac_offboard.pipeline import recorded
from iac_offboard.pipeline.request import Request
from iac_offboard.pipeline.scan import Scan, run_scan, utc
from iac_offboard.pipeline.waived import waive, waivers_of
from iac_offboard.plan.draft import managing_roots
from iac_offboard.plan.gcp_policies import only_deleted
from iac_offboard.verify import Coverage


def code_waits_for(
    plan: Plan, request: Request, clock: Callable[[], datetime] = utc
) -> tuple[str, ...]:
    """Roots whose managed bindings are, or may be, still in code or live; each with the reason.
    What the plan's waivers cover by now is not waited for."""
    if not any(a.phase is Phase.CODE for a in plan.actions):
        return ()
    here = tuple(d for d in request.terraform if Path(d).is_dir())
    asked = replace(request, terraform=here, states=(), plans=())
    fresh = run_scan(asked, subjects=recorded.subjects(plan), clock=clock)
    try:
        waivers = waivers_of(request)
    except InputError as fault:
        waits = {root: f"{root} ({fault})" for f in plan.findings for root in managing_roots(f)}
        return tuple(waits[root] for root in sorted(waits))
    fresh = waive(fresh, waivers, clock(), planned=plan.scope, known=plan.findings)
    waits = {}
    for reasons in (_unmerged(fresh), _unreadable(plan, fresh), _standing(plan, fresh)):
        for root, reason in reasons:
            waits.setdefault(root, f"{root} ({reason})")
    return tuple(waits[root] for root in sorted(waits))


def unmerged(plan: Plan, request: Request) -> Mapping[str, str]:
    """Roots whose code still makes an identity of a leaver, or may, with why that cannot be told,
    "" where it can. Looks at code alone: no cloud is asked, and a state is not the code."""
    roots = sorted({root for root, _ in _identities(plan)})
    here = tuple(d for d in request.terraform if Path(d).is_dir())
    asked = replace(request, terraform=here, states=(), plans=(), live=())
    try:
        fresh = run_scan(asked, subjects=recorded.subjects(plan))
    except OffboardError as fault:
        return dict.fromkeys(roots, str(fault))
    waits: dict[str, str] = dict.fromkeys(_made(plan, fresh), "")
    for reasons in (_unread(plan, here), _undecided(plan, fresh), _unreadable(plan, fresh)):
        for root, reason in reasons:
            waits.setdefault(root, reason)
    return {root: waits[root] for root in roots if root in waits}


def _identities(plan: Plan) -> Iterable[tuple[str, Finding]]:
    """The live identities that an apply of a root destroys."""
    for finding in plan.findings:
        own = not (finding.covered or finding.shared)
        if own and finding.live and finding.binding.relation is Relation.IDENTITY:
            for root in managing_roots(finding):
                yield root, finding


def _made(plan: Plan, fresh: Scan) -> Iterable[str]:
    """By whoever it is found to be now, and by its name: what told that it is the leaver's (an
    account, a unique id, a tag) may stand in the cloud only."""
    for finding in fresh.findings:
        if finding.binding.relation is Relation.IDENTITY and not (
            finding.covered or finding.shared
        ):
            yield from (origin.root for origin in finding.code)
    for root, finding in _identities(plan):
        for seen in fresh.collected.observations:
            here = isinstance(seen.origin, CodeOrigin) and seen.origin.root == root
            if here and _same_name(seen.binding.target, finding.binding.target):
                yield root


def _same_name(one: Target, other: Target) -> bool:
    accounts = {t.account for t in (one, other) if t.account}
    return (
        one.kind == other.kind
        and one.name.casefold() == other.name.casefold()
        and len(accounts) < 2
    )


def _unread(plan: Plan, here: Sequence[str]) -> Iterable[tuple[str, str]]:
    """Roots that are not looked at: their directory is not here, or the plan had only a state."""
    known = {root.path: root.directory for root in plan.scope.roots}
    for root, _ in _identities(plan):
        if root not in known:
            yield root, f"the plan read no code of {root}"
        elif known[root] not in here:
            yield root, f"there is no directory {known[root]} here"


def _undecided(plan: Plan, fresh: Scan) -> Iterable[tuple[str, str]]:
    """The resource stands there and its name is not known, though a state or a plan of Terraform
    told it the plan."""
    for root, finding in _identities(plan):
        places = [f"{root}: {o.address}" for o in finding.addressed]
        for skipped in fresh.collected.skipped:
            above = (f"{skipped.where}.", f"{skipped.where}[")  # the block or module that makes it
            if any(p == skipped.where or p.startswith(above) for p in places):
                yield root, f"{skipped.where}: {skipped.detail}"


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
        # A state, or a plan of Terraform, told the plan what such a value is; neither is asked
        # again, for it is stale here.
        others = bool(plan.scope.states or plan.scope.plans)
        told = skipped.reason is SkipReason.UNDECIDED and others
        if skipped.side is Side.RETURN_RISK and skipped not in known and not told:
            for root in sorted(roots):
                yield root, f"{skipped.where} cannot be read: {skipped.detail}"


def _standing(plan: Plan, fresh: Scan) -> Iterable[tuple[str, str]]:
    coverage = Coverage(planned=plan.scope, fresh=fresh.scope, collected=fresh.collected)
    live = {f.id for f in fresh.findings if f.live and not only_deleted(f)}
    for finding in _managed_and_live(plan.findings):
        unread = coverage.unread(finding.binding, finding.subject)
        for root in managing_roots(finding):
            if finding.id in live:
                yield root, "terraform apply has not removed everything"
            elif unread:
                yield root, f"it is not known whether it was applied: {unread}"


def _managed_and_live(findings: Sequence[Finding]) -> Iterable[Finding]:
    return (f for f in findings if f.live and not f.covered and managing_roots(f))
