"""``iac-offboard scan``: what does the leaver still have?"""

from __future__ import annotations

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


def scan(
    subjects: Subjects,
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
    strict: Strict = False,
    format_: OutputFormat = "table",
) -> None:
    """List every binding of the leavers. Exit 0 none, 1 found, 3 something was not read."""
    from iac_offboard import report  # slow to load: see cli
    from iac_offboard.cli.progress import progress
    from iac_offboard.pipeline.scan import run_scan

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
        result = run_scan(asked, progress=shown)
    typer.echo(chosen.scan(result.findings, result.collected), nl=False)
    raise typer.Exit(
        exits.combined(found=bool(result.findings), incomplete=result.incomplete(strict=strict))
    )
