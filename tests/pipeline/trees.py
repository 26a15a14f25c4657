"""A tree in which every golden case has a directory, and what is read of it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from iac_offboard.model import Collected, Subject
from iac_offboard.pipeline.cache import Cache
from iac_offboard.pipeline.remembered import Reader
from iac_offboard.subjects.roster import load_roster
from tests.hcl.golden import GOLDEN, cases

Read: TypeAlias = tuple[tuple[str, ...], Collected]
"""The labels of the roots, and everybody's bindings."""


@dataclass(frozen=True, slots=True)
class Tree:
    """A directory that is read for somebody."""

    top: Path
    subjects: tuple[Subject, ...]

    def read(self, cache: Cache | None = None, jobs: int = 1) -> Read:
        reader = Reader(cache=cache, subjects=self.subjects, everybody=True, jobs=jobs)
        source, found = reader.read("repo", self.top, 5_000_000, {})
        return source.root_labels(), found

    def files(self) -> list[Path]:
        return sorted(p for p in self.top.rglob("*") if p.is_file() and not p.is_symlink())


def golden_tree(top: Path) -> Tree:
    """All golden cases below one directory."""
    for name in cases():
        shutil.copytree(GOLDEN / name / "before", top / name, symlinks=True)
    return Tree(top, load_roster(GOLDEN / cases()[0] / "leavers.yaml").subjects)
