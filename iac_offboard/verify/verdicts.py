"""Dead, alive or unknown: what a fresh look says about every subject of a plan.

Pure. The rules are DESIGN.md, rule 10:

1. A planned binding that the fresh look shows live is alive, inactive or not.
2. One that is not shown is dead only when the place where it would be was read.
3. A live binding that the plan did not know makes the subject alive.
4. A subject is dead when all its bindings are and nothing on the side of access that may
   concern it was skipped or left out of the scope.
5. An empty scope and an empty plan prove nothing.
6. Code and state that still name the subject are a risk of return; unread code and state
   make that risk unknown, and leave access alone.

A Deny gives no access. What is held back for a weak or re-used name (rule 12) does not make
alive; where it may be the leaver, correlation says so with Skipped AMBIGUOUS (rule 4 above).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from iac_offboard.model import (
    Access,
    Binding,
    BindingVerdict,
    Collected,
    Effect,
    Finding,
    Grade,
    LiveOrigin,
    NoteKind,
    ReturnRisk,
    Scope,
    Side,
    Strength,
    Subject,
    SubjectStatus,
    Target,
    Verdict,
)
from iac_offboard.verify.coverage import Coverage
from iac_offboard.verify.sameness import same_binding, unique_ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """An old credential was tried: ``refused`` or still accepted. ``detail`` is one sentence,
    never the credential."""

    target: Target
    refused: bool
    detail: str = ""


def verdicts(
    plan_findings: Sequence[Finding],
    subjects: Sequence[Subject],
    fresh_findings: Sequence[Finding],
    collected: Collected,
    planned_scope: Scope,
    fresh_scope: Scope,
    probes: Sequence[Probe],
) -> tuple[Verdict, ...]:
    """One verdict for each subject that is still leaving, in the given order.

    ``fresh_findings`` and ``collected`` come from a new discovery over ``fresh_scope``; nothing
    of the plan's own discovery but its findings is believed.
    """
    coverage = Coverage(planned=planned_scope, fresh=fresh_scope, collected=collected)
    return tuple(
        _Case(
            subject=subject,
            planned=tuple(f for f in plan_findings if f.subject == subject.id),
            fresh=tuple(f for f in fresh_findings if f.subject == subject.id),
            coverage=coverage,
            probes=tuple(probes),
        ).verdict()
        for subject in subjects
        if subject.status is not SubjectStatus.CANCELLED
    )


def exit_code(results: Sequence[Verdict], *, code_asked: bool = True) -> int:
    """1 when anything is alive or would return, 3 when anything is unknown or there is no
    verdict at all, else 0 (DESIGN.md, contract of the command line).

    ``code_asked``: code or state was in the planned scope. Where it was not, the risk of return
    stays unknown and is printed so, but nothing that was asked for is missing.
    """
    if any(v.access is Access.ALIVE or v.return_risk is ReturnRisk.PRESENT for v in results):
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
    subject: Subject
    planned: tuple[Finding, ...]
    fresh: tuple[Finding, ...]
    coverage: Coverage
    probes: tuple[Probe, ...]

    def verdict(self) -> Verdict:
        bindings = (*self._of_plan(), *self._not_in_plan())
        access, why = self._access(bindings)
        risk, why_risk = self._return_risk()
        held = sum(1 for f in self.fresh if f.live and _held_back(f) and not self._old(f))
        because = [why, why_risk]
        if held:
            because.append(f"{held} more held back: a weak name, or one that is used again")
        notes = self.coverage.collected.notes
        return Verdict(
            subject=self.subject.id,
            access=access,
            return_risk=risk,
            bindings=bindings,
            because="; ".join(because),
            skipped=(
                *self.coverage.skipped(Side.ACCESS, self.subject.id),
                *self.coverage.skipped(Side.RETURN_RISK, self.subject.id),
            ),
            not_covered=tuple(n.text for n in notes if n.kind is NoteKind.NOT_COVERED),
        )

    def _of_plan(self) -> tuple[BindingVerdict, ...]:
        """What was held back when the plan was made was nobody's access that we know of."""
        return tuple(
            self._judge(f)
            for f in self.planned
            if f.binding.effect is Effect.ALLOW and not _held_back(f)
        )

    def _judge(self, finding: Finding) -> BindingVerdict:
        standing = [f for f in self.fresh if f.live and self._same(finding, f)]
        now = min(standing, key=lambda f: (f.reused, f.strength is Strength.WEAK), default=None)
        probe = self._probe(finding.binding)
        if probe is not None and not probe.refused:
            because = f"the old credential is still accepted. {probe.detail}".strip()
            return _said(finding, Access.ALIVE, Grade.PROBED, because)
        if now is not None:
            same = _same_object(finding, now)
            if same or not _doubtful(finding, now, same):
                return _said(finding, Access.ALIVE, Grade.OBSERVED, _standing(now))
            if same is None:
                because = "the name is in use, and nothing tells whether it is the same object"
                return _said(finding, Access.UNKNOWN, Grade.NONE, because)
        unread = self.coverage.unread(finding.binding, self.subject.id)
        if unread:
            return _said(finding, Access.UNKNOWN, Grade.NONE, unread)
        if probe is not None:
            because = f"it is gone, and the old credential is refused. {probe.detail}".strip()
            return _said(finding, Access.DEAD, Grade.PROBED, because)
        gone = "another object bears the name now" if now else "it is gone"
        return _said(finding, Access.DEAD, Grade.OBSERVED, gone)

    def _not_in_plan(self) -> tuple[BindingVerdict, ...]:
        return tuple(
            _said(f, Access.ALIVE, Grade.OBSERVED, f"not in the plan: {_standing(f)}")
            for f in self.fresh
            if f.live
            and f.binding.effect is Effect.ALLOW
            and not _held_back(f)
            and not self._old(f)
        )

    def _old(self, finding: Finding) -> bool:
        return any(self._same(p, finding) and not _held_back(p) for p in self.planned)

    def _same(self, planned: Finding, fresh: Finding) -> bool:
        return same_binding(planned, fresh, unique_ids(self.planned))

    def _access(self, bindings: Sequence[BindingVerdict]) -> tuple[Access, str]:
        alive = [b for b in bindings if b.access is Access.ALIVE]
        if alive:
            new = sum(1 for b in alive if b.because.startswith("not in the plan"))
            told = f", {new} of them not in the plan" if new else ""
            return Access.ALIVE, f"{len(alive)} binding(s) stand{told}"
        reasons = list(self.coverage.access_gaps())
        if not bindings:
            reasons.insert(0, "the plan knew no binding of it, which proves nothing")
        reasons += [b.because for b in bindings if b.access is Access.UNKNOWN]
        reasons += [
            f"{s.where} was not read ({s.reason.value}): {s.detail}"
            for s in self.coverage.skipped(Side.ACCESS, self.subject.id)
        ]
        if reasons:
            return Access.UNKNOWN, "; ".join(dict.fromkeys(reasons))
        return Access.DEAD, f"all {len(bindings)} binding(s) are gone, and nothing was left unread"

    def _return_risk(self) -> tuple[ReturnRisk, str]:
        naming = [f for f in self.fresh if f.binding.effect is Effect.ALLOW and not f.reused]
        places = {origin.address for f in naming for origin in f.code}
        places |= {origin.address for f in naming for origin in f.state}
        if places:
            named = ", ".join(sorted(places))
            return ReturnRisk.PRESENT, f"code or state still names it: {named}"
        reasons = [
            *self.coverage.return_gaps(),
            *(
                f"{s.where} was not read ({s.reason.value})"
                for s in self.coverage.skipped(Side.RETURN_RISK, self.subject.id)
            ),
        ]
        if reasons:
            return ReturnRisk.UNKNOWN, "; ".join(dict.fromkeys(reasons))
        return ReturnRisk.NONE, "neither code nor state names it"

    def _probe(self, binding: Binding) -> Probe | None:
        """The probe of this credential; one that was accepted weighs more than one refused."""
        key = _place(binding.target)
        found = [p for p in self.probes if _place(p.target) == key]
        return min(found, key=lambda p: p.refused, default=None)


def _place(target: Target) -> tuple[str, str, str]:
    return target.provider, target.kind, target.name


def _held_back(finding: Finding) -> bool:
    """A bare name acts in code, where a person reviews the diff, but not live (rule 12)."""
    return finding.reused or (finding.strength is Strength.WEAK and bool(finding.live))


def _doubtful(planned: Finding, now: Finding, same: bool | None) -> bool:
    """Whether the live object may be somebody else's. A weak name is enough for what was
    planned on better grounds: the code that vouched for it may be gone by now."""
    weak = now.strength is Strength.WEAK
    return now.reused or (weak and (same is False or planned.strength is Strength.WEAK))


def _same_object(planned: Finding, fresh: Finding) -> bool | None:
    """Whether unique ids say that it is the planned object; None when they say nothing."""
    pairs = (
        (planned.binding.target.unique_id, fresh.binding.target.unique_id),
        (planned.binding.principal.stable_id, fresh.binding.principal.stable_id),
    )
    known = [a == b for a, b in pairs if a and b]
    return all(known) if known else None


def _standing(finding: Finding) -> str:
    statuses = {o.status for o in finding.observations if isinstance(o.origin, LiveOrigin)}
    if statuses == {"Inactive"}:
        return "it still exists, inactive: whoever may administer it can switch it on again"
    return "it is live"


def _said(finding: Finding, access: Access, grade: Grade, because: str) -> BindingVerdict:
    return BindingVerdict(
        finding=finding.id,
        binding=finding.binding,
        access=access,
        grade=grade,
        because=because,
    )
