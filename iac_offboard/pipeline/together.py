"""What several sources gave, as one."""

from __future__ import annotations

from collections.abc import Iterable

from iac_offboard.model import Collected


def together(parts: Iterable[Collected]) -> Collected:
    """What all sources gave, each thing once."""
    parts = list(parts)
    return Collected(
        observations=tuple(o for p in parts for o in p.observations),
        skipped=tuple(dict.fromkeys(s for p in parts for s in p.skipped)),
        notes=tuple(dict.fromkeys(n for p in parts for n in p.notes)),
        reads=tuple(r for p in parts for r in p.reads),
        uses=tuple(dict.fromkeys(u for p in parts for u in p.uses)),
        upstreams=tuple(dict.fromkeys(u for p in parts for u in p.upstreams)),
        denies=tuple(dict.fromkeys(d for p in parts for d in p.denies)),
        referring=tuple(dict.fromkeys(r for p in parts for r in p.referring)),
        lengths=tuple(dict.fromkeys(n for p in parts for n in p.lengths)),
    )
