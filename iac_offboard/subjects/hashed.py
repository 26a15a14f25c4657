"""Rosters without names: keyed digests of every spelling by which a subject is looked up.

A repository whose pipeline guards its plans needs no list of who left. ``roster hash`` writes, for
each key of the matcher's index, HMAC-SHA256 (RFC 2104) of it under a key that only the pipelines
have; whoever lacks the key cannot try names against the file. What a lookup cannot tell, it does
not: patterns that only cover a subject, and names whose account or owner is not known.

The file is JSON::

    {"version": 1, "hashed": "hmac-sha256", "key": "0d9f...", "subjects": [
      {"id": "leaver-2041", "kind": "person", "left_at": "2026-11-20T17:00:00+00:00",
       "aliases": [{"table": "emails", "kind": "email", "mac": "5c1e..."}]}]}

``key`` tells which key it was, without saying what it is.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

from iac_offboard.errors import InputError
from iac_offboard.model import Alias, AliasKind, Subject, SubjectKind, SubjectStatus
from iac_offboard.subjects.index import Entry, Index

ALGORITHM = "hmac-sha256"
SHORTEST_KEY = 16
_TABLES = ("names", "emails", "ids", "keys", "repositories", "logins", "exact")
_MAKE = "Write it again with `iac-offboard roster hash`."
_Key = TypeVar("_Key")


@dataclass(frozen=True, slots=True)
class RosterKey:
    """At least ``SHORTEST_KEY`` bytes; never shown. Raises InputError for a shorter one."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) < SHORTEST_KEY:
            raise InputError(
                f"The key of a hashed roster needs at least {SHORTEST_KEY} bytes.",
                hint="Make one with `openssl rand -hex 32 > FILE` and keep it as a secret.",
            )

    def mac(self, *parts: str) -> str:
        text = json.dumps(parts, ensure_ascii=False).encode("utf-8", "surrogatepass")
        return hmac.digest(self.secret, text, hashlib.sha256).hex()

    @property
    def name(self) -> str:
        return self.mac("key")[:16]


def hashed(subjects: Iterable[Subject], key: RosterKey) -> str:
    """The file: everybody who is leaving, in the order of the roster."""
    body = {
        "version": 1,
        "hashed": ALGORITHM,
        "key": key.name,
        "subjects": [_subject(s, key) for s in subjects if s.status is SubjectStatus.LEAVING],
    }
    return json.dumps(body, indent=2, sort_keys=True) + "\n"


def _subject(subject: Subject, key: RosterKey) -> dict[str, Any]:
    index = Index()
    index.add(subject)
    found: list[dict[str, Any]] = []
    for table in _TABLES:
        for spelled, entries in getattr(index, table).items():
            for entry in entries:
                one: dict[str, Any] = {
                    "table": table,
                    "kind": entry.alias.kind.value,
                    "mac": key.mac(table, *_parts(spelled)),
                }
                if entry.accounts is not None or entry.alias.accounts:
                    one["accounts"] = sorted(entry.accounts or entry.alias.accounts)
                if entry.alias.shared:
                    one["shared"] = True
                found.append(one)
    times = {"left_at": subject.left_at, "rehired_at": subject.rehired_at}
    return {
        "id": subject.id,
        "kind": subject.kind.value,
        **{name: at.isoformat() for name, at in times.items() if at is not None},
        "aliases": sorted(found, key=lambda a: (a["table"], a["mac"], a["kind"])),
    }


def _parts(spelled: object) -> tuple[str, ...]:
    parts = spelled if isinstance(spelled, tuple) else (spelled,)
    return tuple(p.value if isinstance(p, Enum) else str(p) for p in parts)


class _Table(dict[_Key, list[Entry]]):
    """Looks a spelling up by its digest; nothing else can be asked of it."""

    def __init__(self, name: str, key: RosterKey, entries: Mapping[str, list[Entry]]) -> None:
        super().__init__()
        self._name = name
        self._key = key
        self._entries = entries
        self._known: dict[object, list[Entry] | None] = {}

    def get(self, spelled: Any, default: Any = None) -> Any:
        if spelled not in self._known:
            mac = self._key.mac(self._name, *_parts(spelled))
            self._known[spelled] = self._entries.get(mac)
        found = self._known[spelled]
        return default if found is None else found

    def __contains__(self, spelled: object) -> bool:
        return self.get(spelled) is not None


def hashed_text(path: Path) -> str | None:
    """The text of a hashed roster; None for any other file, whose own reader says what is wrong
    with it."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None
    return text if text.lstrip().startswith("{") and f'"{ALGORITHM}"' in text else None


def read_hashed(
    text: str, name: str, key: RosterKey, now: datetime
) -> tuple[tuple[Subject, ...], Index]:
    """The subjects, whose aliases are digests, and the index that finds those who are not back.

    Raises InputError where the file is none that ``hashed`` wrote, or was written under another
    key."""
    try:
        body = json.loads(text)
        if body["version"] != 1 or body["hashed"] != ALGORITHM:
            raise InputError(f"{name} is a hashed roster of another version.", hint=_MAKE)
        if not hmac.compare_digest(str(body["key"]), key.name):
            raise InputError(
                f"{name} was hashed with another key.",
                hint="Give the key that it was written with, or write it again.",
            )
        if not isinstance(body["subjects"], list):
            raise TypeError
        read = [_read(raw) for raw in body["subjects"]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise InputError(f"{name} is no hashed roster that can be read.", hint=_MAKE) from None
    index = Index()
    for table in _TABLES:
        entries: dict[str, list[Entry]] = {}
        for subject, found in read:
            if subject.is_back(now):
                continue
            for where, mac, alias, accounts in found:
                if where == table:
                    entries.setdefault(mac, []).append(Entry(subject, alias, accounts))
        setattr(index, table, _Table(table, key, entries))
    return tuple(subject for subject, _ in read), index


_Found = tuple[str, str, Alias, frozenset[str] | None]


def _read(raw: Mapping[str, Any]) -> tuple[Subject, list[_Found]]:
    found = list(_aliases(raw["aliases"]))
    if not found:
        raise ValueError("a subject that nothing could match")
    subject = Subject(
        id=str(raw["id"]),
        kind=SubjectKind(raw["kind"]),
        left_at=_instant(raw.get("left_at")),
        rehired_at=_instant(raw.get("rehired_at")),
        aliases=tuple(dict.fromkeys(alias for _, _, alias, _ in found)),
    )
    return subject, found


def _aliases(raw: Iterable[Mapping[str, Any]]) -> Iterator[_Found]:
    for one in raw:
        if one["table"] not in _TABLES:
            raise ValueError(one["table"])
        accounts = frozenset(map(str, one.get("accounts", ())))
        alias = Alias(
            kind=AliasKind(one["kind"]),
            value=str(one["mac"]),
            accounts=accounts,
            shared=bool(one.get("shared", False)),
        )
        yield one["table"], alias.value, alias, accounts or None


def _instant(text: object) -> datetime | None:
    if text is None:
        return None
    found = datetime.fromisoformat(str(text))
    if found.utcoffset() is None:
        raise ValueError("a time without an offset")
    return found


def refuse_hashed(path: Path) -> None:
    """Raises InputError for a file that is hashed already."""
    if hashed_text(path) is not None:
        raise InputError(
            f"{path} is hashed already.", hint="Name the subjects file that it was made of."
        )
