"""``iac-offboard guard``: would this plan bring a leaver back?"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from iac_offboard.cli import exits, options
from iac_offboard.cli.options import OutputFormat, VarFile

if TYPE_CHECKING:
    from iac_offboard.subjects.hashed import RosterKey

KEY_VARIABLE = "IAC_OFFBOARD_ROSTER_KEY"

KeyFile = Annotated[
    Path | None,
    typer.Option(
        "--key-file",
        metavar="FILE",
        help=f"The key of a hashed roster; or in {KEY_VARIABLE}.",
    ),
]


def guard(
    subjects: Annotated[
        Path,
        typer.Option(
            "--subjects", metavar="FILE", help="Who left: a subjects file, or a hashed one."
        ),
    ],
    plan_json: Annotated[
        str,
        typer.Option(
            "--plan-json",
            metavar="FILE",
            help="What `terraform show -json PLANFILE` prints; - reads it from stdin.",
        ),
    ],
    terraform: Annotated[
        list[str] | None,
        typer.Option(
            "--terraform",
            metavar="DIR",
            help="The code that was planned, for what the plan does not know yet; repeatable.",
        ),
    ] = None,
    var_file: VarFile = None,
    exceptions: Annotated[
        Path | None,
        typer.Option("--exceptions", metavar="FILE", help="Places that are excepted until a date."),
    ] = None,
    key_file: KeyFile = None,
    strict: Annotated[
        bool,
        typer.Option("--strict", help="What is there already, or only covers, fails (1) too."),
    ] = False,
    format_: OutputFormat = "table",
) -> None:
    """Would a plan bring a leaver back? Exit 0 no, 1 yes, 3 something is known only after apply."""
    from iac_offboard import report  # slow to load: see cli
    from iac_offboard.pipeline.guard import GuardRequest, run_guard
    from iac_offboard.report import guarded

    chosen = report.named(format_)
    request = GuardRequest(
        subjects=str(subjects),
        plan=plan_json,
        terraform=tuple(terraform or ()),
        var_files=tuple(var_file or ()),
        exceptions=str(exceptions) if exceptions else "",
        key=roster_key(key_file),
    )
    result = run_guard(request, clock=options.now, stdin=sys.stdin.buffer.read)
    typer.echo(chosen.guard(result, strict=strict), nl=False)
    raise typer.Exit(
        exits.combined(
            found=bool(result.of(*guarded.failing(strict))), incomplete=bool(result.skipped)
        )
    )


def roster_key(file: Path | None) -> RosterKey | None:
    """The key of hashed rosters: of the file, else of the environment. Raises InputError."""
    from iac_offboard.errors import InputError
    from iac_offboard.subjects.hashed import RosterKey

    if file is None:
        text = os.environ.get(KEY_VARIABLE, "")
        return RosterKey(text.strip().encode()) if text.strip() else None
    try:
        return RosterKey(file.read_bytes().strip())
    except OSError as error:
        raise InputError(
            f"The key {file} cannot be read: {error.strerror}.",
            hint="Make one with `openssl rand -hex 32 > FILE` and keep it as a secret.",
        ) from error
