"""Dead, alive or unknown: what a fresh look says about every subject of a plan.

Pure. The rules are DESIGN.md, rule 10:

1. A planned binding that the fresh look shows live is alive, inactive or not.
2. One that is not shown is dead only when the place where it would be was read, and when
   nothing that it let begin can still be open (:mod:`iac_offboard.verify.sessions`).
3. A live binding that the plan did not know makes the subject alive.
4. A subject is dead when all its bindings are and nothing on the side of access that may
   concern it was skipped or left out of the scope.
5. An empty scope and an empty plan prove nothing.
6. Code and state that still name the subject are a risk of return; unread code and state
   make that risk unknown, and leave access alone.
7. What a person waived counts as read, and the verdict bears the grade of the waiver.
8. What only covers the subject is alive while the subject can still present what it asks for
   (:mod:`iac_offboard.verify.covered`).
9. What others use too is theirs once a person has taken it over
   (:mod:`iac_offboard.verify.handed_over`).

A Deny gives no access. What is held back for a weak or re-used name (rule 12) does not make
alive; where it may be the leaver, correlation says so with Skipped AMBIGUOUS (rule 4 above).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from iac_offboard.model import (
    Access,
    BindingVerdict,
    Collected,
    Effect,
    Finding,
    Grade,
    NoteKind,
    Relation,
    ReturnRisk,
    Scope,
    Side,
    Subject,
    SubjectStatus,
    Verdict,
    Waived,
)
from iac_offboard.verify.coverage import Coverage
from iac_offboard.verify.covered import judge_covered
from iac_offboard.verify.handed_over import judge_handed_over
from iac_offboard.verify.judge import Probe, counts, held_back, is_covered, judge, standing
from iac_offboard.verify.look import Look, said
from iac_offboard.verify.propagation import window
from iac_offboard.verify.sameness import made_again, name_of
from iac_offboard.verify.sightings import Memory
from iac_offboard.verify.upstreams import vouched

NEW = "not in the plan: "
_BEST_FIRST = tuple(Grade)
_ALL_READ = "nothing was left unread"


def verdicts(
    plan_findings: Sequence[Finding],
    subjects: Sequence[Subject],
    fresh_findings: Sequence[Finding],
    collected: Collected,
    planned_scope: Scope,
    fresh_scope: Scope,
    probes: Sequence[Probe],
    *,
    now: datetime,
    memory: Memory | None = None,
) -> tuple[Verdict, ...]:
    """One verdict for each subject that is still leaving, in the given order.

    ``fresh_findings`` and ``collected`` come from a new discovery over ``fresh_scope``; nothing
    of the plan's own discovery but its findings is believed. ``now`` is when that discovery
    ended, ``memory`` what earlier looks and the journal of apply told.
    """
    coverage = Coverage(planned=planned_scope, fresh=fresh_scope, collected=collected)
    known = memory or Memory()

    shown = made_again(fresh_findings, plan_findings)

    def case(subject: Subject) -> _Case:
        look = Look(
            subject=subject,
            planned=_of(subject, plan_findings),
            fresh=_of(subject, shown),
            remembered=_of(subject, known.remembered),
            coverage=coverage,
            now=now,
            gone_since=known.gone_since,
            contained=known.contained,
            handed_over={
                name_of(f.binding.principal): known.handed_over[f.id]
                for f in plan_findings
                if f.id in known.handed_over
            },
        )
        return _Case(look=look, probes=tuple(probes))

    leaving = (s for s in subjects if s.status is not SubjectStatus.CANCELLED)
    return tuple(case(subject).verdict() for subject in leaving)


def _of(subject: Subject, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(f for f in findings if f.subject == subject.id)


def exit_code(results: Sequence[Verdict], *, code_asked: bool = True) -> int:
    """1 when anything is alive, if only for a while, or would return, 3 when anything is
    unknown or there is no verdict at all, else 0 (DESIGN.md, contract of the command line).

    ``code_asked``: code or state was in the planned scope. Where it was not, the risk of return
    stays unknown and is printed so, but nothing that was asked for is missing.
    """
    entered = {Access.ALIVE, Access.ALIVE_UNTIL}
    said_so = {v.access for v in results} | {b.access for v in results for b in v.bindings}
    if said_so & entered or any(v.return_risk is ReturnRisk.PRESENT for v in results):
        return 1
    proven = (
        v.access is Access.DEAD
        and (v.return_risk is ReturnRisk.NONE or not code_asked)
        and not v.skipped
        for v in results
    )
    return 0 if results and all(proven) else 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    look: Look
    probes: tuple[Probe, ...]

    def verdict(self) -> Verdict:
        look, subject = self.look, self.look.subject.id
        bindings = (*self._known(), *self._not_in_plan())
        access, why = self._access(bindings)
        risk, why_risk = self._return_risk()
        held = sum(1 for f in look.fresh if f.live and held_back(f) and not self._old(f))
        because = [why, why_risk]
        if held:
            because.append(f"{held} more held back: a weak name, or one that is used again")
        return Verdict(
            subject=subject,
            access=access,
            return_risk=risk,
            bindings=bindings,
            because="; ".join(because),
            skipped=(
                *look.coverage.skipped(Side.ACCESS, subject),
                *look.coverage.skipped(Side.RETURN_RISK, subject),
            ),
            not_covered=tuple(
                n.text for n in look.coverage.collected.notes if n.kind is NoteKind.NOT_COVERED
            ),
            grade=self._grade(access, bindings),
            recheck_at=max(self._waits(bindings), default=None),
        )

    def _known(self) -> Iterable[BindingVerdict]:
        """What was held back when the plan was made was nobody's access that we know of."""
        for finding in self.look.planned:
            if counts(finding):
                yield judge(finding, self.look, self.probes)
        for finding in self.look.remembered:
            if not any(counts(p) for p in self.look.planned_of(finding)):
                yield judge(finding, self.look, self.probes, NEW)

    def _not_in_plan(self) -> Iterable[BindingVerdict]:
        for finding in self.look.fresh:
            if not finding.live or not counts(finding) or self._old(finding):
                continue
            if is_covered(finding):
                yield judge_covered(finding, self.look)
            elif finding.binding.relation is Relation.SESSION:
                yield judge(finding, self.look, self.probes, NEW)
            elif handed := judge_handed_over(finding, self.look):
                yield handed
            else:
                because = f"{NEW}{standing(finding, finding, self.look)}"
                yield said(finding, Access.ALIVE, Grade.OBSERVED, because)

    def _old(self, finding: Finding) -> bool:
        if self.look.remembered_of(finding):
            return True
        return any(not held_back(p) for p in self.look.planned_of(finding))

    def _access(self, bindings: Sequence[BindingVerdict]) -> tuple[Access, str]:
        alive = [b for b in bindings if b.access is Access.ALIVE]
        if alive:
            new = sum(1 for b in alive if b.because.startswith(NEW))
            told = f", {new} of them not in the plan" if new else ""
            return Access.ALIVE, f"{len(alive)} binding(s) stand{told}"
        reasons = list(self.look.coverage.access_gaps())
        if not bindings:
            reasons.insert(0, "the plan knew no binding of it, which proves nothing")
        reasons += [b.because for b in bindings if b.access is Access.UNKNOWN]
        reasons += [
            f"{s.where} was not read ({s.reason.value}): {s.detail}"
            for s in self.look.coverage.skipped(Side.ACCESS, self.look.subject.id)
        ]
        if reasons:
            return Access.UNKNOWN, "; ".join(dict.fromkeys(reasons))
        if waits := self._waits(bindings):
            until = max(waits).isoformat(timespec="seconds")
            return Access.ALIVE_UNTIL, (
                f"all {len(bindings)} binding(s) are gone, but {self._open(bindings)} may last "
                f"until {until}"
            )
        return Access.DEAD, f"all {len(bindings)} binding(s) are gone, and {self._nothing_left()}"

    def _waits(self, bindings: Iterable[BindingVerdict]) -> list[datetime]:
        """When what was begun in a binding, or through an upstream, will have ended."""
        waits = [b.recheck_at for b in bindings if b.recheck_at]
        return waits + [v.until for v in vouched(self.look) if self.look.now < v.until]

    def _open(self, bindings: Iterable[BindingVerdict]) -> str:
        waits = [window(b.binding) for b in bindings if b.recheck_at]
        spread = sum(1 for w in waits if w is not None)
        entered = len(waits) - spread
        open_ = [f"what began before in {entered} of them"] if entered else []
        open_ += [f"what {spread} of them leave open"] if spread else []
        open_ += [
            f"sessions through {v.source} that began before {v.by} attested it"
            for v in vouched(self.look)
            if self.look.now < v.until
        ]
        return " and ".join(open_)

    def _nothing_left(self) -> str:
        waived = len(self._waived())
        return f"nothing but {waived} waived place(s) was left unread" if waived else _ALL_READ

    def _waived(self) -> list[Waived]:
        subject = self.look.subject.id
        return [
            w
            for w in self.look.coverage.collected.waived
            if w.skipped.side is Side.ACCESS and w.skipped.subject in ("", subject)
        ]

    def _grade(self, access: Access, bindings: Sequence[BindingVerdict]) -> Grade:
        """The weakest among what the answer rests on."""
        if access is Access.UNKNOWN:
            return Grade.NONE
        rests = {b.grade for b in bindings if access in (b.access, Access.DEAD)}
        if access is Access.DEAD and self._waived():
            rests.add(Grade.WAIVED)
        if access is not Access.ALIVE and vouched(self.look):
            rests.add(Grade.ATTESTED)
        return max(rests, key=_BEST_FIRST.index, default=Grade.NONE)

    def _return_risk(self) -> tuple[ReturnRisk, str]:
        naming = [f for f in self.look.fresh if f.binding.effect is Effect.ALLOW and not f.covered]
        places = {origin.address for f in naming for origin in f.addressed}
        if places:
            named = ", ".join(sorted(places))
            return ReturnRisk.PRESENT, f"code or state still names it: {named}"
        reasons = [
            *self.look.coverage.return_gaps(),
            *(
                f"{s.where} was not read ({s.reason.value})"
                for s in self.look.coverage.skipped(Side.RETURN_RISK, self.look.subject.id)
            ),
        ]
        if reasons:
            return ReturnRisk.UNKNOWN, "; ".join(dict.fromkeys(reasons))
        return ReturnRisk.NONE, "neither code nor state names it"
