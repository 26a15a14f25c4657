"""Denies of ours that no action of a plan is about: somebody else's case, or a forgotten one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from iac_offboard.catalog.ours import on_permission_set, on_role
from iac_offboard.model import Action, Note


def without_own(notes: Iterable[Note], actions: Sequence[Action]) -> tuple[Note, ...]:
    """The notes but for those that say that a deny stands which this plan puts or lifts."""
    own = {note for action in actions for note in _about(action)}
    return tuple(note for note in notes if note not in own)


def _about(action: Action) -> tuple[Note, Note]:
    account, region = action.target.account or "", action.target.region or ""
    role, name = action.param("role"), action.param("name")
    permission_set, sid = action.param("permission_set"), action.param("sid")
    return (
        on_role(account, role, name),
        on_permission_set(account, region, permission_set, sid),
    )
