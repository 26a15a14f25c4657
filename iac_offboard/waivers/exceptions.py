"""Exceptions of the guard: a place of a plan where a leaver may stand, until a date.

A file in YAML or JSON::

    version: 1
    exceptions:
      - subject: leaver-2041
        address: module.access.aws_iam_user.this["alice"]
        reason: the account is handed over until the end of the year
        by: lead@example.com
        until: 2026-12-31

``subject`` is the roster's id, ``address`` the resource address, or ``output.NAME``, as the guard
prints it; without an instance key it speaks of every instance.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from iac_offboard.catalog.addresses import KEY
from iac_offboard.model import Exempted, Guarded, GuardGrade, Note
from iac_offboard.waivers.entries import Kind, load_entries, without_effect

_KEY = rf"(?:{KEY})?"
_ADDRESS = re.compile(
    rf"^(?:output\.[\w-]+|(?:module\.[\w-]+{_KEY}\.)*(?!module\.)[a-z][\w-]*\.[\w-]+{_KEY})$"
)
_FAILING = (GuardGrade.RETURNS, GuardGrade.COVERED, GuardGrade.PENDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardException:
    """It holds while the time is not after ``until``."""

    subject: str
    address: str
    reason: str
    by: str
    until: datetime

    def speaks_of(self, one: Guarded) -> bool:
        here = one.address == self.address or one.address.startswith(f"{self.address}[")
        return here and one.subject == self.subject


def load_exceptions(path: Path) -> tuple[GuardException, ...]:
    """The exceptions of a file. Raises InputError with every fault and its line."""
    return tuple(
        GuardException(
            subject=e.of["subject"],
            address=e.of["address"],
            reason=e.reason,
            by=e.by,
            until=e.until,
        )
        for e in load_entries(path, _KIND)
    )


def exempt(
    exceptions: Sequence[GuardException], found: Iterable[Guarded], now: datetime
) -> tuple[tuple[Guarded, ...], tuple[Note, ...]]:
    """What was found, with whoever answers for it; and a note for each exception that has no
    effect."""
    used: set[GuardException] = set()
    judged = []
    for one in found:
        over = [
            e for e in exceptions if now <= e.until and one.grade in _FAILING and e.speaks_of(one)
        ]
        used.update(over)
        if over:
            last = max(over, key=lambda e: e.until)
            exempted = Exempted(reason=last.reason, by=last.by, until=last.until)
            one = replace(one, exempted=exempted)
        judged.append(one)
    notes = without_effect(
        exceptions, used, now, lambda e: e.address, one="exception", nothing="in this plan"
    )
    return tuple(judged), tuple(notes)


def _fault(key: str, text: str) -> str:
    if key == "address" and not _ADDRESS.match(text):
        return "an address is one of a resource (TYPE.NAME) or output.NAME, without wildcards"
    return ""


_KIND = Kind(
    name="exceptions",
    one="an exception",
    keys=("subject", "address"),
    check=_fault,
    option="Name it with --exceptions FILE.",
    none="Nothing was excepted",
)
