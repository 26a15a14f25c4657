"""Waivers: what could not be read, and a person answers for until a date.

A file in YAML or JSON::

    version: 1
    waivers:
      - scope: aws:111122223333:eu-west-1:kms
        reason: the key policies there are the auditor's
        by: ops@example.com
        until: 2026-12-31

``scope`` is ``aws:ACCOUNT[:REGION[:SERVICE]]``, a file or an address as results print it under
*where*: it covers what was not read at or below it, by structure, and never what *was* found. What
was found and a person has to decide is covered only by its own name: an identity that may be the
leaver's, a resource that is open to everybody, an upstream, a role or user that was entered by
its ARN, an undecided value by its address. ``until`` is a date, whose day ends in UTC, or a time
with an offset.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

import yaml

from iac_offboard.catalog.principal import parse_arn
from iac_offboard.catalog.reasons import was_not_read
from iac_offboard.errors import InputError
from iac_offboard.model import Note, NoteKind, Skipped, SkipReason, Waived

MAX_BYTES = 1024 * 1024
_TOP = ("version", "waivers")
_KEYS = ("scope", "reason", "by", "until")
_AWS = re.compile(r"^aws:\d{12}(?::[a-z0-9-]+(?::[a-z0-9-]+)?)?$")
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_NULL = "tag:yaml.org,2002:null"
# What may follow a scope in something below it: an instance or a part, after an address of a root
# ("ROOT: ADDRESS"); a file or an address, after anything else.
_BELOW_ADDRESS = (".", "[")
_BELOW_PATH = ("/", ": ")
# An address of a state file ("FILE ADDRESS"): types have a provider's name before them.
_ADDRESS = re.compile(
    r"^(?:module\.[\w-]+(?:\[[^]]*\])?\.)*(?:data\.)?[a-z0-9]+_\w+\.[\w-]+(?:\[.*\])?$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """One entry of the file. It holds while the time is not after ``until``."""

    scope: str
    reason: str
    by: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Parted:
    """What waivers leave: ``skipped`` still stands, ``waived`` does not, ``notes`` tell of those
    that have no effect."""

    skipped: tuple[Skipped, ...]
    waived: tuple[Waived, ...] = ()
    notes: tuple[Note, ...] = ()


def load_waivers(path: Path) -> tuple[Waiver, ...]:
    """The waivers of a file, in its order.

    Raises InputError with every fault and its line; nothing is ever read in part."""
    faults: list[tuple[int, str]] = []
    text = _text(path)
    found = tuple(_read(text, faults)) if text is not None else ()
    if text is None:
        faults.append((1, f"the file cannot be read as UTF-8 text of at most {MAX_BYTES} bytes"))
    if faults:
        lines = "\n".join(f"  {path}:{line}: {said}" for line, said in sorted(set(faults)))
        raise InputError(
            f"The waivers file has {len(set(faults))} fault(s):\n{lines}\n",
            hint="Nothing was waived; correct the lines above and run again.",
        )
    return found


def apply(waivers: Sequence[Waiver], skipped: Iterable[Skipped], now: datetime) -> Parted:
    """Part what was skipped into what still stands and what is waived."""
    holding = [w for w in waivers if now <= w.until]
    standing: list[Skipped] = []
    waived: list[Waived] = []
    used: set[Waiver] = set()
    for item in skipped:
        over = [w for w in holding if _covers(w.scope, item)]
        used.update(over)
        if over:
            last = max(over, key=lambda w: w.until)
            waived.append(Waived(skipped=item, reason=last.reason, by=last.by, until=last.until))
        else:
            standing.append(item)
    return Parted(
        skipped=tuple(standing),
        waived=tuple(waived),
        notes=tuple(_notes(waivers, now, used)),
    )


def is_at_or_below(where: str, scope: str) -> bool:
    """Whether a place is the scope or lies in it; ``aws:1`` does not hold ``aws:12``."""
    if where == scope:
        return True
    if scope.startswith("aws:"):
        return where.startswith(f"{scope}:")
    if scope.startswith("arn:"):
        return False  # an ARN ends where it ends: a bucket's is no part of another's
    if ": " in scope:
        return any(where.startswith(f"{scope}{sign}") for sign in _BELOW_ADDRESS)
    path = scope.rstrip("/")
    if any(where.startswith(f"{path}{sign}") for sign in _BELOW_PATH):
        return True
    file, _, address = where.partition(f"{path} ")
    return not file and _ADDRESS.match(address) is not None


def _covers(scope: str, item: Skipped) -> bool:
    if was_not_read(item.reason):
        return is_at_or_below(item.where, scope)
    # An account or a region is where it was found, not what it is.
    names = {item.where} if not item.where.startswith("aws") else set[str]()
    if item.reason is not SkipReason.UNDECIDED:
        names.add(item.pattern)
    return scope in names


def _notes(waivers: Iterable[Waiver], now: datetime, used: Collection[Waiver]) -> Iterator[Note]:
    for waiver in waivers:
        if waiver.until < now:
            day = waiver.until.date().isoformat()
            text = f"the waiver of {waiver.by} expired on {day} and has no effect"
        elif waiver not in used:
            text = f"the waiver of {waiver.by} matches nothing that was left unread"
        else:
            continue
        yield Note(kind=NoteKind.WAIVER, where=waiver.scope, text=text)


# ------------------------------------------------------------------ the file

Faults = list[tuple[int, str]]


def _text(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as fault:
        raise InputError(
            f"The waivers file {path} cannot be read: {fault.strerror}.",
            hint="Name it with --waivers FILE; verify reads the one that the plan recorded.",
        ) from fault
    try:
        return data.decode("utf-8-sig") if len(data) <= MAX_BYTES else None
    except UnicodeDecodeError:
        return None


def _read(text: str, faults: Faults) -> Iterator[Waiver]:
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        faults.append((mark.line + 1 if mark else 1, f"YAML syntax: {fault.problem or 'no YAML'}"))
        return
    except (yaml.YAMLError, RecursionError):
        faults.append((1, "the file is no YAML"))
        return
    top = _fields(root, _TOP, "the file", faults)
    version = _scalar(top.get("version"))
    if version != "1":
        faults.append((_line(top.get("version")), 'the file needs "version: 1"'))
    listed = top.get("waivers")
    if not isinstance(listed, yaml.SequenceNode):
        faults.append((_line(listed), 'the file needs "waivers", a list'))
        return
    for node in listed.value:
        waiver = _waiver(node, faults)
        if waiver is not None:
            yield waiver


def _waiver(node: yaml.Node, faults: Faults) -> Waiver | None:
    fields = _fields(node, _KEYS, "a waiver", faults)
    if not isinstance(node, yaml.MappingNode):
        return None
    values = {key: _scalar(fields.get(key)).strip() for key in _KEYS}
    for key, value in values.items():
        if not value:
            faults.append((_line(fields.get(key), node), f'a waiver needs "{key}", a text'))
    wrong = _scope_fault(values["scope"]) if values["scope"] else ""
    if wrong:
        faults.append((_line(fields.get("scope")), wrong))
    until = _until(values["until"]) if values["until"] else None
    if values["until"] and until is None:
        wrong = 'the "until" of a waiver is a date (2026-12-31) or a time with an offset'
        faults.append((_line(fields.get("until")), wrong))
    if until is None or not all(values.values()):
        return None
    return Waiver(scope=values["scope"], reason=values["reason"], by=values["by"], until=until)


def _scope_fault(scope: str) -> str:
    if scope.startswith("aws:") or scope == "aws":
        fits = _AWS.match(scope) is not None
        return "" if fits else "a cloud scope is aws:ACCOUNT[:REGION[:SERVICE]], 12 digits"
    if scope.startswith("arn:"):
        return "" if parse_arn(scope) else "this scope is no ARN"
    if not scope.strip("./"):
        return "a scope names something smaller than all code"
    return "a scope has no wildcards" if "*" in scope else ""


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
