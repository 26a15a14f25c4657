"""``iac-offboard permissions``: the exact policies of who looks, who changes, who puts back."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from iac_offboard.errors import UsageError


def permissions(
    cloud: Annotated[str, typer.Argument(metavar="CLOUD", help="aws")],
    write: Annotated[bool, typer.Option("--write", help="Only the policy of apply.")] = False,
    read: Annotated[bool, typer.Option("--read", help="Only the policy to look.")] = False,
    restore: Annotated[
        bool, typer.Option("--restore", help="Only what a rollback needs beside --write.")
    ] = False,
    states: Annotated[
        bool, typer.Option("--states", help="Only what reading states out of S3 needs.")
    ] = False,
) -> None:
    """Print the read, the write and the restore policy, apart, so that each can be a role."""
    if cloud != "aws":
        raise UsageError(f"No permissions are known for {cloud!r}.", hint="Use: permissions aws.")
    from iac_offboard.live.aws.permissions import (  # slow to load
        read_policy,
        restore_policy,
        states_policy,
        write_policy,
    )

    asked = {
        name: policy()
        for name, policy, wanted in (
            ("read", read_policy, read),
            ("write", write_policy, write),
            ("restore", restore_policy, restore),
            ("states", states_policy, states),
        )
        if wanted or (name != "states" and not (read or write or restore or states))
    }
    body: object = next(iter(asked.values())) if len(asked) == 1 else asked
    typer.echo(json.dumps(body, indent=2))
