"""Waivers applied to what a look could not read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from iac_offboard.model import Finding, Scope, Side
from iac_offboard.pipeline.request import Request
from iac_offboard.pipeline.scan import Scan
from iac_offboard.verify import Coverage, open_places
from iac_offboard.waivers import Waiver, apply, load_waivers


def waivers_of(request: Request) -> tuple[Waiver, ...]:
    """The waivers that were given, read before anything else. Raises ``InputError``."""
    return load_waivers(Path(request.waivers)) if request.waivers else ()


def waive(
    scan: Scan,
    waivers: Sequence[Waiver],
    now: datetime,
    *,
    planned: Scope | None = None,
    known: Sequence[Finding] = (),
) -> Scan:
    """The scan with what is waived no longer among what was skipped.

    A waiver may also speak of a ``planned`` account that was not looked at, and of a resource
    that is open to everybody, among the findings of the scan or those ``known`` of the plan."""
    if not waivers:
        return scan
    collected = scan.collected
    said = {s.where for s in collected.skipped if s.side is Side.ACCESS}
    coverage = Coverage(planned=planned or scan.scope, fresh=scan.scope, collected=collected)
    more = [
        *(s for s in coverage.missing() if s.where not in said),
        *open_places((*known, *scan.findings), collected),
    ]
    parted = apply(waivers, dict.fromkeys((*collected.skipped, *more)), now)
    return replace(
        scan,
        collected=replace(
            collected,
            skipped=tuple(s for s in parted.skipped if s not in more),
            waived=parted.waived,
            notes=(*collected.notes, *parted.notes),
        ),
    )
