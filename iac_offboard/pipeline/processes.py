"""Other processes that read the roots of a tree together.

Each is started as a program of its own, not forked: a progress bar runs in a thread. Python's own
way to start one (multiprocessing) looks for modules in the working directory first, which is often
the very repository that is scanned; ours never does (``-P``).
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from iac_offboard.errors import ToolError
from iac_offboard.hcl.configuration import Outline, is_configuration
from iac_offboard.hcl.repository import Frame
from iac_offboard.hcl.resources import Root
from iac_offboard.pipeline.anew import Helpers
from iac_offboard.pipeline.cache import Cache
from iac_offboard.pipeline.evaluated import Evaluated
from iac_offboard.pipeline.questions import seal
from iac_offboard.pipeline.reading import KeptOutline
from iac_offboard.pipeline.tree import Tree
from iac_offboard.pipeline.watched import Question, Watched
from iac_offboard.pipeline.worker import Sealed
from iac_offboard.sources.sharing import Share, Shares

MANY = 64
"""Fewer directories or roots than this are read sooner than a process is started."""
MOST = 8
"""No more are started unasked: each has its own modules in memory."""
_SECONDS = 5.0
_PROGRAM = """\
import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who asks, and ends this one
from iac_offboard.pipeline.worker import main
main()
"""
_PACKAGE = Path(__file__).parents[2]


@contextmanager
def processes(tree: Tree, watched: Watched, jobs: int) -> Iterator[Callable[[int], Helpers | None]]:
    """Says who helps with a number of directories or roots; ends them all when it is left.
    ``jobs`` is how many, 0 for one per processor (at most ``MOST``) where there is much to do."""
    started: list[_Processes] = []

    def helpers(count: int) -> Helpers | None:
        if not started:
            wanted = jobs or (min(_processors(), MOST, 2 * count // MANY) if count > MANY else 1)
            if min(wanted, count) > 1:
                started.append(_Processes(tree, watched, min(wanted, count)))
        return started[0] if started else None

    try:
        yield helpers
    finally:
        for one in started:
            one.end()


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Process:
    """One of them."""

    def __init__(self, tree: Tree) -> None:
        command = [sys.executable, "-P", "-c", _PROGRAM]
        env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(_PACKAGE), *_python_path()])}
        self._popen = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env
        )
        self.send(tree)

    def ask(self, verb: str, *arguments: object) -> None:
        self.send((verb, arguments))

    def send(self, message: object) -> None:
        assert self._popen.stdin is not None
        try:
            pickle.dump(message, self._popen.stdin, protocol=pickle.HIGHEST_PROTOCOL)
            self._popen.stdin.flush()
        except OSError as error:
            raise self._died() from error

    def answer(self) -> Any:
        assert self._popen.stdout is not None
        try:
            return pickle.load(self._popen.stdout)
        except (EOFError, pickle.UnpicklingError) as error:
            raise self._died() from error

    def _died(self) -> ToolError:
        try:
            code = self._popen.wait(_SECONDS)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            code = self._popen.wait()
        how = f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
        return ToolError(
            f"A process that reads root modules {how} before it was done.",
            hint="Memory may have run out: run it again with --jobs 1.",
        )

    def end(self) -> None:
        self._popen.kill()
        for pipe in (self._popen.stdin, self._popen.stdout):
            if pipe is not None:
                with suppress(OSError):  # what was not sent yet is for nobody
                    pipe.close()
        self._popen.wait()


def _python_path() -> list[str]:
    """No entry may be empty: that would be the working directory."""
    return [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]


@dataclass(slots=True)
class _Shared:
    """How much each process has to do, and which of them reads what."""

    loads: list[int]
    owners: dict[str, int] = field(default_factory=dict)

    def give(self, name: str, weight: int, owner: int | None = None) -> None:
        """To who has it, else to who has the least to do."""
        if name not in self.owners:
            least = min(range(len(self.loads)), key=self.loads.__getitem__)
            self.owners[name] = least if owner is None else owner
            self.loads[self.owners[name]] += weight

    def parts(self, names: Iterable[str]) -> list[list[str]]:
        found: list[list[str]] = [[] for _ in self.loads]
        for name in names:
            found[self.owners[name]].append(name)
        return found


class _Processes:
    """See ``anew.Helpers``."""

    def __init__(self, tree: Tree, watched: Watched, count: int) -> None:
        self._top = Path(tree.top)
        self._cache = tree.cache
        self._watched = watched
        self._folders = _Shared([0] * count)
        self._roots = _Shared([0] * count)
        self._outlines: Mapping[str, Outline] = {}
        self._seals: dict[Question, str] = {}
        self._all: list[_Process] = []
        try:
            for _ in range(count):
                self._all.append(_Process(tree))
        except BaseException:
            self.end()
            raise

    def outlines(self, folders: Sequence[str]) -> list[KeptOutline]:
        weights = {folder: _weight(self._top / folder) for folder in folders}
        for folder in sorted(folders, key=lambda one: -weights[one]):
            self._folders.give(folder, weights[folder])
        parts = self._folders.parts(folders)
        for process, part in zip(self._all, parts, strict=True):
            process.ask("outlines", part)
        found: list[KeptOutline] = []
        for process in self._all:
            kept, sealed = process.answer()
            found += [one for one in kept if self._same(one.asked, sealed)]
        return found

    def know(self, frame: Frame) -> None:
        self._outlines = frame.configurations.outlines()
        weights: dict[str, int] = {}
        loads = []
        for path, places in frame.paths().items():
            way = frame.ways[places[0]]
            module = path if isinstance(way, Root) else way.module
            if module not in weights:
                weights[module] = _weight(self._top / module)
            loads.append((path, module, weights[module] * len(places)))
        for path, module, weight in sorted(loads, key=lambda one: -one[2]):
            # Who has read a directory goes on with it; one that many share is read by all.
            owner = self._folders.owners.get(module) if module == path else None
            self._roots.give(path, weight, owner)

    def shares(self, paths: Sequence[str]) -> dict[str, Share]:
        found: dict[str, Share] = {}
        parts = self._roots.parts(paths)
        for process, part in zip(self._all, parts, strict=True):
            process.ask("shares", self._outlines, part)
        for process in self._all:
            found |= process.answer()
        return found

    def found(self, paths: Sequence[str], shares: Shares) -> dict[str, Evaluated]:
        found: dict[str, Evaluated] = {}
        parts = self._roots.parts(paths)
        for process, part in zip(self._all, parts, strict=True):
            process.ask("found", part, dict(shares.shares))
        for process in self._all:
            evaluated, sealed = process.answer()
            for path, one in evaluated.items():
                same = one.asked is not None and self._same(one.asked, sealed)
                found[path] = one if same else replace(one, asked=None)
        return found

    def _seal(self, cache: Cache, question: Question) -> str:
        if question not in self._seals:
            self._seals[question] = seal(cache, self._watched.put(question))
        return self._seals[question]

    def _same(self, asked: Sequence[Question], sealed: Sealed) -> bool:
        """Are the answers that another process had those that are kept here?"""
        cache = self._cache
        if cache is None:
            return True
        return all(self._seal(cache, question) == sealed.get(question) for question in asked)

    def end(self) -> None:
        for process in self._all:
            process.end()


def _weight(folder: Path) -> int:
    """Bytes of configuration, about what it costs to read."""
    with suppress(OSError), os.scandir(folder) as listed:
        return 1 + sum(one.stat().st_size for one in listed if is_configuration(one.name))
    return 1
