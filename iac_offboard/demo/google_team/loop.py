"""The whole loop on an embedded Google Cloud, with the real Google provider where there is one."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from iac_offboard.demo.google_team.snapshot import snapshot
from iac_offboard.demo.google_team.world import (
    DOMAIN,
    FORMER,
    JOBS,
    LEAVER,
    ORGANIZATION,
    OTHERS,
    World,
    add_unmanaged,
    copy_example,
    probe,
    probe_keys,
    recorded,
    start,
)
from iac_offboard.demo.loop import leaving_now
from iac_offboard.demo.stage import Stage
from iac_offboard.demo.toolchain import Toolchain, find_toolchain
from iac_offboard.errors import ToolError

ROSTER = f"""\
version: 1
subjects:
  - id: leaver-2041
    kind: person
    left_at: {{left_at}}
    case: HR-1234
    aliases:
      - {LEAVER}@{DOMAIN}
      - {FORMER}
      - {JOBS}
  - id: repository-7
    kind: repository
    left_at: {{left_at}}
    case: OPS-7
    aliases: [acme/retired]
    attested:
      - source: token.actions.githubusercontent.com
        by: lead@example.com
        at: {{left_at}}
"""
# Removals from groups may take a day to be seen everywhere, policies minutes ("Access change
# propagation", IAM documentation).
LATER = str(25 * 3600)
GONE = (f"{LEAVER}@{DOMAIN}", FORMER, JOBS, "acme/retired")


def run_demo(keep: Path | None, record: Path | None = None) -> int:
    """Offboard alice and a repository of the example team. 0 when every step did what it should.

    ``keep`` is a directory to work in and to leave in place; ``record`` a file for a picture.
    Raises ``ToolError`` when a step fails.
    """
    with ExitStack() as stack:
        work = keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="offboard-")))
        work.mkdir(parents=True, exist_ok=True)
        toolchain, missing = _toolchain()
        world = start(work / "repository" / "infra", toolchain)
        stack.callback(world.server.close)
        stage = Stage(environment=_environment(world, work), record=record)
        stage.say(f"an embedded Google Cloud at {world.server.url}")
        _say_how_code_is_applied(stage, toolchain, missing)
        _Demo(world, stage, work).run()
        stage.finish()
    return 0


def write_roster(work: Path) -> None:
    """Who leaves, this very second: ``leavers.yaml`` in ``work``."""
    (work / "leavers.yaml").write_text(ROSTER.format(left_at=leaving_now()), encoding="utf-8")


def _toolchain() -> tuple[Toolchain | None, str]:
    try:
        return find_toolchain(provider="google"), ""
    except ToolError as missing:
        return None, str(missing)


def _say_how_code_is_applied(stage: Stage, toolchain: Toolchain | None, missing: str) -> None:
    if toolchain is not None:
        version = toolchain.provider_version or "of the PATH"
        stage.say(f"Terraform {toolchain.terraform_version}, Google provider {version}")
        return
    played = recorded()
    stage.say(missing)
    stage.say(
        f"So Terraform does not run here. Its part is played from a recording of Terraform "
        f"{played.terraform} with the Google provider {played.provider}: the same requests to "
        "the embedded cloud and the same state, for exactly this code and this patch."
    )


def _environment(world: World, work: Path) -> dict[str, str]:
    foreign = ("GOOGLE_", "CLOUDSDK_", "TF_", "GCLOUD_")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(foreign)}
    return {**kept, **world.server.environment(work), "NO_COLOR": "1"}


class _Demo:
    def __init__(self, world: World, stage: Stage, work: Path) -> None:
        self.world = world
        self.stage = stage
        self.work = work
        self.repository = work / "repository"
        self.before: dict[str, object] = {}
        self.answers: dict[str, dict[str, frozenset[str]]] = {}

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
        copy_example(world.root_module)
        (world.root_module / ".gitignore").write_text("*.tfstate*\n.terraform*\n", "utf-8")
        world.apply()
        self._git("init", "-q", "-b", "main")
        self._git("add", ".")
        self._git("commit", "-q", "-m", "The team")
        add_unmanaged(world)
        stage.say(
            "alice also has a second key of her jobs' account, a bucket, a role until a date and "
            "a group, made by hand, and the role of an account that was deleted when she married"
        )
        self.before = snapshot(world.server.world, GONE)
        self.answers = {name: probe(world, name) for name in (LEAVER, *OTHERS)}
        for name, said in sorted(self.answers.items()):
            stage.require(
                any(said.values()), f"{name} can do {sum(map(len, said.values()))} things"
            )
        for called, works in sorted(probe_keys(world).items()):
            stage.require(works, f"the key {called} gets a token")
        write_roster(self.work)

    def _git(self, *arguments: str) -> None:
        who = ["-c", "user.name=Demo", "-c", "user.email=demo@example.com"]
        command = ["git", *who, *arguments]
        self.stage.run(self.repository, command, shown=["git", *arguments], quiet=True)

    # ------------------------------------------------------------------ the loop

    def _sources(self) -> list[str]:
        return [
            *("--subjects", "leavers.yaml"),
            *("--terraform", "repository"),
            *("--state", "repository/infra/terraform.tfstate"),
            *("--live", "gcp", "--gcp-organization", ORGANIZATION),
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
        stage.step("Approve, then contain")
        stage.offboard(self.work, "approve", "case/plan.json", "--by", "lead@example.com", expect=0)
        stage.offboard(self.work, "apply", "case/plan.json", expect=1)
        for called, works in sorted(probe_keys(self.world).items()):
            stage.require(not works, f"the key {called} is refused")

    def code(self) -> None:
        stage, world = self.stage, self.world
        stage.step("Code: the team's own pipeline applies the patch")
        was = (world.root_module / "project.tf").read_bytes()
        (patch,) = json.loads((self.work / "case" / "plan.json").read_bytes())["patches"]
        command = patch["apply_command"]  # as the plan records it, for a shell
        stage.run(Path(patch["apply_in"]), ["sh", "-c", command], shown=[command], quiet=True)
        changed = (world.root_module / "project.tf").read_bytes() != was
        stage.require(changed, "the patch changed the files")
        self._evaluated()
        if world.toolchain is None:
            world.apply()
            stage.say("terraform apply, played from the recording: its requests were all taken")
        else:
            self._terraform(world.toolchain)
        self._git("commit", "-q", "-a", "-m", "Offboard leaver-2041 and repository-7")

    def _evaluated(self) -> None:
        """Our own evaluation of the patched code: only the pool still lets repositories of the
        organization in, which names nobody."""
        words = ["scan", *self._sources()[:4], "--format", "json"]
        command = [sys.executable, "-m", "iac_offboard", *words]
        shown = ["iac-offboard", *words]
        said = self.stage.run(self.work, command, shown=shown, expect=1, quiet=True)
        left = [finding for finding in json.loads(said)["findings"] if not finding["covered"]]
        self.stage.require(not left, "the patched code names none of the leavers")

    def _terraform(self, toolchain: Toolchain) -> None:
        stage, terraform = self.stage, self.world.terraform(toolchain)
        stage.require(terraform.fmt_check(), "terraform fmt has nothing to change")
        for address, actions in sorted(terraform.plan().actions().items()):
            stage.say(f"  terraform plan: {', '.join(actions)} {address}")
        terraform.apply()
        stage.require(not terraform.plan().changes, "after apply the next plan is empty")

    def live(self) -> None:
        self.stage.step("Live: what no root manages")
        self.stage.offboard(self.work, "apply", "case/plan.json", expect=0)

    # ------------------------------------------------------------------ the proof

    def prove(self) -> None:
        stage = self.stage
        with stage.pictured():
            stage.step("Verify: look again everywhere")
            self._verify()
        records = (self.work / "case" / "journal.jsonl").read_text(encoding="utf-8").splitlines()
        stage.say(f"journal: {len(records)} records, last: {json.loads(records[-1])['outcome']}")

    def _verify(self) -> None:
        stage, world = self.stage, self.world
        command = ["verify", "case/plan.json", "--settle", "1"]
        stage.offboard(self.work, *command, expect=1)
        stage.say("what was removed may be seen for a day, where a group is: the clock goes on")
        stage.run(
            self.work,
            [sys.executable, "-m", "iac_offboard.demo.later", LATER, "case/plan.json"],
            shown=["iac-offboard", *command, "#", "a day later"],
        )
        nothing = not any(probe(world, LEAVER).values())
        stage.require(nothing, f"a token of {LEAVER} can do nothing any more")
        for called, works in sorted(probe_keys(world).items()):
            stage.require(not works, f"the key {called} is refused")
        for name in OTHERS:
            same = probe(world, name) == self.answers[name]
            stage.require(same, f"{name} can do what {name} could do before")
        stage.require(
            snapshot(world.server.world, GONE) == self.before,
            "every other member of every policy and group is as it was",
        )
