"""``iac-offboard plan``: the removal as a patch, ordered actions and a report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from iac_offboard.cli import exits, options
from iac_offboard.cli.options import OutputFormat, Strict, with_sources

if TYPE_CHECKING:
    from iac_offboard.pipeline.request import Request

Out = Annotated[
    Path, typer.Option("--out", metavar="DIR", help="Where plan.json and the patch go.")
]
MaxActions = Annotated[
    int, typer.Option("--max-actions", metavar="N", help="Hold plans with more actions.")
]
RotationWindow = Annotated[
    float,
    typer.Option(
        "--rotation-window",
        metavar="DAYS",
        callback=options.days,
        help="A rotated key goes when unused for this long.",
    ),
]
Names = Annotated[
    bool, typer.Option("--names", help="report.md spells the aliases, for those who may see them.")
]


@with_sources
def plan(
    asked: Request,
    out: Out,
    max_actions: MaxActions = 200,
    rotation_window: RotationWindow = 7.0,
    names: Names = False,
    strict: Strict = False,
    format_: OutputFormat = "table",
) -> None:
    """Write DIR/plan.json, DIR/removal.patch and DIR/report.md. Exit 0 complete, 3 not."""
    from iac_offboard import report  # slow to load: see cli
    from iac_offboard.cli.progress import progress
    from iac_offboard.pipeline.plan import Limits, run_plan

    chosen = report.named(format_)
    with progress() as shown:
        made = run_plan(
            asked,
            out,
            clock=options.now,
            limits=Limits(max_actions=max_actions, rotation_window=round(rotation_window * 86_400)),
            names=names,
            progress=shown,
        )
    typer.echo(chosen.plan(made.plan, made.digest), nl=False)
    for line in made.next_steps:
        typer.echo(line, err=True)
    raise typer.Exit(exits.combined(incomplete=made.incomplete(strict=strict)))
