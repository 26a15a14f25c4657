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
    from iac_offboard.pipeline.approve import run_approve  # slow to load: see cli

    accepts = tuple(dict.fromkeys(accept or ()))
    digest, path = run_approve(plan, by, early=early, clock=options.now, accepts=accepts)
    typer.echo(f"approved {digest}")
    if accepts:
        typer.echo(f"accepted {', '.join(accepts)}")
    typer.echo(f"claimed to be by {by} (not signed), recorded in {path}", err=True)
