"""People who came in through an identity provider that is not read: somebody says that they come
no more, and what they began before ends by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from iac_offboard.catalog.attesting import counted
from iac_offboard.model import LONGEST_SESSION, SubjectKind
from iac_offboard.verify.look import Look


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """Somebody attested ``source``; ``until`` is when the last session through it has ended. Which
    of its sessions lasts how long is not read: the longest that AWS allows counts."""

    source: str
    by: str
    until: datetime


def vouched(look: Look) -> tuple[Vouched, ...]:
    """What somebody vouches for, among the upstreams by which the subject may have come."""
    if look.subject.kind is not SubjectKind.PERSON:
        return ()
    sources = dict.fromkeys(u.source for u in look.coverage.collected.upstreams)
    return tuple(
        Vouched(
            source=source,
            by=told.by,
            until=(told.at + timedelta(seconds=LONGEST_SESSION)).astimezone(UTC),
        )
        for source in sources
        if (told := counted(look.subject, source, look.now))
    )
