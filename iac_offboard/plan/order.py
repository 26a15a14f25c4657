"""In which order the roots are to be applied."""

from __future__ import annotations

from collections.abc import Sequence

from iac_offboard.model import Dependant, Finding, Relation, Turn
from iac_offboard.plan.draft import declaring_roots, why_not_automatic


def order_of_applies(
    findings: Sequence[Finding], dependants: Sequence[Dependant] = ()
) -> tuple[str, ...]:
    """The roots that something has to go from, and those of ``dependants``, in the order to apply
    them: those that only mention the leaver first, those that destroy an identity last.

    A document that names a deleted user or role shows its unique id and cannot be saved again
    (IAM user guide, "AWS JSON policy elements: Principal"): a root that still names one would
    fail at its next apply. What other roots hold of it (attachments, memberships) would also make
    AWS refuse the destroy (DeleteUser, DeleteRole in the IAM API reference). A dependant has its
    turn before or after what it depends on, for the reasons that ``pipeline.dependants`` gives; of
    a root with both, what has to come before decides.
    """
    ours = [f for f in findings if not f.covered and not why_not_automatic(f)]
    destroying = {
        root for f in ours if f.binding.relation is Relation.IDENTITY for root in declaring_roots(f)
    }
    roots = {root for f in ours for root in declaring_roots(f)}
    first: dict[str, set[str]] = {root: set() for root in roots}
    for root in destroying:
        first[root] |= roots - destroying
    for turn in (Turn.BEFORE, Turn.AFTER):
        for one in dependants:
            first.setdefault(one.root, set())
            for other in one.of if one.turn is turn else ():
                early, late = (one.root, other) if turn is Turn.BEFORE else (other, one.root)
                if late not in _before(early, first):
                    first.setdefault(late, set()).add(early)
                    first.setdefault(early, set())
    return _sorted(first, destroying)


def _before(root: str, first: dict[str, set[str]]) -> set[str]:
    """All that has to come before a root."""
    found: set[str] = set()
    todo = [root]
    while todo:
        for other in first.get(todo.pop(), ()):
            if other not in found:
                found.add(other)
                todo.append(other)
    return found


def _sorted(first: dict[str, set[str]], destroying: set[str]) -> tuple[str, ...]:
    """By name wherever nothing else decides, and those that destroy as late as may be."""
    order: list[str] = []
    left = set(first)
    while left:
        ready = [r for r in left if not first[r] & left]
        order.append(min(ready or left, key=lambda root: (root in destroying, root)))
        left.remove(order[-1])
    return tuple(order)
