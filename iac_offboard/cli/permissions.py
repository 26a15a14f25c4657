"""``iac-offboard permissions``: the exact policies of the reader and of the writer."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from iac_offboard.errors import UsageError


def permissions(
    cloud: Annotated[str, typer.Argument(metavar="CLOUD", help="aws")],
    write: Annotated[bool, typer.Option("--write", help="Only the policy of apply.")] = False,
    read: Annotated[bool, typer.Option("--read", help="Only the policy to look.")] = False,
) -> None:
    """Print the read policy and the write policy, apart, so that they can be two roles."""
    if cloud != "aws":
        raise UsageError(f"No permissions are known for {cloud!r}.", hint="Use: permissions aws.")
    from iac_offboard.live.aws.permissions import read_policy, write_policy  # slow to load

    if read == write:
        body: object = {"read": read_policy(), "write": write_policy()}
    else:
        body = read_policy() if read else write_policy()
    typer.echo(json.dumps(body, indent=2))
