"""Reasons to hold a plan until a person has decided (DESIGN.md, rule 11; rule OFB011)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from iac_offboard.catalog.google_elements import OWNERS
from iac_offboard.model import (
    AccountFacts,
    Action,
    CodeOrigin,
    Effect,
    Finding,
    Hold,
    LiveOrigin,
    Note,
    NoteKind,
    Relation,
    Subject,
)
from iac_offboard.plan.gcp_policies import entries

MAX_ACTIONS = 200


def holds(
    subjects: Sequence[Subject],
    findings: Sequence[Finding],
    actions: Sequence[Action],
    facts: Mapping[str, AccountFacts],
    *,
    max_actions: int = MAX_ACTIONS,
) -> tuple[Hold, ...]:
    """Every reason that this plan may not be applied as it is.

    What only covers the leaver is left standing, so it is no reason."""
    findings = [f for f in findings if not f.covered]
    return (
        *_break_glass(subjects, findings),
        *_rehired(subjects, findings),
        *_last_admin(subjects, findings, facts),
        *_last_principal(subjects, findings),
        *_too_many(actions, max_actions),
    )


def _break_glass(subjects: Sequence[Subject], findings: Sequence[Finding]) -> Iterable[Hold]:
    for subject in subjects:
        found = any(f.subject == subject.id for f in findings)
        if subject.break_glass and found and "break-glass" not in subject.release:
            yield Hold(
                code="break-glass",
                where=subject.id,
                text=f"{subject.id} is marked as a break-glass identity",
                release="add `release: [break-glass]` once a replacement is in place",
            )


def _rehired(subjects: Sequence[Subject], findings: Sequence[Finding]) -> Iterable[Hold]:
    """What stands there may have been given to somebody who is back."""
    for subject in subjects:
        found = any(f.subject == subject.id for f in findings)
        if subject.rehired_at is not None and found and "rehired" not in subject.release:
            yield Hold(
                code="rehired",
                where=subject.id,
                text=f"the roster says that {subject.id} is hired again "
                f"at {subject.rehired_at.isoformat()}",
                release="take the subject out of the roster, or add `release: [rehired]` where "
                "what was there before has to go all the same",
            )


def _last_admin(
    subjects: Sequence[Subject],
    findings: Sequence[Finding],
    facts: Mapping[str, AccountFacts],
) -> Iterable[Hold]:
    released = frozenset[str]().union(*(s.release for s in subjects))
    for account, known in sorted(facts.items()):
        leaving = _leaving(findings, account)
        admins = {name.lower() for name in known.admins}
        mark = f"last-admin:{account}"
        last = not admins - leaving
        if admins & leaving and last and mark not in released:
            yield Hold(
                code="last-admin",
                where=f"{'aws' if account.isdigit() else 'gcp'}:{account}",
                text=f"{_last(account)} in {account}",
                release=f"give another identity access, or add `release: ['{mark}']`",
            )


def _last(account: str) -> str:
    if account.isdigit():
        return "the leaver is the last identity with administrator access"
    role = OWNERS["gcp_organization" if account.startswith("organizations/") else "gcp_project"]
    return f"the leaver is the last member with {role}"


def _leaving(findings: Sequence[Finding], account: str) -> set[str]:
    """Who goes, as ``AccountFacts.admins`` spells them: names of users and roles, or members that
    own a Google account."""
    here = [
        f
        for f in findings
        if any(isinstance(o, LiveOrigin) and o.account == account for o in f.live)
    ]
    names = {
        f.binding.target.name
        for f in here
        if f.binding.target.kind in ("iam_user", "iam_role") and f.binding.relation == "identity"
    }
    owners = {
        entry.element.member
        for f in findings
        if f.binding.target.kind in OWNERS and f.binding.target.account == account and not f.shared
        for entry in entries(f)
        if entry.element.role == OWNERS[f.binding.target.kind]
    }
    return {name.lower() for name in names | owners}


def _last_principal(subjects: Sequence[Subject], findings: Sequence[Finding]) -> Iterable[Hold]:
    """A key's policy is the only way to the key, for the root user too ("Key policies in AWS
    KMS"): once everybody who stands in it is deleted, only AWS support can bring it back."""
    released = frozenset[str]().union(*(s.release for s in subjects))
    keys = {
        f.binding.target.arn or f.binding.target.name
        for f in findings
        if f.binding.target.kind == "kms_key"
        and f.binding.relation is not Relation.SESSION
        and f.binding.effect is Effect.ALLOW
        and any(isinstance(o.origin, LiveOrigin) and o.removal == "manual" for o in f.observations)
    }
    for key in sorted(keys):
        mark = f"last-principal:{key}"
        if mark not in released:
            yield Hold(
                code="last-key-principal",
                where=key,
                text="only leavers stand in the policy of this key: nobody could administer it",
                release=f"give somebody else the key, or add `release: ['{mark}']`",
            )


def _too_many(actions: Sequence[Action], cap: int) -> Iterable[Hold]:
    if len(actions) > cap:
        yield Hold(
            code="too-many-actions",
            where="plan",
            text=f"the plan has {len(actions)} actions, more than the cap of {cap}",
            release="check that the roster does not match too much, then raise --max-actions",
        )


def hazards(findings: Sequence[Finding]) -> tuple[Note, ...]:
    """Things that hold nothing but that a reviewer should see first."""
    found: list[Note] = []
    for finding in findings:
        authoritative = sorted(
            {
                f"{o.origin.root}: {o.origin.address}"
                for o in finding.observations
                if o.authoritative and isinstance(o.origin, CodeOrigin) and not finding.covered
            }
        )
        found.extend(
            Note(
                kind=NoteKind.HAZARD,
                where=place,
                text=(
                    "owns its whole list or document: an apply of unpatched code brings the "
                    "leaver back and removes what others added by hand"
                ),
            )
            for place in authoritative
        )
    return tuple(dict.fromkeys(found))
