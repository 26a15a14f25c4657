"""Identities that others use too, and that a person has taken over for them.

A shared identity stays: it was the leaver's only by the credentials that the leaver held. A
person accepts the hand-over by its id; from then on what stands is theirs who go on using it,
and only an old credential, or one made before the leaving, is still the leaver's way in.
"""

from __future__ import annotations

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


def judge_handed_over(finding: Finding, look: Look, *, planned: bool) -> BindingVerdict | None:
    """The verdict of a binding of a shared identity that was handed over; None where it is judged
    like any other: the identity was not, or the binding is a way in of the leaver's own."""
    relation = finding.binding.relation
    if not finding.shared or relation in _STILL_THEIRS:
        return None
    if name_of(finding.binding.principal) not in look.handed_over:
        return None
    if relation is Relation.CREDENTIAL and (planned or not _made_since(finding, look)):
        return None
    because = "others use this identity too, and a person took it over for them"
    return said(finding, Access.DEAD, Grade.ATTESTED, because)


def _made_since(finding: Finding, look: Look) -> bool:
    left = look.subject.left_at
    made = [o.created_at for o in finding.observations]
    return left is not None and bool(made) and all(at is not None and at > left for at in made)
