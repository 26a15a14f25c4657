"""A subject on its way from text to model, with the lines to point at; and what can only be
judged over all of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from iac_offboard.model import Alias, Attestation, Subject, SubjectKind, SubjectStatus, Tier
from iac_offboard.subjects import times
from iac_offboard.subjects.aliases import identities
from iac_offboard.subjects.faults import Faults, suggestion

_Word = TypeVar("_Word", bound=StrEnum)


@dataclass(slots=True)
class Draft:
    """One subject as read so far. ``id`` is "" and ``kind`` None when the roster had a fault;
    ``tier`` None while it said nothing."""

    line: int
    id: str = ""
    kind: SubjectKind | None = None
    left_at: datetime | None = None
    rehired_at: datetime | None = None
    case: str = ""
    status: SubjectStatus = SubjectStatus.LEAVING
    legal_hold: bool = False
    break_glass: bool = False
    tier: Tier | None = None
    grace: int | None = None
    release: list[str] = field(default_factory=list)
    attested: list[Attestation] = field(default_factory=list)
    aliases: list[tuple[int, Alias]] = field(default_factory=list)

    def subject(self) -> Subject:
        """The finished subject. Call it only when no fault was found."""
        return Subject(
            id=self.id,
            kind=self.kind or SubjectKind.PERSON,
            left_at=self.left_at,
            aliases=tuple(dict.fromkeys(alias for _, alias in self.aliases)),
            case=self.case,
            status=self.status,
            legal_hold=self.legal_hold,
            release=frozenset(self.release),
            break_glass=self.break_glass,
            attested=tuple(self.attested),
            tier=self.tier or Tier.NORMAL,
            rehired_at=self.rehired_at,
            grace=self.grace,
        )


def named(draft_id: str) -> str:
    """How faults speak of a subject: by its roster id (rule 14)."""
    return f'of subject "{draft_id}"' if draft_id else "of a subject"


def read_kind(text: str, line: int, where: str, faults: Faults) -> SubjectKind | None:
    return _word(SubjectKind, text, line, f'"kind" {where} is not a known kind', faults)


def read_status(text: str, line: int, where: str, faults: Faults) -> SubjectStatus | None:
    return _word(SubjectStatus, text, line, f'"status" {where} is not a known status', faults)


def read_tier(text: str, line: int, where: str, faults: Faults) -> Tier | None:
    return _word(Tier, text, line, f'"tier" {where} is neither normal nor hostile', faults)


def read_grace(text: str, line: int, where: str, faults: Faults) -> int | None:
    """Seconds between the disabling of an identity and its deletion."""
    try:
        return times.span(text)
    except times.TimeError as error:
        faults.add(line, f'"grace" {where} {error}')
        return None


def _word(words: type[_Word], text: str, line: int, fault: str, faults: Faults) -> _Word | None:
    try:
        return words(text)
    except ValueError:
        faults.add(line, f"{fault}{suggestion(text, [word.value for word in words])}")
        return None


def check_together(drafts: list[Draft], faults: Faults) -> None:
    """Faults between subjects: an id twice, one strong identity at two leavers."""
    ids: dict[str, int] = {}
    claims: dict[tuple[str, str], tuple[Draft, Alias]] = {}
    for draft in drafts:
        if draft.left_at and draft.rehired_at and draft.rehired_at < draft.left_at:
            faults.add(draft.line, f'"rehired_at" {named(draft.id)} is before "left_at"')
        if draft.id and draft.id in ids:
            text = f'the id "{draft.id}" stands twice (first in line {ids[draft.id]})'
            faults.add(draft.line, text)
        ids.setdefault(draft.id, draft.line)
        # A case that was cancelled may come back under another id with the same identities.
        if draft.status is SubjectStatus.CANCELLED:
            continue
        for line, alias in draft.aliases:
            for claim in identities(alias):
                other, theirs = claims.setdefault(claim, (draft, alias))
                if other is not draft and not (alias.shared and theirs.shared):
                    faults.add(line, _claimed_twice(draft, other))


def _claimed_twice(draft: Draft, other: Draft) -> str:
    return (
        f"this alias {named(draft.id)} also stands at "
        f'subject "{other.id}" (from line {other.line}); '
        "one identity has one owner, unless both say shared: true"
    )
