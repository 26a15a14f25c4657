"""A private copy of a directory of code, to plan in and to patch: nothing is written elsewhere."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from iac_offboard.errors import ToolError

_LEFT_OUT = frozenset({".git", ".terraform", ".terragrunt-cache", "node_modules", ".venv"})
_LARGE = 64 * 1024 * 1024
"""A larger file is linked to, unless it is a state, which nobody may write through a link."""
_DATA = ".terraform"
# What says which workspace is chosen and where the state is kept ("terraform init", Terraform
# documentation of the data directory). All else there is read only.
_COPIED = ("environment", "terraform.tfstate")


def copy_tree(top: Path, to: Path) -> None:
    """Copies ``top`` but for the history, and what programs put there. The private directory around
    ``to`` may lie in it and is left out. Raises OSError."""
    scratch = to.parent.resolve()
    for folder, folders, files in os.walk(top):
        here = Path(folder)
        folders[:] = [name for name in folders if (here / name).resolve() != scratch]
        there = to / here.relative_to(top)
        there.mkdir(parents=True, exist_ok=True)
        for name in list(folders):
            if name in _LEFT_OUT:
                folders.remove(name)
            elif (here / name).is_symlink():
                folders.remove(name)
                _link(here / name, there / name, top)
        for name in files:
            file = here / name
            if file.is_symlink():
                _link(file, there / name, top)
            elif not file.is_file():
                continue  # a socket, a pipe
            elif file.stat().st_size > _LARGE and ".tfstate" not in name:
                (there / name).symlink_to(file.absolute())
            else:
                shutil.copy2(file, there / name)


def _link(link: Path, there: Path, top: Path) -> None:
    """As it stands where it leads to something that is copied, else to what it leads to."""
    inside = link.resolve().is_relative_to(top.resolve()) and not link.readlink().is_absolute()
    there.symlink_to(link.readlink() if inside else link.resolve())


def lend_data(root: Path, to: Path) -> bool:
    """Makes what ``init`` brought to a root module usable in its copy: modules and providers by
    links, the rest copied. False where nobody initialised the root."""
    named = os.environ.get("TF_DATA_DIR", "")
    if named and Path(named).is_absolute():
        return Path(named).is_dir()
    data, there = root / (named or _DATA), to / (named or _DATA)
    if not data.is_dir():
        return False
    there.mkdir(parents=True, exist_ok=True)
    for entry in data.iterdir():
        copy = there / entry.name
        if copy.exists():
            continue
        if entry.name in _COPIED and entry.is_file():
            shutil.copy2(entry, copy)
        else:
            copy.symlink_to(entry.absolute())
    return True


def lend_states(root: Path, to: Path, named: Iterable[str], private: Path) -> bool:
    """Copies states that a root module keeps outside of what is copied (``path`` and
    ``workspace_dir`` of the backend ``local``) to where its copy looks for them. False where that
    is not in the ``private`` directory."""
    for name in named:
        if Path(name).is_absolute():
            continue  # read where it is: a plan writes none
        state, there = root.resolve() / name, Path(os.path.normpath(to / name))
        if not there.is_relative_to(private):
            return False
        if state.is_dir():
            shutil.copytree(state, there, dirs_exist_ok=True)
        elif state.is_file() and not there.exists():
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(state, there)
    return True


def apply_patch(patch: Path, top: Path, *, back: bool = False) -> None:
    """Applies a patch in a copy, or takes it back. Raises ToolError when it does not apply or when
    there is no program to apply it."""
    reverse = ["-R"] if back else []
    git, other = shutil.which("git"), shutil.which("patch")
    if git:
        command = [git, "apply", *reverse, "--whitespace=nowarn", str(patch)]
    elif other:
        command = [other, "-s", "-f", "-p1", *reverse, "-i", str(patch)]
    else:
        raise ToolError(
            "Neither git nor patch is there to apply the patch with.", hint="Install one of them."
        )
    # A work tree above the copy would make git look for the files there, and change nothing.
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    done = subprocess.run(
        command,
        cwd=top,
        env={**kept, "GIT_CEILING_DIRECTORIES": str(top.parent)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        raise ToolError(
            f"{patch} does not apply to the code as it stands.",
            hint="Plan again with `iac-offboard plan`.",
        )
