"""Plans to carry out, and a small cloud to do it to."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from iac_offboard.errors import CloudError
from iac_offboard.interface import Done, Look, LookState
from iac_offboard.model import Action, Hold, Phase, Plan, Scope, Target

DIGEST = "ab" * 32
START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


class Clock:
    """One second later at every look."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def action(
    id_: str,
    phase: Phase = Phase.CONTAIN,
    *,
    needs: tuple[str, ...] = (),
    provider: str = "toy",
) -> Action:
    return Action(
        id=id_,
        phase=phase,
        verb="toy:Remove",
        target=Target(provider=provider, kind="toy_thing", name=f"thing-{id_}", unique_id=id_),
        subject="leaver-1",
        reason="",
        needs=needs,
    )


def plan(actions: Sequence[Action], *, holds: tuple[Hold, ...] = ()) -> Plan:
    return Plan(
        version=1,
        tool="test",
        made_at=START,
        made_by=(),
        scope=Scope(),
        sources=(),
        inputs=(),
        subjects=(),
        findings=(),
        actions=tuple(actions),
        manual=(),
        holds=holds,
        patches=(),
        skipped=(),
        notes=(),
    )


@dataclass
class Cloud:
    """A cloud whose things are lines of a file, so that it outlives the process. Every effect
    is one more line: an effect that happened twice can be seen."""

    path: Path
    fails: dict[str, CloudError] = field(default_factory=dict)
    replaced: frozenset[str] = frozenset()
    unseen: CloudError | None = None
    provider: str = "toy"
    crash: Callable[[str], None] | None = None

    @property
    def effects(self) -> list[str]:
        return self.path.read_text().split() if self.path.exists() else []

    def caller(self, action: Action) -> str:
        return f"arn:toy:{action.target.provider}:writer"

    def look(self, action: Action) -> Look:
        if self.unseen:
            raise self.unseen
        if action.id in self.replaced:
            return Look(state=LookState.REPLACED, detail=f"{action.target.name} is another")
        if action.id in self.effects:
            return Look(state=LookState.ABSENT, detail="it is gone")
        return Look(state=LookState.PRESENT, image=json.dumps({"was": action.target.name}))

    def act(self, action: Action, look: Look) -> Done:
        if action.id in self.fails:
            raise self.fails[action.id]
        if self.crash:
            self.crash(f"in-call-before:{action.id}")
        with self.path.open("a") as file:
            file.write(f"{action.id}\n")
        if self.crash:
            self.crash(f"in-call-after:{action.id}")
        return Done(
            operation="toy:Remove", request_id=f"r-{action.id}", response_digest="", undo=look.image
        )
