"""Code, state and live joined: one finding for each binding of a leaver, with every place
where it is known.

    observations -> identities (seen) -> whose they are (claims) -> which live user a name in
    code means (namesakes) -> one group per binding (join) -> findings, questions, notes (result)
    findings -> which patterns let their subjects in together with others (covering) -> findings

Nothing is dropped in silence but what the roster itself excludes: what only may be a leaver's is
Skipped (AMBIGUOUS); what is possibly a re-used name is a note.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from iac_offboard.correlate.claims import Claims, Recognised, Recogniser
from iac_offboard.correlate.covering import covering
from iac_offboard.correlate.join import join
from iac_offboard.correlate.namesakes import settle
from iac_offboard.correlate.result import Results
from iac_offboard.correlate.seen import Place, Seen, see
from iac_offboard.model import Collected, Finding, Note, Skipped, Subject

__all__ = ["Correlation", "Recognised", "Recogniser", "correlate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Correlation:
    """Findings in a stable order; ``skipped`` are identities that a person has to decide."""

    findings: tuple[Finding, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[Note, ...] = ()


def correlate(
    subjects: Sequence[Subject],
    matcher: Recogniser,
    collected: Sequence[Collected],
    *,
    live_asked: bool,
) -> Correlation:
    """Join what the sources saw of ``subjects``, in the order of the roster.

    ``live_asked``: a cloud was read, so that what is not live is known to be absent there (as
    far as nothing was skipped; the sources' own ``skipped`` and ``notes`` are not repeated).
    Near linear in the number of observations.
    """
    seen = see([o for c in collected for o in c.observations])
    claims = Claims(subjects, matcher)
    claims.learn(seen)
    seen, notes = settle(seen, claims)
    results = Results(claims, live_asked=live_asked)
    results.notes.extend(notes)
    theirs: dict[str, list[Seen]] = {}
    for item in seen:
        for subject in claims.of(item.identity):
            theirs.setdefault(subject, []).append(item)
    order = {s.id: i for i, s in reversed(list(enumerate(subjects)))}
    for subject_id in dict.fromkeys(s.id for s in subjects):
        groups, unjoined = join(theirs.get(subject_id, []))
        results.notes.extend(unjoined)
        results.add(subject_id, groups)
    for subject_id, covered in covering(seen, claims, tuple(results.findings)).items():
        groups, unjoined = join(covered.tokens)
        results.notes.extend(unjoined)
        standing = [g for g in join(covered.others)[0] if g.has(Place.LIVE)]
        results.cover(subject_id, [*groups, *standing])
    return Correlation(
        # Stable: what names a subject comes before what covers it.
        findings=tuple(sorted(results.findings, key=lambda f: order[f.subject])),
        skipped=tuple(results.skipped),
        notes=tuple(dict.fromkeys(results.notes)),
    )
