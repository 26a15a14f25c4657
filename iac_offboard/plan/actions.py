"""Findings -> ordered actions: contain, unblock, code, live (DESIGN.md, rule 8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from iac_offboard.model import (
    AccountFacts,
    Action,
    Dependant,
    Finding,
    InlineOwner,
    ManualStep,
    Relation,
    Skipped,
    Subject,
    Use,
)
from iac_offboard.plan.asked_again import ask_again
from iac_offboard.plan.by_hand import (
    leave_to_a_person,
    leave_to_its_provider,
    leave_what_is_ignored,
)
from iac_offboard.plan.code import wait_for_code
from iac_offboard.plan.contain import contain
from iac_offboard.plan.draft import (
    Draft,
    acts_live,
    automatic,
    live_users,
    quarantine_of,
    quarantined,
)
from iac_offboard.plan.gcp_actions import Google
from iac_offboard.plan.gcp_found import Found
from iac_offboard.plan.in_use import mark_in_use
from iac_offboard.plan.live import remove_live
from iac_offboard.plan.roles import contain_roles, live_roles, remove_roles, unblock_roles
from iac_offboard.plan.rotation import (
    ROTATION_WINDOW,
    hand_over,
    may_be_handed_over,
    may_be_rotated,
    rotate,
)
from iac_offboard.plan.sessions import deny_sessions, lift_denies
from iac_offboard.plan.unblock import unblock


def build_actions(
    findings: Sequence[Finding],
    subjects: Mapping[str, Subject],
    facts: Mapping[str, AccountFacts],
    by_hand: Sequence[ManualStep] = (),
    *,
    uses: Sequence[Use] = (),
    destroyed: Set[tuple[str, str]] = frozenset(),
    rotation_window: int = ROTATION_WINDOW,
    skipped: Sequence[Skipped] = (),
    inline_owners: Sequence[InlineOwner] = (),
    dependants: Sequence[Dependant] = (),
) -> tuple[tuple[Action, ...], tuple[ManualStep, ...]]:
    """Every action in the order of its phases, and what a person has to do instead.

    ``by_hand``: what the edit of the code left to a person already. ``uses``: workloads and the
    identities that they run as. ``destroyed``: (root, address) of resources that the patch takes
    away. ``rotation_window``: seconds for which a shared key has to be unused before it goes.
    ``skipped``: where the last use of credentials could not be read. ``inline_owners``: resources
    of the code that own the inline policies of a role or permission set, whose roots revert a deny
    of ours there. ``dependants``: what has its turn before or after a root."""
    draft = Draft()
    named = leave_to_a_person(draft, findings)
    keys = [f for f in named if may_be_rotated(f)]
    shared = [f for f in named if may_be_handed_over(f)]
    found = Found.of(named, subjects)
    asked = {f.id for f in (*keys, *shared)} | found.taken
    workable = [f for f in named if f.id not in asked and automatic(f, draft)]
    leave_what_is_ignored(draft, workable)
    live = [f for f in workable if acts_live(f, draft)]
    google = Google.of(draft, found, [f for f in live if _of_google(f)], subjects)
    certain = leave_to_its_provider(draft, [f for f in live if not _of_google(f)])
    already = quarantined(certain)
    certain = [f for f in certain if not quarantine_of(f)]
    sessions = [f for f in certain if f.binding.relation is Relation.SESSION]
    certain = [f for f in certain if f.binding.relation is not Relation.SESSION]
    users = live_users(certain, subjects)
    roles, settled = live_roles(draft, certain, subjects)
    held = contain(draft, users, facts, already)
    contain_roles(draft, roles, inline_owners)
    disabled = google.contain()
    denied = deny_sessions(
        draft, sessions, inline_owners, frozenset((r.account, r.target.name.lower()) for r in roles)
    )
    unblock(draft, users, held)
    unblock_roles(draft, roles)
    code = wait_for_code(draft, workable, by_hand, dependants)
    remove_live(draft, users, certain, held, code, facts, settled)
    remove_roles(draft, roles, facts)
    google.remove_live(disabled, facts, rotation_window)
    rotate(draft, keys, findings, rotation_window)
    hand_over(draft, shared)
    lift_denies(draft, denied)
    marked = mark_in_use(draft.actions, findings, uses, subjects, destroyed, skipped)
    return ask_again(marked, findings, subjects), tuple(draft.manual)


def _of_google(finding: Finding) -> bool:
    return finding.binding.target.provider == "gcp"
