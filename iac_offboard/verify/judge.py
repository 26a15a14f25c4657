"""One binding: shown, gone, or not to be told (rules 1, 2 and 7 of the verdicts)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from iac_offboard.model import (
    Access,
    Binding,
    BindingVerdict,
    Effect,
    Finding,
    Grade,
    LiveOrigin,
    Relation,
    Strength,
    Target,
)
from iac_offboard.verify.answered import entered_by
from iac_offboard.verify.covered import judge_covered
from iac_offboard.verify.handed_over import judge_handed_over, made_before
from iac_offboard.verify.look import Look, by_waiver, is_shut, said
from iac_offboard.verify.propagation import window
from iac_offboard.verify.sameness import written
from iac_offboard.verify.sessions import after_attested, after_gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """An old credential was tried: ``refused`` or still accepted. ``detail`` is one sentence,
    never the credential."""

    target: Target
    refused: bool
    detail: str = ""


def judge(
    finding: Finding, look: Look, probes: Sequence[Probe], prefix: str = ""
) -> BindingVerdict:
    """Of a binding that was known before: shown, gone, or not to be told. ``prefix`` begins what
    is said."""
    if is_covered(finding):
        return judge_covered(finding, look)
    handed = judge_handed_over(finding, look)
    if handed is not None:
        return handed
    ended = after_attested(finding, look)
    if ended is not None:
        return replace(ended, because=f"{prefix}{ended.because}")
    shown = [f for f in look.fresh_of(finding) if f.live and not is_shut(f)]
    now = min(shown, key=lambda f: (f.reused, f.strength is Strength.WEAK), default=None)
    probe = _probe(finding.binding, probes)
    if probe is not None and not probe.refused:
        because = f"{prefix}the old credential is still accepted. {probe.detail}".strip()
        return said(finding, Access.ALIVE, Grade.PROBED, because)
    if now is not None:
        same = _same_object(finding, now)
        if same or not _doubtful(finding, now, same):
            because = f"{prefix}{standing(finding, now, look)}"
            return said(finding, Access.ALIVE, Grade.OBSERVED, because)
        if same is None:
            because = "the name is in use, and nothing tells whether it is the same object"
            return said(finding, Access.UNKNOWN, Grade.NONE, f"{prefix}{because}")
    return _not_shown(finding, look, probe, prefix, named=now is not None)


def _not_shown(
    finding: Finding, look: Look, probe: Probe | None, prefix: str, *, named: bool
) -> BindingVerdict:
    unread = look.unread(finding.binding)
    if unread:
        return said(finding, Access.UNKNOWN, Grade.NONE, f"{prefix}{unread}")
    if waived := look.waived(finding.binding):
        return _by_waiver(finding, look, f"{prefix}not read; {by_waiver(waived)}")
    gone = "another object bears the name now" if named else "it is gone"
    left = after_gone(finding, look, gone)
    if left is not None and left.access is not Access.DEAD:
        return replace(left, because=f"{prefix}{left.because}")
    if probe is not None:
        because = f"it is gone, and the old credential is refused. {probe.detail}".strip()
        return said(finding, Access.DEAD, Grade.PROBED, f"{prefix}{because}")
    because = left.because if left is not None else gone
    return said(finding, Access.DEAD, Grade.OBSERVED, f"{prefix}{because}")


def _by_waiver(finding: Finding, look: Look, because: str) -> BindingVerdict:
    """Whoever answers for a place that is not read does not answer for what was begun there: that
    ends by a deny, by a wait that began at a look that read the place, or for the one who answers
    for the role or user by name."""
    left = after_gone(finding, look, "it may be gone")
    if (spread := window(finding.binding)) is not None and not spread.begun:
        left = None  # nobody saw a change that would be on its way
    answered = look.coverage.answered(entered_by(finding, look.planned))
    if left is None or left.access is Access.DEAD or answered:
        return said(finding, Access.DEAD, Grade.WAIVED, because)
    return replace(left, grade=Grade.WAIVED, because=f"{because}; {left.because}")


def standing(known: Finding, now: Finding, look: Look) -> str:
    """How a binding that is shown stands."""
    statuses = {o.status for o in now.observations if isinstance(o.origin, LiveOrigin)}
    if now.binding.relation is Relation.SESSION:
        return "it can still be entered"
    if statuses == {"Inactive"}:
        return "it still exists, inactive: whoever may administer it can switch it on again"
    action = look.contained.get(known.id)
    if action is not None and statuses == {"Active"}:
        who = f"the next apply of {action.reverted_by}" if action.reverted_by else "somebody"
        return f"Active again: {who} set it back"
    return f"it is live{made_before(known, look)}"


def _probe(binding: Binding, probes: Sequence[Probe]) -> Probe | None:
    """The probe of this credential; one that was accepted weighs more than one refused."""
    key = _place(binding.target)
    found = [p for p in probes if _place(p.target) == key]
    return min(found, key=lambda p: p.refused, default=None)


def _place(target: Target) -> tuple[str, str, str]:
    return target.provider, target.kind, target.name


def counts(finding: Finding) -> bool:
    """Whether it is access that we know of. What covers the subject does so for certain."""
    allow = finding.binding.effect is Effect.ALLOW
    return allow and (is_covered(finding) or not held_back(finding))


def is_covered(finding: Finding) -> bool:
    """A session that a pattern lets the subject begin is judged as a session: it lasts."""
    return finding.covered and finding.binding.relation is not Relation.SESSION


def held_back(finding: Finding) -> bool:
    """A bare name acts in code, where a person reviews the diff, but not live (rule 12)."""
    return finding.reused or (finding.strength is Strength.WEAK and bool(finding.live))


def _doubtful(planned: Finding, now: Finding, same: bool | None) -> bool:
    """Whether the live object may be somebody else's. A weak name is enough for what was
    planned on better grounds: the code that vouched for it may be gone by now. An e-mail of a
    service account can be given anew, to an account that has nothing of the old one's ("Delete
    and undelete service accounts", IAM documentation); what the planned code made anew is its
    own."""
    binding = planned.binding
    account = binding.relation is Relation.IDENTITY and binding.target.provider == "gcp"
    if same is False and account and not (written(planned) & written(now)):
        return True
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
