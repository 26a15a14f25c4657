"""Identity providers that this version does not read: who comes in through them is said there.

A person who may still come in through one is unknown, until somebody attests in the roster that
the person is gone there too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

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
    subjects: Sequence[Subject], upstreams: Iterable[Upstream], findings: Iterable[Finding]
) -> Upstreams:
    """Every leaving person against every upstream, and the issuers of the tokens of ``findings``
    that cover a subject, as far as the roster attests them (unattested they are findings)."""
    leaving = [s for s in subjects if s.status is SubjectStatus.LEAVING]
    skipped: list[Skipped] = []
    notes: list[Note] = []
    for upstream in dict.fromkeys(upstreams):
        for subject in leaving:
            if subject.kind is not SubjectKind.PERSON:
                continue
            told = attested(subject, upstream.source)
            if told is None:
                skipped.append(_unread(subject, upstream))
            else:
                notes.append(_vouched(subject, upstream.account, upstream.source, told))
    by_id = {s.id: s for s in leaving}
    for subject_id, account, issuer in dict.fromkeys(_issuers(findings)):
        told = attested(by_id[subject_id], issuer) if subject_id in by_id else None
        if told is not None:
            notes.append(_vouched(by_id[subject_id], account, issuer, told))
    return Upstreams(skipped=tuple(skipped), notes=tuple(dict.fromkeys(notes)))


def attested(subject: Subject, source: str) -> Attestation | None:
    """The latest attestation of ``source`` for this subject that proves something: one from
    before the leaving does not."""
    said = [a for a in _said(subject, source) if subject.left_at is None or a.at >= subject.left_at]
    return max(said, key=lambda a: a.at, default=None)


def _said(subject: Subject, source: str) -> list[Attestation]:
    return [a for a in subject.attested if _normal(a.source) == _normal(source)]


def _normal(source: str) -> str:
    """An ARN as it is; an issuer as its host in lower case and path, with or without https://
    (OpenID Connect Core 1.0, 2: an issuer is an https URL)."""
    host, slash, path = source.strip().removeprefix("https://").rstrip("/").partition("/")
    return source.strip() if source.startswith("arn:") else f"{host.lower()}{slash}{path}"


def _issuers(findings: Iterable[Finding]) -> Iterator[tuple[str, str, str]]:
    for finding in findings:
        principal = finding.binding.principal
        if finding.covered and principal.kind is PrincipalKind.OIDC_SUBJECT:
            issuer = principal.value.partition("|")[0]
            yield finding.subject, finding.binding.target.account or "", issuer


def _unread(subject: Subject, upstream: Upstream) -> Skipped:
    early = max(_said(subject, upstream.source), key=lambda a: a.at, default=None)
    told = (
        f" {early.by} attested it at {early.at.isoformat()}, before the subject left, which proves "
        "nothing."
        if early
        else ""
    )
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


def _vouched(subject: Subject, account: str, source: str, told: Attestation) -> Note:
    return Note(
        kind=NoteKind.ATTESTED,
        where=f"aws:{account}" if account else "aws",
        text=(
            f"{source} lets subject {subject.id} in no more: attested by {told.by} at "
            f"{told.at.isoformat()}; not read by this tool."
        ),
    )
