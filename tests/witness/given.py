"""Plans that a pipeline made, held against the plan of a removal: no program runs here."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.acceptance.desk import Ran, run
from tests.witness.making import plan_file
from tests.witness.world import ROSTER, TEAM

OPS = "aws_iam_group_membership.ops"
ALICE = 'aws_iam_user.person["alice"]'


@dataclass
class Given:
    """``before`` and ``after`` are the JSON of plans; a test changes them before it asks."""

    work: Path
    before: Any = field(default_factory=lambda: json.loads(plan_file("before").read_bytes()))
    after: Any = field(default_factory=lambda: json.loads(plan_file("right").read_bytes()))

    @classmethod
    def planned(cls, work: Path) -> Given:
        """The removal is planned for; nothing but the code is there."""
        shutil.copytree(TEAM, work / "infra")
        (work / "leavers.yaml").write_text(ROSTER, encoding="utf-8")
        done = run("plan", "--subjects", "leavers.yaml", "--terraform", "infra", "--out", "case")
        assert done.code == 0, done.err
        return cls(work)

    def use(self, name: str) -> None:
        self.after = json.loads(plan_file(name).read_bytes())

    def change(self, address: str, *, before: bool = False) -> Any:
        """The change of a resource in one of the plans, to be altered."""
        side = self.before if before else self.after
        return next(c for c in side["resource_changes"] if c["address"] == address)["change"]

    def add(self, address: str, actions: list[str], *, old: Any, new: Any, like: str) -> None:
        """One more resource in the second plan."""
        one = copy.deepcopy(
            next(c for c in self.before["resource_changes"] if c["address"] == like)
        )
        one["address"] = address
        one["change"] |= {"actions": actions, "before": old, "after": new, "after_unknown": {}}
        self.after["resource_changes"].append(one)

    def effects(self, change: Callable[[list[Any]], None]) -> None:
        """Alters what plan.json says of its patch."""
        file = self.work / "case" / "plan.json"
        plan = json.loads(file.read_bytes())
        change(plan["effects"])
        file.write_text(json.dumps(plan), encoding="utf-8")

    def prove(self, *more: str, format_: str = "json") -> Ran:
        for name in ("before", "after"):
            text = json.dumps(getattr(self, name))
            (self.work / f"{name}.json").write_text(text, encoding="utf-8")
        files = ("--before", "before.json", "--after", "after.json")
        return run("prove", "case/plan.json", *files, "--format", format_, *more)

    def against(self) -> set[tuple[str, str]]:
        """What speaks against the plan; it is refuted."""
        ran = self.prove()
        assert (ran.code, ran.json["grade"]) == (1, "refuted"), ran.out + ran.err
        return {(c["address"], c["text"]) for r in ran.json["roots"] for c in r["contradictions"]}
