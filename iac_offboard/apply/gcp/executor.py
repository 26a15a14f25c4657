"""The executor of Google Cloud: finds the verb's operation. One session reaches every project."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from iac_offboard.apply.gcp.cloud import Cloud, Operation
from iac_offboard.apply.gcp.verbs import VERBS
from iac_offboard.apply.looks import gone_for_good
from iac_offboard.clouds.gcp.session import GcpSession
from iac_offboard.clouds.retries import Timing
from iac_offboard.errors import CloudError, NotFoundError
from iac_offboard.interface import Done, Look
from iac_offboard.model import Action

_GIVES = frozenset({"iam:EnableServiceAccount", "iam:EnableServiceAccountKey"})


def _utc_now() -> datetime:
    return datetime.now(UTC)


class GcpExecutor:
    """Carries out the verbs of :data:`~iac_offboard.apply.gcp.verbs.VERBS`.

    ``clock`` says how long ago a key was used; ``jitter`` as :class:`Timing` has it."""

    provider = "gcp"

    def __init__(
        self,
        session: GcpSession,
        *,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[float], float] | None = None,
        clock: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._cloud = Cloud(
            session=session, sleep=sleep, jitter=jitter or Timing().jitter, now=clock
        )

    def caller(self, action: Action) -> str:  # noqa: ARG002
        """Who the calls are made as."""
        return self._cloud.caller

    def look(self, action: Action) -> Look:
        """What stands at the target now. Raises CloudError."""
        return _operation(action).look(self._cloud, action)

    def act(self, action: Action, look: Look) -> Done:
        """Carry the action out. Raises CloudError, ``ManualStep`` when what is to be put back
        has nothing to hang on any more."""
        try:
            return _operation(action).act(self._cloud, action, look)
        except NotFoundError as gone:
            if action.verb in _GIVES or action.verb.startswith("restore:"):
                raise gone_for_good(action, f"what it needs is gone ({gone.message})") from gone
            raise


def _operation(action: Action) -> Operation:
    operation = VERBS.get(action.verb)
    if operation is None:
        raise CloudError(
            f"This version cannot carry out {action.verb}.",
            operation=action.verb,
            hint="The plan was made by another version; make a new one with this one.",
        )
    return operation
