"""Code, state and live joined: one finding for each binding of a leaver, with every place
where it is known.

    observations -> identities (seen) -> whose they are (claims) -> which live user a name in
    code means (namesakes) -> one group per binding (join) -> findings, questions, notes (result)

Nothing is dropped in silence but what the roster itself excludes: what only may be a leaver's,
or lets a leaving repository in together with others, is Skipped (AMBIGUOUS); what is possibly a
re-used name is a note.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from iac_offboard.correlate.claims import Claims, Recognised, Recogniser
from iac_offboard.correlate.covering import covering
from iac_offboard.correlate.join import join
from iac_offboard.correlate.namesakes import settle
from iac_offboard.correlate.result import Results
from iac_offboard.correlate.seen import Seen, see
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
    for subject_id in dict.fromkeys(s.id for s in subjects):
        groups, unjoined = join(theirs.get(subject_id, []))
        results.notes.extend(unjoined)
        results.add(subject_id, groups)
    return Correlation(
        findings=tuple(results.findings),
        skipped=(*results.skipped, *covering(seen, claims)),
        notes=tuple(dict.fromkeys(results.notes)),
    )
