"""The apply on Google Cloud that is killed. Without pytest, so that a child starts at once."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from iac_offboard.apply import Journal, run
from iac_offboard.apply.gcp import GcpExecutor
from iac_offboard.clouds.gcp.session import open_session
from iac_offboard.interface import Done, Look
from iac_offboard.model import Action
from tests.apply.killing import no_wait
from tests.apply.plans import DIGEST, Clock, plan


class Dying(GcpExecutor):
    """Dies right before or right after the call itself."""

    crash: Callable[[str], None]

    def act(self, action: Action, look: Look) -> Done:
        self.crash(f"in-call-before:{action.id}")
        done = super().act(action, look)
        self.crash(f"in-call-after:{action.id}")
        return done


def die(folder: Path, settings: Mapping[str, str], actions: Sequence[Action], point: str) -> None:
    os.fsync = no_wait
    os.environ.update(settings)
    apply(folder, actions, point)


def apply(folder: Path, actions: Sequence[Action], kill_at: str = "") -> None:
    def crash(point: str) -> None:
        if point == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    executor = Dying(open_session(), sleep=lambda _: None)
    executor.crash = crash
    with Journal.open(folder / "journal.jsonl", DIGEST, Clock()) as journal:
        run(
            plan(actions),
            DIGEST,
            executors={"gcp": executor},
            journal=journal,
            phases=None,
            clock=Clock(),
            code_ready=tuple,
            crash=crash,
        )
