"""States that the user's own Terraform or OpenTofu fetches: ``state pull`` locks nothing and writes
nothing ("Command: state pull", Terraform documentation)."""

from __future__ import annotations

import re
import subprocess
from functools import partial
from pathlib import Path

from iac_offboard.interface import StateFault, StatePlace
from iac_offboard.model import SkipReason
from iac_offboard.storage import DEFAULT
from iac_offboard.terraform import running

_SECONDS = 300
# What is printed of a state that was never written: it has no lineage.
_UNWRITTEN = re.compile(rb'"lineage":\s*""')
_HEAD = 1_000
# How both programs say that a backend has one state (ErrWorkspacesNotSupported in their backends).
_NO_WORKSPACES = "workspaces not supported"


def pulled(root: Path, label: str, workspace: str) -> StatePlace:
    """The state of a workspace of an initialised root module; "" is the only one there is."""
    at = "" if workspace in ("", DEFAULT) else f" [{workspace}]"
    return StatePlace(name=f"state pull in {label}{at}", read=partial(_pull, root, workspace))


def _pull(root: Path, workspace: str) -> bytes:
    found = _run(root, workspace, ("state", "pull"))
    if not found.strip() or _UNWRITTEN.search(found[:_HEAD]):
        raise StateFault(
            SkipReason.MISSING,
            "its backend holds no state",
            "Look at the backend of the root module, or apply it first.",
        )
    return found


def workspaces(root: Path) -> tuple[str, ...]:
    """The workspaces of an initialised root module, "" alone for a backend that has none. Raises
    StateFault: a workspace that nobody knows of hides whatever it makes."""
    text = _run(root, "", ("workspace", "list"), without=_NO_WORKSPACES).decode("utf-8", "replace")
    if not text:
        return ("",)
    names = (line.lstrip("* ").strip() for line in text.splitlines())
    return tuple(name for name in names if name)


def _run(root: Path, workspace: str, arguments: tuple[str, ...], *, without: str = "") -> bytes:
    """What a run prints; nothing where it fails because it is ``without`` something."""
    program = running.find()
    if program is None:
        raise StateFault(
            SkipReason.UNREACHABLE,
            "neither terraform nor tofu is there to pull the state with",
            f"Install one, name one in {running.BINARY}, or give the state with --state ROOT=FILE.",
        )
    command = f"{program.name} {' '.join(arguments)}"
    chosen = {"TF_WORKSPACE": workspace} if workspace else {}
    try:
        done = running.run(program, arguments, directory=root, seconds=_SECONDS, extra=chosen)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise StateFault(
            SkipReason.UNREACHABLE,
            f"{command} did not end",
            "Run it there by hand, and give what it prints with --state ROOT=FILE.",
        ) from error
    if done.code != 0 and without and without.encode() in done.stderr:
        return b""
    if done.code != 0:
        # What it says may hold addresses and credentials of the backend: it is not repeated.
        raise StateFault(
            SkipReason.UNREACHABLE,
            f"{command} failed (exit {done.code})",
            f"Run `{command}` in the root module to see why.",
        )
    return done.stdout
