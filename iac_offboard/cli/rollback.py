"""``iac-offboard rollback``: a plan that puts back what another one removed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from iac_offboard.cli import options
from iac_offboard.cli.options import OutputFormat


def rollback(
    plan: Annotated[Path, typer.Argument(metavar="DIR/plan.json", help="The plan to undo.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Where it goes; DIR/rollback unless given."),
    ] = None,
    journal: Annotated[
        Path | None,
        typer.Option("--journal", metavar="FILE", help="The journal, when it is not beside it."),
    ] = None,
    subject: Annotated[
        list[str] | None,
        typer.Option("--subject", metavar="ID", help="Only this subject; repeatable."),
    ] = None,
    format_: OutputFormat = "table",
) -> None:
    """Write a plan that puts back what DIR/plan.json removed; approve and apply it like any."""
    from iac_offboard import report  # slow to load: see cli
    from iac_offboard.pipeline.rollback import run_rollback

    chosen = report.named(format_)
    made = run_rollback(
        plan, clock=options.now, out=out, journal=journal, subjects=tuple(subject or ())
    )
    typer.echo(chosen.plan(made.plan, made.digest), nl=False)
    for line in made.next_steps:
        typer.echo(line, err=True)
