"""``iac-offboard apply``: the live actions of an approved plan, journalled and resumable."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from iac_offboard.cli import options
from iac_offboard.cli.cloud_options import AwsExternalId, RetryBudget


def apply(
    plan: Annotated[Path, typer.Argument(metavar="DIR/plan.json", help="An approved plan.")],
    phase: Annotated[
        list[str] | None,
        typer.Option("--phase", metavar="NAME", help="Only contain, unblock or live; repeatable."),
    ] = None,
    min_approvals: Annotated[
        int,
        typer.Option("--min-approvals", metavar="N", min=1, help="How many people must approve."),
    ] = 1,
    write_role: Annotated[
        list[str] | None,
        typer.Option(
            "--write-role",
            metavar="ROLE",
            help="Make the writes as this role: an ARN, or a name in every AWS account; of "
            "Google's a service account's e-mail. One for each cloud.",
        ),
    ] = None,
    journal: Annotated[
        Path | None,
        typer.Option("--journal", metavar="FILE", help="Keep the journal here, not beside it."),
    ] = None,
    aws_external_id: AwsExternalId = "",
    retry_budget: RetryBudget = 120.0,
) -> None:
    """Run every phase that may run. Exit 0 all done, 1 a phase waits, 2 refused or failed."""
    from iac_offboard.pipeline.apply import run_apply  # slow to load: see cli

    result = run_apply(
        plan,
        phases=tuple(phase or ()),
        clock=options.now,
        external_id=aws_external_id,
        retry_budget=retry_budget,
        min_approvals=min_approvals,
        write_roles=tuple(write_role or ()),
        journal_path=journal,
        say=lambda line: typer.echo(line, err=True),
    )
    for line in result.summary:
        typer.echo(line)
    raise typer.Exit(result.exit_code)
