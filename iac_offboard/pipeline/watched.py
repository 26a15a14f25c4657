"""What a reading of a tree depended on: every question to its files, with the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

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
Question: TypeAlias = tuple[int, str]
"""One of READ, NAMES and REAL, and the path as it was given."""


def answer(files: Files, question: Question) -> Answer:
    """What ``files`` say now."""
    kind, path = question
    try:
        match kind:
            case 0:
                return files.read(path)
            case 1:
                return Names(tuple(files.names(path)))
            case _:
                return files.real(path)
    except FileFault as fault:
        return failed(fault)


def failed(fault: FileFault) -> Fault:
    """A fault as an answer."""
    told = (fault.file, fault.reason.value, fault.detail, fault.line, fault.hint)
    return Fault(repr(told))


class Watched:
    """The same files. A question that is put again has its first answer again, so that a file
    that changes while it is read is one thing."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._asked: dict[Question, Answer] | None = {}

    def answers(self) -> Mapping[Question, Answer]:
        """The questions in their order, each with its first answer. From now on nothing is
        recorded."""
        found, self._asked = self._asked, None
        return found or {}

    def read(self, path: str) -> bytes:
        known = None if self._asked is None else self._asked.get((READ, path))
        if isinstance(known, bytes):
            return known
        try:
            found = self._files.read(path)
        except FileFault as fault:
            self._record((READ, path), failed(fault))
            raise
        self._record((READ, path), found)
        return found

    def names(self, path: str) -> list[tuple[str, bool]]:
        known = None if self._asked is None else self._asked.get((NAMES, path))
        if isinstance(known, Names):
            return list(known.listed)
        try:
            found = self._files.names(path)
        except FileFault as fault:
            self._record((NAMES, path), failed(fault))
            raise
        self._record((NAMES, path), Names(tuple(found)))
        return found

    def real(self, path: str) -> str:
        known = None if self._asked is None else self._asked.get((REAL, path))
        if isinstance(known, str):
            return known
        found = self._files.real(path)
        self._record((REAL, path), found)
        return found

    def _record(self, question: Question, answer: Answer) -> None:
        if self._asked is not None:
            self._asked.setdefault(question, answer)
