"""Trusts that let a leaving repository in without naming it (``repo:org/*``).

Cutting one would cut others, and leaving it out would call a repository dead that still gets in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from iac_offboard.correlate.claims import Claims
from iac_offboard.correlate.seen import Place, Seen
from iac_offboard.correlate.undecided import where_of
from iac_offboard.model import Effect, Side, Skipped, SkipReason


def covering(seen: Sequence[Seen], claims: Claims) -> tuple[Skipped, ...]:
    """What a person has to decide, in a stable order: live it is access, in code and state it
    is what may come back."""
    found = {(s.side, s.subject, s.where, s.detail): s for item in seen for s in _of(item, claims)}
    return tuple(found[key] for key in sorted(found))


def _of(item: Seen, claims: Claims) -> Iterator[Skipped]:
    binding = item.observation.binding
    if binding.effect is Effect.DENY:
        return
    live = item.place is Place.LIVE
    pattern = item.principal.value.partition("|")[2]
    for subject in claims.covered(item.principal):
        yield Skipped(
            where=where_of(item) if live else f"{item.root}: {item.address}",
            reason=SkipReason.AMBIGUOUS,
            detail=(
                f"{binding.target.kind} {binding.target.name or item.address} lets in "
                f"{pattern}: this covers a repository of subject {subject}, and others."
            ),
            side=Side.ACCESS if live else Side.RETURN_RISK,
            next_step=(
                "Narrow the condition to the repositories that still need it; if it has to stay, "
                "attest in the roster who looked at it (what is said here stays undecided)."
            ),
            kinds=frozenset({binding.target.kind}),
            subject=subject,
        )
