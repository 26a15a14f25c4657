"""What git knows of a directory: the top, the commit, uncommitted files. Git may be absent."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkTree:
    """A directory inside a git work tree. ``prefix`` leads from the top to the directory
    ("" or "a/b/"); ``dirty`` are uncommitted files below it, relative to the top."""

    top: Path
    prefix: str
    commit: str
    dirty: tuple[str, ...]


def work_tree(directory: Path) -> WorkTree | None:
    """The work tree around a directory, or None outside git or without the program."""
    top = _git(directory, "rev-parse", "--show-toplevel")
    if top is None:
        return None
    status = _git(directory, "status", "--porcelain", "-z", "--", ".") or ""
    return WorkTree(
        top=Path(top.strip()),
        prefix=(_git(directory, "rev-parse", "--show-prefix") or "").strip(),
        commit=(_git(directory, "rev-parse", "--verify", "-q", "HEAD") or "").strip(),
        dirty=tuple(sorted(entry[3:] for entry in status.split("\0") if len(entry) > 3)),
    )


def user(directory: Path) -> str:
    """The e-mail that git would sign a commit with here, or ""."""
    return (_git(directory, "config", "user.email") or "").strip()


def _git(directory: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(directory), *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
