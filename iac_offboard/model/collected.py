"""What a source gives: observations, and honestly what it could not tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from iac_offboard.model.bindings import Principal, Target
from iac_offboard.model.dependants import Referring
from iac_offboard.model.origins import Observation, Origin


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
    UPSTREAM = "upstream not read"


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
    an undecided value, ``*`` for what is not known; or the source of an upstream; or the ARN of
    what is ambiguous, "" where no single one tells it.
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
    ATTESTED = "attested"  # a person vouches for what this tool does not read
    MENTION = "mention"  # a text file names a leaver, and no finding explains it
    FORGOTTEN = "forgotten"  # a `removed` block leaves it standing: nothing dies of that
    WAIVER = "waiver"  # one that has no effect: it expired, or matches nothing


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
class Use:
    """A workload that runs as an identity: ``workload`` is the function, task definition or
    instance; ``identity`` the role, as that place spells it (account None where it says none).
    """

    identity: Principal
    workload: Target
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstream:
    """An identity provider outside this cloud that says who comes in: a SAML provider, or what
    feeds an Identity Center. ``source`` is what a roster's attestation names (an ARN)."""

    source: str
    account: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionDeny:
    """A Deny of every action, read back live, on the role or permission set ``target`` (kind
    ``iam_role_session`` or ``sso_session``; a user: ``iam_user``). ``conditions`` are (key,
    values) pairs that all have to hold; empty: it hits everybody."""

    target: Target
    conditions: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLength:
    """The longest that a session of the role or permission set ``target`` (kinds as for
    :class:`SessionDeny`) lasts now; 12 hours where that could not be read."""

    target: Target
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Waived:
    """Something skipped that a person took responsibility for, until a date."""

    skipped: Skipped
    reason: str
    by: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What one source gives: bindings, and honestly what it could not tell. ``waived`` were
    skipped and are no longer among ``skipped``."""

    observations: tuple[Observation, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[Note, ...] = ()
    reads: tuple[Read, ...] = ()
    uses: tuple[Use, ...] = ()
    upstreams: tuple[Upstream, ...] = ()
    denies: tuple[SessionDeny, ...] = ()
    lengths: tuple[SessionLength, ...] = ()
    waived: tuple[Waived, ...] = ()
    referring: tuple[Referring, ...] = ()
