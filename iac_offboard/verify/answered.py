"""What was begun where a look did not read, and by which name a person may answer for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from iac_offboard.model import Finding, Relation, Side, Skipped, SkipReason
from iac_offboard.verify.coverage import Coverage
from iac_offboard.verify.entries import permission_set_of
from iac_offboard.verify.propagation import window
from iac_offboard.verify.sameness import name_of
from iac_offboard.verify.sessions import outlives


def entered_by(finding: Finding, known: Iterable[Finding]) -> str:
    """The ARN or full resource name of what was entered: the role, the permission set, the service
    account that somebody acts as, or the user or service account whose credential it is, by its
    identity among the ``known``; "" where nothing tells it, or where nothing is begun."""
    target = finding.binding.target
    if (left := window(finding.binding)) is not None:
        if not left.begun:
            return ""
        if finding.binding.relation is not Relation.CREDENTIAL:
            return target.arn or ""
    if finding.binding.relation is Relation.SESSION:
        in_center = target.kind == "sso_session"
        return permission_set_of(target.name) if in_center else target.arn or ""
    mine = name_of(finding.binding.principal)
    identities = (f.binding for f in known if f.binding.relation is Relation.IDENTITY)
    arns = (b.target.arn for b in identities if name_of(b.principal) == mine)
    return next(filter(None, arns), "")


def open_ended(known: Sequence[Finding], coverage: Coverage) -> tuple[Skipped, ...]:
    """What may have been begun where this look did not read, in the form that a waiver speaks of:
    ``where`` is the ARN or full resource name of what was entered."""
    return tuple(
        dict.fromkeys(
            Skipped(
                where=arn,
                reason=SkipReason.UNDECIDED,
                detail="whether anything that was begun there is still open is not known.",
                side=Side.ACCESS,
                kinds=frozenset({finding.binding.target.kind}),
                subject=finding.subject,
            )
            for finding in known
            if outlives(finding)
            and (arn := entered_by(finding, known))
            and coverage.unread(finding.binding, finding.subject)
        )
    )
