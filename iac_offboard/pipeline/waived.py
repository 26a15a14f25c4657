"""Waivers applied to what a look could not read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from iac_offboard.catalog.reasons import was_not_read
from iac_offboard.model import Finding, Scope, Side
from iac_offboard.pipeline.request import Request
from iac_offboard.pipeline.scan import Scan
from iac_offboard.verify import Coverage, open_ended, open_places
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

    A waiver may also speak of a ``planned`` account that was not looked at, and, among the findings
    of the scan or those ``known`` of the plan, of a resource that is open to everybody and of a
    role or user that was entered and cannot be read now."""
    if not waivers:
        return scan
    collected = scan.collected
    unread = (s for s in collected.skipped if s.side is Side.ACCESS and was_not_read(s.reason))
    said = {s.where for s in unread}
    coverage = Coverage(planned=planned or scan.scope, fresh=scan.scope, collected=collected)
    more = [
        *(s for s in coverage.missing() if s.where not in said),
        *open_places((*known, *scan.findings), collected),
        *open_ended((*known, *scan.findings), coverage),
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
