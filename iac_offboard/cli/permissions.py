"""``iac-offboard permissions``: the exact rights of who looks, who changes, who puts back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Annotated

import typer

from iac_offboard.errors import UsageError


def permissions(
    cloud: Annotated[str, typer.Argument(metavar="CLOUD", help="aws or gcp")],
    write: Annotated[bool, typer.Option("--write", help="Only what apply needs.")] = False,
    read: Annotated[bool, typer.Option("--read", help="Only what looking needs.")] = False,
    restore: Annotated[
        bool, typer.Option("--restore", help="Only what a rollback needs beside --write.")
    ] = False,
    states: Annotated[
        bool, typer.Option("--states", help="Only what reading states out of S3 needs (aws).")
    ] = False,
) -> None:
    """Print the read, the write and the restore rights, apart, so that each can be a role:
    policies of AWS, or custom roles as 'gcloud iam roles create --file' takes one."""
    wanted = {"read": read, "write": write, "restore": restore, "states": states}
    names = [name for name, asked in wanted.items() if asked] or ["read", "write", "restore"]
    known = _of(cloud)
    if missing := [name for name in names if name not in known]:
        raise UsageError(f"permissions {cloud} has no --{missing[0]}.")
    found = {name: known[name]() for name in names}
    body: object = next(iter(found.values())) if len(found) == 1 else found
    typer.echo(json.dumps(body, indent=2))


def _of(cloud: str) -> Mapping[str, Callable[[], object]]:
    """What can be printed of a cloud, by the name of its option. Slow to load, so on use."""
    if cloud == "aws":
        from iac_offboard.live.aws import permissions as aws

        return {
            "read": aws.read_policy,
            "write": aws.write_policy,
            "restore": aws.restore_policy,
            "states": aws.states_policy,
        }
    if cloud != "gcp":
        hint = "Use: permissions aws, or permissions gcp."
        raise UsageError(f"No permissions are known for {cloud!r}.", hint=hint)
    try:
        from iac_offboard.live.gcp import permissions as gcp
    except ImportError as error:
        raise UsageError(
            "The Google Cloud SDK is not installed.",
            hint="Install the extra: pip install iac-offboard[gcp]",
        ) from error
    return {"read": gcp.read_role, "write": gcp.write_role, "restore": gcp.restore_role}
