"""``iac-offboard demo``: the whole loop on an embedded cloud."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from iac_offboard.errors import UsageError


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
    try:
        from iac_offboard.demo.loop import run_demo  # slow to load: see cli
    except ImportError as error:
        raise UsageError(
            f"The demo needs the Python package {error.name}, which is not installed.",
            hint="Install the extra, in a checkout: pip install '.[demo]'",
        ) from error

    raise typer.Exit(run_demo(keep, record))
