"""Identity providers that this version does not read: who comes in through them is said there.

A person who may still come in through one is unknown, until somebody attests in the roster that
the person is gone there too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from iac_offboard.catalog.attesting import counted, discounted
from iac_offboard.catalog.google_pools import federated
from iac_offboard.model import (
    Attestation,
    Finding,
    Note,
    NoteKind,
    PrincipalKind,
    Side,
    Skipped,
    SkipReason,
    Subject,
    SubjectKind,
    SubjectStatus,
    Upstream,
)

KINDS = frozenset({"upstream"})
"""No target is of this kind: what comes in through an upstream is beside the bindings that were
read, so that the subject becomes unknown and none of them does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstreams:
    """What nobody vouches for, and what somebody does."""

    skipped: tuple[Skipped, ...] = ()
    notes: tuple[Note, ...] = ()


def judge(
    subjects: Sequence[Subject],
    upstreams: Iterable[Upstream],
    findings: Iterable[Finding],
    now: datetime,
) -> Upstreams:
    """Every leaving person against every upstream, and the issuers of tokens, pools and domains
    that cover a subject in ``findings``, as far as the roster attests them by ``now`` (unattested
    they are findings)."""
    leaving = [s for s in subjects if s.status is SubjectStatus.LEAVING]
    skipped: list[Skipped] = []
    notes: list[Note] = []
    for upstream in dict.fromkeys(upstreams):
        for subject in leaving:
            if subject.kind is not SubjectKind.PERSON:
                continue
            told = counted(subject, upstream.source, now)
            if told is None:
                skipped.append(_unread(subject, upstream, now))
            else:
                notes.append(_vouched(subject, f"aws:{upstream.account}", upstream.source, told))
    by_id = {s.id: s for s in leaving}
    for subject_id, where, source in dict.fromkeys(_sources(findings)):
        told = counted(by_id[subject_id], source, now) if subject_id in by_id else None
        if told is not None:
            notes.append(_vouched(by_id[subject_id], where, source, told))
    return Upstreams(skipped=tuple(skipped), notes=tuple(dict.fromkeys(notes)))


def _sources(findings: Iterable[Finding]) -> Iterator[tuple[str, str, str]]:
    """(subject, place, source) of what only somebody outside this cloud can say of a subject."""
    for finding in findings:
        principal, target = finding.binding.principal, finding.binding.target
        where = f"{target.provider}:{target.account}" if target.account else target.provider
        if not finding.covered:
            continue
        if principal.kind is PrincipalKind.OIDC_SUBJECT:
            yield finding.subject, where, principal.value.partition("|")[0]
        elif principal.kind is PrincipalKind.GCP_DOMAIN:
            yield finding.subject, where, f"domain:{principal.value}"
        elif (parts := federated(principal.value)) is not None:
            yield finding.subject, where, parts.pool


def _unread(subject: Subject, upstream: Upstream, now: datetime) -> Skipped:
    told = "".join(f" {why}" for why in discounted(subject, upstream.source, now))
    return Skipped(
        where=f"aws:{upstream.account}",
        reason=SkipReason.UPSTREAM,
        detail=f"{upstream.text.rstrip('.')}: whether subject {subject.id} still comes in through "
        f"it is not read.{told}",
        side=Side.ACCESS,
        next_step=(
            f"Remove the subject there, then say so in the roster: "
            f'attested: [{{source: "{upstream.source}", by: WHO, at: WHEN}}]'
        ),
        kinds=KINDS,
        subject=subject.id,
        pattern=upstream.source,
    )


def _vouched(subject: Subject, where: str, source: str, told: Attestation) -> Note:
    return Note(
        kind=NoteKind.ATTESTED,
        where=where,
        text=(
            f"{source} lets subject {subject.id} in no more: attested by {told.by} at "
            f"{told.at.isoformat()}; not read by this tool."
        ),
    )
