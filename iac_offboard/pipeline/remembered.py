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

from iac_offboard.model import Collected, Subject
from iac_offboard.pipeline.anew import Anew, placed, used
from iac_offboard.pipeline.cache import Cache
from iac_offboard.pipeline.processes import processes
from iac_offboard.pipeline.reading import Reading, keep, recall
from iac_offboard.pipeline.spelled import Words
from iac_offboard.pipeline.tree import Tree
from iac_offboard.pipeline.watched import Watched
from iac_offboard.sources.by_root import joined
from iac_offboard.sources.terraform import TerraformSource

_READERS = ("tree-sitter", "tree-sitter-hcl", "tree-sitter-json", "PyYAML")
_FORMAT = 2
VarFiles: TypeAlias = Mapping[str, Sequence[str]]
Read: TypeAlias = tuple[TerraformSource, Collected]
"""A source, and what its ``collect`` finds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads code for the bindings that concern the subjects, or for all of them (``everybody``).
    ``jobs`` is the number of processes, 0 for as many as help."""

    cache: Cache | None
    subjects: tuple[Subject, ...]
    everybody: bool
    jobs: int = 1

    def read(self, directory: str, top: Path, limit: int, var_files: VarFiles) -> Read:
        """Of ``directory``, which is at ``top``; ``limit`` is the largest file's, in bytes.

        Raises ToolError when one of several processes ends before it is done."""
        tree = Tree(
            directory=directory,
            top=str(top),
            limit=limit,
            var_files={root: tuple(files) for root, files in var_files.items()},
            subjects=self.subjects,
            everybody=self.everybody,
            cache=self.cache,
        )
        if self.cache is None and self.jobs == 1:
            source = tree.source(tree.files())
            return source, source.collect(self.subjects, tree.concerns())
        watched = Watched(tree.files())
        source = tree.source(watched)
        asked = json.dumps([directory, str(top.resolve()), tree.var_files, limit])
        name = "" if self.cache is None else self._name(self.cache, asked)
        kept = self._kept(name, watched, asked)
        if kept.whole:
            return source, self._found(source, kept)
        with processes(tree, watched, self.jobs) as helpers:
            anew = Anew(
                source=source,
                watched=watched,
                kept=kept,
                concerns=tree.concerns(),
                digest=tree.digest,
                helpers=helpers,
            ).reading()
        self._keep(name, anew, watched, asked)
        return source, self._found(source, anew)

    def _name(self, cache: Cache, asked: str) -> str:
        roster = _canonical((self.subjects, self.everybody)).encode(errors="backslashreplace")
        return cache.digest(tool().digest.encode(), asked.encode(), roster)

    def _kept(self, name: str, watched: Watched, asked: str) -> Reading:
        entry = None if self.cache is None else self.cache.get(name)
        if self.cache is None or entry is None:
            return Reading()
        return recall(entry, watched, self.cache, asked, tool().text)

    def _keep(self, name: str, reading: Reading, watched: Watched, asked: str) -> None:
        if self.cache is None:
            return
        answers = watched.answers()
        told = {question: answers[question] for question in used(reading, watched)}
        words = Words(tool().text, _words(self.subjects))
        body = keep(reading, told, self.cache, asked, words)
        if body is not None:
            self.cache.put(name, body)

    def _found(self, source: TerraformSource, reading: Reading) -> Collected:
        found = placed(reading)
        ways = sorted((way for one in found for way in one.ways), key=lambda way: way.place)
        source.known_labels = tuple(way.label for way in ways)
        met = reading.frame.met if reading.frame is not None else ((), ())
        return joined(source.directory, met, found)


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
