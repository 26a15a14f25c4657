"""The executor of AWS: finds the account's session and the verb's operation."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from iac_offboard.apply.aws.cloud import Operation, gone_for_good, puts_back
from iac_offboard.apply.aws.verbs import VERBS
from iac_offboard.clouds.reply import Data, Reply
from iac_offboard.errors import CloudError, NotFoundError
from iac_offboard.interface import Done, Look
from iac_offboard.model import Action


class Session(Protocol):
    """What is needed of ``clouds.aws.session.AccountSession``."""

    caller_arn: str

    def call(
        self, service: str, name: str, *, region: str | None = None, **params: object
    ) -> Reply: ...

    def pages(
        self,
        service: str,
        name: str,
        *,
        region: str | None = None,
        page_size: int | None = None,
        **params: object,
    ) -> Iterator[Reply]: ...


@dataclass(frozen=True, slots=True)
class _Account:
    """One account as the operations see it."""

    account: str
    sessions: Mapping[str, Session]
    sleep: Callable[[float], None]
    now: Callable[[], datetime]

    @property
    def session(self) -> Session:
        return self.sessions[self.account]

    def other(self, account: str) -> _Account | None:
        if account not in self.sessions:
            return None
        return _Account(account, self.sessions, self.sleep, self.now)

    def call(self, service: str, name: str, params: Data, region: str = "") -> Reply:
        return self.session.call(service, name, region=region or None, **params)

    def pages(self, service: str, name: str, params: Data, region: str = "") -> Iterator[Reply]:
        return self.session.pages(service, name, region=region or None, page_size=None, **params)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class AwsExecutor:
    """Carries out the verbs of :data:`~iac_offboard.apply.aws.verbs.VERBS`.

    ``sessions`` by account id; an action goes to the account of its target. ``clock`` says how
    long ago a credential was used."""

    provider = "aws"

    def __init__(
        self,
        sessions: Mapping[str, Session],
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._sessions = sessions
        self._sleep = sleep
        self._clock = clock

    def caller(self, action: Action) -> str:
        """ARN that the action's calls are made as. Raises CloudError without a session."""
        return self._account(action).session.caller_arn

    def look(self, action: Action) -> Look:
        """What stands at the target now. Raises CloudError."""
        return _operation(action).look(self._account(action), action)

    def act(self, action: Action, look: Look) -> Done:
        """Carry the action out. Raises CloudError, ``ManualStep`` when what is to be put back
        has nothing to hang on any more."""
        try:
            return _operation(action).act(self._account(action), action, look)
        except NotFoundError as gone:
            if puts_back(action):
                raise gone_for_good(action, f"what it needs is gone ({gone.message})") from gone
            raise

    def _account(self, action: Action) -> _Account:
        account = action.target.account or ""
        if account not in self._sessions:
            raise CloudError(
                f"There is no session for the account {account or '(not named)'} of {action.id}.",
                operation=action.verb,
                hint="Give the same profiles, roles or organization as for the plan.",
            )
        return _Account(account, self._sessions, self._sleep, self._clock)


def _operation(action: Action) -> Operation:
    operation = VERBS.get(action.verb)
    if operation is None:
        raise CloudError(
            f"This version cannot carry out {action.verb}.",
            operation=action.verb,
            hint="The plan was made by another version; make a new one with this one.",
        )
    return operation
