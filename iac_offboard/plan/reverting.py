"""Which roots would take a deny of ours away again with their next apply."""

from __future__ import annotations

from collections.abc import Sequence

from iac_offboard.catalog.access import wildcard
from iac_offboard.model import InlineOwner


def reverted_by(owners: Sequence[InlineOwner], kind: str, name: str) -> str:
    """``model.Action.reverted_by`` of a deny in the role or permission set (by its ARN) ``name``:
    roots with the addresses that own its inline policies, "" for none. Where the configuration
    does not tell which role or permission set it is, it may be this one, and that is said. A
    name is looked for in every root, since which account a root is applied to is not known."""
    found = {
        f"{owner.root} ({'perhaps: ' if '*' in owner.name else ''}{owner.address})"
        for owner in owners
        if owner.kind == kind and wildcard(owner.name, name, ignore_case=True)
    }
    return ", ".join(sorted(found))
