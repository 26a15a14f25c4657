"""``iac-offboard approve``: say yes to exactly these bytes of plan.json."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from iac_offboard.cli import options


def approve(
    plan: Annotated[Path, typer.Argument(metavar="DIR/plan.json", help="The plan to approve.")],
    by: Annotated[str, typer.Option("--by", metavar="WHO", help="Who approves (a claim).")],
    early: Annotated[
        bool, typer.Option("--early", help="Also before the subjects have left.")
    ] = False,
    accept: Annotated[
        list[str] | None,
        typer.Option(
            "--accept",
            metavar="ID",
            help="Also let this action go on in spite of its hazard, e.g. A-003; repeatable.",
        ),
    ] = None,
) -> None:
    """Write an approval record for the plan's digest beside the plan."""
    from iac_offboard.pipeline.approve import run_approve, still_waiting  # slow to load: see cli

    accepts = tuple(dict.fromkeys(accept or ()))
    digest, path = run_approve(plan, by, early=early, clock=options.now, accepts=accepts)
    typer.echo(f"approved {digest}")
    if accepts:
        typer.echo(f"accepted {', '.join(accepts)}")
    typer.echo(f"claimed to be by {by} (not signed), recorded in {path}", err=True)
    waiting = still_waiting(plan)
    if waiting:
        ids = ", ".join(action.id for action in waiting)
        typer.echo(f"these wait for --accept (report.md says why): {ids}", err=True)
    if any(a.accept == "in use" and a.target.kind == "iam_access_key" for a in waiting):
        typer.echo(
            "a leaver's own key that is in use waits for nobody in a plan that is made with "
            "`tier: hostile` in the roster",
            err=True,
        )
