"""The same expressions asked of real Terraform and of our evaluator, and where they differ."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from iac_offboard.demo.toolchain import Toolchain, find_toolchain
from iac_offboard.errors import ToolError
from iac_offboard.hcl.convert import has_unknown
from iac_offboard.hcl.plain import HOLE, JSON, to_plain
from iac_offboard.hcl.values import Unknown, Value
from tests.hcl.trees import Tree

PRELUDE = """variable "names" {
  type    = list(string)
  default = ["alice", "bob"]
}
variable "teams" {
  type    = map(list(string))
  default = { ops = ["alice"], dev = ["bob", "alice"], none = [] }
}
variable "people" {
  type = map(object({
    mail  = optional(string, "none@x.com")
    level = optional(number)
    tags  = optional(map(string), {})
  }))
  default = { alice = { level = 3 }, bob = { mail = "b@x.com", tags = { a = "1" } } }
}
variable "set" {
  type    = set(string)
  default = ["x", "alice"]
}
locals {
  users = { alice = { groups = ["a", "b"], on = true }, bob = { groups = [], on = false } }
  mixed = ["a", 1, true, null]
  text  = "$${k}-%%{ if k == 1 }x$${k}%%{ endif }"
  csv   = "name,mail\\nann,a@x.com\\n\\"b, c\\",\\n"
}
"""


@cache
def toolchain() -> Toolchain:
    """Skips the test where the machine has no Terraform."""
    try:
        return find_toolchain()
    except ToolError as problem:
        pytest.skip(f"{problem} {problem.hint}")


def run(directory: Path, arguments: Sequence[str], given: str = "") -> str:
    """What Terraform prints. Raises RuntimeError with its messages when it refuses."""
    config = directory / "empty.tfrc"
    config.write_text("")
    quiet = {k: v for k, v in os.environ.items() if not k.startswith("TF_")}
    done = subprocess.run(
        [*toolchain().terraform, *arguments],
        cwd=directory,
        input=given,
        env={**quiet, "TF_CLI_CONFIG_FILE": str(config), "CHECKPOINT_DISABLE": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr or done.stdout)
    return done.stdout


def expected(directory: Path, expressions: Sequence[str], prelude: str = "") -> list[str | None]:
    """Each value as ``jsonencode`` writes it, None where Terraform refuses. One call for all; a
    mistake that ``try`` does not catch is searched by halves."""
    tries = "".join([f"  try(jsonencode(\n{e}\n), null),\n" for e in expressions])
    (directory / "main.tf").write_text(f"{prelude}\nlocals {{\n all = [\n{tries}]\n}}\n", "utf-8")
    try:
        shown = run(directory, ["console"], "base64encode(jsonencode(local.all))\n")
        answers = json.loads(base64.b64decode(json.loads(shown)))
    except (RuntimeError, ValueError):
        if len(expressions) == 1:
            return [None]
        half = len(expressions) // 2
        first = expected(directory, expressions[:half], prelude)
        return first + expected(directory, expressions[half:], prelude)
    assert isinstance(answers, list)
    return answers


def found(expressions: Sequence[str], prelude: str = "") -> list[Value | None]:
    """Our values; None where our reader refuses the text."""
    files = {
        f"e{i}.tf": f"output e{i} {{\nvalue = (\n{e}\n)\n}}\n" for i, e in enumerate(expressions)
    }
    tree = Tree({"prelude.tf": prelude, **files})
    values = {e.key.text: e.value for e in tree.root.outputs.entries}
    return [values.get(f"e{i}") for i in range(len(expressions))]


@dataclass(frozen=True, slots=True)
class Mismatch:
    """``refused``: Terraform has no value there, we have."""

    expression: str
    terraform: str
    ours: str
    refused: bool = False


def compare(expression: str, theirs: str | None, ours: Value | None) -> Mismatch | None:
    """A claim of ours that Terraform does not share: a value, or an error where it has none."""
    if ours is None:
        wrong = theirs is not None
    elif theirs is None:
        wrong = not has_unknown(ours)
    elif isinstance(ours, Unknown) and ours.error:
        wrong = True
    else:
        wrong = not agrees(to_plain(ours), json.loads(theirs))
    if not wrong:
        return None
    shown = "unreadable" if ours is None else repr(to_plain(ours))
    shown += f" {ours.reason}" if isinstance(ours, Unknown) else ""
    refused = theirs is None
    return Mismatch(expression, "an error" if refused else str(theirs), shown, refused)


def agrees(ours: JSON, theirs: JSON) -> bool:
    """Equal in every part that we claim to know."""
    match ours, theirs:
        case str(), str() if HOLE in ours:
            return _fits(ours.split(HOLE), theirs)
        case str(), _ if ours == HOLE:
            return True
        case list(), list():
            return len(ours) == len(theirs) and all(map(agrees, ours, theirs))
        case dict(), dict() if any(HOLE in key for key in ours):
            return True
        case dict(), dict():
            return ours.keys() == theirs.keys() and all(
                agrees(ours[key], theirs[key]) for key in ours
            )
        case bool(), _:
            return ours is theirs
        case int() | float(), int() | float() if not isinstance(theirs, bool):
            return ours == theirs or abs(ours - theirs) < 1e-12 * abs(theirs)
        case _:
            return type(ours) is type(theirs) and ours == theirs


def _fits(parts: Sequence[str], text: str) -> bool:
    at = 0
    for part in parts:
        at = text.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return text.startswith(parts[0]) and text.endswith(parts[-1])


def report(wrong: Sequence[Mismatch]) -> str:
    return "\n".join([f"{m.expression}\n  terraform {m.terraform}\n  ours {m.ours}" for m in wrong])
