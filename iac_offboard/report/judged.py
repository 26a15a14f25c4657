"""What verify said, in lines for people: one for each binding, few for what only covers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time

from iac_offboard.model import (
    BindingVerdict,
    Verdict,
    Verification,
    Waived,
)
from iac_offboard.report import words


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
    """Everything that names the subject, then what only covers it, by pattern."""
    named = [_row(b, _spelled(b)) for b in verdict.bindings if not b.covered]
    places: dict[Row, list[str]] = {}
    for b in verdict.bindings:
        if b.covered:
            places.setdefault(_row(b, words.pattern(b.binding.principal)), []).append(_spelled(b))
    many = (
        replace(
            row,
            what=f"covered by {row.what}: {len(found)} place(s)",
            places=tuple(dict.fromkeys(found)),
        )
        for row, found in places.items()
    )
    return (*named, *many)


def _spelled(judged: BindingVerdict) -> str:
    return f"{judged.binding.relation.value}: {words.target(judged.binding.target)}"


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


def closing(result: Verification) -> tuple[str, ...]:
    """What is said once about the whole verification."""
    lines = []
    again = recheck_at(result.verdicts)
    if again is not None:
        until = again.astimezone(UTC).isoformat(timespec="seconds")
        lines.append(f"Look again at {until} (UTC): sessions may be open until then.")
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
            _until(w.until),
        )
        for w in items
    )


def _until(until: datetime) -> str:
    at = until.astimezone(UTC)
    whole_day = at.timetz().replace(tzinfo=None) == time.max
    return at.date().isoformat() if whole_day else at.isoformat(timespec="seconds")
