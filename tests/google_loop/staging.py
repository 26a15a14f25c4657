"""A leaver's case on Google Cloud: code and state of one situation, a fake cloud, and the verbs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from iac_offboard.demo.google import GoogleServer
from iac_offboard.demo.google_team import recording
from tests.acceptance.desk import Ran, run
from tests.google_loop.situations import (
    CASES,
    ORGANIZATION,
    RETIRED,
    SITUATIONS,
    Situation,
    furnish,
)
from tests.loop.checkout import Checkout

SUBJECT = "leaver-2041"
LIVE = ("--live", "gcp", "--gcp-organization", ORGANIZATION)
_GIT = ("git", "-c", "user.name=Test", "-c", "user.email=test@example.com")
_IGNORED = "*.tfstate*\n.terraform*\n"


@dataclass(slots=True)
class Clock:
    """Of the fake, and of the command line where it is told to use ``now``."""

    server: GoogleServer
    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def later(self, **time: float) -> None:
        """So much time goes by, for everybody."""
        self.ahead += timedelta(**time)
        self.server.clock.advance(timedelta(**time).total_seconds())


def git(repository: Path, *arguments: str) -> None:
    subprocess.run([*_GIT, *arguments], cwd=repository, check=True)


def point_at(server: GoogleServer, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server is the only Google there is, an administrator's key the only credentials; the
    commands are run from ``here``."""
    foreign = ("GOOGLE_", "CLOUDSDK_", "GCLOUD_", "COLUMNS")
    for name in [n for n in os.environ if n.startswith(foreign)]:
        monkeypatch.delenv(name)
    for name, value in server.environment(here).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(here)


def by_hand(name: str, root: Path) -> None:
    """The one place that is a person's: the condition of the pool's provider."""
    if name == "repository":
        file = root / "main.tf"
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace(f", '{RETIRED}'", ""), encoding="utf-8")


@dataclass(slots=True, kw_only=True)
class Stage:
    """One situation in ``work``, where the commands have to be run. ``key_files`` are those of
    every key that people made, by the key's name."""

    name: str
    server: GoogleServer
    work: Path
    playback: recording.Playback
    aliases: list[str] = field(default_factory=list)
    key_files: dict[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)
    clock: Clock = field(init=False)

    def __post_init__(self) -> None:
        self.clock = Clock(self.server)

    @property
    def situation(self) -> Situation:
        return SITUATIONS[self.name]

    @property
    def repository(self) -> Path:
        return self.work / "repository"

    @property
    def root(self) -> Path:
        return self.repository / "infra"

    @property
    def plan_json(self) -> Any:
        return json.loads((self.work / "case/plan.json").read_bytes())

    @property
    def hers(self) -> list[str]:
        """The keys that are the leaver's: those of her own accounts, and those in the roster."""
        own = tuple(f"/{alias}/keys/" for alias in self.situation.aliases)
        return [k for k in self.key_files if k in self.aliases or any(o in k for o in own)]

    def collect_keys(self) -> None:
        world, token_uri = self.server.world, f"{self.server.url}/token"
        for account in world.accounts.of_project(self.situation.project):
            for key in (k for k in account.keys.values() if not k.managed):
                name = f"projects/{account.project}/serviceAccounts/{account.email}/keys/{key.id}"
                self.key_files[name] = world.key_file(account.email, key, token_uri)

    def actions(self, phase: str) -> list[str]:
        return [a["verb"] for a in self.plan_json["actions"] if a["phase"] == phase]

    # ------------------------------------------------------------------ people

    def lay(self) -> None:
        """The code of the situation, committed."""
        shutil.copytree(CASES / self.name / "infra", self.root)
        (self.repository / ".gitignore").write_text(_IGNORED, encoding="utf-8")
        git(self.repository, "init", "-q")
        self.commit("The team")

    def commit(self, message: str) -> None:
        git(self.repository, "add", ".")
        git(self.repository, "commit", "-q", "--allow-empty", "-m", message)

    def write_roster(self, left_at: str, **more: object) -> None:
        subject = {
            "id": SUBJECT,
            "kind": self.situation.kind,
            "left_at": left_at,
            "case": "HR-1234",
            "aliases": self.aliases,
            **more,
        }
        text = yaml.safe_dump({"version": 1, "subjects": [subject]}, sort_keys=False)
        (self.work / "leavers.yaml").write_text(text, encoding="utf-8")

    # ------------------------------------------------------------------ the verbs

    def sources(self, *, live: bool = True) -> tuple[str, ...]:
        return (
            *("--subjects", "leavers.yaml", "--terraform", "repository"),
            *("--state", "repository/infra/terraform.tfstate"),
            *(LIVE if live else ()),
        )

    def scan(self, *more: str, live: bool = True) -> Ran:
        return run("scan", *self.sources(live=live), "--format", "json", *more)

    def plan(self, *more: str) -> Ran:
        return run("plan", *self.sources(), "--out", "case", *more)

    def approve(self, *more: str) -> Ran:
        return run("approve", "case/plan.json", "--by", "lead@example.com", *more)

    def apply(self, *more: str) -> Ran:
        return run("apply", "case/plan.json", *more)

    def verify(self, *more: str) -> Ran:
        return run("verify", "case/plan.json", "--settle", "0", "--format", "json", *more)

    def merge(self) -> None:
        """The patch by the recorded commands, and what a person does by hand; then the code has
        to be what it was when Terraform was recorded."""
        Checkout(self.work).apply(self.plan_json)
        by_hand(self.name, self.root)
        wanted = (CASES / self.name / "after/main.tf").read_text(encoding="utf-8")
        assert (self.root / "main.tf").read_text(encoding="utf-8") == wanted
        self.commit("Offboard")


def staged(name: str, server: GoogleServer, work: Path) -> Stage:
    """Puts the situation ``name`` on ``server``, which has to be empty, and its files below
    ``work``: applied as the real provider did it, what is done by hand done, the roster written."""
    recorded = recording.read((CASES / name / "recorded.json").read_text(encoding="utf-8"))
    administrator = f"serviceAccount:{server.world.administrator.email}"
    playback = recording.Playback(
        recording=recorded, url=server.url, token=server.token(administrator)
    )
    stage = Stage(name=name, server=server, work=work, playback=playback)
    furnish(server.world)
    stage.situation.before(server.world)
    stage.lay()
    playback.apply(stage.root)
    stage.aliases += [*stage.situation.aliases, *stage.situation.by_hand(server.world)]
    stage.collect_keys()
    stage.clock.later(minutes=1)  # whatever is there was made before anybody left
    stage.write_roster(stage.clock.now().isoformat(timespec="seconds"))
    stage.clock.later(minutes=1)
    return stage
