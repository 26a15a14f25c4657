"""SARIF 2.1.0 for code scanning (rule ids: FACTS of the project, OFB001 to OFB016).

A result whose kind is not "fail" must have the level "none" (SARIF 2.1.0, 3.27.10), and code
scanning shows no such result. What could not be read is therefore a failed check of its own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from iac_offboard import __version__
from iac_offboard.model import (
    Access,
    BindingVerdict,
    CodeOrigin,
    Collected,
    Exempted,
    Finding,
    Guarded,
    GuardGrade,
    GuardResult,
    Note,
    Plan,
    PlanOrigin,
    PrincipalKind,
    Skipped,
    SkipReason,
    Verification,
    Waived,
    Witness,
)
from iac_offboard.report import guarded, judged, witnessed, words
from iac_offboard.report.rules import RULES, rule

_GUARD_LEVELS = {
    GuardGrade.RETURNS: "error",
    GuardGrade.COVERED: "warning",
    GuardGrade.PENDING: "warning",
    GuardGrade.MENTION: "note",
}
# A session that will end by itself is no dead one.
_LEVELS = {Access.ALIVE: "error", Access.ALIVE_UNTIL: "warning"}


def _uri(path: str) -> str:
    """Relative to where the tool ran, which is the top of the repository in code scanning; an
    absolute path has to say its scheme (RFC 3986)."""
    return ("file://" if path.startswith("/") else "") + quote(path)


def _level(finding: Finding) -> str:
    """What lets others in as well is for information; open to everybody is worth a look."""
    if not finding.covered:
        return "error"
    binding = finding.binding
    anyone = binding.principal.kind is PrincipalKind.ANYONE and not binding.condition
    return "warning" if anyone else "note"


def _message(finding: Finding) -> str:
    binding = finding.binding
    target = words.target(binding.target)
    if finding.covered:
        pattern = words.pattern(binding.principal)
        return (
            f"{finding.subject} is not named by the {binding.relation} on {target}, but covered "
            f"by {pattern}; it lets others in too, and is never edited."
        )
    return f"{finding.subject} still has {binding.relation} on {target} ({finding.status.value})."


def _result(finding: Finding) -> dict[str, object]:
    return {
        "ruleId": rule(finding),
        "level": _level(finding),
        "kind": "fail",
        "message": {"text": _message(finding)},
        "partialFingerprints": {"offboardFinding/v1": finding.id},
        "locations": [*map(_in_code, finding.code)] or [*map(_in_plan, finding.planned)],
    }


def _in_code(origin: CodeOrigin) -> dict[str, object]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(words.file(origin))},
            "region": {
                "startLine": origin.line,
                "byteOffset": origin.span.start,
                "byteLength": origin.span.end - origin.span.start,
            },
        },
        "logicalLocations": [_logical(origin.address)],
    }


def _in_plan(one: PlanOrigin) -> dict[str, object]:
    return _in_file(one.file, one.address)


def _in_file(plan: str, address: str) -> dict[str, object]:
    """The plan is the artifact, the resource the logical location in it."""
    return {
        "physicalLocation": {"artifactLocation": {"uri": _uri(plan)}},
        "logicalLocations": [_logical(address)],
    }


def _logical(address: str) -> dict[str, str]:
    return {"fullyQualifiedName": address, "kind": "resource"}


def _skipped(skipped: Skipped) -> dict[str, object]:
    rule = "OFB014" if skipped.reason is SkipReason.AMBIGUOUS else "OFB013"
    mark = hashlib.sha256(f"{skipped.where} {skipped.reason}".encode()).hexdigest()[:16]
    return {
        "ruleId": rule,
        "level": "warning",
        "kind": "fail",
        "message": {"text": f"{skipped.where}: {skipped.reason.value}: {skipped.detail}"},
        "partialFingerprints": {"offboardSkipped/v1": mark},
    }


def _waived(waived: Waived) -> dict[str, object]:
    return {**_skipped(waived.skipped), "suppressions": [_suppression(waived)]}


def _unread(collected: Collected) -> list[Mapping[str, object]]:
    return [*map(_skipped, collected.skipped), *map(_waived, collected.waived)]


def _log(results: Sequence[Mapping[str, object]], said: Sequence[str] = ()) -> str:
    """``said`` are sentences about the whole run, which no result can bear."""
    driver = {
        "name": "iac-offboard",
        "version": __version__,
        "rules": [{"id": i, "shortDescription": {"text": t}} for i, t in RULES.items()],
    }
    body = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": list(results), **_notified(said)}],
    }
    return json.dumps(body, indent=2, sort_keys=True) + "\n"


def _notified(said: Sequence[str]) -> dict[str, object]:
    notes = [{"level": "note", "message": {"text": text}} for text in said]
    done = {"executionSuccessful": True, "toolExecutionNotifications": notes}
    return {"invocations": [done]} if notes else {}


class SarifFormat:
    name = "sarif"

    def scan(self, findings: Sequence[Finding], collected: Collected) -> str:
        said = _said(collected.notes)
        return _log([*map(_result, findings), *_unread(collected)], said)

    def plan(self, plan: Plan, digest: str) -> str:  # noqa: ARG002 - SARIF has no place for it
        unread = Collected(skipped=plan.skipped, waived=plan.waived)
        return _log([*map(_result, plan.findings), *_unread(unread)], _said(plan.notes))

    def verification(self, result: Verification) -> str:
        back = {r.finding for v in result.verdicts for r in v.returned}
        results: list[Mapping[str, object]] = [
            {
                "ruleId": "OFB015" if b.finding in back else "OFB001",
                "level": _LEVELS.get(b.access, "none"),
                "kind": "fail" if b.access in _LEVELS else "open",
                "message": {"text": f"{v.subject}: {_judged(b)} is {b.access.value}: {b.because}"},
                "partialFingerprints": {"offboardFinding/v1": b.finding},
            }
            for v in result.verdicts
            for b in v.bindings
            if b.access is not Access.DEAD
        ]
        standing = {b.finding for v in result.verdicts for b in v.bindings}
        results += [
            {
                "ruleId": "OFB015",
                "level": "error",
                "kind": "fail",
                "message": {"text": f"{v.subject}: {judged.came_back(r)}."},
                "partialFingerprints": {"offboardFinding/v1": r.finding},
            }
            for v in result.verdicts
            for r in v.returned
            if r.finding not in standing
        ]
        said = (*judged.closing(result), *_said(result.collected.notes))
        return _log([*results, *_unread(result.collected)], said)

    def guard(self, result: GuardResult, *, strict: bool = False) -> str:
        results = [_guarded(one, result.plan, strict=strict) for one in result.found]
        unread = _unread(Collected(skipped=result.skipped))
        return _log(
            [*results, *unread], (guarded.verdict(result, strict), *words.lines(result.notes))
        )

    def witness(self, result: Witness) -> str:
        refuted = [
            _witnessed("OFB016", "error", f"{root}: {where} {text}.", _in_file(result.plan, where))
            for root, where, text in witnessed.against(result)
        ]
        unseen = [
            _witnessed("OFB013", "warning", f"{root}: {text}.")
            for root, text, _ in witnessed.left_open(result)
        ]
        return _log([*refuted, *unseen], (witnessed.verdict(result), *witnessed.lines(result)))


def _guarded(one: Guarded, plan: str, *, strict: bool) -> dict[str, object]:
    level = "error" if one.grade in guarded.failing(strict) else _GUARD_LEVELS[one.grade]
    result: dict[str, object] = {
        "ruleId": "OFB008",
        "level": level,
        "kind": "fail",
        "message": {"text": f"{one.subject}: {guarded.place(one)}: {guarded.sentence(one)}."},
        "partialFingerprints": {"offboardGuard/v1": one.id},
        "locations": [_in_file(plan, one.address)],
    }
    if one.exempted is not None:
        result["suppressions"] = [_suppression(one.exempted)]
    return result


def _witnessed(
    rule: str, level: str, text: str, *locations: Mapping[str, object]
) -> dict[str, object]:
    mark = hashlib.sha256(f"{rule} {text}".encode()).hexdigest()[:16]
    return {
        "ruleId": rule,
        "level": level,
        "kind": "fail",
        "message": {"text": text},
        "partialFingerprints": {"offboardWitness/v1": mark},
        "locations": list(locations),
    }


def _suppression(answered: Exempted | Waived) -> dict[str, str]:
    """Which code scanning shows as dismissed (SARIF 2.1.0, 3.35)."""
    until = answered.until.isoformat(timespec="seconds")
    why = f"{answered.by}, until {until}: {answered.reason}"
    return {"kind": "external", "status": "accepted", "justification": why}


def _judged(judged_: BindingVerdict) -> str:
    target = words.target(judged_.binding.target)
    if not judged_.covered:
        return target
    return f"{target}, where {words.pattern(judged_.binding.principal)} covers it,"


def _said(notes: Sequence[Note]) -> tuple[str, ...]:
    """What no result can bear: the notes, and what was not looked at."""
    return (
        *words.lines(notes),
        f"Not covered by this version: {'; '.join(words.not_covered(notes))}.",
    )
