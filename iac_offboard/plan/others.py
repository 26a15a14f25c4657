"""What an edit does to others: it must take nothing from them, and give them nothing."""

from __future__ import annotations

from collections.abc import Mapping, Set

from iac_offboard.plan.proof import Difference, said


def at_others_cost(difference: Difference, released: Set[str]) -> Mapping[tuple[str, str], str]:
    """Why the edit must not be made at a (root, address): what it would also do to others."""
    found: dict[tuple[str, str], str] = {}
    for what, keys in (("create", difference.new), ("remove", difference.unplanned)):
        for k in keys:
            if k[1] not in released:
                found.setdefault(k[:2], f"the edit would also {what} {said(k)}")
    return found
