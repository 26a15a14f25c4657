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
    by_hand: Sequence[ManualStep] = (),
) -> tuple[tuple[Action, ...], tuple[ManualStep, ...]]:
    """Every action in the order of its phases, and what a person has to do instead.

    ``by_hand``: what the edit of the code left to a person already."""
    draft = Draft()
    workable = [f for f in findings if automatic(f, draft)]
    certain = [f for f in workable if acts_live(f, draft)]
    already = quarantined(certain)
    certain = [f for f in certain if not quarantine_of(f)]
    users = live_users(certain, subjects)
    held = contain(draft, users, facts, already)
    unblock(draft, users, held)
    code = wait_for_code(draft, workable, by_hand)
    remove_live(draft, users, certain, held, code, facts)
    return tuple(draft.actions), tuple(draft.manual)


def wait_for_code(
    draft: Draft, findings: Sequence[Finding], by_hand: Sequence[ManualStep] = ()
) -> dict[str, str]:
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
                reason=_steps(root, members, by_hand) + ", ".join(addresses),
                params=(("root", root),),
                undo="revert the commit and apply",
            )
        )
    return made


def _steps(root: str, members: Sequence[Finding], by_hand: Sequence[ManualStep]) -> str:
    """What a person does there, in order: a patch is named only where one has something."""
    ours = {f.id for f in members}
    left = {m.where.rsplit(" (", 1)[0] for m in by_hand if m.finding in ours}
    here = {f"{o.root}: {o.address}" for f in members for o in f.code}
    here |= {f"{o.root}: {o.address}" for f in members for o in f.state}
    cut = {f"{o.root}: {o.address}" for f in members for o in f.code if o.root == root and o.cuts}
    steps = []
    if cut - left:
        steps.append("merge removal.patch")
    if any(place.startswith(f"{root}: ") for place in here & left):
        steps.append("do the manual steps")
    if not steps:
        return "run terraform apply: the code no longer has "
    return f"{', '.join(steps)} and run terraform apply: "
