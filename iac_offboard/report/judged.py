"""What verify said, in lines for people: one for each binding, few for what only covers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from iac_offboard.model import (
    BindingVerdict,
    Principal,
    PrincipalKind,
    Verdict,
    Verification,
    Waived,
)
from iac_offboard.report import words


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line about a binding, or about all that one pattern covers in the same way."""

    what: str
    access: str
    grade: str
    because: str


def rows(verdict: Verdict) -> tuple[Row, ...]:
    """Everything that names the subject, then what only covers it, by pattern."""
    named = [_row(b, f"{b.binding.relation.value}: {words.target(b.binding.target)}")
             for b in verdict.bindings if not b.covered]  # fmt: skip
    covered = [b for b in verdict.bindings if b.covered]
    counted = Counter(_row(b, pattern(b.binding.principal)) for b in covered)
    many = (
        Row(
            what=f"covered by {row.what}: {n} place(s)",
            access=row.access,
            grade=row.grade,
            because=row.because,
        )
        for row, n in counted.items()
    )
    return (*named, *many)


def _row(judged: BindingVerdict, what: str) -> Row:
    return Row(
        what=what,
        access=judged.access.value,
        grade=judged.grade.value,
        because=judged.because,
    )


def pattern(principal: Principal) -> str:
    """Whom a place lets in that does not name the subject."""
    if principal.kind is PrincipalKind.ANYONE:
        return "everybody"
    if principal.kind is PrincipalKind.AWS_ACCOUNT:
        return f"account {principal.account or principal.value}"
    if principal.kind is PrincipalKind.OIDC_SUBJECT:
        issuer, _, token = principal.value.partition("|")
        return f"{token} of {issuer}"
    if principal.kind is PrincipalKind.IDENTITY_STORE_GROUP:
        return f"group {principal.value}"
    return principal.value


def recheck_at(verdicts: Iterable[Verdict]) -> datetime | None:
    """When to look again: when the last session that may be open now has ended."""
    return max((v.recheck_at for v in verdicts if v.recheck_at), default=None)


def closing(result: Verification) -> tuple[str, ...]:
    """What is said once about the whole verification."""
    lines = []
    again = recheck_at(result.verdicts)
    if again is not None:
        lines.append(f"Look again at {again.astimezone(UTC).isoformat(timespec='seconds')} (UTC).")
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
