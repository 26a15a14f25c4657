"""A directory of configuration, under git or not, and a person at its command line."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from iac_offboard.cli import main

PACKAGE = Path(__file__).parents[2]
ROSTER = """\
version: 1
subjects:
  - id: leaver-2041
    kind: person
    left_at: 2026-03-01T17:00:00Z
    aliases: [alice]
"""
BEFORE = b"""\
resource "aws_iam_group_membership" "oncall" {
  name  = "oncall"
  group = "oncall"

  users = [
    "alice", # the rota
    "bob",
  ]
}
"""
AFTER = BEFORE.replace(b'    "alice", # the rota\n', b"")


@dataclass(frozen=True, slots=True)
class Checkout:
    """A directory with a roster; every command is run from there, as a person would."""

    work: Path

    def write(self, path: str, data: bytes = BEFORE, mode: int = 0o644) -> Path:
        file = self.work / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        file.chmod(mode)
        return file

    def shell(self, command: str, directory: Path | None = None) -> str:
        done = subprocess.run(
            command,
            shell=True,
            cwd=directory or self.work,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def repository(self, path: str, *, commit: bool = True) -> Path:
        top = self.work / path
        top.mkdir(parents=True, exist_ok=True)
        self.shell("git init -q", top)
        if commit:
            self.shell("git add . && git commit -q -m all", top)
        return top

    def offboard(self, verb: str, *arguments: str, process: bool = False) -> int:
        """Exit code; in a process of its own where that is what is tested."""
        line = [verb, *arguments, "--subjects", "leavers.yaml"]
        if process:
            command = [sys.executable, "-m", "iac_offboard", *line]
            return subprocess.run(command, capture_output=True, check=False).returncode
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            return main(line)

    def plan(self, *directories: str, out: str = "case", process: bool = False) -> Any:
        asked = [a for d in directories for a in ("--terraform", d)]
        assert self.offboard("plan", *asked, "--out", out, process=process) == 0
        return json.loads((self.work / out / "plan.json").read_bytes())

    def apply(self, plan: Any) -> str:
        """Runs each recorded command; every digest that the plan promises has to come out."""
        said = "".join(self.shell(p["apply_command"], Path(p["apply_in"])) for p in plan["patches"])
        for change in (c for p in plan["patches"] for c in p["changes"]):
            data = (self.work / change["root"] / change["file"]).read_bytes()
            assert hashlib.sha256(data).hexdigest() == change["digest_after"]
        return said

    def found(self, directory: str) -> bool:
        return {0: False, 1: True}[self.offboard("scan", "--terraform", directory)]
