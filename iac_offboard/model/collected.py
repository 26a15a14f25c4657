"""What a source gives: observations, and honestly what it could not tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from iac_offboard.model.origins import Observation


class SkipReason(StrEnum):
    MISSING = "missing"
    UNPARSEABLE = "unparseable"
    ENCRYPTED = "encrypted"
    TOO_LARGE = "too large"
    OUTSIDE = "outside the root"
    DENIED = "denied"
    THROTTLED = "throttled"
    UNREACHABLE = "unreachable"
    UNDECIDED = "undecided"
    AMBIGUOUS = "ambiguous"
    UNSUPPORTED = "unsupported"


class Side(StrEnum):
    """Which of the two answers of a verdict something touches."""

    ACCESS = "access"
    RETURN_RISK = "return_risk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """Something that may hold a binding and could not be read or decided (rule 1).

    ``where`` is a file, an address or ``aws:ACCOUNT[:REGION[:SERVICE]]``; ``permission`` is the
    missing IAM action, if that is why; ``kinds`` the binding target kinds that it may hide
    (empty: any); ``subject`` the one subject concerned, "" for all; ``pattern`` the known part of
    an undecided value, ``*`` for what is not known.
    """

    where: str
    reason: SkipReason
    detail: str
    side: Side
    next_step: str = ""
    permission: str = ""
    kinds: frozenset[str] = frozenset()
    subject: str = ""
    pattern: str = ""


class NoteKind(StrEnum):
    BOUNDARY = "boundary"  # a module that is not in the tree: its arguments were evaluated
    DISABLED_REGION = "disabled region"
    SUSPENDED_ACCOUNT = "suspended account"
    NOT_COVERED = "not covered"
    HOLD_BACK = "held back"  # matched by a weak or re-used name, left alone
    HAZARD = "hazard"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Observed and worth saying; never a reason for exit 3 (``--strict`` aside)."""

    kind: NoteKind
    where: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One thing that was read, for the report: who read what, where and when."""

    source: str
    where: str
    at: datetime
    caller: str = ""
    operation: str = ""
    request_id: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What one source gives: bindings, and honestly what it could not tell."""

    observations: tuple[Observation, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[Note, ...] = ()
    reads: tuple[Read, ...] = ()
