"""A file in which people answer for something until a date: a list of entries, each with what it
speaks of, a reason, who says so, and until when.

Every fault is told with its line, all at once; nothing is ever read in part. ``until`` is a date,
whose day ends in UTC, or a time with an offset.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Protocol, TypeVar

import yaml

from iac_offboard.errors import InputError
from iac_offboard.model import Note, NoteKind

MAX_BYTES = 1024 * 1024
_ANSWERED = ("reason", "by", "until")
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_NULL = "tag:yaml.org,2002:null"
Faults = list[tuple[int, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """``name`` is the file's list, ``one`` an entry of it with its article; ``keys`` say what an
    entry speaks of, and ``check`` what is wrong with the text of one ("": nothing). ``option``
    names the file, ``none`` says what follows when it has a fault."""

    name: str
    one: str
    keys: tuple[str, ...]
    check: Callable[[str, str], str]
    option: str
    none: str

    @property
    def known(self) -> tuple[str, ...]:
        return (*self.keys, *_ANSWERED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """``of`` holds the texts of the kind's keys."""

    of: Mapping[str, str]
    reason: str
    by: str
    until: datetime


def load_entries(path: Path, kind: Kind) -> tuple[Entry, ...]:
    """The entries of a file, in its order. Raises InputError with every fault and its line."""
    faults: Faults = []
    text = _text(path, kind)
    found = tuple(_read(text, kind, faults)) if text is not None else ()
    if text is None:
        faults.append((1, f"the file cannot be read as UTF-8 text of at most {MAX_BYTES} bytes"))
    if faults:
        lines = "\n".join(f"  {path}:{line}: {said}" for line, said in sorted(set(faults)))
        raise InputError(
            f"The {kind.name} file has {len(set(faults))} fault(s):\n{lines}\n",
            hint=f"{kind.none}; correct the lines above and run again.",
        )
    return found


class Answered(Protocol):
    """What somebody answers for until a time."""

    @property
    def by(self) -> str: ...

    @property
    def until(self) -> datetime: ...


_Answered = TypeVar("_Answered", bound=Answered)


def without_effect(
    entries: Iterable[_Answered],
    used: Collection[_Answered],
    now: datetime,
    where: Callable[[_Answered], str],
    *,
    one: str,
    nothing: str,
) -> Iterator[Note]:
    """A note for each entry that expired, or was used for nothing: ``one`` is the word for an
    entry, ``nothing`` says in what it found nothing."""
    for entry in entries:
        if entry.until < now:
            day = entry.until.date().isoformat()
            text = f"the {one} of {entry.by} expired on {day} and has no effect"
        elif entry not in used:
            text = f"the {one} of {entry.by} matches nothing {nothing}"
        else:
            continue
        yield Note(kind=NoteKind.WAIVER, where=where(entry), text=text)


def _text(path: Path, kind: Kind) -> str | None:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as fault:
        raise InputError(
            f"The {kind.name} file {path} cannot be read: {fault.strerror}.",
            hint=kind.option,
        ) from fault
    try:
        return data.decode("utf-8-sig") if len(data) <= MAX_BYTES else None
    except UnicodeDecodeError:
        return None


def _read(text: str, kind: Kind, faults: Faults) -> Iterator[Entry]:
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        faults.append((mark.line + 1 if mark else 1, f"YAML syntax: {fault.problem or 'no YAML'}"))
        return
    except (yaml.YAMLError, RecursionError):
        faults.append((1, "the file is no YAML"))
        return
    top = _fields(root, ("version", kind.name), "the file", faults)
    version = _scalar(top.get("version"))
    if version != "1":
        faults.append((_line(top.get("version")), 'the file needs "version: 1"'))
    listed = top.get(kind.name)
    if not isinstance(listed, yaml.SequenceNode):
        faults.append((_line(listed), f'the file needs "{kind.name}", a list'))
        return
    for node in listed.value:
        entry = _entry(node, kind, faults)
        if entry is not None:
            yield entry


def _entry(node: yaml.Node, kind: Kind, faults: Faults) -> Entry | None:
    fields = _fields(node, kind.known, kind.one, faults)
    if not isinstance(node, yaml.MappingNode):
        return None
    values = {key: _scalar(fields.get(key)).strip() for key in kind.known}
    for key, value in values.items():
        wrong = kind.check(key, value) if value else f'{kind.one} needs "{key}", a text'
        if wrong:
            faults.append((_line(fields.get(key), node), wrong))
    until = _until(values["until"]) if values["until"] else None
    if values["until"] and until is None:
        wrong = f'the "until" of {kind.one} is a date (2026-12-31) or a time with an offset'
        faults.append((_line(fields.get("until")), wrong))
    if until is None or not all(values.values()):
        return None
    of = {key: values[key] for key in kind.keys}
    return Entry(of=of, reason=values["reason"], by=values["by"], until=until)


def _until(text: str) -> datetime | None:
    try:
        if _DAY.match(text):
            return datetime.combine(date.fromisoformat(text), time.max, UTC)
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.utcoffset() is not None else None


def _fields(
    node: yaml.Node | None, known: Sequence[str], what: str, faults: Faults
) -> dict[str, yaml.Node]:
    if not isinstance(node, yaml.MappingNode):
        faults.append((_line(node), f"{what} has to be a mapping with {', '.join(known)}"))
        return {}
    found: dict[str, yaml.Node] = {}
    for key, value in node.value:
        name = _scalar(key)
        if name not in known:
            faults.append((_line(key), f"unknown key in {what} (known: {', '.join(known)})"))
        elif name in found:
            faults.append((_line(key), f'"{name}" stands twice in {what}'))
        else:
            found[name] = value
    return found


def _scalar(node: yaml.Node | None) -> str:
    """The text as written: YAML's own types would lose an offset or a leading zero."""
    if not isinstance(node, yaml.ScalarNode) or node.tag == _NULL:
        return ""
    return str(node.value)


def _line(node: yaml.Node | None, otherwise: yaml.Node | None = None) -> int:
    at = node or otherwise
    return int(at.start_mark.line) + 1 if at is not None and at.start_mark else 1
