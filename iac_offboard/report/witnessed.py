"""What Terraform's own plans show of a patch, in the words that every format shares."""

from __future__ import annotations

from iac_offboard.model import RootWitness, Shown, ShownChange, Witness, WitnessGrade

_VERDICTS = {
    WitnessGrade.WITNESSED: "Witnessed: the plans differ in exactly what was planned.",
    WitnessGrade.REFUTED: "Refuted: the patch does something else than what was planned.",
    WitnessGrade.NOTHING: "There is nothing to witness: the plan changes no code.",
    WitnessGrade.NOT_WITNESSED: "Not witnessed: nobody saw all that the patch does.",
}
_SHOWN = {
    Shown.DELETED: "deleted",
    Shown.NOT_CREATED: "not created any more",
    Shown.UPDATED: "updated in place",
    Shown.NOT_UPDATED: "left as it is",
    Shown.CREATED_LESS: "created without the leaver",
}


def verdict(result: Witness) -> str:
    """The answer in one sentence."""
    return _VERDICTS[result.grade]


def by(root: RootWitness) -> str:
    return f" by {root.by}" if root.by else ""


def rows(result: Witness) -> tuple[tuple[str, str, str], ...]:
    """(root, address, what) of every planned change that is shown."""
    return tuple((r.root, c.address, what(c)) for r in result.roots for c in r.changes)


def against(result: Witness) -> tuple[tuple[str, str, str], ...]:
    """(root, address, what) of everything that speaks against the plan."""
    return tuple((r.root, c.address, c.text) for r in result.roots for c in r.contradictions)


def left_open(result: Witness) -> tuple[tuple[str, str, str], ...]:
    """(root, what, next step) of what nobody saw."""
    return tuple((r.root, text, r.next_step) for r in result.roots for text in r.open)


def lines(result: Witness) -> tuple[str, ...]:
    """One for each root, then the notes."""
    grades = tuple(f"{r.root}: {r.grade.value}{by(r)}" for r in result.roots)
    return (*grades, *(f"{r.root}: {note}" for r in result.roots for note in r.notes))


def what(change: ShownChange) -> str:
    named = f" ({', '.join(change.attributes)})" if change.attributes else ""
    return _SHOWN[change.shown] + named


def counts(result: Witness) -> dict[str, int]:
    """Every count a script may want, whatever the exit code says."""
    return {
        "roots": len(result.roots),
        "changes": len(rows(result)),
        "contradictions": len(against(result)),
        "open": len(left_open(result)),
    }
