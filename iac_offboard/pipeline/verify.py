"""Look again, over the whole recorded scope, and judge."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from iac_offboard.errors import UsageError
from iac_offboard.model import Access, Plan, Verdict, Verification
from iac_offboard.pipeline import recorded
from iac_offboard.pipeline.live import aws_sessions
from iac_offboard.pipeline.request import Request, from_pairs
from iac_offboard.pipeline.scan import Progress, Scan, run_scan, silent
from iac_offboard.plan import file_v1
from iac_offboard.report.json_format import JsonFormat
from iac_offboard.verify import Probe, exit_code, settle, verdicts

SETTLE_INTERVAL = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """The verification, also written beside the plan as verify.json, and its exit code."""

    verification: Verification
    exit_code: int


def run_verify(
    path: Path,
    *,
    clock: Callable[[], datetime],
    settle_window: float,
    external_id: str,
    retry_budget: float,
    probe_profiles: Sequence[str] = (),
    progress: Progress = silent,
    monotonic: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Verified:
    """Discover the plan's subjects anew over the plan's scope.

    ``probe_profiles`` are AWS profiles that hold old keys of the leaver: each is tried, and
    must be refused. While somebody looks alive, the cloud is given ``settle_window`` seconds to
    settle. Raises ``PlanFileError``, ``InputError`` and ``CredentialsError``.
    """
    if settle_window < 0:
        raise UsageError(
            f"--settle {settle_window} is negative.", hint="Give seconds, 0 for a single look."
        )
    plan, digest = file_v1.read(path)
    request = from_pairs(plan.sources, external_id=external_id, retry_budget=retry_budget)

    probes = _probes(probe_profiles, plan, request)
    leavers = recorded.subjects(plan)

    def look() -> tuple[tuple[Verdict, ...], Scan]:
        fresh = run_scan(request, subjects=leavers, progress=progress)
        found = verdicts(
            plan.findings,
            leavers,
            fresh.findings,
            fresh.collected,
            plan.scope,
            fresh.scope,
            probes,
        )
        return found, fresh

    found, fresh = settle(
        look,
        lambda seen: all(v.access is not Access.ALIVE for v in seen[0]),
        window=settle_window,
        clock=monotonic,
        sleep=sleep,
        interval=SETTLE_INTERVAL,
    )
    result = Verification(
        plan=digest,
        at=clock(),
        scope=fresh.scope,
        callers=fresh.callers,
        verdicts=found,
        collected=fresh.collected,
    )
    file_v1.write_private(path.parent / "verify.json", JsonFormat().verification(result).encode())
    code_asked = bool(plan.scope.roots or plan.scope.states)
    return Verified(verification=result, exit_code=exit_code(found, code_asked=code_asked))


def _probes(profiles: Sequence[str], plan: Plan, request: Request) -> tuple[Probe, ...]:
    if not profiles:
        return ()
    aws_sessions(request.aws)  # says what to install when the SDK is not there
    from iac_offboard.live.aws.probe import probe_profile

    accounts = {
        f.binding.target.name: f.binding.target
        for f in plan.findings
        if f.binding.target.kind == "iam_access_key"
    }
    found = []
    for profile in profiles:
        key, answer = probe_profile(profile)
        target = accounts.get(key)
        if target is None:
            raise UsageError(
                f"The key of the profile {profile} is not one that the plan knows.",
                hint="Name a profile that holds an access key of a subject of this plan.",
            )
        # STS, which no policy can silence, knows an active key however few rights it has.
        refused = answer.refused and not answer.authenticated
        detail = "" if refused or not answer.refused else "STS still knows it, though "
        found.append(Probe(target=target, refused=refused, detail=f"{detail}{answer.detail}"))
    return tuple(found)
