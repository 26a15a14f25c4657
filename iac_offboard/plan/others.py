"""What an edit does to others: it must take nothing from them, and give them nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set

from iac_offboard.model import Observation
from iac_offboard.plan.proof import Difference, key, said


def at_others_cost(
    difference: Difference, mine: Iterable[Observation], released: Set[str]
) -> Mapping[tuple[str, str], str]:
    """Why the edit must not be made at a (root, address): what it would also do to others than the
    leavers, whose bindings are ``mine``."""
    own = {key(o) for o in mine}
    found: dict[tuple[str, str], str] = {}
    for what, keys in (("create", difference.new), ("remove", difference.unplanned)):
        for k in keys:
            if k[1] not in released and k not in own:
                found.setdefault(k[:2], f"the edit would also {what} {said(k)}")
    return found
