"""The real ``terraform plan`` of one root module in a copy of it, as JSON.

No lock is taken and nothing is asked (``-lock=false -input=false``); a plan writes no state
("Command: plan", Terraform documentation), and everything else that is written goes to the copy.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from iac_offboard.terraform import running

_SECONDS = 3600
_ERROR = re.compile(r"^[│╷╵\s]*Error: (.+)$", re.MULTILINE)
_WHERE = re.compile(r"^[│\s]*on (\S+) line (\d+)", re.MULTILINE)
# Names of variables of the environment whose values are never repeated, and what may be one.
_SECRET = re.compile(r"SECRET|TOKEN|PASSWORD|ACCESS_KEY|CREDENTIAL|TF_VAR_", re.IGNORECASE)
_LOOKS_SECRET = re.compile(r"//[^/@\s]+@|(?=[\w+/=.-]*\d)(?=[\w+/=.-]*[A-Za-z])[\w+/=.-]{20,}")
_LONGEST = 200


class NotPlanned(Exception):
    """Nobody could plan here; ``why`` and ``next_step`` are for people and hold no secret."""

    def __init__(self, why: str, next_step: str) -> None:
        super().__init__(why)
        self.why = why
        self.next_step = next_step


@dataclass(frozen=True, slots=True, kw_only=True)
class Planner:
    """``root`` is the copy of a root module, ``scratch`` a private directory for plans;
    ``var_files`` are absolute, ``workspace`` is "" for the one that is chosen there."""

    program: running.Program
    root: Path
    scratch: Path
    var_files: Sequence[str] = ()
    workspace: str = ""
    initialised: bool = False

    def plan(self, name: str) -> bytes:
        """The plan of the code as it is there now, as JSON. Raises NotPlanned."""
        file = self.scratch / f"{name}.tfplan"
        arguments = ["plan", "-lock=false", "-input=false", "-no-color", f"-out={file}"]
        arguments += [f"-var-file={path}" for path in self.var_files]
        done = self._run(*arguments)
        if done.code != 0 and not self.initialised:
            begun = self._run("init", "-input=false", "-no-color")
            if begun.code != 0:
                raise self._failed("init", begun)
            done = self._run(*arguments)
        if done.code != 0:
            raise self._failed("plan", done)
        shown = self._run("show", "-json", "-no-color", str(file))
        if shown.code != 0:
            raise self._failed("show", shown)
        return shown.stdout

    def _run(self, *arguments: str) -> running.Ended:
        chosen = {"TF_WORKSPACE": self.workspace} if self.workspace else {}
        try:
            return running.run(
                self.program, arguments, directory=self.root, seconds=_SECONDS, extra=chosen
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NotPlanned(
                f"{self._command(arguments[0])} did not end ({type(error).__name__})",
                "Look whether it runs there by hand, or give plans with --before and --after.",
            ) from error

    def _command(self, verb: str) -> str:
        return f"{self.program.name} {verb}"

    def _failed(self, verb: str, done: running.Ended) -> NotPlanned:
        text = done.stderr.decode("utf-8", "replace")
        said, where = _ERROR.search(text), _WHERE.search(text)
        what = f": {_plain(said.group(1))}" if said else ""
        at = f" (on {where.group(1)} line {where.group(2)})" if said and where else ""
        return NotPlanned(
            f"{self._command(verb)} failed{what}{at}",
            "Run it in the root module to see all it says, or give plans with --before and "
            "--after.",
        )


def _plain(text: str) -> str:
    """What is said in one line, without what may be a secret."""
    for name, value in os.environ.items():
        if len(value) >= 8 and _SECRET.search(name):
            text = text.replace(value, "[...]")
    text = _LOOKS_SECRET.sub("[...]", text).strip()
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "..."
