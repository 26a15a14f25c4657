"""``iac-offboard verify``: look again, over the whole scope, and say dead only when it is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from iac_offboard.cli import options
from iac_offboard.cli.cloud_options import AwsExternalId, RetryBudget
from iac_offboard.cli.options import OutputFormat, Settle, Waivers


def verify(
    plan: Annotated[Path, typer.Argument(metavar="DIR/plan.json", help="The plan to verify.")],
    settle: Settle = 60.0,
    probe: Annotated[
        list[str] | None,
        typer.Option(
            "--probe",
            metavar="PROFILE|FILE.json",
            help="Old key of the leaver to try: AWS profile, Google key file; repeatable.",
        ),
    ] = None,
    waivers: Waivers = None,
    journal: Annotated[
        Path | None,
        typer.Option("--journal", metavar="FILE", help="The journal of apply, not beside it."),
    ] = None,
    aws_external_id: AwsExternalId = "",
    retry_budget: RetryBudget = 120.0,
    format_: OutputFormat = "table",
) -> None:
    """Discover the subjects anew. Exit 0 dead, 1 alive, for a while or coming back, 3 unknown."""
    from iac_offboard import report  # slow to load: see cli
    from iac_offboard.cli.progress import progress
    from iac_offboard.pipeline.verify import run_verify

    chosen = report.named(format_)
    with progress() as shown:
        result = run_verify(
            plan,
            clock=options.now,
            settle_window=settle,
            probes=tuple(probe or ()),
            waivers=waivers,
            journal_path=journal,
            external_id=aws_external_id,
            retry_budget=retry_budget,
            progress=shown,
        )
    typer.echo(chosen.verification(result.verification), nl=False)
    raise typer.Exit(result.exit_code)
