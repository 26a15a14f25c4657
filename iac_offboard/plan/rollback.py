"""What was done -> the actions that put it back, and what cannot come back (rule 13).

Order: everything is given back while the leaver is still denied, credentials are set Active
after that, our denies are lifted last of all and only when all of it ended well. A rollback that
fails half-way leaves the person denied, never half-open.

Every restoring verb looks first and does nothing where the element stands. So without a journal
all that the plan would have changed may be undone, as far as its before-images say that it was
different; with one, only what it says that we did. What nobody recorded may have been done by
somebody else, for a reason of theirs: such an action waits until its id is accepted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from iac_offboard.catalog.ours import QUARANTINE_GROUP
from iac_offboard.model import PERSON, Action, ManualStep, Outcome, Phase, Plan, Record, Target
from iac_offboard.plan.draft import quarantine_of
from iac_offboard.plan.elements import Elements
from iac_offboard.plan.gcp_inverse import DISABLE_ACCOUNT, SET_POLICY, STAYS, UNDELETE, Members
from iac_offboard.plan.inverse import (
    DESTROYS,
    LIFTS,
    by_person,
    ends_denial,
    inverse,
    own_deny,
    reopened,
    restoring,
    sets_status,
)
from iac_offboard.plan.verbs import DOCUMENT_THINGS

_OF_THE_GROUP = frozenset({"iam:CreateGroup", "iam:PutGroupPolicy"})
# What the user's pipeline and a person do is for them to undo.
_OTHERS = frozenset({"terraform", PERSON})
_DOCUMENT_VERBS = {verb: kind for kind, verb in DOCUMENT_THINGS.items()}


NOT_OURS = "not known to be ours"
_MAYBE = (
    "No journal says that {id} ({verb}) was ours: somebody else may have done it, and what they "
    "decided would be undone."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Restoring:
    """``late``: the journal begins after something of ours was already done, so that what it
    calls already so may be ours."""

    actions: tuple[Action, ...]
    manual: tuple[ManualStep, ...]
    late: bool = False


def restore(
    plan: Plan, records: Sequence[Record] | None, subjects: frozenset[str] = frozenset()
) -> Restoring:
    """The inverse of what was done of ``plan``, for these subjects (none named: all).

    ``records`` is its journal, None for one that is lost: what may not be ours waits then (see
    ``Action.accept``).
    """
    late = records is not None and _begins_late(plan, records)
    done = _done(plan, records, late=late)
    mine = [
        a
        for a in plan.actions
        if a.id in done and a.target.provider not in _OTHERS and _about(a, plan, subjects)
    ]
    ended = _Ended.of(() if records is None else mine)
    told, made = tuple(records or ()), list[Action]()
    ours = _ours(told)
    manual: list[ManualStep] = []
    for action in reversed(mine):
        back: list[Action] = []
        if ended.already(action) or (own_deny(action) and action.phase is not Phase.CONTAIN):
            continue
        if why := ended.with_it(action):
            by_hand = action.phase is not Phase.CONTAIN
            manual += [_step(action, "Give it back by hand", why)] * by_hand
        elif action.verb in _DOCUMENT_VERBS:
            elements = Elements.of(action, told, ended.identities)
            manual += [_step(action, "Put the entry back by hand", w) for w in elements.by_hand]
            back = elements.actions(action, _DOCUMENT_VERBS[action.verb])
        elif action.verb == SET_POLICY:
            members = Members.of(action, told)
            manual += [_step(action, "Put it back by hand", why) for why in members.by_hand]
            back = [_policy(action, members)] * bool(members.whole)
        elif (left := by_person(action, told)) is not None:
            unsure = "no journal tells whether it went: " * (records is None)
            manual.append(_step(action, left[0], unsure + left[1]))
        elif (inverted := inverse(action, told)) is not None:
            back = [inverted]
        made += back if action.id in ours else [_waiting(b, action) for b in back]
    return Restoring(
        actions=_ordered(made),
        manual=tuple(dict.fromkeys((*manual, *_code(plan, subjects)))),
        late=late,
    )


def _policy(action: Action, members: Members) -> Action:
    reason = f"puts back only the members that {action.id} took out, into what stands there now"
    return restoring(action, "restore:gcp_policy", reason, members.params(action))


def _waiting(back: Action, action: Action) -> Action:
    why = _MAYBE.format(id=action.id, verb=action.verb)
    return replace(back, accept=NOT_OURS, hazards=(*back.hazards, why))


@dataclass(frozen=True, slots=True)
class _Ended:
    """What the plan itself has ended since: ``identities`` by unique id, whole ``things``, those
    of them that were ``deleted``, and ``denies`` of ours by the verb, target and user of their
    end."""

    identities: frozenset[str]
    things: frozenset[Target]
    deleted: frozenset[Target]
    denies: frozenset[tuple[str, Target, str]]

    @classmethod
    def of(cls, done: Sequence[Action]) -> _Ended:
        later = [a for a in done if a.phase is not Phase.CONTAIN]
        return cls(
            frozenset(
                a.param(DESTROYS[a.verb]) or a.target.name for a in later if a.verb in DESTROYS
            ),
            frozenset(a.target for a in later if not own_deny(a) and a.verb not in STAYS),
            frozenset(
                a.target
                for a in later
                if not own_deny(a) and a.verb not in STAYS and not sets_status(a)
            ),
            frozenset((a.verb, a.target, a.param("user")) for a in later if own_deny(a)),
        )

    def already(self, action: Action) -> bool:
        """Is what the step did gone by now, so that nothing is left to undo?"""
        if action.phase is not Phase.CONTAIN:  # a key that was rotated out
            return sets_status(action) and action.target in self.deleted
        lift = LIFTS.get(action.verb, "")
        return (
            (lift, action.target, action.param("user")) in self.denies
            or (action.verb not in LIFTS and action.target in self.things)
            or bool(self.with_it(action))
        )

    def with_it(self, action: Action) -> str:
        """Why an element cannot come back: the identity that it hung on is gone."""
        if action.verb in DESTROYS:
            return ""
        hung = any(action.param(param) in self.identities for param in DESTROYS.values())
        return "the identity that it hung on was deleted" if hung else ""


def _done(plan: Plan, records: Sequence[Record] | None, *, late: bool) -> frozenset[str]:
    """Ids of the actions whose effect is, or may be, ours."""
    records = tuple(records) if records is not None else None
    ours = _ours(records or ())
    already = {r.action for r in records or () if r.outcome is Outcome.ALREADY}
    maybe = {a.id for a in plan.actions} if records is None else already if late else set()
    return frozenset(
        a.id for a in plan.actions if a.id in ours or (a.id in maybe and _was_different(a, plan))
    )


def _ours(records: Iterable[Record]) -> frozenset[str]:
    """Ids of actions whose call went through, or may have: an intent that nothing followed, a
    fault or a later look that carries the undo of a call whose answer was lost."""
    ours: set[str] = set()
    announced: set[str] = set()
    for record in records:
        if record.outcome is Outcome.INTENT:
            announced.add(record.action)
            continue
        announced.discard(record.action)
        lost_answer = record.outcome in (Outcome.ALREADY, Outcome.FAILED) and record.undo
        if record.outcome is Outcome.DONE or lost_answer:
            ours.add(record.action)
    return frozenset(ours | announced)


def _was_different(action: Action, plan: Plan) -> bool:
    """Does the plan itself say that the target was not so when it was made?"""
    if own_deny(action) and action.verb not in _OF_THE_GROUP:
        return not _held_before(action, plan)
    return True


def _held_before(action: Action, plan: Plan) -> bool:
    """Was this leaver under our quarantine when the plan was made, by an earlier one?"""
    return any(
        quarantine_of(f)
        and f.binding.target.account == action.target.account
        and f.binding.principal.value.lower() == action.param("user").lower()
        for f in plan.findings
    )


def _begins_late(plan: Plan, records: Iterable[Record]) -> bool:
    """A deny of ours that stood before the journal's first look, and not when the plan was made:
    an earlier journal of this plan is lost."""
    first: dict[str, Record] = {}
    for record in records:
        if record.outcome is not Outcome.WAITING:
            first.setdefault(record.action, record)
    return any(
        (own_deny(a) or (a.verb == DISABLE_ACCOUNT and a.before == "Active"))
        and a.phase is Phase.CONTAIN
        and a.verb not in _OF_THE_GROUP
        and a.id in first
        and first[a.id].outcome is Outcome.ALREADY
        and not _held_before(a, plan)
        for a in plan.actions
    )


def _about(action: Action, plan: Plan, subjects: frozenset[str]) -> bool:
    if not subjects or subjects & set(action.subject.split(", ")):
        return True
    # One group holds many: it goes with the first of them, and stays while others are in it.
    return action.verb in _OF_THE_GROUP and any(
        a.subject in subjects
        and a.param("group") == QUARANTINE_GROUP
        and a.target.account == action.target.account
        for a in plan.actions
    )


def _ordered(made: Sequence[Action]) -> tuple[Action, ...]:
    """Undelete, give back, make credentials Active, lift; each waits for what comes before."""
    ranks: tuple[list[Action], list[Action], list[Action]] = ([], [], [])
    for action in made:
        rank = 2 if ends_denial(action) else int(reopened(action))
        ranks[rank].append(action)
    numbered: list[Action] = []
    ranks[0].sort(key=lambda a: a.verb != UNDELETE)
    for action in (a for rank in ranks for a in rank):
        back = replace(action, id=f"R-{len(numbered) + 1:03d}", needs=_needs(action, numbered))
        numbered.append(back)
    return tuple(numbered)


def _needs(action: Action, before: Sequence[Action]) -> tuple[str, ...]:
    if not ends_denial(action):
        opens = reopened(action)
        return tuple(a.id for a in before if opens and not reopened(a) and _same_subject(a, action))
    return tuple(a.id for a in before if _same_subject(a, action) or _same_group(a, action))


def _same_subject(one: Action, other: Action) -> bool:
    return bool(set(one.subject.split(", ")) & set(other.subject.split(", ")))


def _same_group(one: Action, other: Action) -> bool:
    return own_deny(one) and one.target == other.target


def _step(action: Action, what: str, why: str) -> ManualStep:
    where = action.target.arn or f"{action.target.kind} {action.target.name}".strip()
    return ManualStep(
        subject=action.subject,
        where=where,
        text=f"{what}: {where} ({action.verb} of {action.id}).",
        reason=why,
    )


def _code(plan: Plan, subjects: frozenset[str]) -> list[ManualStep]:
    """The patch is merged and applied by the user's own pipeline, and so is its revert."""
    return [
        ManualStep(
            subject=action.subject,
            where=action.target.name,
            text=f"If the patch was merged: revert its commit and apply {action.target.name}.",
            reason=(
                "what is in code comes back with the code; a user that its apply destroyed gets "
                "another unique id and new credentials"
            ),
        )
        for action in plan.actions
        if action.phase is Phase.CODE
        and (not subjects or subjects & set(action.subject.split(", ")))
    ]
