"""Tables for people at a terminal."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from iac_offboard.model import Access, Action, Collected, Finding, Plan, Verification
from iac_offboard.report import judged, planned, words

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


def _rows(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(title=title, title_justify="left", show_lines=False, expand=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


class TableFormat:
    name = "table"

    def scan(self, findings: Sequence[Finding], collected: Collected) -> str:
        console, out = _console()
        if findings:
            console.print(
                _rows(
                    "Bindings found",
                    ("finding", "subject", "status", "binding", "where"),
                    [
                        (
                            f.id,
                            escape(f.subject),
                            f.status.value,
                            escape(f"{f.binding.relation}: {words.target(f.binding.target)}"),
                            escape("\n".join(words.place(o.origin) for o in f.observations)),
                        )
                        for f in findings
                    ],
                )
            )
        else:
            console.print("No binding of these subjects was found in what was read.")
        _unread(console, collected)
        counts = words.scan_counts(findings, collected)
        console.print(", ".join(f"{n} {name.replace('_', ' ')}" for name, n in counts.items() if n))
        return out.getvalue()

    def plan(self, plan: Plan, digest: str) -> str:
        console, out = _console()
        if plan.holds:
            console.print(
                _rows(
                    "Held: this plan may not be applied yet",
                    ("what", "why", "release"),
                    [(escape(h.where), escape(h.text), escape(h.release)) for h in plan.holds],
                )
            )
        console.print(
            _rows(
                "Actions in order",
                ("id", "phase", "verb", "target", "reason"),
                [
                    (
                        a.id,
                        a.phase.value,
                        a.verb,
                        escape(words.target(a.target)),
                        escape(
                            a.reason + (f" (reverted by {a.reverted_by})" * bool(a.reverted_by))
                        ),
                    )
                    for a in plan.actions
                ],
            )
        )
        if plan.order:
            console.print(escape(f"order of the applies: {', '.join(plan.order)}"))
        waiting = [a for a in plan.actions if planned.waits(a)]
        if waiting:
            console.print(
                _rows(
                    "Waiting until an approval names the id (--accept ID)",
                    ("id", "target", "hazard"),
                    [
                        (
                            a.id,
                            escape(words.target(a.target)),
                            escape("; ".join(a.hazards) or a.reason),
                        )
                        for a in waiting
                    ],
                )
            )
        if plan.manual:
            console.print(
                _rows(
                    "To be done by a person",
                    ("where", "what", "why not automatic"),
                    [(escape(m.where), escape(m.text), escape(m.reason)) for m in plan.manual],
                )
            )
        _unread(console, Collected(skipped=plan.skipped, notes=plan.notes, waived=plan.waived))
        console.print(f"digest {digest}")
        return out.getvalue()

    def verification(self, result: Verification) -> str:
        console, out = _console()
        for verdict in result.verdicts:
            colour = _COLOURS[verdict.access]
            console.print(
                f"[bold {colour}]{escape(verdict.subject)}: access {verdict.access.value}, "
                f"return risk {verdict.return_risk.value}[/]: {escape(verdict.because)}"
            )
            console.print(
                _rows(
                    "",
                    ("binding", "access", "grade", "because"),
                    [
                        (escape(r.what), r.access, r.grade, escape(r.because))
                        for r in judged.rows(verdict)
                    ],
                )
            )
        _unread(console, result.collected)
        for line in judged.closing(result):
            console.print(escape(line), soft_wrap=True)
        console.print(f"Looked at, {result.at.isoformat(timespec='seconds')}:")
        for line in words.looked_at(result.scope, result.callers):
            console.print(escape(f"  {line}"))
        said = "; ".join(words.not_covered(result.collected.notes))
        console.print(escape(f"Not covered by this version: {said}."))
        return out.getvalue()


def _unread(console: Console, collected: Collected) -> None:
    if collected.skipped:
        console.print(
            _rows(
                "Could not be read or decided (never counted as clean)",
                ("where", "reason", "detail", "next step"),
                [
                    (escape(s.where), s.reason.value, escape(s.detail), escape(s.next_step))
                    for s in collected.skipped
                ],
            )
        )
    if collected.waived:
        console.print(
            _rows(
                "Waived: not read, and a person answers for it",
                ("where", "not read", "by whom and why", "until"),
                [tuple(map(escape, line)) for line in judged.waived(collected.waived)],
            )
        )
    for line in words.lines(collected.notes):
        console.print(escape(f"note: {line}"))


def _reason(action: Action) -> str:
    if not action.reverted_by:
        return action.reason
    return f"{action.reason} (reverted by the next apply of {action.reverted_by})"
