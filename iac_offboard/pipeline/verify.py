"""Look again, over the whole recorded scope, and judge."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from iac_offboard.errors import UsageError
from iac_offboard.model import (
    Access,
    AliasKind,
    Plan,
    Record,
    Relation,
    Subject,
    Target,
    Verdict,
    Verification,
)
from iac_offboard.pipeline import memory, recorded
from iac_offboard.pipeline.past import past_plans
from iac_offboard.pipeline.probes import tried
from iac_offboard.pipeline.request import Request, from_pairs
from iac_offboard.pipeline.scan import Progress, Scan, run_scan, silent
from iac_offboard.pipeline.waived import waive, waivers_of
from iac_offboard.plan import file_v1
from iac_offboard.report.json_format import JsonFormat
from iac_offboard.subjects.roster import load_roster
from iac_offboard.verify import Before, Memory, Probe, exit_code, settle, verdicts, with_returned
from iac_offboard.waivers import Waiver

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
    probes: Sequence[str] = (),
    waivers: Path | None = None,
    journal_path: Path | None = None,
    progress: Progress = silent,
    monotonic: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Verified:
    """Discover the plan's subjects anew over the plan's scope.

    ``probes`` are AWS profiles and key files of Google service accounts that hold old keys of the
    leaver: each is tried, and must be refused. While somebody looks alive, the cloud is given
    ``settle_window`` seconds to settle. ``waivers`` replaces the file that the plan recorded,
    ``journal_path`` says where apply kept its journal, when not beside the plan. What was first
    read gone when is kept in ``sightings.jsonl`` beside the plan.

    Raises ``UsageError`` for a plan that puts back and for a clock that went back,
    ``PlanFileError``, ``InputError``, ``JournalError`` and ``CredentialsError``.
    """
    plan, digest = _plan(path, settle_window)
    asked = from_pairs(plan.sources, external_id=external_id, retry_budget=retry_budget)
    request = asked if waivers is None else replace(asked, waivers=str(waivers))
    waived = waivers_of(request)
    applied = _applied(path, digest, journal_path)
    sightings = path.parent / memory.SIGHTINGS
    memory.must_go_forward(clock(), plan, (*applied, *memory.records(sightings, digest)))
    last = memory.last_told(path.parent, digest)
    known = memory.recalled(path.parent, plan, digest, applied, last)
    eyes = _Eyes(
        plan=plan,
        request=request,
        leavers=_attested(recorded.subjects(plan), request),
        waivers=waived,
        probes=tried(probes, plan, request),
        known=known,
    )
    seen = settle(
        lambda: eyes.look(clock, progress),
        lambda seen: all(v.access is not Access.ALIVE for v in seen.verdicts),
        window=settle_window,
        clock=monotonic,
        sleep=sleep,
        interval=SETTLE_INTERVAL,
    ).since(memory.gone_before(plan, applied, last))
    every = (*plan.findings, *known.remembered, *seen.fresh.findings)
    memory.remember(
        sightings, digest, seen.verdicts, every, seen.fresh.collected.lengths,
        seen.fresh.callers, seen.at,
    )  # fmt: skip
    code_asked = bool(plan.scope.roots or plan.scope.states or plan.scope.plans)
    return Verified(
        verification=_written(path.parent / memory.VERIFICATION, digest, seen, applied),
        exit_code=exit_code(seen.verdicts, code_asked=code_asked),
    )


@dataclass(frozen=True, slots=True)
class _Look:
    verdicts: tuple[Verdict, ...]
    fresh: Scan
    at: datetime

    def since(self, before: Before) -> _Look:
        """With what came back since it was last known to be gone."""
        return replace(self, verdicts=with_returned(self.verdicts, self.fresh.findings, before))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Eyes:
    """What every look of one run has in common."""

    plan: Plan
    request: Request
    leavers: tuple[Subject, ...]
    waivers: tuple[Waiver, ...]
    probes: tuple[Probe, ...]
    known: Memory

    def _awaited(self) -> tuple[Target, ...]:
        known = (*self.plan.findings, *self.known.remembered)
        return tuple(
            dict.fromkeys(
                binding.target
                for f in known
                for binding in (f.binding, *(o.binding for o in f.observations))
                if binding.relation is Relation.SESSION or binding.target.provider == "gcp"
            )
        )

    def look(self, clock: Callable[[], datetime], progress: Progress) -> _Look:
        """One discovery, dated when it ended: what began until then is waited for."""
        plan = self.plan
        scan = run_scan(
            self.request,
            subjects=self.leavers,
            awaited=self._awaited(),
            progress=progress,
            clock=clock,
            past=past_plans(plan),
        )
        at = clock()
        fresh = waive(scan, self.waivers, at, planned=plan.scope, known=plan.findings)
        found = verdicts(
            plan.findings,
            self.leavers,
            fresh.findings,
            fresh.collected,
            plan.scope,
            fresh.scope,
            self.probes,
            now=at,
            memory=self.known,
        )
        return _Look(found, fresh, at)


def _written(path: Path, digest: str, seen: _Look, applied: Sequence[Record]) -> Verification:
    fresh = seen.fresh
    result = Verification(
        plan=digest,
        at=seen.at,
        scope=fresh.scope,
        callers=fresh.callers,
        verdicts=seen.verdicts,
        collected=fresh.collected,
        same_hands=memory.same_hands(applied, fresh.callers),
    )
    file_v1.write_private(path, JsonFormat().verification(result).encode())
    return result


def _plan(path: Path, settle_window: float) -> tuple[Plan, str]:
    if settle_window < 0:
        raise UsageError(
            f"--settle {settle_window} is negative.", hint="Give seconds, 0 for a single look."
        )
    plan, digest = file_v1.read(path)
    if plan.rolls_back:
        raise UsageError(
            "This plan puts back what another plan removed: there is no access to call dead.",
            hint="Name the plan of the removal.",
        )
    return plan, digest


def _applied(path: Path, digest: str, journal_path: Path | None) -> tuple[Record, ...]:
    """What apply recorded. A journal that was named has to be there."""
    if journal_path is not None and not journal_path.exists():
        raise UsageError(
            f"There is no journal {journal_path}.",
            hint="Name the one that apply wrote with --journal, or leave the option out.",
        )
    return memory.records(journal_path or path.parent / memory.JOURNAL, digest)


def _attested(leavers: Sequence[Subject], request: Request) -> tuple[Subject, ...]:
    """The plan's subjects with what was said since: whoever closes an account elsewhere attests
    it in the roster afterwards, and whoever is asked whose an object is answers with a unique id.
    Nothing else of the roster is read again."""
    if not Path(request.subjects).is_file():
        return tuple(leavers)
    later = {s.id: s for s in load_roster(Path(request.subjects)).subjects}
    return tuple(_with_answers(s, later[s.id]) if s.id in later else s for s in leavers)


def _with_answers(leaver: Subject, later: Subject) -> Subject:
    ids = (a for a in later.aliases if a.kind is AliasKind.AWS_UNIQUE_ID)
    return replace(
        leaver,
        attested=tuple(dict.fromkeys((*leaver.attested, *later.attested))),
        aliases=tuple(dict.fromkeys((*leaver.aliases, *ids))),
    )
