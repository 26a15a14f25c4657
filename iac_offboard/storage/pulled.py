"""States that the user's own Terraform or OpenTofu fetches: ``state pull`` locks nothing and writes
nothing ("Command: state pull", Terraform documentation)."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from iac_offboard.interface import StateFault, StatePlace
from iac_offboard.model import SkipReason
from iac_offboard.storage import DEFAULT

_BINARY = "IAC_OFFBOARD_TERRAFORM"
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
    program = _program()
    chosen = {"TF_WORKSPACE": workspace} if workspace else {}
    with _environment() as environment:
        try:
            done = subprocess.run(
                [program, *arguments],
                cwd=root,
                env={**environment, **chosen},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise StateFault(
                SkipReason.UNREACHABLE,
                f"{Path(program).name} {' '.join(arguments)} did not end",
                "Run it there by hand, and give what it prints with --state ROOT=FILE.",
            ) from error
    if done.returncode != 0 and without and without.encode() in done.stderr:
        return b""
    if done.returncode != 0:
        # What it says may hold addresses and credentials of the backend: it is not repeated.
        raise StateFault(
            SkipReason.UNREACHABLE,
            f"{Path(program).name} {' '.join(arguments)} failed (exit {done.returncode})",
            f"Run `{Path(program).name} {' '.join(arguments)}` in the root module to see why.",
        )
    return done.stdout


def _program() -> str:
    named = os.environ.get(_BINARY, "")
    for name in (named,) if named else ("terraform", "tofu"):
        found = shutil.which(name)
        if found:
            return found
    raise StateFault(
        SkipReason.UNREACHABLE,
        "neither terraform nor tofu is there to pull the state with",
        f"Install one, name one in {_BINARY}, or give the state with --state ROOT=FILE.",
    )


@contextmanager
def _environment() -> Iterator[Mapping[str, str]]:
    """The user's own, whose backends and credentials it needs; but a CLI configuration that is
    named and not there would only be complained of."""
    environment = {**os.environ, "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}
    environment = {k: v for k, v in environment.items() if k not in ("TF_WORKSPACE", "TF_CLI_ARGS")}
    with tempfile.TemporaryDirectory(prefix="iac-offboard-") as scratch:
        named = environment.get("TF_CLI_CONFIG_FILE")
        if named is not None and not Path(named).is_file():
            empty = Path(scratch) / "terraform.rc"
            empty.touch()
            environment["TF_CLI_CONFIG_FILE"] = str(empty)
        yield environment
