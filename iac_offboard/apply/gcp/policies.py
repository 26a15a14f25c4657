"""Members of allow policies, taken out and put back: read, modify, write, read again.

The plan names elements, not a policy to write: what stands there *now* is read with its etag, the
planned elements alone are taken out, the rest is written with that etag. When somebody else wrote
in between, Google refuses (409; Cloud Storage and BigQuery 412), and it all begins again from what
they wrote: only our own change is made again ("Read-modify-write pattern", IAM documentation).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from iac_offboard.apply.gcp.cloud import (
    Cloud,
    account_of,
    by_hand,
    not_ourselves,
    service_account,
)
from iac_offboard.apply.looks import absent, argument, done, gone_for_good, present, replaced
from iac_offboard.catalog.google_elements import (
    Element,
    Policy,
    UniqueIds,
    Without,
    differs_only_by,
    loads,
    members_of,
    put_back,
    standing,
    without,
)
from iac_offboard.catalog.policy import Json, canonical, document_digest
from iac_offboard.clouds.gcp import policies
from iac_offboard.clouds.reply import text
from iac_offboard.errors import CloudError, ConflictError, NotFoundError
from iac_offboard.interface import Done, Look
from iac_offboard.model import Action

TRIES = 20
"""How often a write is made again that others' writes overtook. Many write to a project's policy
at once, and every one of them but the first is refused."""
CONFLICT_BASE = 0.2
CONFLICT_MAX = 8.0
READ_BACK_TRIES = 5
READ_BACK_SECONDS = 2.0

_SERVICE = "serviceAccount:"
_Change: TypeAlias = Callable[[Policy], Without]


@dataclass(frozen=True, slots=True)
class RemoveMembers:
    """The verb of every allow policy."""

    def look(self, cloud: Cloud, action: Action) -> Look:
        planned, ids = _planned(action), _unique_ids(action)
        for one in planned:
            not_ourselves(cloud, action, one.member.partition(":")[2])
        other = _other_target(cloud, action)
        if other:
            return replaced(other)
        policy = _read(cloud, action)
        if policy is None:
            return absent("what had the policy is gone")
        planned = _without_namesakes(cloud, action, planned, ids)
        change = without(policy.document, planned, ids)
        if not change.removed:
            return absent("no planned member has its role there (any more)")
        _checked(action, policy.document, change)
        return present(_undo(policy.document, change.removed))

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        ids = _unique_ids(action)
        planned = _without_namesakes(cloud, action, _planned(action), ids)

        def change(document: Policy) -> Without:
            made = without(document, planned, ids)
            if made.removed:
                _checked(action, document, made)
            return made

        written = _write(cloud, action, look, change)
        _read_back(cloud, action, planned, ids)
        return written


@dataclass(frozen=True, slots=True)
class RestoreMembers:
    """Puts back what a removal took out: the same member, role and condition, and nothing else,
    into the policy that stands there now."""

    def look(self, cloud: Cloud, action: Action) -> Look:
        planned = _planned(action)
        other = _other_target(cloud, action) or _other_member(cloud, action, planned)
        if other:
            return replaced(other)
        policy = _read(cloud, action)
        if policy is None:
            raise gone_for_good(action, "what had the policy is gone")
        new = put_back(policy.document, planned).removed
        if not new:
            return absent("they stand there (again)")
        return present({"restored": [e.spelled() for e in new]})

    def act(self, cloud: Cloud, action: Action, look: Look) -> Done:
        planned = _planned(action)
        try:
            return _write(cloud, action, look, lambda document: put_back(document, planned))
        except CloudError as fault:
            if fault.code != "INVALID_ARGUMENT":
                raise
            # The members are all that is new in it, so that Google knows one of them no more.
            why = f"Google does not take the policy with them ({fault.message})"
            raise gone_for_good(action, why) from fault


def _write(cloud: Cloud, action: Action, look: Look, change: _Change) -> Done:
    """Write what ``change`` makes of the policy that stands there, however often somebody else is
    faster, within bounds. Raises ConflictError when they are faster every time."""
    for tries in range(1, TRIES + 1):
        policy = _read(cloud, action)
        made = change(policy.document) if policy is not None else None
        if policy is None or made is None or not made.removed:
            # Somebody else did it since we looked; or we did, and the answer was lost.
            return Done(operation=action.verb, request_id="", response_digest="", undo=look.image)
        bindings = made.policy.get("bindings")
        listed = (
            bindings if isinstance(bindings, Sequence) and not isinstance(bindings, str) else ()
        )
        try:
            reply = policies.write(cloud.session, policy, listed)
        except ConflictError:
            if tries == TRIES:
                raise
            high = min(CONFLICT_MAX, CONFLICT_BASE * 2.0 ** min(tries - 1, 16))
            cloud.sleep(cloud.jitter(high))
        else:
            return done(reply, _as_done(look, policy.document, made.removed))
    raise AssertionError("the last try returns or raises")


def _as_done(look: Look, before: Policy, changed: Sequence[Element]) -> str:
    """The undo of what was written, in the words of the look."""
    if "restored" in json.loads(look.image or "{}"):
        return canonical({"restored": [e.spelled() for e in changed]})
    return canonical(_undo(before, changed))


def _undo(before: Policy, removed: Sequence[Element]) -> Json:
    """Only what was taken out, whole; the rest is a digest."""
    return {"removed": [e.spelled() for e in removed], "before": document_digest(before)}


def _checked(action: Action, before: Policy, change: Without) -> None:
    """Raises CloudError for a policy that must not be written: one in which somebody else would
    be missing, or that leaves a place without the owner that the plan counted on."""
    if not differs_only_by(before, change.policy, change.removed):
        raise by_hand(
            action,
            "the policy that would be written differs by more than what is planned",
            "This is a fault of iac-offboard: nothing was written; please report it.",
        )
    role = action.param("keeps")
    if role and members_of(before, role) and not members_of(change.policy, role):
        raise by_hand(
            action,
            f"nobody would be left with {role}, though somebody was when the plan was made",
            "Give it to somebody else, or release it in the roster and make a new plan.",
        )


def _read_back(cloud: Cloud, action: Action, planned: Sequence[Element], ids: UniqueIds) -> None:
    for left in reversed(range(READ_BACK_TRIES)):
        policy = _read(cloud, action)
        if policy is None or not standing(policy.document, planned, ids):
            return
        if left:
            cloud.sleep(READ_BACK_SECONDS)
    raise CloudError(
        f"{action.verb} was acknowledged, and the member still stands in the policy.",
        operation=action.verb,
        hint="Somebody may have put it back; look, then run apply again.",
    )


def _read(cloud: Cloud, action: Action) -> policies.Policy | None:
    name = action.target.arn or ""
    if not name.startswith("//"):
        raise CloudError(
            f"The action {action.id} ({action.verb}) has no full resource name of its target.",
            operation=action.verb,
            hint="The plan is incomplete; make a new one.",
        )
    try:
        return policies.read(cloud.session, name, account_of(action))
    except NotFoundError:
        return None


def _planned(action: Action) -> tuple[Element, ...]:
    try:
        return loads(argument(action, "members"))
    except ValueError as fault:
        raise CloudError(
            f"The action {action.id} ({action.verb}) does not say which members are meant.",
            operation=action.verb,
            hint="The plan is incomplete; make a new one.",
        ) from fault


def _unique_ids(action: Action) -> UniqueIds:
    found = json.loads(action.param("unique_ids") or "{}")
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, Mapping) else {}


def _other_target(cloud: Cloud, action: Action) -> str:
    """Why a service account that has the policy is not the planned one, "" when it is."""
    planned = action.target.unique_id or ""
    if action.target.kind != "gcp_service_account" or not planned:
        return ""
    email = (action.target.arn or "").rpartition("/")[2]
    found = service_account(cloud, action, email, account_of(action))
    if found is None or text(found, "uniqueId") == planned:
        return ""
    return f"the service account is {text(found, 'uniqueId')}, planned was {planned}"


def _without_namesakes(
    cloud: Cloud, action: Action, planned: Sequence[Element], ids: UniqueIds
) -> tuple[Element, ...]:
    """The planned elements, as far as their service accounts are still the same ones: what names
    an account that was made anew under the e-mail of a deleted one is that one's. What the deleted
    one left behind (``deleted:``) goes all the same, by its unique id."""
    kept = []
    for one in planned:
        email = one.member.removeprefix(_SERVICE).lower()
        known = ids.get(email, "") if one.member.startswith(_SERVICE) else ""
        found = service_account(cloud, action, email, "-") if known else None
        if found is not None and text(found, "uniqueId") != known:
            left = f"deleted:{_SERVICE}{email}?uid={known}"
            kept.append(Element(left, one.role, one.condition))
        else:
            kept.append(one)
    return tuple(kept)


def _other_member(cloud: Cloud, action: Action, planned: Sequence[Element]) -> str:
    """Why somebody is not the one who is to get a role back, "" when all are."""
    ids = _unique_ids(action)
    for one in planned:
        email = one.member.removeprefix(_SERVICE).lower()
        known = ids.get(email, "") if one.member.startswith(_SERVICE) else ""
        found = service_account(cloud, action, email, "-") if known else None
        if known and found is None:
            raise gone_for_good(action, f"{email} is gone")
        if found is not None and text(found, "uniqueId") != known:
            return f"{email} is {text(found, 'uniqueId')} now, planned was {known}"
    return ""
