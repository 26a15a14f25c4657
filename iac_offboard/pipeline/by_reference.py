"""Entries that name who goes by reference only, and make nothing but bindings of who goes.

`access_entries = { x = { principal_arn = aws_iam_role.this["x"].arn } }`: the name is spelled
where the role is, and with the role the entry leads nowhere.
"""

from __future__ import annotations

from collections.abc import Set

from iac_offboard.hcl.resources import TopBlock
from iac_offboard.hcl.slots import slots_around
from iac_offboard.model import Cut, Span
from iac_offboard.sources.terraform import TerraformSource


def entry_around(
    source: TerraformSource, block: TopBlock, place: Span, theirs: Set[tuple[str, str]]
) -> tuple[Cut, frozenset[tuple[str, str]]] | None:
    """The innermost entry or element around a reference that makes instances, and those, where
    all that it makes in any root is ``theirs``."""
    if block.overridden:
        return None
    _, slots = slots_around(source.files.read(place.file), place)
    for slot in reversed(slots):
        made = _instances_of_entry(source, slot.span)
        if made:
            return (slot, made) if made <= theirs else None
    return None


def _instances_of_entry(source: TerraformSource, slot: Span) -> frozenset[tuple[str, str]]:
    """Instances that go with an entry. One that a count numbers is none of them: the others would
    be renamed."""
    return frozenset(
        (source.label(root.path, root.variant), r.address)
        for root in source.repository.roots
        for r in root.resources
        if any(s.span == slot and not s.shift for s in r.instance_slots)
    )
