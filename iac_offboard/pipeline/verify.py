"""Look again, over the whole recorded scope, and judge."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from iac_offboard.model import Access, Collected, Verdict
from iac_offboard.pipeline.request import from_pairs
from iac_offboard.pipeline.scan import Progress, run_scan, silent
from iac_offboard.plan import file_v1
from iac_offboard.verify import Probe, exit_code, settle, verdicts

SETTLE_INTERVAL = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    verdicts: tuple[Verdict, ...]
    collected: Collected
    exit_code: int


def run_verify(
    path: Path,
    *,
    clock: Callable[[], datetime],  # noqa: ARG001 - waivers and expiries will judge by it
    settle_window: float,
    external_id: str,
    retry_budget: float,
    probes: Sequence[Probe] = (),
    progress: Progress = silent,
    monotonic: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Verified:
    """Discover the plan's subjects anew over the plan's scope.

    While somebody looks alive, the cloud is given ``settle_window`` seconds to settle. Raises
    ``PlanFileError``, ``InputError`` and ``CredentialsError``.
    """
    plan, _ = file_v1.read(path)
    request = from_pairs(plan.sources, external_id=external_id, retry_budget=retry_budget)

    def look() -> tuple[tuple[Verdict, ...], Collected]:
        fresh = run_scan(request, subjects=plan.subjects, progress=progress)
        found = verdicts(
            plan.findings,
            plan.subjects,
            fresh.findings,
            fresh.collected,
            plan.scope,
            fresh.scope,
            probes,
        )
        return found, fresh.collected

    found, collected = settle(
        look,
        lambda seen: all(v.access is not Access.ALIVE for v in seen[0]),
        window=settle_window,
        clock=monotonic,
        sleep=sleep,
        interval=SETTLE_INTERVAL,
    )
    return Verified(verdicts=found, collected=collected, exit_code=exit_code(found))
