"""A reading of code that was made before, where nothing that it depended on has changed."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TypeAlias

from iac_offboard.hcl.files import DiskFiles
from iac_offboard.model import Collected, Subject
from iac_offboard.pipeline.cache import Cache
from iac_offboard.pipeline.reading import Reading, keep, recall
from iac_offboard.pipeline.spelled import Speller
from iac_offboard.pipeline.watched import Watched
from iac_offboard.sources.terraform import TerraformSource
from iac_offboard.sources.wanted import Concern

_READERS = ("tree-sitter", "tree-sitter-hcl", "tree-sitter-json", "PyYAML")
_FORMAT = 1
VarFiles: TypeAlias = Mapping[str, Sequence[str]]
Read: TypeAlias = tuple[TerraformSource, Collected]
"""A source, and what its ``collect`` finds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads code for the bindings that concern somebody. With a ``cache``, ``concerns`` depends
    on the subjects alone."""

    cache: Cache | None
    subjects: tuple[Subject, ...]
    concerns: Concern

    def read(self, directory: str, top: Path, limit: int, var_files: VarFiles) -> Read:
        """Of ``directory``, which is at ``top``; ``limit`` is the largest file's, in bytes."""
        files = DiskFiles(top, limit)
        if self.cache is None:
            source = TerraformSource(directory=directory, files=files, var_files=var_files)
            return source, source.collect(self.subjects, self.concerns)
        asked = json.dumps([directory, str(top.resolve()), dict(var_files), limit])
        roster = _canonical(self.subjects).encode(errors="backslashreplace")
        name = self.cache.digest(tool().digest.encode(), asked.encode(), roster)
        kept = self.cache.get(name)
        found = None if kept is None else recall(kept, files, self.cache, asked, tool().text)
        if found is not None:
            source = TerraformSource(
                directory=directory, files=files, var_files=var_files, known_labels=found.labels
            )
            return source, found.collected
        watched = Watched(files)
        source = TerraformSource(directory=directory, files=watched, var_files=var_files)
        collected = source.collect(self.subjects, self.concerns)
        reading = Reading(labels=source.root_labels(), collected=collected)
        speller = Speller(tool().text, _words(self.subjects))
        entry = keep(reading, watched.answers(), self.cache, asked, speller)
        if entry is not None:
            self.cache.put(name, entry)
        return source, collected


@dataclass(frozen=True, slots=True)
class Tool:
    """This program and its catalog: their text (less the demo's, which names people), and a
    digest that changes with any of it."""

    text: bytes
    digest: str


@cache
def tool() -> Tool:
    """Read once."""
    top = Path(__file__).parents[1]
    paths = sorted(p for p in top.rglob("*") if p.suffix in (".py", ".toml"))
    paths = [path for path in paths if top / "demo" not in path.parents]
    text = b"\n".join(path.read_bytes() for path in paths)
    versions = [sys.version, *map(metadata.version, _READERS), str(_FORMAT)]
    digest = hashlib.sha256(text + "\n".join(versions).encode()).hexdigest()
    return Tool(text, digest)


def _canonical(value: object) -> str:
    """One text for equal values, whatever the order of sets is in this process."""
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    if is_dataclass(value) and not isinstance(value, type):
        inner = (f"{f.name}={_canonical(getattr(value, f.name))}" for f in fields(value))
        return f"{type(value).__name__}({', '.join(inner)})"
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(_canonical, value))}]"
    if isinstance(value, frozenset | set):
        return f"{{{', '.join(sorted(map(_canonical, value)))}}}"
    return repr(value)


def _words(value: object) -> Iterator[str]:
    """Every text in the roster."""
    if isinstance(value, str) and not isinstance(value, Enum):
        yield value
    elif is_dataclass(value) and not isinstance(value, type):
        for one in fields(value):
            yield from _words(getattr(value, one.name))
    elif isinstance(value, tuple | list | frozenset | set):
        for inner in value:
            yield from _words(inner)
