"""``iac-offboard scan``: what does the leaver still have?"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import typer

from iac_offboard.cli import exits, options
from iac_offboard.cli.options import Jobs, NoCache, OutputFormat, Strict, with_sources

if TYPE_CHECKING:
    from iac_offboard.pipeline.request import Request


@with_sources
def scan(
    asked: Request,
    strict: Strict = False,
    no_cache: NoCache = False,
    jobs: Jobs = 0,
    format_: OutputFormat = "table",
) -> None:
    """List every binding of the leavers. Exit 0 none, 1 found, 3 something was not read."""
    from iac_offboard import report  # slow to load: see cli
    from iac_offboard.cli.progress import progress
    from iac_offboard.pipeline.cache import cache_of
    from iac_offboard.pipeline.scan import run_scan
    from iac_offboard.pipeline.waived import waive, waivers_of

    chosen = report.named(format_)
    waivers = waivers_of(asked)
    cache = None if no_cache else cache_of(os.environ)
    with progress() as shown:
        found = run_scan(
            asked,
            progress=shown,
            clock=options.now,
            findings_only=True,
            cache=cache,
            jobs=jobs,
            stdin=sys.stdin.buffer.read,
        )
        result = waive(found, waivers, options.now())
    findings = result.findings
    if asked.cases:
        from iac_offboard.pipeline.earlier import earlier_cases, with_returned_ones  # slow to load

        findings = with_returned_ones(findings, earlier_cases(asked))
    typer.echo(chosen.scan(findings, result.collected), nl=False)
    raise typer.Exit(
        exits.combined(found=bool(findings), incomplete=result.incomplete(strict=strict))
    )
