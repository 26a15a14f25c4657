"""What a reading of a tree depended on: every question to its files, with the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from iac_offboard.hcl.faults import FileFault
from iac_offboard.hcl.files import Files

READ, NAMES, REAL = range(3)


@dataclass(frozen=True, slots=True)
class Names:
    """What a directory was said to hold."""

    listed: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """Why there was no answer."""

    text: str


Answer: TypeAlias = bytes | str | Names | Fault
_A = TypeVar("_A", bound="bytes | str | Names | Fault")
Question: TypeAlias = tuple[int, str]
"""One of READ, NAMES and REAL, and the path as it was given."""


class Watched:
    """The same files. A question that is put again has its first answer again, so that a file
    that changes while it is read is one thing. Which part of a reading asked what is recorded
    (``hcl.files.Parts``)."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._answers: dict[Question, Answer] = {}
        self._faults: dict[Question, FileFault] = {}
        self._parts: dict[str, dict[Question | str, None]] = {}
        self._within: list[dict[Question | str, None]] = []

    # ------------------------------------------------------------------ who asks

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        self.used(name)
        self._within.append(self._parts.setdefault(name, {}))
        try:
            yield
        finally:
            self._within.pop()

    def used(self, name: str) -> None:
        if self._within:
            self._within[-1].setdefault(name)

    def know(self, name: str, questions: Iterable[Question]) -> None:
        """What a part asked in a run before this one."""
        self._parts[name] = dict.fromkeys(questions)

    def asked(self, name: str) -> list[Question]:
        """Every question of a part and of those that it used."""
        found: dict[Question, None] = {}
        seen, todo = {name}, [name]
        while todo:
            for one in self._parts.get(todo.pop(), {}):
                if not isinstance(one, str):
                    found.setdefault(one)
                elif one not in seen:
                    seen.add(one)
                    todo.append(one)
        return list(found)

    def answers(self) -> Mapping[Question, Answer]:
        """The questions in their order, each with its first answer."""
        return self._answers

    # ------------------------------------------------------------------ the files

    def put(self, question: Question) -> Answer:
        """The answer; what cannot be read is one."""
        kind, path = question
        try:
            match kind:
                case 0:
                    return self.read(path)
                case 1:
                    return Names(tuple(self.names(path)))
                case _:
                    return self.real(path)
        except FileFault as fault:
            return failed(fault)

    def read(self, path: str) -> bytes:
        found = self._known((READ, path))
        if isinstance(found, bytes):
            return found
        return self._first((READ, path), lambda: self._files.read(path))

    def names(self, path: str) -> list[tuple[str, bool]]:
        found = self._known((NAMES, path))
        if not isinstance(found, Names):
            found = self._first((NAMES, path), lambda: Names(tuple(self._files.names(path))))
        return list(found.listed)

    def real(self, path: str) -> str:
        found = self._known((REAL, path))
        if isinstance(found, str):
            return found
        return self._first((REAL, path), lambda: self._files.real(path))

    def _known(self, question: Question) -> Answer | None:
        """Raises the fault that was the answer."""
        if self._within:
            self._within[-1].setdefault(question)
        if question in self._faults:
            raise self._faults[question]
        return self._answers.get(question)

    def _first(self, question: Question, ask: Callable[[], _A]) -> _A:
        try:
            given = ask()
        except FileFault as fault:
            self._faults[question] = fault
            self._answers[question] = failed(fault)
            raise
        self._answers[question] = given
        return given


def failed(fault: FileFault) -> Fault:
    """A fault as an answer."""
    told = (fault.file, fault.reason.value, fault.detail, fault.line, fault.hint)
    return Fault(repr(told))
