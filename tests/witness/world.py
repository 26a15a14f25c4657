"""A team in one root module under real Terraform, and a plan that takes alice out of it."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from iac_offboard.demo.strict import StrictServer
from iac_offboard.demo.terraform import TerraformRun, provider_override
from iac_offboard.demo.toolchain import Toolchain
from tests.acceptance.desk import Ran, run

TEAM = Path(__file__).parent / "team"
ROSTER = """\
version: 1
subjects:
  - {id: leaver-1, kind: person, aliases: ["arn:aws:iam::111122223333:user/alice"]}
"""
OVERRIDE = "provider_override.tf"
_SERVICES = ("iam", "sqs", "sts")


@dataclass(frozen=True)
class World:
    """``work`` is where commands are run; the root module is ``infra`` below it."""

    server: StrictServer
    toolchain: Toolchain
    work: Path

    @property
    def infra(self) -> Path:
        return self.work / "infra"

    @property
    def case(self) -> Path:
        return self.work / "case"

    def environment(self) -> dict[str, str]:
        """For the user's own Terraform: credentials, and where the provider is."""
        root = self.server.app.config.root
        rc = self.work / "terraform.rc"
        rc.write_text(
            "provider_installation {\n  dev_overrides {\n"
            f'    "hashicorp/aws" = "{self.toolchain.provider_dir}"\n  }}\n  direct {{}}\n}}\n',
            encoding="utf-8",
        )
        return {
            "AWS_ACCESS_KEY_ID": root.key_id,
            "AWS_SECRET_ACCESS_KEY": root.secret,
            "AWS_REGION": "us-east-1",
            "TF_CLI_CONFIG_FILE": str(rc),
        }

    def terraform(self, root: Path | None = None) -> TerraformRun:
        return TerraformRun(self.toolchain, root or self.infra, self.environment())

    def program(self) -> tuple[str, ...]:
        """``--terraform BIN`` for the toolchain's own; without, where Python brings it."""
        found = self.toolchain.terraform
        return ("--terraform", found[0]) if len(found) == 1 else ()

    def prove(self, *more: str, program: tuple[str, ...] | None = None) -> Ran:
        chosen = self.program() if program is None else program
        return run("prove", "case/plan.json", *chosen, "--format", "json", *more)


def made(server: StrictServer, toolchain: Toolchain, work: Path) -> World:
    """Applied, and planned for; ``right`` beside the root is the code as the patch leaves it."""
    server.app.reset()
    world = World(server, toolchain, work)
    shutil.copytree(TEAM, world.infra)
    override = provider_override(toolchain, server.url, _SERVICES)
    (world.infra / OVERRIDE).write_text(override, encoding="utf-8")
    world.terraform().apply()
    (work / "leavers.yaml").write_text(ROSTER, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(work)
        done = run("plan", "--subjects", "leavers.yaml", "--terraform", "infra", "--out", "case")
    assert done.code == 0, done.err
    shutil.copytree(world.infra, work / "right")
    subprocess.run(
        ["git", "apply", str(world.case / "removal.patch")],
        cwd=work / "right",
        env={"PATH": "/usr/bin:/bin", "GIT_CEILING_DIRECTORIES": str(work)},
        check=True,
    )
    return world


def copied(world: World, work: Path) -> World:
    """The same team for another test, which may change the files but not the cloud."""
    for name in ("infra", "case", "right"):
        shutil.copytree(world.work / name, work / name)
    shutil.copy2(world.work / "leavers.yaml", work / "leavers.yaml")
    plan = work / "case" / "plan.json"
    text = plan.read_text(encoding="utf-8")
    plan.write_text(text.replace(str(world.work), str(work)), encoding="utf-8")
    return World(world.server, world.toolchain, work)
