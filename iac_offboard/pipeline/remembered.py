"""A reading of code that was made before, where nothing that it depended on has changed."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import Enum
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TypeAlias

from iac_offboard.hcl.configuration import directory_part
from iac_offboard.hcl.files import DiskFiles
from iac_offboard.hcl.repository import Frame
from iac_offboard.hcl.resources import Root
from iac_offboard.hcl.ways import Way
from iac_offboard.model import Collected, Subject
from iac_offboard.pipeline.cache import Cache
from iac_offboard.pipeline.evaluated import OneProcess, root_part
from iac_offboard.pipeline.reading import KeptFrame, KeptOutline, KeptRoot, Reading, keep, recall
from iac_offboard.pipeline.spelled import Words
from iac_offboard.pipeline.watched import Answer, Question, Watched
from iac_offboard.sources.by_root import Found, joined
from iac_offboard.sources.sharing import Digests, Shares
from iac_offboard.sources.terraform import TerraformSource
from iac_offboard.sources.wanted import Concern

_READERS = ("tree-sitter", "tree-sitter-hcl", "tree-sitter-json", "PyYAML")
_FORMAT = 2
_FRAME = "frame"
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
        watched = Watched(files)
        source = TerraformSource(directory=directory, files=watched, var_files=var_files)
        asked = json.dumps([directory, str(top.resolve()), dict(var_files), limit])
        roster = _canonical(self.subjects).encode(errors="backslashreplace")
        name = self.cache.digest(tool().digest.encode(), asked.encode(), roster)
        entry = self.cache.get(name)
        kept = (
            Reading() if entry is None else recall(entry, watched, self.cache, asked, tool().text)
        )
        again = kept if kept.whole else _Anew(self, self.cache, source, watched, kept).reading()
        if not kept.whole:
            used = _used(again, watched)
            words = Words(tool().text, _words(self.subjects))
            body = keep(again, used, self.cache, asked, words)
            if body is not None:
                self.cache.put(name, body)
        assert again.frame is not None
        found = _placed(again.frame, again.roots)
        ways = sorted((way for one in found for way in one.ways), key=lambda way: way.place)
        source.known_labels = tuple(way.label for way in ways)
        return source, joined(again.frame.met, found)


@dataclass(frozen=True, slots=True)
class _Anew:
    """A reading of which something has to be found out."""

    reader: Reader
    cache: Cache
    source: TerraformSource
    watched: Watched
    kept: Reading

    def reading(self) -> Reading:
        frame = self._frame()
        ways = {p: (self._way(frame, places), places) for p, places in frame.paths().items()}
        known = {one.way: one for one in self.kept.roots}
        recalled = {path: known[way] for path, (way, _) in ways.items() if way in known}
        digests = Digests(self._digest)
        evaluation = OneProcess(self.source, self.watched, self.reader.concerns, digests)
        fresh = evaluation.shares([path for path in ways if path not in recalled])
        shares = Shares(digests, {p: fresh[p] if p in fresh else recalled[p].share for p in ways})
        changed = [p for p, one in recalled.items() if not shares.others(p).still(one.others)]
        fresh |= evaluation.shares(changed)
        found = evaluation.found(fresh, shares)
        roots = {
            path: KeptRoot(
                way=way,
                found=_counted(found[path].found, places),
                share=fresh[path],
                others=found[path].others,
                asked=self.watched.asked(root_part(path)),
            )
            if path in fresh
            else recalled[path]
            for path, (way, places) in ways.items()
        }
        return Reading(
            frame=KeptFrame(
                met=frame.faults.told(),
                ways=list(ways.values()),
                asked=self.watched.asked(_FRAME),
            ),
            outlines=tuple(self._outlines(frame)),
            roots=tuple(roots.values()),
        )

    def _frame(self) -> Frame:
        for one in self.kept.outlines:
            self.watched.know(directory_part(one.path), one.asked)
        self.source.outlines = {one.path: one.outline for one in self.kept.outlines}
        with self.watched.part(_FRAME):
            return self.source.frame

    def _outlines(self, frame: Frame) -> Iterator[KeptOutline]:
        kept = {one.path: one for one in self.kept.outlines}
        for path, one in frame.configurations.outlines().items():
            asked = self.watched.asked(directory_part(path))
            yield kept.get(path) or KeptOutline(path=path, outline=one, asked=asked)

    def _way(self, frame: Frame, places: Sequence[int]) -> str:
        return self._digest(repr([_told(frame.ways[place]) for place in places]))

    def _digest(self, text: str) -> str:
        return self.cache.digest(b"said", text.encode(errors="surrogatepass"))


def _told(way: Way | Root) -> tuple[object, ...]:
    """What makes a way another one; what its inputs are is asked of files."""
    if isinstance(way, Root):
        return ("absent", way.path, way.variant)
    return (
        *(way.module, way.path, way.variant, way.var_files, way.workspace),
        *(way.assumed, way.tofu, sorted(way.inputs)),
    )


def _counted(found: Found, places: Sequence[int]) -> Found:
    """With the places of its ways among themselves."""
    ways = tuple(replace(way, place=places.index(way.place)) for way in found.ways)
    return replace(found, ways=ways)


def _placed(frame: KeptFrame, roots: Sequence[KeptRoot]) -> list[Found]:
    """With the places of all ways among those of the tree, in the order of the frame."""
    by_way = {root.way: root.found for root in roots}
    return [
        replace(
            by_way[way], ways=tuple(replace(w, place=places[w.place]) for w in by_way[way].ways)
        )
        for way, places in frame.ways
    ]


def _used(reading: Reading, watched: Watched) -> dict[Question, Answer]:
    """The answers that something in a reading was made of, in the order of their questions."""
    asked = [one.asked for one in reading.outlines]
    asked += [one.asked for one in reading.roots]
    asked += [reading.frame.asked] if reading.frame is not None else []
    used = {question for one in asked for question in one}
    return {question: given for question, given in watched.answers().items() if question in used}


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
