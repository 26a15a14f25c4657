"""``iac-offboard explain``: how did this value come to be?"""

from __future__ import annotations

import io
import json
import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from iac_offboard.cli.options import MaxFileSize, Terraform, VarFile, in_bytes
from iac_offboard.errors import UsageError

if TYPE_CHECKING:
    from rich.tree import Tree

    from iac_offboard.hcl.trace import Hop
    from iac_offboard.pipeline.explain import Explanation

    _Shown = dict[str, object]

_WIDE = 1_000


def explain(
    address: Annotated[
        str,
        typer.Argument(
            metavar="[ROOT:]ADDRESS",
            help="As Terraform spells it, an attribute, local.x, var.x and output.x too.",
        ),
    ],
    path: Annotated[
        str, typer.Option("--path", metavar="ATTRIBUTE", help="Only this attribute of it.")
    ] = "",
    terraform: Terraform = None,
    var_file: VarFile = None,
    max_file_size: MaxFileSize = 5.0,
    format_: Annotated[
        str, typer.Option("--format", metavar="NAME", help="table or json.")
    ] = "table",
) -> None:
    """Show how a value came to be: each hop with file and line, back to the literal."""
    from iac_offboard.pipeline.explain import run_explain  # slow to load: see cli

    if format_ not in ("table", "json"):
        raise UsageError(f"--format {format_} is not known.", hint="Use table or json.")
    found = run_explain(
        terraform or ["."],
        address,
        path=path,
        var_files=var_file or (),
        max_file_size=in_bytes(max_file_size),
    )
    typer.echo(_json(found) if format_ == "json" else _tree(found), nl=False)


def _json(found: Explanation) -> str:
    data = {"root": found.root, "address": found.address, "hops": [_hop(h) for h in found.hops]}
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _hop(hop: Hop) -> _Shown:
    return {
        "kind": hop.kind.value,
        "label": hop.label,
        "value": hop.value,
        "unknown": list(hop.unknown),
        "file": hop.file,
        "line": hop.line,
        "text": hop.text,
        "note": hop.note,
        "redacted": hop.redacted,
        "hops": [_hop(inner) for inner in hop.hops],
    }


def _tree(found: Explanation) -> str:
    from rich.console import Console  # slow to load: see cli
    from rich.text import Text
    from rich.tree import Tree

    tree = Tree(Text(f"{found.root}: {found.address}", style="bold"))
    for hop in found.hops:
        _grow(tree, hop)
    out, terminal = io.StringIO(), sys.stdout.isatty()
    plain = "NO_COLOR" in os.environ or not terminal
    # Away from a terminal a hop stays on its line, so that grep finds it.
    width = None if terminal else _WIDE
    console = Console(
        file=out, force_terminal=terminal, no_color=plain, width=width, highlight=False
    )
    console.print(tree)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _grow(tree: Tree, hop: Hop) -> None:
    from rich.text import Text  # slow to load: see cli

    line = Text()
    line.append(hop.label or hop.kind.value, style="cyan")
    line.append(f" = {hop.value}")
    if hop.file:
        line.append(f"  {hop.file}:{hop.line}" if hop.line else f"  {hop.file}", style="green")
    line.append(f"  {hop.kind.value}", style="dim")
    if hop.note:
        line.append(f", {hop.note}", style="dim")
    if hop.text and hop.text != hop.value:
        line.append(f"\n{hop.text}", style="dim")
    for reason in hop.unknown:
        line.append(f"\nnot known: {reason}", style="yellow")
    branch = tree.add(line)
    for inner in hop.hops:
        _grow(branch, inner)
