"""What git knows of a directory: the top, the commit, uncommitted files, and who is here. Git
may be absent."""

from __future__ import annotations

import getpass
import os
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkTree:
    """The work tree around a directory. ``dirty`` are uncommitted files below the directory,
    relative to the top."""

    top: Path
    commit: str
    dirty: tuple[str, ...]


def work_tree(directory: Path) -> WorkTree | None:
    """The work tree around a directory, or None outside git or without the program."""
    top = _git(directory, "rev-parse", "--show-toplevel")
    if top is None:
        return None
    status = _git(directory, "status", "--porcelain", "-z", "--", ".") or ""
    return WorkTree(
        top=Path(top.removesuffix("\n")),
        commit=(_git(directory, "rev-parse", "--verify", "-q", "HEAD") or "").strip(),
        dirty=tuple(sorted(_changed(status))),
    )


def _changed(status: str) -> Iterator[str]:
    """The paths in the output of ``status --porcelain -z``, where the former name of a renamed
    or copied file follows as an entry of its own (git-status, "Porcelain Format Version 1")."""
    entries = iter(status.split("\0"))
    for entry in entries:
        if len(entry) > 3:
            yield entry[3:]
            if "R" in entry[:2] or "C" in entry[:2]:
                next(entries, None)


@dataclass(frozen=True, slots=True)
class Indexed:
    """A file as git tracks it: its mode (``100644``, ``100755``) and the id of its bytes."""

    mode: str
    blob: str


def index(top: Path, paths: Iterable[str]) -> dict[str, Indexed]:
    """What git tracks of these paths, which are relative to the top."""
    listed = _git(top, "--literal-pathspecs", "ls-files", "-s", "-z", "--", *paths) or ""
    found: dict[str, Indexed] = {}
    for entry in listed.split("\0"):
        facts, tab, path = entry.partition("\t")
        if tab:
            mode, blob, _ = facts.split(" ")
            found[path] = Indexed(mode, blob)
    return found


def top_of(directory: Path) -> Path | None:
    """The top of the work tree around a directory, or None outside git."""
    top = _git(directory, "rev-parse", "--show-toplevel")
    return None if top is None else Path(top.removesuffix("\n"))


def ignored(top: Path, paths: Iterable[str]) -> frozenset[str]:
    """Those of ``paths`` (relative to the top) that git ignores and does not track."""
    asked = "".join(f"{path}\0" for path in paths)
    if not asked:
        return frozenset()
    told = _git(top, "check-ignore", "-z", "--stdin", given=asked) or ""
    return frozenset(path for path in told.split("\0") if path)


def files(directory: Path) -> tuple[str, ...] | None:
    """Files below a directory that git tracks or would, relative to it; None outside git."""
    listed = _git(directory, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    return None if listed is None else tuple(dict.fromkeys(p for p in listed.split("\0") if p))


@dataclass(frozen=True, slots=True, kw_only=True)
class Submodule:
    """A repository inside another one: ``path`` there, ``url`` and ``commit`` as the other
    records them ("" where it does not)."""

    path: str
    url: str
    commit: str


def submodule(directory: Path) -> Submodule | None:
    """The submodule whose work tree a directory lies in, or None."""
    outer = (_git(directory, "rev-parse", "--show-superproject-working-tree") or "").strip("\n")
    inner = top_of(directory)
    if not outer or inner is None:
        return None
    above = Path(outer)
    path = inner.resolve().relative_to(above.resolve()).as_posix()
    recorded = index(above, [path]).get(path)
    return Submodule(
        path=path, url=_url(above, path), commit=recorded.blob if recorded is not None else ""
    )


def _url(top: Path, path: str) -> str:
    """The url in ``.gitmodules`` (gitmodules(5)) of the submodule at a path."""
    listed = _git(top, "config", "-z", "-f", ".gitmodules", "--get-regexp", r"\.(path|url)$") or ""
    told = dict(entry.split("\n", 1) for entry in listed.split("\0") if "\n" in entry)
    names = (key.removesuffix(".path") for key, value in told.items() if value == path)
    return next((told.get(f"{name}.url", "") for name in names), "")


def committed_at(directory: Path) -> datetime | None:
    """When the last commit that changed something below a directory was made; None where no git
    tells it."""
    told = (_git(directory, "log", "-1", "--format=%cI", "--", ".") or "").strip()
    try:
        return datetime.fromisoformat(told)
    except ValueError:
        return None


def user(directory: Path) -> str:
    """The e-mail that git would sign a commit with here, or ""."""
    return (_git(directory, "config", "user.email") or "").strip()


def user_name(directory: Path) -> str:
    """The name that git would sign a commit with here, or ""."""
    return (_git(directory, "config", "user.name") or "").strip()


def login() -> str:
    """The name of who runs this, as the operating system knows it."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container without a passwd entry
        return str(os.getuid())


def _git(directory: Path, *arguments: str, given: str | None = None) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(directory), *arguments],
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",  # a path may be any bytes
            check=False,
            timeout=60,
            input=given,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
