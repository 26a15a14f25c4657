"""JSON for programs: everything, with all counts, sorted keys."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum

from iac_offboard.model import Collected, Finding, GuardResult, Plan, Verification, Witness
from iac_offboard.report import guarded, witnessed
from iac_offboard.report.judged import recheck_at
from iac_offboard.report.words import not_covered, scan_counts, verdict_counts


def plain(value: object) -> object:
    """Any of our types as JSON-ready data: enums by value, sets sorted, times in ISO 8601."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, frozenset | set):
        return sorted((plain(v) for v in value), key=str)
    if isinstance(value, tuple | list):
        return [plain(v) for v in value]
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    return value


def _text(body: dict[str, object]) -> str:
    return json.dumps(body, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


class JsonFormat:
    name = "json"

    def scan(self, findings: Sequence[Finding], collected: Collected) -> str:
        return _text(
            {
                "counts": scan_counts(findings, collected),
                "findings": plain(tuple(findings)),
                "skipped": plain(collected.skipped),
                "waived": plain(collected.waived),
                "notes": plain(collected.notes),
                "not_covered": plain(not_covered(collected.notes)),
                "reads": plain(collected.reads),
            }
        )

    def plan(self, plan: Plan, digest: str) -> str:
        body = _mapping(plan)
        counts = {
            "actions": len(plan.actions),
            "findings": len(plan.findings),
            "covered": sum(f.covered for f in plan.findings),
            "dependants": len(plan.dependants),
            "holds": len(plan.holds),
            "manual": len(plan.manual),
            "skipped": len(plan.skipped),
            "waived": len(plan.waived),
        }
        more = {
            "digest": digest,
            "can_apply": plan.can_apply,
            "counts": counts,
            "not_covered": plain(not_covered(plan.notes, plan.scope)),
        }
        return _text(body | more)

    def verification(self, result: Verification) -> str:
        return _text(
            {
                "counts": verdict_counts(result.verdicts, result.collected),
                "plan": result.plan,
                "at": plain(result.at),
                "scope": plain(result.scope),
                "callers": plain(result.callers),
                "verdicts": plain(result.verdicts),
                "recheck_at": plain(recheck_at(result.verdicts)),
                "same_hands": plain(result.same_hands),
                "skipped": plain(result.collected.skipped),
                "waived": plain(result.collected.waived),
                "notes": plain(result.collected.notes),
                "not_covered": plain(not_covered(result.collected.notes)),
                "reads": plain(result.collected.reads),
            }
        )

    def guard(self, result: GuardResult, *, strict: bool = False) -> str:
        return _text(
            {
                "counts": guarded.counts(result),
                "plan": result.plan,
                "digest": result.digest,
                "terraform_version": result.version,
                "at": plain(result.at),
                "fails": bool(result.of(*guarded.failing(strict))),
                "found": plain(result.found),
                "skipped": plain(result.skipped),
                "notes": plain(result.notes),
            }
        )

    def witness(self, result: Witness) -> str:
        roots = [{**_mapping(root), "grade": root.grade.value} for root in result.roots]
        return _text(
            {
                "counts": witnessed.counts(result),
                "plan": result.plan,
                "digest": result.digest,
                "at": plain(result.at),
                "grade": result.grade.value,
                "roots": roots,
            }
        )


def _mapping(value: object) -> dict[str, object]:
    body = plain(value)
    assert isinstance(body, dict)
    return body
