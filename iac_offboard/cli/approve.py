"""``iac-offboard approve``: say yes to exactly these bytes of plan.json."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from iac_offboard.cli import options


def approve(
    plan: Annotated[Path, typer.Argument(metavar="DIR/plan.json", help="The plan to approve.")],
    by: Annotated[str, typer.Option("--by", metavar="WHO", help="Who approves (a claim).")],
) -> None:
    """Write an approval record for the plan's digest beside the plan."""
    from iac_offboard.apply import approval  # slow to load: see cli
    from iac_offboard.plan import file_v1

    _, digest = file_v1.read(plan)
    path = approval.approve(plan, by, "command line", options.now)
    typer.echo(f"approved {digest}")
    typer.echo(f"claimed to be by {by} (not signed), recorded in {path}", err=True)
