"""roster, plan -> would it bring a leaver back?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from iac_offboard.catalog.sightings import in_text, matched, words
from iac_offboard.errors import InputError
from iac_offboard.guard.asked import Asked, Decided
from iac_offboard.guard.judge import judge
from iac_offboard.guard.references import References
from iac_offboard.hcl.recursion import collector_paused
from iac_offboard.model import (
    GuardResult,
    Note,
    NoteKind,
    Principal,
    Subject,
)
from iac_offboard.pipeline.guarded_code import GuardedCode, of_names
from iac_offboard.pipeline.scan import cancelled
from iac_offboard.sources.plan_json import plan_bytes, read_plan
from iac_offboard.subjects.hashed import RosterKey, hashed_text, read_hashed
from iac_offboard.subjects.matching import Matcher
from iac_offboard.subjects.needles import Needles
from iac_offboard.subjects.roster import load_roster
from iac_offboard.waivers.exceptions import exempt, load_exceptions


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardRequest:
    """``subjects`` is a subjects file or a hashed one, which needs the ``key``; ``plan`` the JSON
    of a plan, ``-`` for what is piped in; ``terraform`` are directories and ``var_files`` ROOT=FILE
    of the code that was planned; ``exceptions`` a file, "" for none."""

    subjects: str
    plan: str
    terraform: tuple[str, ...] = ()
    var_files: tuple[str, ...] = ()
    exceptions: str = ""
    key: RosterKey | None = None


def run_guard(
    request: GuardRequest, *, clock: Callable[[], datetime], stdin: Callable[[], bytes]
) -> GuardResult:
    """What the plan would do for whoever left. Raises ``RosterError`` or ``InputError``: a plan
    that cannot be read whole is guarded by nobody."""
    now = clock()
    exceptions = load_exceptions(Path(request.exceptions)) if request.exceptions else ()
    roster = _roster(request, now)
    with collector_paused():
        data = plan_bytes(request.plan, stdin)
        plan = read_plan(data, request.plan, roster.named)
        code = GuardedCode(
            request.terraform,
            request.var_files,
            roster.matcher.subjects,
            variables_name=roster.names_somebody(plan.variables),
        )
        asked = roster.asked(code.says)
        judged = judge(plan.changes, References(plan.written, plan.changes, asked), asked)
    found, notes = exempt(exceptions, judged.found, now)
    return GuardResult(
        plan=request.plan,
        digest=plan.digest,
        version=plan.version,
        at=now,
        changes=sum(1 for c in plan.changes if not c.stays and not c.leaves),
        found=found,
        skipped=(*plan.skipped, *judged.skipped),
        notes=(*roster.notes, *notes),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Roster:
    matcher: Matcher
    named: Callable[[str], bool]
    notes: tuple[Note, ...]

    def asked(self, code: Callable[[str, str], Decided | str]) -> Asked:
        return Asked(whose=self._whose, covers=self._covers, named=self._named, code=code)

    def names_somebody(self, values: object) -> bool:
        """Does a subject stand in them, be it as a word in a text?"""
        whose = matched(in_text(values), self._whose)
        return bool(whose) or any(self._named(word) for _, word in words(values))

    def _whose(self, principal: Principal) -> tuple[str, ...]:
        return tuple(m.subject.id for m in self.matcher.match(principal) if not m.reused)

    def _covers(self, principal: Principal) -> tuple[str, ...]:
        return tuple(s.id for s in self.matcher.covers(principal))

    def _named(self, word: str) -> tuple[str, ...]:
        return tuple(s.id for s in self.matcher.spelled(word))


def _roster(request: GuardRequest, now: datetime) -> _Roster:
    path = Path(request.subjects)
    text = hashed_text(path)
    of_names(text is not None, request.terraform)
    if text is None:
        everybody: Sequence[Subject] = load_roster(path).subjects
        index = None
    elif request.key is not None:
        everybody, index = read_hashed(text, request.subjects, request.key, now)
    else:
        raise InputError(
            f"{request.subjects} is hashed, and no key was given.",
            hint="Give it with --key-file FILE, or in IAC_OFFBOARD_ROSTER_KEY.",
        )
    gone = [s for s in everybody if not s.is_back(now)]
    return _Roster(
        matcher=Matcher(gone, index),
        # In a text nothing can be seen of digests.
        named=Needles(gone).may_stand_in if index is None else lambda _: True,
        notes=(*_back(everybody, now), *cancelled(everybody)),
    )


def _back(subjects: Sequence[Subject], now: datetime) -> tuple[Note, ...]:
    return tuple(
        Note(
            kind=NoteKind.HOLD_BACK,
            where=subject.id,
            text=f"was hired again at {subject.rehired_at.isoformat()}, and is not guarded",
        )
        for subject in subjects
        if subject.is_back(now) and subject.rehired_at is not None
    )
