"""Dead, alive or unknown; and what happened to one action."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from iac_offboard.model.bindings import Binding
from iac_offboard.model.collected import Collected, Skipped
from iac_offboard.model.scope import Scope


class Access(StrEnum):
    DEAD = "dead"
    ALIVE = "alive"
    ALIVE_UNTIL = "alive-until"  # only sessions are left, and they end by themselves
    UNKNOWN = "unknown"


class ReturnRisk(StrEnum):
    NONE = "none"
    PRESENT = "present"
    UNKNOWN = "unknown"


class Grade(StrEnum):
    """How we know. A probe is a negative test: the old credential was tried and refused."""

    PROBED = "probed"
    OBSERVED = "observed"
    ACKNOWLEDGED = "acknowledged"
    ATTESTED = "attested"
    WAIVED = "waived"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class BindingVerdict:
    """``recheck_at``: when sessions that are open now will have ended, None when none is.
    ``covered`` as the finding says: the place does not name the leaver. ``gone_at``: when it was
    last known to be gone, of one that is not seen to be gone now."""

    finding: str
    binding: Binding
    access: Access
    grade: Grade
    because: str
    recheck_at: datetime | None = None
    covered: bool = False
    gone_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """A binding that was gone at ``gone_at``, as an earlier look or apply said, and stands again,
    or that code or state names again after none did. ``by`` says what brought it, one sentence for
    each place that tells; none where no place does."""

    finding: str
    binding: Binding
    gone_at: datetime
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Two answers about one subject over one scope; ``not_covered`` is printed beside it.
    ``grade`` is the weakest among what the answer rests on; ``recheck_at`` is the
    latest of its bindings, None when none of them waits. ``unnamed_at``: when neither code nor
    state was last known to name the subject, where that is not so, or not known, now."""

    subject: str
    access: Access
    return_risk: ReturnRisk
    bindings: tuple[BindingVerdict, ...]
    because: str
    skipped: tuple[Skipped, ...] = ()
    not_covered: tuple[str, ...] = ()
    grade: Grade = Grade.NONE
    recheck_at: datetime | None = None
    returned: tuple[Returned, ...] = ()
    unnamed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """One look again: the verdicts, what was looked at when and by whom, what could not be.

    ``plan`` is the digest of the plan, ``scope`` what the fresh look covered, ``callers`` are
    (account, ARN of who looked). ``same_hands`` are identities that both applied and looked.
    """

    plan: str
    at: datetime
    scope: Scope
    callers: tuple[tuple[str, str], ...]
    verdicts: tuple[Verdict, ...]
    collected: Collected
    same_hands: tuple[str, ...] = ()


class Outcome(StrEnum):
    INTENT = "intent"  # written before the call
    DONE = "done"
    ALREADY = "already"  # the effect was there before we came
    REFUSED = "refused"  # the target is not the planned object
    FAILED = "failed"
    WAITING = "waiting"
    SEEN = "seen"  # of a look: the binding is shown
    GONE = "gone"  # of a look: its place was read, and it is not shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What happened to one action. ``undo`` is canonical JSON of what a rollback needs."""

    seq: int
    at: datetime
    plan: str
    action: str
    outcome: Outcome
    operation: str
    caller: str
    detail: str = ""
    request_id: str = ""
    response_digest: str = ""
    undo: str = ""
    previous: str = field(default="")
