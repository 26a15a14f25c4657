"""Identities that others use too, and that a person has taken over for them.

A shared identity stays: it was the leaver's only by the credentials that the leaver held. A
person accepts the hand-over by its id; from then on what stands is theirs who go on using it,
and only an old credential, or one made before the leaving or the hand-over, is still the leaver's
way in.
"""

from __future__ import annotations

from datetime import datetime

from iac_offboard.model import (
    Access,
    BindingVerdict,
    Finding,
    Grade,
    Relation,
)
from iac_offboard.verify.look import Look, said
from iac_offboard.verify.sameness import name_of

_STILL_THEIRS = (Relation.SESSION, Relation.TRUST, Relation.FEDERATION)


def judge_handed_over(finding: Finding, look: Look) -> BindingVerdict | None:
    """The verdict of a binding of a shared identity that was handed over; None where it is judged
    like any other: the identity was not, or the binding is a way in of the leaver's own."""
    relation = finding.binding.relation
    if relation in _STILL_THEIRS or not _shared(finding, look):
        return None
    since = look.handed_over.get(name_of(finding.binding.principal))
    if since is None or (relation is Relation.CREDENTIAL and not _made_after(since, finding, look)):
        return None
    because = "others use this identity too, and a person took it over for them"
    return said(finding, Access.DEAD, Grade.ATTESTED, because)


def made_before(finding: Finding, look: Look) -> str:
    """What is said of a credential that the plan did not know and that is not taken for theirs,
    though its identity was handed over; "" for anything else."""
    since = look.handed_over.get(name_of(finding.binding.principal))
    if since is None or finding.binding.relation is not Relation.CREDENTIAL:
        return ""
    if look.planned_of(finding):
        return ""
    return (
        "; it was made before the identity was taken over and the leaver was gone, so whoever held "
        "the old one may have made it: replace it by a new one"
    )


def _shared(finding: Finding, look: Look) -> bool:
    """A record of an earlier look does not say it."""
    return any(f.shared for f in (finding, *look.all_of(finding)))


def _made_after(since: datetime, finding: Finding, look: Look) -> bool:
    """Whether no look showed the credential to be older than the hand-over. Until then the
    leaver's old credential was enough to make another one."""
    left = look.subject.left_at
    if left is None or look.planned_of(finding):
        return False
    made = [o.created_at for f in look.all_of(finding) for o in f.observations]
    known = [at for at in made if at is not None]
    return bool(known) and min(known) > max(left, since)
