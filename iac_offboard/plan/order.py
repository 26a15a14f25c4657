"""In which order the roots are to be applied."""

from __future__ import annotations

from collections.abc import Sequence

from iac_offboard.model import Finding, Relation
from iac_offboard.plan.draft import declaring_roots, why_not_automatic


def order_of_applies(findings: Sequence[Finding]) -> tuple[str, ...]:
    """The roots that something has to go from, in the order to apply them: those that only
    mention the leaver first, those that destroy an identity last.

    A document that names a deleted user or role shows its unique id and cannot be saved again
    (IAM user guide, "AWS JSON policy elements: Principal"): a root that still names one would
    fail at its next apply. What other roots hold of it (attachments, memberships) would also make
    AWS refuse the destroy (DeleteUser, DeleteRole in the IAM API reference).
    """
    ours = [f for f in findings if not f.covered and not why_not_automatic(f)]
    destroying = {
        root for f in ours if f.binding.relation is Relation.IDENTITY for root in declaring_roots(f)
    }
    roots = {root for f in ours for root in declaring_roots(f)}
    return tuple(sorted(roots, key=lambda root: (root in destroying, root)))
