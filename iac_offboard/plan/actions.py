"""Findings of AWS -> ordered actions: contain, unblock, code, live (DESIGN.md, rule 8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from iac_offboard.model import (
    AccountFacts,
    Action,
    Finding,
    ManualStep,
    Phase,
    Subject,
    Target,
)
from iac_offboard.plan.contain import contain
from iac_offboard.plan.draft import (
    Draft,
    acts_live,
    automatic,
    live_users,
    managing_roots,
    quarantine_of,
    quarantined,
)
from iac_offboard.plan.live import remove_live
from iac_offboard.plan.unblock import unblock


def build_actions(
    findings: Sequence[Finding],
    subjects: Mapping[str, Subject],
    facts: Mapping[str, AccountFacts],
) -> tuple[tuple[Action, ...], tuple[ManualStep, ...]]:
    """Every action in the order of its phases, and what a person has to do instead."""
    draft = Draft()
    workable = [f for f in findings if automatic(f, draft)]
    certain = [f for f in workable if acts_live(f, draft)]
    already = quarantined(certain)
    certain = [f for f in certain if not quarantine_of(f)]
    users = live_users(certain, subjects)
    held = contain(draft, users, facts, already)
    unblock(draft, users, held)
    code = wait_for_code(draft, workable)
    remove_live(draft, users, certain, held, code, facts)
    return tuple(draft.actions), tuple(draft.manual)


def wait_for_code(draft: Draft, findings: Sequence[Finding]) -> dict[str, str]:
    """One action per root: the user's own pipeline carries it out, we wait for it."""
    by_root: dict[str, list[Finding]] = {}
    for finding in findings:
        for root in managing_roots(finding):
            by_root.setdefault(root, []).append(finding)
    made: dict[str, str] = {}
    for root, members in sorted(by_root.items()):
        addresses = sorted(
            {o.address for f in members for o in f.code}
            | {o.address for f in members for o in f.state}
        )
        made[root] = draft.add(
            Action(
                id="",
                phase=Phase.CODE,
                verb="code:apply",
                target=Target(provider="terraform", kind="root", name=root),
                subject=", ".join(sorted({f.subject for f in members})),
                reason="merge removal.patch and run terraform apply: " + ", ".join(addresses),
                params=(("root", root),),
                undo="revert the commit and apply",
            )
        )
    return made
