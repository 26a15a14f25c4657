"""``iac-offboard demo``: the whole loop on an embedded cloud."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def demo(
    keep: Annotated[
        Path | None,
        typer.Option("--keep", metavar="DIR", help="Work here and leave everything in place."),
    ] = None,
    record: Annotated[
        Path | None,
        typer.Option("--record", metavar="FILE", help="Keep a picture of the run (SVG)."),
    ] = None,
) -> None:
    """Offboard a leaver of an example team: real Terraform, an embedded AWS, proof at the end."""
    from iac_offboard.demo.loop import run_demo  # slow to load: see cli

    raise typer.Exit(run_demo(keep, record))
