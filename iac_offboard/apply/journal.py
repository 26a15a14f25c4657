"""The journal of one plan: what was about to be done, and what came of it.

One JSON line per record, in RFC 8785 form. A line carries

``digest``
    SHA-256 of the line's own RFC 8785 form without ``digest``: an altered line names itself;
``previous``
    SHA-256 of the line before it (its bytes without the newline, which *are* its RFC 8785
    form); for the first line SHA-256 of the plan's digest, so that a journal belongs to one
    plan.

The hash of the last line is the *head*. A chain alone cannot show that lines at its very end
were cut off: that is why the head goes into the evidence (FACTS.md, Standards).

Every record is on disk (fsync) before :meth:`Journal.append` returns. A last line without its
newline was torn by a crash; it is dropped, because the intent before it makes the next run look
at the target again. Any other break is tampering and raises
:class:`~iac_offboard.errors.JournalError` with the 1-based line.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self, TypeAlias

import rfc8785

from iac_offboard.errors import JournalError
from iac_offboard.model import Outcome, Record

Clock: TypeAlias = Callable[[], datetime]

_TAMPERED = (
    "Nothing was done. Compare the file with a backup; to begin a new journal, move this one "
    "away and keep it as evidence."
)
_FIELDS = frozenset(Record.__slots__) | {"digest"}


def first_previous(plan_digest: str) -> str:
    """What the first line's ``previous`` has to be."""
    return hashlib.sha256(plan_digest.encode()).hexdigest()


def verify_chain(path: Path, plan_digest: str) -> str:
    """The head of the journal at ``path``; raises as :func:`read_chain` does."""
    return read_chain(path, plan_digest)[1]


def read_chain(path: Path, plan_digest: str) -> tuple[tuple[Record, ...], str]:
    """The records of the journal at ``path`` and its head; a torn last line is left out. Raises
    JournalError for any other break, or when there is no such file."""
    try:
        content = path.read_bytes()
    except OSError as fault:
        raise JournalError(
            f"The journal {path} cannot be read: {fault.strerror}.",
            line=0,
            hint="Run apply first, or name the plan that was applied.",
        ) from fault
    return _read(path, content, plan_digest)[:2]


class Journal:
    """The open journal of one plan; this process is its only writer.

    ``notice`` is a sentence for people when opening it changed something ("" otherwise)."""

    def __init__(self, path: Path, plan_digest: str, clock: Clock, descriptor: int) -> None:
        self.path = path
        self.plan_digest = plan_digest
        self.notice = ""
        self._clock = clock
        self._descriptor = descriptor
        self._records: list[Record] = []
        self._head = first_previous(plan_digest)

    @classmethod
    def open(cls, path: Path, plan_digest: str, clock: Clock) -> Journal:
        """Open, or begin, the journal; private (0600).

        Raises JournalError when another run holds it, when it belongs to another plan, or when
        its chain is broken."""
        existed = path.exists()
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
        try:
            descriptor = os.open(path, flags, 0o600)
        except OSError as fault:
            raise JournalError(
                f"The journal {path} cannot be opened: {fault.strerror}.",
                line=0,
                hint="Nothing was done; apply writes no action that it cannot record.",
            ) from fault
        journal = cls(path, plan_digest, clock, descriptor)
        try:
            journal._load(existed)
        except BaseException:
            journal.close()
            raise
        return journal

    @property
    def records(self) -> tuple[Record, ...]:
        return tuple(self._records)

    @property
    def head(self) -> str:
        """Hash of the last line: goes into the evidence."""
        return self._head

    def append(
        self,
        action: str,
        outcome: Outcome,
        *,
        operation: str,
        caller: str,
        detail: str = "",
        request_id: str = "",
        response_digest: str = "",
        undo: str = "",
    ) -> Record:
        """Write one record and wait until it is on disk.

        Raises JournalError when it cannot be written; the journal is closed then, so that no
        later record can hide the gap."""
        record = Record(
            seq=len(self._records) + 1,
            at=self._clock().astimezone(UTC),
            plan=self.plan_digest,
            action=action,
            outcome=outcome,
            operation=operation,
            caller=caller,
            detail=_clean(detail),
            request_id=request_id,
            response_digest=response_digest,
            undo=undo,
            previous=self._head,
        )
        line = encode(record)
        try:
            _write_all(self._descriptor, line + b"\n")
            os.fsync(self._descriptor)
        except OSError as fault:
            self.close()
            raise JournalError(
                f"The journal {self.path} cannot be written: {fault.strerror}.",
                line=record.seq,
                hint="Make room, then run apply again: it looks at every target before it acts.",
            ) from fault
        self._records.append(record)
        self._head = hashlib.sha256(line).hexdigest()
        return record

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _load(self, existed: bool) -> None:
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            raise JournalError(
                f"Another run is writing {self.path}.",
                line=0,
                hint="Wait until it has ended, then run again; it goes on where that one stopped.",
            ) from fault
        os.fchmod(self._descriptor, 0o600)
        if not existed:
            _sync_directory(self.path.parent)
        content = self.path.read_bytes()
        records, self._head, torn = _read(self.path, content, self.plan_digest)
        self._records = list(records)
        if torn:
            os.ftruncate(self._descriptor, len(content) - torn)
            os.fsync(self._descriptor)
            self.notice = (
                f"Line {len(records) + 1} of {self.path} was torn by an interruption and has been "
                "dropped; its action is looked at again."
            )


def encode(record: Record) -> bytes:
    """The line of a record, without the newline."""
    body: dict[str, str | int] = {
        "seq": record.seq,
        "at": record.at.isoformat(),
        "plan": record.plan,
        "action": record.action,
        "outcome": record.outcome.value,
        "operation": record.operation,
        "caller": record.caller,
        "detail": record.detail,
        "request_id": record.request_id,
        "response_digest": record.response_digest,
        "undo": record.undo,
        "previous": record.previous,
    }
    digest = hashlib.sha256(rfc8785.dumps(body)).hexdigest()
    return rfc8785.dumps({**body, "digest": digest})


def _read(path: Path, content: bytes, plan_digest: str) -> tuple[tuple[Record, ...], str, int]:
    """The records, the head, and the length of a torn tail."""
    *lines, tail = content.split(b"\n")
    head = first_previous(plan_digest)
    records = []
    for number, line in enumerate(lines, start=1):
        record = _parse(path, line, number)
        if record.plan != plan_digest:
            raise _broken(path, number, "belongs to another plan")
        if record.previous != head or record.seq != number:
            raise _broken(path, number, "does not follow the line before it")
        head = hashlib.sha256(line).hexdigest()
        records.append(record)
    return tuple(records), head, len(tail)


def _parse(path: Path, line: bytes, number: int) -> Record:
    try:
        body = json.loads(line)
    except (ValueError, RecursionError) as fault:
        raise _broken(path, number, "is not JSON") from fault
    if not isinstance(body, dict) or body.keys() != _FIELDS:
        raise _broken(path, number, "is not a journal record")
    try:
        record = Record(
            seq=_number(body["seq"]),
            at=datetime.fromisoformat(_text(body["at"])),
            plan=_text(body["plan"]),
            action=_text(body["action"]),
            outcome=Outcome(_text(body["outcome"])),
            operation=_text(body["operation"]),
            caller=_text(body["caller"]),
            detail=_text(body["detail"]),
            request_id=_text(body["request_id"]),
            response_digest=_text(body["response_digest"]),
            undo=_text(body["undo"]),
            previous=_text(body["previous"]),
        )
        same = encode(record) == line
    except (ValueError, UnicodeError) as fault:
        raise _broken(path, number, "is not a journal record") from fault
    if not same:
        raise _broken(path, number, "was altered")
    return record


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("not a string")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("not a number")
    return value


def _broken(path: Path, number: int, what: str) -> JournalError:
    return JournalError(f"Line {number} of the journal {path} {what}.", line=number, hint=_TAMPERED)


def _clean(text: str) -> str:
    """RFC 8785 has no form for half a surrogate pair, which file names can carry."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
