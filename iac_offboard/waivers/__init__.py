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
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from iac_offboard.catalog.principal import parse_arn
from iac_offboard.catalog.reasons import was_not_read
from iac_offboard.model import Note, Skipped, SkipReason, Waived
from iac_offboard.waivers.entries import Kind, load_entries, without_effect

_AWS = re.compile(r"^aws:\d{12}(?::[a-z0-9-]+(?::[a-z0-9-]+)?)?$")
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
    return tuple(
        Waiver(scope=e.of["scope"], reason=e.reason, by=e.by, until=e.until)
        for e in load_entries(path, _KIND)
    )


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
        notes=tuple(
            without_effect(
                waivers,
                used,
                now,
                lambda waiver: waiver.scope,
                one="waiver",
                nothing="that was left unread",
            )
        ),
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


def _scope_fault(key: str, scope: str) -> str:
    if key != "scope":
        return ""
    if scope.startswith("aws:") or scope == "aws":
        fits = _AWS.match(scope) is not None
        return "" if fits else "a cloud scope is aws:ACCOUNT[:REGION[:SERVICE]], 12 digits"
    if scope.startswith("arn:"):
        return "" if parse_arn(scope) else "this scope is no ARN"
    if not scope.strip("./"):
        return "a scope names something smaller than all code"
    return "a scope has no wildcards" if "*" in scope else ""


_KIND = Kind(
    name="waivers",
    one="a waiver",
    keys=("scope",),
    check=_scope_fault,
    option="Name it with --waivers FILE; verify reads the one that the plan recorded.",
    none="Nothing was waived",
)
