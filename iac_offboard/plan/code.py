"""Code: what the user's own pipeline applies."""

from __future__ import annotations

from collections.abc import Sequence

from iac_offboard.model import (
    Action,
    Dependant,
    Finding,
    ManualStep,
    Phase,
    Target,
)
from iac_offboard.plan.draft import Draft, declaring_roots
from iac_offboard.plan.order import order_of_applies


def wait_for_code(
    draft: Draft,
    findings: Sequence[Finding],
    by_hand: Sequence[ManualStep] = (),
    dependants: Sequence[Dependant] = (),
) -> dict[str, str]:
    """One action per root: the user's own pipeline carries it out, we wait for it."""
    by_root: dict[str, list[Finding]] = {}
    for finding in findings:
        for root in declaring_roots(finding):
            by_root.setdefault(root, []).append(finding)
    made: dict[str, str] = {}
    for root in order_of_applies(findings, dependants):
        if root not in by_root:  # nothing is cut there: what depends on another root says why
            continue
        members = by_root[root]
        addresses = sorted({o.address for f in members for o in f.addressed})
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
    here |= {f"{o.root or o.file}: {o.address}" for f in members for o in f.planned}
    cut = {f"{o.root}: {o.address}" for f in members for o in f.code if o.root == root and o.cuts}
    steps = []
    if cut - left:
        steps.append("merge removal.patch")
    if any(place.startswith(f"{root}: ") for place in here & left):
        steps.append("do the manual steps")
    if not steps:
        return "run terraform apply: the code no longer names the leaver in "
    return f"{', '.join(steps)} and run terraform apply: "
