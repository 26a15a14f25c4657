"""What verify said, in lines for people: one for each binding, few for what only covers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from iac_offboard.model import (
    BindingVerdict,
    Relation,
    Returned,
    Verdict,
    Verification,
    Waived,
)
from iac_offboard.report import grouped, words


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line about a binding, or about all ``places`` that one pattern covers in the same
    way."""

    what: str
    access: str
    grade: str
    because: str
    places: tuple[str, ...] = ()


def rows(verdict: Verdict) -> tuple[Row, ...]:
    """Everything that names the subject, many sessions that end alike in one row; then what only
    covers it, by pattern."""
    named: list[Row] = []
    sessions: dict[Row, list[BindingVerdict]] = {}
    covering: dict[Row, list[BindingVerdict]] = {}
    for b in verdict.bindings:
        if b.covered:
            what = f"covered by {words.pattern(b.binding.principal)}"
            covering.setdefault(_row(b, what), []).append(b)
        elif b.binding.relation is Relation.SESSION:
            sessions.setdefault(_row(b, b.binding.relation.value), []).append(b)
        else:
            named.append(_row(b, _spelled(b)))
    for row, found in sessions.items():
        many = grouped.is_cut(found)
        named += [_all(row, found)] if many else (_row(b, _spelled(b)) for b in found)
    return (*named, *(_all(row, found) for row, found in covering.items()))


def _all(row: Row, found: Sequence[BindingVerdict]) -> Row:
    places = tuple(dict.fromkeys(map(_spelled, found)))
    return replace(row, what=f"{row.what}: {len(found)} place(s)", places=places)


def _spelled(judged: BindingVerdict) -> str:
    return words.bound(judged.binding)


def _row(judged: BindingVerdict, what: str) -> Row:
    return Row(
        what=what,
        access=judged.access.value,
        grade=judged.grade.value,
        because=judged.because,
    )


def recheck_at(verdicts: Iterable[Verdict]) -> datetime | None:
    """When to look again: when the last session that may be open now has ended."""
    return max((v.recheck_at for v in verdicts if v.recheck_at), default=None)


def came_back(returned: Returned) -> str:
    """What came back, since when, and what brought it."""
    binding = returned.binding
    gone = returned.gone_at.astimezone(UTC).isoformat(timespec="seconds")
    by = "; ".join(returned.by) or "nothing that was read tells what brought it"
    what = words.bound(binding)
    return f"{what} was gone at {gone}, and is back: {by}"


def closing(result: Verification) -> tuple[str, ...]:
    """What is said once about the whole verification."""
    lines = []
    again = recheck_at(result.verdicts)
    if again is not None:
        until = again.astimezone(UTC).isoformat(timespec="seconds")
        lines.append(f"Look again at {until} (UTC): what was begun may go on until then.")
    for verdict in result.verdicts:
        lines += [f"Came back: {verdict.subject}: {came_back(r)}." for r in verdict.returned]
    if result.same_hands:
        lines.append(f"Applied and verified by the same identity: {', '.join(result.same_hands)}.")
    return tuple(lines)


def waived(items: Sequence[Waived]) -> tuple[tuple[str, str, str, str], ...]:
    """(where, what was not read, by whom and why, until) of everything waived."""
    return tuple(
        (
            w.skipped.where,
            f"{w.skipped.reason.value}: {w.skipped.detail}",
            f"{w.by}: {w.reason}",
            words.day(w.until),
        )
        for w in items
    )
