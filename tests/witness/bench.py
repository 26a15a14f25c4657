"""A planned removal, and a script in the place of Terraform that prints the plans which the real
one made (``making``). ``test_prove`` runs the real one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.acceptance.desk import Ran, run
from tests.witness.making import plan_file

# What a plan of the code prints depends on whether alice is in it, as with the real program.
SCRIPT = """\
#!/bin/sh
echo "$PWD $TF_WORKSPACE $*" >> "{log}"
case "$1" in
  init) {init} ;;
  plan)
    {plan}
    for argument in "$@"; do
      case "$argument" in -out=*) out="${{argument#-out=}}" ;; esac
    done
    if grep -q alice terraform.tfvars; then cat "{before}"; else cat "{right}"; fi > "$out"
    ;;
  show) for argument in "$@"; do file="$argument"; done; cat "$file" ;;
esac
"""


@dataclass(frozen=True)
class Bench:
    """``work`` has a planned removal; ``log`` is what the program was asked."""

    work: Path

    @property
    def log(self) -> list[str]:
        file = self.work / "asked"
        return file.read_text().splitlines() if file.exists() else []

    def program(self, *, init: str = "true", plan: str = "true", name: str = "terraform") -> str:
        file = self.work / "bin" / name
        file.parent.mkdir(exist_ok=True)
        text = SCRIPT.format(
            log=self.work / "asked",
            init=init,
            plan=plan,
            before=plan_file("before"),
            right=plan_file("right"),
        )
        file.write_text(text)
        file.chmod(0o755)
        return str(file)

    def prove(self, program: str, *more: str) -> Ran:
        return run("prove", "case/plan.json", "--terraform", program, "--format", "json", *more)

    def plan(self) -> Any:
        return json.loads((self.work / "case" / "plan.json").read_bytes())

    def write(self, file: str, text: str) -> None:
        (self.work / file).write_text(text, encoding="utf-8")


def open_(ran: Ran) -> str:
    """Why nothing is witnessed, and what to do."""
    assert (ran.code, ran.json["grade"]) == (3, "not witnessed"), ran.out + ran.err
    (root,) = ran.json["roots"]
    return " ".join([*root["open"], root["next_step"]])
