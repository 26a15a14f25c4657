"""The whole loop on an embedded cloud: real Terraform, an AWS that is strict, proof at the end."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

from iac_offboard.catalog.ours import QUARANTINE_GROUP
from iac_offboard.demo.snapshot import Json, snapshot, without
from iac_offboard.demo.stage import Stage
from iac_offboard.demo.strict import AccessKeyPair
from iac_offboard.demo.toolchain import find_toolchain
from iac_offboard.demo.world import (
    LEAVER,
    OTHERS,
    SECURITY,
    TEAM,
    World,
    add_unmanaged,
    apply_example,
    probe,
    start,
)

ROSTER = f"""\
version: 1
subjects:
  - id: leaver-2041
    kind: person
    left_at: {{left_at}}
    case: HR-1234
    aliases: [alice@example.com, "arn:aws:iam::{TEAM}:user/people/alice"]
"""
SUBJECT = "leaver-2041"
LATER = str(3600 + 120)  # seconds: the longest session of the roles that trusted her, and a bit
ORGANIZATION_ROLE = "OrganizationAccountAccessRole"


def leaving_now() -> str:
    """The ``left_at`` of somebody whose accounts stand this very second.

    What was made after somebody left is not theirs, and what is used then is in use: written
    without fractions of a second, the present lies before what was made a moment ago.
    """
    return (datetime.now(UTC) + timedelta(seconds=1)).isoformat(timespec="seconds")


def run_demo(keep: Path | None, record: Path | None = None) -> int:
    """Offboard alice of the example team. 0 when every step did what it should.

    ``keep`` is a directory to work in and to leave in place; ``record`` a file for a picture.
    Raises ``ToolError`` when Terraform is missing or a step fails.
    """
    with ExitStack() as stack:
        work = keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="offboard-")))
        work.mkdir(parents=True, exist_ok=True)
        toolchain = find_toolchain()
        world = start(work / "repository" / "infra", toolchain)
        stack.callback(world.server.close)
        stage = Stage(environment=_environment(world, work), record=record)
        stage.say(
            f"Terraform {toolchain.terraform_version}, AWS provider "
            f"{toolchain.provider_version}, an embedded AWS at {world.server.url}"
        )
        _Demo(world, stage, work).run()
        stage.finish()
    return 0


def _environment(world: World, work: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "TF_"))}
    return {
        **kept,
        **world.environment(),
        "AWS_SHARED_CREDENTIALS_FILE": str(work / "old-keys"),
        "AWS_CONFIG_FILE": os.devnull,
        "NO_COLOR": "1",
    }


class _Demo:
    def __init__(self, world: World, stage: Stage, work: Path) -> None:
        self.world = world
        self.stage = stage
        self.work = work
        self.repository = work / "repository"
        self.before: Json = None
        self.answers: dict[str, dict[str, bool | str]] = {}

    def run(self) -> None:
        self.build()
        self.scan_and_plan()
        self.contain()
        self.code()
        self.live()
        self.prove()

    # ------------------------------------------------------------------ the world

    def build(self) -> None:
        stage, world = self.stage, self.world
        stage.step("A team under Terraform, and what Terraform does not know")
        world.root_module.mkdir(parents=True)
        apply_example(world)
        self._git("init", "-q", "-b", "main")
        self._git("add", ".")
        self._git("commit", "-q", "-m", "The team")
        add_unmanaged(world)
        stage.say(
            "alice also has a second access key, a password, an MFA device and a group made by "
            f"hand, and a role in the account {SECURITY} trusts her"
        )
        self.before = snapshot(world)
        self.answers = {user: probe(world, key) for user, key in self._keys().items()}
        for user, said in sorted(self.answers.items()):
            allowed = sum(answer is True for answer in said.values())
            stage.require(said["who am I"] is True, f"the key of {user} works ({allowed} calls)")
        self._old_keys()
        (self.work / "leavers.yaml").write_text(
            ROSTER.format(left_at=leaving_now()), encoding="utf-8"
        )

    def _git(self, *arguments: str) -> None:
        who = ["-c", "user.name=Demo", "-c", "user.email=demo@example.com"]
        command = ["git", *who, *arguments]
        self.stage.run(self.repository, command, shown=["git", *arguments], quiet=True)

    def _keys(self) -> dict[str, AccessKeyPair]:
        assert self.world.unmanaged is not None
        return {**self.world.keys, "alice, by hand": self.world.unmanaged}

    def _old_keys(self) -> None:
        """The leaver's keys as profiles, for the negative probe; private, and gone at the end."""
        path = self.work / "old-keys"
        path.touch(mode=0o600)
        lines = []
        for name, key in (("alice-managed", LEAVER), ("alice-by-hand", "alice, by hand")):
            pair = self._keys()[key]
            lines += [
                f"[{name}]",
                f"aws_access_key_id = {pair.key_id}",
                f"aws_secret_access_key = {pair.secret}",
            ]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    # ------------------------------------------------------------------ the loop

    def _sources(self) -> list[str]:
        return [
            *("--subjects", "leavers.yaml"),
            *("--terraform", "repository"),
            *("--state", "repository/infra/terraform.tfstate"),
            *("--live", "aws"),
            *("--aws-organization", ORGANIZATION_ROLE),
        ]

    def scan_and_plan(self) -> None:
        stage = self.stage
        stage.step("Scan: code, state and live joined")
        stage.offboard(self.work, "scan", *self._sources(), expect=1)
        stage.step("Plan: a patch, ordered actions, a report")
        stage.offboard(self.work, "plan", *self._sources(), "--out", "case", expect=0)
        with stage.pictured():
            stage.say("removal.patch, its changed lines:")
            stage.diff((self.work / "case" / "removal.patch").read_text(encoding="utf-8"))

    def contain(self) -> None:
        stage = self.stage
        stage.step("Approve, then contain and unblock")
        stage.offboard(self.work, "approve", "case/plan.json", "--by", "lead@example.com", expect=0)
        stage.offboard(self.work, "apply", "case/plan.json", expect=1)
        for user, key in self._leavers():
            said = probe(self.world, key)
            stage.require(True not in said.values(), f"the key of {user} is refused everywhere")

    def code(self) -> None:
        stage, world = self.stage, self.world
        stage.step("Code: the team's own pipeline applies the patch")
        people = world.root_module / "people.tf"
        was = people.read_bytes()
        (patch,) = json.loads((self.work / "case" / "plan.json").read_bytes())["patches"]
        command = patch["apply_command"]  # as the plan records it, for a shell
        stage.run(Path(patch["apply_in"]), ["sh", "-c", command], shown=[command], quiet=True)
        stage.require(people.read_bytes() != was, "the patch changed the files")
        stage.require(world.terraform.fmt_check(), "terraform fmt has nothing to change")
        planned = world.terraform.plan()
        for address, actions in sorted(planned.actions().items()):
            stage.say(f"  terraform plan: {', '.join(actions)} {address}")
        destroyed = [a for a, done in planned.actions().items() if "delete" in done]
        stage.require(
            bool(destroyed) and all(f'["{LEAVER}"]' in a for a in destroyed),
            "only the leaver's resources would be destroyed",
        )
        world.terraform.apply()
        stage.require(not world.terraform.plan().changes, "after apply the next plan is empty")
        self._git("commit", "-q", "-a", "-m", "Offboard leaver-2041")

    def live(self) -> None:
        self.stage.step("Live: what no root manages")
        self.stage.offboard(self.work, "apply", "case/plan.json", expect=0)

    # ------------------------------------------------------------------ the proof

    def prove(self) -> None:
        stage = self.stage
        with stage.pictured():
            stage.step("Verify: look again everywhere, and try the old keys")
            self._verify()
        records = (self.work / "case" / "journal.jsonl").read_text(encoding="utf-8").splitlines()
        stage.say(f"journal: {len(records)} records, last: {json.loads(records[-1])['outcome']}")

    def _verify(self) -> None:
        stage = self.stage
        profiles = ("alice-managed", "alice-by-hand")
        probes = [part for profile in profiles for part in ("--probe", profile)]
        command = ["verify", "case/plan.json", *probes, "--settle", "1"]
        stage.offboard(self.work, *command, expect=1)
        stage.say("sessions that alice began before the removal may still last: the clock goes on")
        stage.run(
            self.work,
            [sys.executable, "-m", "iac_offboard.demo.later", LATER, "case/plan.json", *profiles],
            shown=["iac-offboard", *command, "#", "an hour later"],
        )
        for user, key in self._leavers():
            said = probe(self.world, key)
            stage.require(True not in said.values(), f"the key of {user} is refused everywhere")
        for user in OTHERS:
            now = probe(self.world, self.world.keys[user])
            stage.require(now == self.answers[user], f"{user} can do what {user} could do before")
        gone = {*self._spellings(), QUARANTINE_GROUP}
        stage.require(
            without(self.before, gone) == without(snapshot(self.world), gone),
            "every other binding of both accounts is as it was",
        )
        stage.require(QUARANTINE_GROUP not in self._groups(), "nothing of ours is left behind")

    def _leavers(self) -> list[tuple[str, AccessKeyPair]]:
        return [(user, key) for user, key in self._keys().items() if user not in OTHERS]

    def _groups(self) -> list[str]:
        groups = self.world.caller().client("iam").list_groups()["Groups"]
        return [group["GroupName"] for group in groups]

    def _spellings(self) -> set[str]:
        """Every way in which the snapshots spell alice."""
        assert isinstance(self.before, dict)
        account = self.before[TEAM]
        assert isinstance(account, dict)
        users = account["users"]
        assert isinstance(users, dict)
        alice = users[LEAVER]
        assert isinstance(alice, dict)
        return {LEAVER, str(alice["id"]), str(alice["arn"])}
