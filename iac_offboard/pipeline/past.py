"""Which plans of Terraform, as a plan of ours recorded them, the code has left behind since.

The JSON of a plan is a picture of one moment. Once the patch is merged it still names the leaver,
and once somebody adds a block it does not: of the code as it is now it says nothing, until the
pipeline plans anew and writes the file again.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from iac_offboard.model import Plan
from iac_offboard.pipeline import git, recorded
from iac_offboard.pipeline.plans import PastPlan

PLAN_INPUT = "plan-json "
CODE_INPUT = "code "


def past_plans(plan: Plan) -> dict[str, PastPlan]:
    """By file; none while the code that was read is what it was."""
    if not plan.scope.plans or not _code_changed(plan):
        return {}
    digests = {
        name.removeprefix(PLAN_INPUT): digest
        for name, digest in plan.inputs
        if name.startswith(PLAN_INPUT)
    }
    counted = set(_only_there(plan))
    return {file: PastPlan(digest=d, counted=file in counted) for file, d in digests.items()}


def _only_there(plan: Plan) -> Iterator[str]:
    """Files that told something of a subject that no code spells or no other state holds."""
    for finding in plan.findings:
        if not finding.code:
            yield from (o.file for o in finding.planned)
        states = {o.file for o in finding.state}
        if len(states) == 1:
            yield from states


def _code_changed(plan: Plan) -> bool:
    code = ((n.removeprefix(CODE_INPUT), d) for n, d in plan.inputs if n.startswith(CODE_INPUT))
    if any(recorded.digest_now(Path(file)) != digest for file, digest in code):
        return True
    for root in plan.scope.roots:
        tree = git.work_tree(Path(root.directory)) if Path(root.directory).is_dir() else None
        if (tree.commit if tree is not None else "") != root.commit:
            return True
    return False
