"""``iac-offboard catalog``: which resource types are understood, and how."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Annotated

import typer


def catalog(
    pattern: Annotated[
        str, typer.Argument(metavar="[PATTERN]", help="A type or a shell pattern, e.g. aws_iam_*.")
    ] = "*",
) -> None:
    """List the resource types, where an identity stands in each, and what is done about it."""
    from iac_offboard.catalog import runs_as  # slow to load: see cli
    from iac_offboard.catalog.rows import rows

    shown = [row for name, row in sorted(rows().items()) if fnmatchcase(name, pattern)]
    for row in shown:
        for entry in row.paths:
            typer.echo(f"{row.type}\t{entry.path}\t{entry.role}\t{entry.relation}\t{entry.removal}")
    workloads = [item for item in sorted(runs_as.rows().items()) if fnmatchcase(item[0], pattern)]
    for name, places in workloads:
        for place in places:  # it shows that a role is in use: nothing is removed there
            typer.echo(f"{name}\t{place.path}\truns as\t{place.names}\tnone")
    if not shown and not workloads:
        typer.echo(f"No resource type matches {pattern!r}.", err=True)
