"""``iac-offboard plan``: the removal as a patch, ordered actions and a report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from iac_offboard.cli import exits, options
from iac_offboard.cli.options import (
    AwsExternalId,
    AwsOrganization,
    AwsPartition,
    AwsProfile,
    AwsRole,
    Live,
    OutputFormat,
    Region,
    RetryBudget,
    Service,
    State,
    Strict,
    Subjects,
    Terraform,
    VarFile,
)


def plan(
    subjects: Subjects,
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Where plan.json and the patch go.")
    ],
    terraform: Terraform = None,
    state: State = None,
    live: Live = None,
    var_file: VarFile = None,
    aws_profile: AwsProfile = None,
    aws_role: AwsRole = None,
    aws_external_id: AwsExternalId = "",
    aws_organization: AwsOrganization = "",
    aws_partition: AwsPartition = "aws",
    region: Region = None,
    service: Service = None,
    retry_budget: RetryBudget = 120.0,
    max_actions: Annotated[
        int, typer.Option("--max-actions", metavar="N", help="Hold plans with more actions.")
    ] = 200,
    strict: Strict = False,
    format_: OutputFormat = "table",
) -> None:
    """Write DIR/plan.json, DIR/removal.patch and DIR/report.md. Exit 0 complete, 3 not."""
    from iac_offboard import report  # slow to load: see cli
    from iac_offboard.cli.progress import progress
    from iac_offboard.pipeline.plan import run_plan

    chosen = report.named(format_)
    asked = options.request(
        subjects=subjects,
        terraform=terraform,
        state=state,
        live=live,
        var_file=var_file,
        aws_profile=aws_profile,
        aws_role=aws_role,
        aws_external_id=aws_external_id,
        aws_organization=aws_organization,
        aws_partition=aws_partition,
        region=region,
        service=service,
        retry_budget=retry_budget,
    )
    with progress() as shown:
        made = run_plan(asked, out, clock=options.now, max_actions=max_actions, progress=shown)
    typer.echo(chosen.plan(made.plan, made.digest), nl=False)
    for line in made.next_steps:
        typer.echo(line, err=True)
    raise typer.Exit(exits.combined(incomplete=made.incomplete(strict=strict)))
