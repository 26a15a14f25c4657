"""Where the bytes come from: a directory on disk, or one with edits laid over it.

Paths are posix, relative to the top; "" and "." are the top itself. Nothing outside the top is
ever read: a symlink or ``..`` that leads there is refused.
"""

from __future__ import annotations

import os
import posixpath
import stat
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Protocol, runtime_checkable

from iac_offboard.hcl.faults import FileFault
from iac_offboard.model import SkipReason

MAX_FILE_SIZE = 5_000_000
"""In bytes."""


class Files(Protocol):
    """Raises FileFault for a file that is missing, too large, denied or outside."""

    def read(self, path: str) -> bytes: ...

    def names(self, path: str) -> list[tuple[str, bool]]:
        """(name, is a directory) of everything in a directory, sorted; [] when there is none.

        A symlink to a directory is no directory here: what it leads to is found at its own
        place, and rings of links would never end. One that leads outside is a directory: it has
        no other place, and whoever looks into it is refused."""
        ...

    def real(self, path: str) -> str:
        """Where the file itself lies when the path is a symlink: that is what an edit changes."""
        ...


@runtime_checkable
class Parts(Protocol):
    """Files may want to know which of their answers each part of a reading depends on."""

    def part(self, name: str) -> AbstractContextManager[object]:
        """What is asked within belongs to the part, and to the part around it."""
        ...

    def used(self, name: str) -> None:
        """What was asked in another part is used once more without being asked again."""
        ...


class _NoParts:
    """For files that do not want to know."""

    def part(self, name: str) -> AbstractContextManager[object]:  # noqa: ARG002
        return nullcontext()

    def used(self, name: str) -> None:
        pass


NOBODY = _NoParts()


def parts_of(files: Files) -> Parts:
    """Who has to be told which part asks."""
    return files if isinstance(files, Parts) else NOBODY


def normal(path: str) -> str:
    """``a/./b/../c`` -> ``a/c``; the top is ".". May begin with ``..`` when it leads outside."""
    return posixpath.normpath(path) if path else "."


def inside(path: str) -> bool:
    return not (path.startswith(("/", "../")) or path == "..")


class DiskFiles:
    """A directory on disk."""

    def __init__(self, top: Path, max_file_size: int = MAX_FILE_SIZE) -> None:
        self._top = str(top.resolve())
        self._below = self._top.rstrip("/") + "/"
        self._max = max_file_size
        self._folders: dict[str, str] = {"": self._top}
        self._no_links: set[str] = set()

    def _locate(self, path: str) -> str:
        clean = normal(path)
        if not inside(clean):
            raise _outside(path)
        try:
            found = self._resolved(clean)
        except (OSError, RuntimeError, ValueError) as error:
            raise FileFault(path, SkipReason.MISSING, "cannot be resolved") from error
        if found != self._top and not found.startswith(self._below):
            raise _outside(path)
        return found

    def _resolved(self, clean: str) -> str:
        """Without links. A folder is resolved once for all that lies in it."""
        if clean == ".":
            return self._top
        folder, _, name = clean.rpartition("/")
        if folder not in self._folders:
            self._folders[folder] = str(Path(self._below + folder).resolve())
        found = f"{self._folders[folder].rstrip('/')}/{name}"
        if found in self._no_links or not os.path.islink(found):  # noqa: PTH114 - read for every file
            return found
        return str(Path(found).resolve())

    def read(self, path: str) -> bytes:
        found = self._locate(path)
        try:
            status = os.stat(found)  # noqa: PTH116 - done for every file
            if not stat.S_ISREG(status.st_mode):
                raise FileFault(path, SkipReason.MISSING, "is not a file")
            if status.st_size > self._max:
                raise FileFault(
                    path,
                    SkipReason.TOO_LARGE,
                    f"has {status.st_size} bytes, more than the limit of {self._max}",
                    hint="Raise it with --max-file-size, or move the data out of the tree.",
                )
            with open(found, "rb") as file:  # noqa: PTH123
                return file.read()
        except PermissionError as error:
            raise FileFault(path, SkipReason.DENIED, "may not be read") from error
        except OSError as error:
            raise FileFault(path, SkipReason.MISSING, "is not there") from error

    def names(self, path: str) -> list[tuple[str, bool]]:
        found = self._locate(path)
        try:
            with os.scandir(found) as listed:
                entries = list(listed)
            self._no_links.update(e.path for e in entries if not e.is_symlink())
            return sorted((e.name, self._is_folder(e)) for e in entries)
        except PermissionError as error:
            raise FileFault(path, SkipReason.DENIED, "may not be listed") from error
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            raise FileFault(path, SkipReason.UNREACHABLE, "cannot be listed") from error

    def _is_folder(self, entry: os.DirEntry[str]) -> bool:
        try:
            return entry.is_dir() and self._own(entry)
        except OSError:  # a link to itself: whoever reads it is told, and its neighbours stay
            return False

    def _own(self, entry: os.DirEntry[str]) -> bool:
        return not entry.is_symlink() or not Path(entry.path).resolve().is_relative_to(self._top)

    def real(self, path: str) -> str:
        try:
            found = self._locate(path)
            return "." if found == self._top else found.removeprefix(self._below)
        except FileFault:
            return normal(path)


def _outside(path: str) -> FileFault:
    return FileFault(
        path,
        SkipReason.OUTSIDE,
        "leads outside the directory that is scanned",
        hint="Give --terraform the directory that holds both.",
    )


class Overlay:
    """Other files with some of them replaced or added; the base is not touched."""

    def __init__(self, base: Files, changed: Mapping[str, bytes]) -> None:
        self._base = base
        self._changed = {normal(path): data for path, data in changed.items()}

    def read(self, path: str) -> bytes:
        data = self._changed.get(normal(path))
        if data is None:
            data = self._changed.get(self._base.real(path))
        return self._base.read(path) if data is None else data

    def real(self, path: str) -> str:
        return self._base.real(path)

    def names(self, path: str) -> list[tuple[str, bool]]:
        found = dict(self._base.names(path))
        here = normal(path)
        for changed in self._changed:
            parent, name = posixpath.split(changed)
            if (parent or ".") == here:
                found[name] = False
        return sorted(found.items())
