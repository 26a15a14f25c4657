"""The demo's world, and a person at the command line beside its repository."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from iac_offboard.demo import world as demo
from iac_offboard.demo.world import LEAVER, World

ROSTER = """\
version: 1
subjects:
  - id: leaver-2041
    kind: person
    left_at: {now}
    aliases: ["arn:aws:iam::{team}:user/people/alice"]
"""
SOURCES = (
    *("--subjects", "leavers.yaml"),
    *("--terraform", "repository"),
    *("--state", "repository/infra/terraform.tfstate"),
    *("--live", "aws", "--aws-organization", "OrganizationAccountAccessRole"),
    *("--service", "iam,s3,sns", "--region", "us-east-1"),
)
# The clock is injected in code, never by the environment (DESIGN.md): so a test brings its own.
_LATER = """\
import sys
from datetime import timedelta
from iac_offboard.cli import main, options
now = options.now
options.now = lambda: now() + timedelta(hours=float(sys.argv[1]))
sys.exit(main(sys.argv[2:]))
"""
_GIT = ("git", "-c", "user.name=Test", "-c", "user.email=test@example.com")


@dataclass(frozen=True, slots=True)
class Team:
    """``work`` is where the commands are run; the repository is below it."""

    world: World
    work: Path

    @property
    def repository(self) -> Path:
        return self.work / "repository"

    def offboard(self, *arguments: str) -> tuple[int, str]:
        return self._run(sys.executable, "-m", "iac_offboard", *arguments)

    def later(self, hours: float, *arguments: str) -> tuple[int, str]:
        """The same command line, with its clock so many hours ahead."""
        return self._run(sys.executable, "-c", _LATER, str(hours), *arguments)

    def _run(self, *command: str) -> tuple[int, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "TF_"))}
        done = subprocess.run(
            command,
            cwd=self.work,
            env={**kept, **self.world.environment(), "AWS_CONFIG_FILE": os.devnull},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def git(self, *arguments: str) -> None:
        subprocess.run([*_GIT, *arguments], cwd=self.repository, check=True)

    def denied(self) -> bool:
        """Is everything refused to the leaver but the question who it is? STS answers that to
        every active key, whatever is denied (STS reference, GetCallerIdentity)."""
        said = demo.probe(self.world, self.world.keys[LEAVER])
        return {call for call, answer in said.items() if answer is True} <= {"who am I"}

    def refused(self) -> bool:
        """Is every call with either key of the leaver refused?"""
        pairs = (self.world.keys[LEAVER], self.world.unmanaged or self.world.bootstrap)
        return all(True not in demo.probe(self.world, pair).values() for pair in pairs)
