"""Tables for people at a terminal."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from iac_offboard.model import (
    Access,
    Action,
    Collected,
    Dependant,
    Finding,
    GuardResult,
    Hold,
    ManualStep,
    Note,
    Plan,
    Scope,
    Verdict,
    Verification,
    Witness,
)
from iac_offboard.report import grouped, guarded, judged, planned, witnessed, words

_COLOURS = {
    Access.DEAD: "green",
    Access.ALIVE: "red",
    Access.ALIVE_UNTIL: "red",
    Access.UNKNOWN: "yellow",
}


def _console() -> tuple[Console, io.StringIO]:
    out = io.StringIO()
    terminal = sys.stdout.isatty()
    console = Console(
        file=out,
        force_terminal=terminal,
        no_color="NO_COLOR" in os.environ or not terminal,
        width=None if terminal else _columns(),
        highlight=False,
    )
    return console, out


def _columns() -> int:
    """Away from a terminal COLUMNS decides, as it does for other tools; 160 unless it does."""
    asked = os.environ.get("COLUMNS", "")
    return int(asked) if asked.isdecimal() and int(asked) >= 40 else 160


def _print(
    console: Console, title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]
) -> None:
    """A table; nothing where there are no rows."""
    table = Table(title=title, title_justify="left", show_lines=False, expand=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*map(escape, row))
    if table.row_count:
        console.print(table)


class TableFormat:
    name = "table"

    def scan(self, findings: Sequence[Finding], collected: Collected) -> str:
        console, out = _console()
        if not findings:
            console.print(words.NOTHING_FOUND)
        _print(
            console,
            "Bindings found",
            ("finding", "subject", "status", "binding", "where"),
            [
                (r.finding, r.subject, r.status, r.what, _listed(r.places))
                for r in grouped.named(findings)
            ],
        )
        _covered(console, findings)
        _unread(console, collected)
        counts = words.scan_counts(findings, collected)
        console.print(", ".join(f"{n} {name.replace('_', ' ')}" for name, n in counts.items() if n))
        _not_covered(console, collected.notes)
        return out.getvalue()

    def plan(self, plan: Plan, digest: str) -> str:
        console, out = _console()
        _holds(console, plan.holds)
        _actions(console, plan)
        if plan.order:
            console.print(escape(f"order of the applies: {', '.join(plan.order)}"))
        _dependants(console, plan.dependants)
        _waiting(console, [a for a in plan.actions if a.must_be_accepted])
        _manual(console, plan.manual)
        _covered(console, plan.findings)
        _unread(console, Collected(skipped=plan.skipped, notes=plan.notes, waived=plan.waived))
        _not_covered(console, plan.notes, plan.scope)
        console.print(f"digest {digest}")
        return out.getvalue()

    def verification(self, result: Verification) -> str:
        console, out = _console()
        for verdict in result.verdicts:
            _verdict(console, verdict)
        _unread(console, result.collected)
        for line in judged.closing(result):
            console.print(escape(line), soft_wrap=True)
        console.print(f"Looked at, {result.at.isoformat(timespec='seconds')}:")
        for line in words.looked_at(result.scope, result.callers):
            console.print(escape(f"  {line}"))
        _not_covered(console, result.collected.notes)
        return out.getvalue()

    def guard(self, result: GuardResult, *, strict: bool = False) -> str:
        console, out = _console()
        for grade, title in guarded.TITLES.items():
            _print(
                console,
                title,
                ("subject", "where", "plan", "what"),
                [(r.subject, r.where, r.actions, r.text) for r in guarded.rows(result, grade)],
            )
        _print(
            console,
            "Excepted, and a person answers for it",
            ("subject", "where", "by whom and why", "until"),
            guarded.excepted(result),
        )
        _unread(console, Collected(skipped=result.skipped, notes=result.notes))
        console.print(guarded.verdict(result, strict))
        numbers = guarded.counts(result)
        console.print(", ".join(f"{n} {name}" for name, n in numbers.items() if n))
        return out.getvalue()

    def witness(self, result: Witness) -> str:
        console, out = _console()
        columns = ("root", "resource", "what")
        _print(console, "Speaks against it", columns, witnessed.against(result))
        _print(console, "Seen by nobody", ("root", "what", "next"), witnessed.left_open(result))
        _print(console, "As planned", columns, witnessed.rows(result))
        for line in witnessed.lines(result):
            console.print(escape(line), soft_wrap=True)
        console.print(witnessed.verdict(result))
        return out.getvalue()


def _holds(console: Console, holds: Sequence[Hold]) -> None:
    _print(
        console,
        "Held: this plan may not be applied yet",
        ("what", "why", "release"),
        [(h.where, h.text, h.release) for h in holds],
    )


def _actions(console: Console, plan: Plan) -> None:
    uses = planned.last_uses(plan)
    _print(
        console,
        "Actions in order",
        ("id", "phase", "verb", "target", "reason"),
        [
            (a.id, a.phase.value, a.verb, words.target(a.target), _reason(a, uses[a.id]))
            for a in plan.actions
        ],
    )


def _reason(action: Action, last_use: str) -> str:
    reverted = f" (reverted by {action.reverted_by})" if action.reverted_by else ""
    return action.reason + reverted + (f"\nlast use: {last_use}" if last_use else "")


def _dependants(console: Console, dependants: Sequence[Dependant]) -> None:
    _print(
        console,
        "Who else refers to the leaver",
        ("where", "how", "refers to", "turn", "what to do"),
        [(words.referring(d), d.kind.value, d.to, words.turn(d), d.text) for d in dependants],
    )


def _waiting(console: Console, waiting: Sequence[Action]) -> None:
    _print(
        console,
        "Waiting until an approval names the id (--accept ID)",
        ("id", "target", "hazard"),
        [(a.id, words.target(a.target), "; ".join(a.hazards) or a.reason) for a in waiting],
    )


def _manual(console: Console, manual: Sequence[ManualStep]) -> None:
    _print(
        console,
        "To be done by a person",
        ("where", "what", "why not automatic"),
        [(_listed(s.places), s.text, s.reason) for s in grouped.steps(manual)],
    )


def _covered(console: Console, findings: Sequence[Finding]) -> None:
    _print(
        console,
        "Covered: not by name, and never edited",
        ("subject", "how", "places", "where"),
        [
            (r.subject, r.what, str(len(r.places)), _listed(r.places))
            for r in grouped.covering(findings)
        ],
    )


def _listed(places: Sequence[str]) -> str:
    """One line for each; of many only the first."""
    return grouped.first(places, lines=True)


def _verdict(console: Console, verdict: Verdict) -> None:
    console.print(
        f"[bold {_COLOURS[verdict.access]}]{escape(verdict.subject)}: access "
        f"{verdict.access.value}, return risk {verdict.return_risk.value}[/]: "
        f"{escape(verdict.because)}"
    )
    _print(
        console,
        "",
        ("binding", "access", "grade", "because"),
        [(r.what, r.access, r.grade, r.because) for r in judged.rows(verdict)],
    )


def _unread(console: Console, collected: Collected) -> None:
    _print(
        console,
        "Could not be read or decided (never counted as clean)",
        ("where", "reason", "detail", "next step"),
        [(s.where, s.reason.value, s.detail, s.next_step) for s in collected.skipped],
    )
    _print(
        console,
        "Waived: not read, and a person answers for it",
        ("where", "not read", "by whom and why", "until"),
        judged.waived(collected.waived),
    )
    for line in words.lines(collected.notes):
        console.print(escape(f"note: {line}"))


def _not_covered(console: Console, notes: Sequence[Note], scope: Scope | None = None) -> None:
    said = "; ".join(words.not_covered(notes, scope))
    console.print(escape(f"Not covered by this version: {said}."))
