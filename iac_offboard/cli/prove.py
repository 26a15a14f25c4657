"""``iac-offboard prove``: does the real Terraform say the same of the patch?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from iac_offboard.cli import exits, options
from iac_offboard.cli.options import OutputFormat, VarFile

Binary = Annotated[
    str,
    typer.Option(
        "--terraform",
        metavar="BIN",
        help="The Terraform or OpenTofu to plan with; that on the PATH unless given.",
    ),
]
Before = Annotated[
    list[str] | None,
    typer.Option(
        "--before",
        metavar="[ROOT=]FILE",
        help="The JSON of a plan without the patch, made elsewhere; repeatable.",
    ),
]
After = Annotated[
    list[str] | None,
    typer.Option(
        "--after",
        metavar="[ROOT=]FILE",
        help="The JSON of a plan with the patch, from the same state; repeatable.",
    ),
]


def prove(
    plan: Annotated[
        Path, typer.Argument(metavar="DIR/plan.json", help="The plan whose patch is proven.")
    ],
    terraform: Binary = "",
    before: Before = None,
    after: After = None,
    var_file: VarFile = None,
    format_: OutputFormat = "table",
) -> None:
    """Plan each touched root module without the patch and with it, in a private copy, and compare.

    Exit 0 witnessed, 1 refuted, 3 not witnessed.
    """
    from iac_offboard import report  # slow to load: see cli
    from iac_offboard.cli.ending import cleaned_up
    from iac_offboard.model import WitnessGrade
    from iac_offboard.pipeline.prove import RECORD, ProveRequest, run_prove
    from iac_offboard.plan import file_v1

    chosen = report.named(format_)
    request = ProveRequest(
        plan=plan,
        program=terraform,
        before=tuple(before or ()),
        after=tuple(after or ()),
        var_files=tuple(var_file or ()),
    )
    with cleaned_up():
        result = run_prove(request, clock=options.now)
    file_v1.write_private(plan.parent / RECORD, report.named("json").witness(result).encode())
    typer.echo(chosen.witness(result), nl=False)
    raise typer.Exit(
        exits.combined(
            found=result.grade is WitnessGrade.REFUTED,
            incomplete=result.grade is WitnessGrade.NOT_WITNESSED,
        )
    )
