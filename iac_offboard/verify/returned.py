"""What was gone and stands again, and what brought it.

A case that was closed is opened again by an apply of old code, by a state that was restored, by a
hand. An earlier look, or apply itself, said when a binding was gone; what is shown now says what it
was made by: the resource in code, the state and its serial, when the cloud made it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from iac_offboard.model import (
    Access,
    BindingVerdict,
    CodeOrigin,
    Effect,
    Finding,
    Grade,
    LiveOrigin,
    Observation,
    PlanOrigin,
    Returned,
    ReturnRisk,
    StateOrigin,
    Verdict,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """``gone`` says by finding id when a binding was last known to be gone, ``unnamed`` by subject
    when neither code nor state named it."""

    gone: Mapping[str, datetime] = field(default_factory=dict)
    unnamed: Mapping[str, datetime] = field(default_factory=dict)


def with_returned(
    verdicts: Sequence[Verdict], fresh: Sequence[Finding], before: Before
) -> tuple[Verdict, ...]:
    """The verdicts with what came back since ``before``. What this look cannot tell keeps the time
    at which it was gone: the next one may see it stand."""
    by_subject: dict[str, list[Finding]] = {}
    for finding in fresh:
        by_subject.setdefault(finding.subject, []).append(finding)
    return tuple(
        replace(
            v,
            returned=tuple(_returned(v, by_subject.get(v.subject, []), before)),
            bindings=tuple(
                b if seen_gone(b) else replace(b, gone_at=before.gone.get(b.finding))
                for b in v.bindings
            ),
            unnamed_at=None if _unnamed(v) else before.unnamed.get(v.subject),
        )
        for v in verdicts
    )


def seen_gone(judged: BindingVerdict) -> bool:
    """Somebody looked, and it was gone; nobody saw what was waived or attested."""
    return judged.access is Access.DEAD and judged.grade in (Grade.PROBED, Grade.OBSERVED)


def gone_then(told: Iterable[Verdict], at: datetime) -> Before:
    """What the verdicts of a look that was made ``at`` that time know to be gone, by that look or
    by those before it."""
    gone: dict[str, datetime] = {}
    unnamed: dict[str, datetime] = {}
    for verdict in told:
        for judged in verdict.bindings:
            since = at if seen_gone(judged) else judged.gone_at
            if since is not None:
                gone[judged.finding] = since
        gone |= {r.finding: r.gone_at for r in verdict.returned}
        since = at if _unnamed(verdict) else verdict.unnamed_at
        if since is not None:
            unnamed[verdict.subject] = since
    return Before(gone=gone, unnamed=unnamed)


def came_back(finding: Finding, before: Before) -> bool:
    """Does it stand though it was gone, or is it written though nothing wrote it any more?"""
    if finding.covered or finding.binding.effect is not Effect.ALLOW:
        return False
    written = bool(finding.addressed) and finding.subject in before.unnamed
    return written or (bool(finding.live) and finding.id in before.gone)


def _unnamed(verdict: Verdict) -> bool:
    return verdict.return_risk is ReturnRisk.NONE


def _returned(verdict: Verdict, fresh: Sequence[Finding], before: Before) -> Iterator[Returned]:
    known = {f.id: f for f in fresh}
    said: set[str] = set()
    for judged in verdict.bindings:
        gone_at = before.gone.get(judged.finding)
        if gone_at is None or judged.access is not Access.ALIVE or judged.covered:
            continue
        said.add(judged.finding)
        shown = known.get(judged.finding)
        yield Returned(
            finding=judged.finding,
            binding=judged.binding,
            gone_at=gone_at,
            by=tuple(_brought(shown.observations, gone_at)) if shown is not None else (),
        )
    unnamed_at = before.unnamed.get(verdict.subject)
    if unnamed_at is None or verdict.return_risk is not ReturnRisk.PRESENT:
        return
    for finding in fresh:
        written = [o for o in finding.observations if not isinstance(o.origin, LiveOrigin)]
        allowed = finding.binding.effect is Effect.ALLOW and not finding.covered
        if written and allowed and finding.id not in said:
            yield Returned(
                finding=finding.id,
                binding=finding.binding,
                gone_at=unnamed_at,
                by=tuple(_brought(written, unnamed_at)),
            )


def _brought(observations: Iterable[Observation], since: datetime) -> Iterator[str]:
    """What each place tells, each once; what writes it before what shows it."""
    every = tuple(observations)
    written = [o for o in every if not isinstance(o.origin, LiveOrigin)]
    by_hand = "" if written else ", outside of what was read of code and state"
    said = [_place(o) for o in written]
    said += [f"{text}{by_hand}" for o in every if (text := _made(o, since))]
    yield from dict.fromkeys(filter(None, said))


def _place(observation: Observation) -> str:
    match observation.origin:
        case CodeOrigin() as code:
            return f"{code.address} in {code.root} ({code.span.file}:{code.line}) writes it"
        case PlanOrigin() as planned:
            return f"{planned.address} in the plan {planned.file} makes it"
        case StateOrigin() as state:
            serial = f" (serial {state.serial})" if state.serial else ""
            return f"{state.address} in the state {state.file}{serial} holds it"
        case LiveOrigin():
            return ""


def _made(observation: Observation, since: datetime) -> str:
    """When the cloud made it, if that was later than it was last gone."""
    live, made = observation.origin, observation.created_at
    if not isinstance(live, LiveOrigin) or made is None or made <= since:
        return ""
    return f"made at {made.isoformat(timespec='seconds')} in {live.account}"
