"""The three Protocols between the pipeline and what can be added: Source, Executor, Format; and
what a state is to whoever fetches it and whoever reads it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from iac_offboard.errors import InputError
from iac_offboard.model import (
    Action,
    Collected,
    Finding,
    GuardResult,
    Plan,
    Side,
    Skipped,
    SkipReason,
    Subject,
    Verification,
    Witness,
)


class Source(Protocol):
    """Reads one place. Never raises for what it could not read: it says so in ``skipped``."""

    name: str

    def collect(self, subjects: Sequence[Subject]) -> Collected: ...


class ReadFault(InputError):
    """A source could not be read; becomes a Skipped where other sources are read as well."""

    def __init__(self, reason: SkipReason, detail: str, hint: str, permission: str = "") -> None:
        super().__init__(detail, hint=hint)
        self.reason = reason
        self.permission = permission

    def skipped(self, where: str) -> Skipped:
        """An unread state or plan hides what only it knows: that touches the risk of return."""
        return Skipped(
            where=where,
            reason=self.reason,
            detail=self.message.removesuffix("."),
            side=Side.RETURN_RISK,
            next_step=self.hint,
            permission=self.permission,
        )


class StateFault(ReadFault):
    """A state could not be read."""


class PlanFault(ReadFault):
    """The JSON of a plan could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatePlace:
    """Where one state is kept. ``name`` is how it is called everywhere (a path, ``s3://BUCKET/KEY``);
    ``read`` gives its bytes and raises StateFault."""

    name: str
    read: Callable[[], bytes] = field(repr=False)


class LookState(StrEnum):
    PRESENT = "present"  # as planned, to be acted on
    ABSENT = "absent"  # the effect is there already
    REPLACED = "replaced"  # another object under the same name: refuse
    IN_USE = "in use"  # as planned, and used since the plan was made: a person decides
    WAITING = "waiting"  # it stands, and may not be acted on yet; ``detail`` says until what


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What stands at the target now. ``image`` is canonical JSON, ``detail`` one sentence."""

    state: LookState
    image: str = ""
    detail: str = ""
    created: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """One acknowledged write."""

    operation: str
    request_id: str
    response_digest: str
    undo: str = ""


class Executor(Protocol):
    """Carries out the verbs of one cloud. Raises ``errors.CloudError`` only."""

    provider: str

    def caller(self, action: Action) -> str: ...

    def look(self, action: Action) -> Look: ...

    def act(self, action: Action, look: Look) -> Done: ...


class Format(Protocol):
    """Turns results into one output text."""

    name: str

    def scan(self, findings: Sequence[Finding], collected: Collected) -> str: ...

    def plan(self, plan: Plan, digest: str) -> str: ...

    def verification(self, result: Verification) -> str: ...

    def guard(self, result: GuardResult, *, strict: bool = False) -> str: ...

    def witness(self, result: Witness) -> str: ...
