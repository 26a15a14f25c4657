"""What the guard found, in the words that every format shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from iac_offboard.model import Guarded, GuardGrade, GuardResult
from iac_offboard.report import words

TITLES = {
    GuardGrade.RETURNS: "Would return",
    GuardGrade.COVERED: "Would be covered",
    GuardGrade.PENDING: "Pending: there already, and the apply leaves it",
    GuardGrade.MENTION: "Mentioned, which gives nobody anything",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    subject: str
    where: str
    actions: str
    text: str


def verdict(result: GuardResult, strict: bool = False) -> str:
    """The answer in one sentence."""
    returning = {g.subject for g in result.of(GuardGrade.RETURNS)}
    if returning:
        return f"This plan would bring {len(returning)} subject(s) back."
    if result.skipped:
        return "Whether this plan brings a subject back is not known in every place."
    if strict and result.of(*failing(strict)):
        return "This plan brings no subject back, and leaves one where it is."
    return "This plan brings no subject back."


def rows(result: GuardResult, grade: GuardGrade) -> tuple[Row, ...]:
    return tuple(row(one) for one in result.of(grade))


def excepted(result: GuardResult) -> tuple[tuple[str, str, str, str], ...]:
    """(subject, where, by whom and why, until) of what somebody answers for."""
    return tuple(
        (g.subject, place(g), f"{g.exempted.by}: {g.exempted.reason}", words.day(g.exempted.until))
        for g in result.found
        if g.exempted is not None
    )


def row(one: Guarded) -> Row:
    return Row(
        subject=one.subject, where=place(one), actions=" and ".join(one.actions), text=sentence(one)
    )


def place(one: Guarded) -> str:
    moved = f" (moved from {one.previous})" if one.previous else ""
    return f"{one.address}: {one.path}{moved}" if one.path else f"{one.address}{moved}"


def sentence(one: Guarded) -> str:
    on = f" (on {one.target})" if one.target else ""
    return one.text + on


def counts(result: GuardResult) -> dict[str, int]:
    """Every count a script may want, whatever the exit code says."""
    return {
        "changes": result.changes,
        "returns": len(result.of(GuardGrade.RETURNS)),
        "covered": len(result.of(GuardGrade.COVERED)),
        "pending": len(result.of(GuardGrade.PENDING)),
        "mentions": len(result.of(GuardGrade.MENTION)),
        "excepted": sum(1 for g in result.found if g.exempted is not None),
        "skipped": len(result.skipped),
    }


def failing(strict: bool) -> Sequence[GuardGrade]:
    """The grades that fail a run."""
    more = (GuardGrade.PENDING, GuardGrade.COVERED) if strict else ()
    return (GuardGrade.RETURNS, *more)
