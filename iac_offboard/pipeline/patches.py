"""Edited files -> patches, one for each repository, with the exact command that applies each.

A patch names every file by where it really lies: git and patch refuse to write through a
symbolic link, and a file of a submodule belongs to the submodule's own repository.
"""

from __future__ import annotations

import hashlib
import os
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from iac_offboard.edit.diff import blob, shown_secrets, unified
from iac_offboard.errors import EditError
from iac_offboard.model import FileChange, Note, NoteKind, Patch
from iac_offboard.pipeline import git
from iac_offboard.pipeline.removal import Removal

_SHOWN = 10  # lines by number


@dataclass(slots=True, kw_only=True)
class _Group:
    """What goes into one patch. ``files``: path from ``place`` -> (before, after)."""

    place: Path
    in_git: bool
    files: dict[str, tuple[bytes, bytes]] = field(default_factory=dict)
    changes: list[FileChange] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A patch, its bytes, and the hazards of having it."""

    patch: Patch
    data: bytes
    hazards: tuple[Note, ...]


def patches(removals: Sequence[Removal], out: Path) -> list[Made]:
    """One patch for each repository, or directory outside git, that changes.

    Raises ``EditError`` when one file was read under two names and edited in two ways.
    """
    groups: dict[tuple[bool, Path], _Group] = {}
    trees: dict[Path, git.WorkTree | None] = {}
    for removal in removals:
        top = Path(removal.directory).resolve()
        for change in removal.changes:
            real = (top / change.file).resolve()
            if real.parent not in trees:
                trees[real.parent] = git.work_tree(real.parent)
            tree = trees[real.parent]
            place = tree.top.resolve() if tree else top
            key = (tree is not None, place)
            group = groups.setdefault(key, _Group(place=place, in_git=tree is not None))
            name = real.relative_to(place).as_posix()
            edit = (removal.before[change.file], removal.after[change.file])
            if group.files.setdefault(name, edit) != edit:
                raise EditError(
                    f"{real} was read under two names and would be edited in two ways.",
                    hint="Give --terraform the one directory that holds both roots.",
                )
            group.changes.append(change)
    ordered = sorted(groups.values(), key=lambda g: (g.place, g.in_git))
    return [_patch(group, out, i) for i, group in enumerate(ordered)]


def _patch(group: _Group, out: Path, number: int) -> Made:
    name = "removal.patch" if number == 0 else f"removal-{number + 1}.patch"
    index = git.index(group.place, group.files) if group.in_git else {}
    modes = {
        path: index[path].mode if path in index else _mode(group.place / path)
        for path in group.files
    }
    data = unified(group.files, git=group.in_git, modes=modes)
    path = shlex.quote(str((out / name).resolve()))
    if not group.in_git:
        command = f"patch -p1 < {path}"
    elif all(p in index and _same(index[p], old) for p, (old, _) in group.files.items()):
        command = f"git apply --3way --whitespace=nowarn {path}"
    else:  # --3way wants every file in the index byte for byte: no own edits, no converted ends
        command = f"git apply --whitespace=nowarn {path}"
    patch = Patch(
        file=name,
        digest=hashlib.sha256(data).hexdigest(),
        apply_in=str(group.place),
        apply_command=command,
        changes=tuple(dict.fromkeys(group.changes)),
    )
    return Made(patch=patch, data=data, hazards=tuple(_secrets(group, name)))


def _secrets(group: _Group, patch: str) -> Iterator[Note]:
    for path, (before, after) in sorted(group.files.items()):
        lines = shown_secrets(before, after, git=group.in_git)
        if lines:
            some = ", ".join(map(str, lines[:_SHOWN]))
            some += f" and {len(lines) - _SHOWN} more" * (len(lines) > _SHOWN)
            what = f"lines {some}, which look" if len(lines) > 1 else f"line {some}, which looks"
            yield Note(
                kind=NoteKind.HAZARD,
                where=str(group.place / path),
                text=f"{patch} shows {what} like a secret: keep it only where the file may be kept",
            )


def _same(indexed: git.Indexed, data: bytes) -> bool:
    return indexed.blob == blob(data).decode()


def _mode(path: Path) -> str:
    return "100755" if os.access(path, os.X_OK) else "100644"
