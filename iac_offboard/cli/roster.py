"""``iac-offboard roster``: what is done with a subjects file by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from iac_offboard.cli.guard import KEY_VARIABLE, KeyFile, roster_key
from iac_offboard.errors import UsageError

roster = typer.Typer(
    help="Rosters that name nobody, for repositories whose plans are guarded.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@roster.callback()
def _only_verbs() -> None:
    """Rosters that name nobody, for repositories whose plans are guarded."""


@roster.command("hash")
def hash_(
    subjects: Annotated[
        Path, typer.Option("--subjects", metavar="FILE", help="Who left: YAML, JSON or CSV.")
    ],
    key_file: KeyFile = None,
) -> None:
    """Print the roster with keyed digests in place of names; guard takes it as --subjects."""
    from iac_offboard.subjects.hashed import hashed, refuse_hashed  # slow to load: see cli
    from iac_offboard.subjects.roster import load_roster

    key = roster_key(key_file)
    if key is None:
        raise UsageError(
            "A roster is hashed under a key, and none was given.",
            hint=f"Give it with --key-file FILE, or in {KEY_VARIABLE}.",
        )
    refuse_hashed(subjects)
    typer.echo(hashed(load_roster(subjects).subjects, key), nl=False)
