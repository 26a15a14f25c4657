"""The apply that is killed. Without pytest, so that a child process starts at once."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from iac_offboard.apply import Journal, run
from iac_offboard.model import Action, Phase
from tests.apply.plans import DIGEST, Clock, Cloud, action, plan


def actions() -> list[Action]:
    phases = [Phase.CONTAIN] * 8 + [Phase.UNBLOCK] * 6 + [Phase.LIVE] * 6
    names = [f"a{n:02}" for n in range(20)]
    return [
        action(name, phase, needs=tuple(names[n - 1 : n]) if n % 3 else ())
        for n, (name, phase) in enumerate(zip(names, phases, strict=True))
    ]


def no_wait(fd: object) -> None:
    """SIGKILL takes the process, not the page cache: here fsync would only cost time."""
    assert fd is not None


def die(folder: Path, kill_at: str) -> None:
    os.fsync = no_wait
    apply(folder, kill_at)


def apply(folder: Path, kill_at: str = "") -> None:
    def crash(point: str) -> None:
        if point == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    with Journal.open(folder / "journal.jsonl", DIGEST, Clock()) as journal:
        run(
            plan(actions()),
            DIGEST,
            executors={"toy": Cloud(folder / "effects", crash=crash)},
            journal=journal,
            phases=None,
            clock=Clock(),
            code_ready=tuple,
            crash=crash,
        )
