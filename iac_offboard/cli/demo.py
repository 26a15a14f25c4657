"""``iac-offboard demo``: the whole loop on an embedded cloud."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from iac_offboard.errors import UsageError


class Cloud(StrEnum):
    """The clouds that are embedded."""

    AWS = "aws"
    GCP = "gcp"


def demo(
    cloud: Annotated[
        Cloud,
        typer.Option("--cloud", metavar="CLOUD", help="Which cloud is embedded: aws or gcp."),
    ] = Cloud.AWS,
    keep: Annotated[
        Path | None,
        typer.Option("--keep", metavar="DIR", help="Work here and leave everything in place."),
    ] = None,
    record: Annotated[
        Path | None,
        typer.Option("--record", metavar="FILE", help="Keep a picture of the run (SVG)."),
    ] = None,
) -> None:
    """Offboard a leaver of an example team: real Terraform, an embedded cloud, proof at the end."""
    try:  # slow to load: see cli
        if cloud is Cloud.GCP:
            from iac_offboard.demo.google_team.loop import run_demo
        else:
            from iac_offboard.demo.loop import run_demo
    except ImportError as error:
        raise UsageError(
            f"The demo needs the Python package {error.name}, which is not installed.",
            hint="Install the extra, in a checkout: pip install '.[demo]'",
        ) from error

    raise typer.Exit(run_demo(keep, record))
