"""What a line of the table "what is covered, and by which case" says, and whether it is so.

A name of a case proves nothing. So each line tells what its case spells (a pattern for the bytes
of ``before/``), what becomes of that (fewer of it in ``after/``, or as many), and what the plan
says about it (a pattern for the lines that ``told`` makes of ``plan.expected.json``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.hcl.golden import GOLDEN, tree

TESTS = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Golden:
    """``spelled``, ``cut`` and ``said`` are patterns of ``re`` (``^`` and ``$`` at each line).
    What is ``kept`` stands in ``after/`` as often as it did before."""

    case: str
    spelled: str
    said: str = ""
    cut: str = ""
    kept: str = ""

    def faults(self) -> Iterator[str]:
        place = GOLDEN / self.case
        if not (place / "leavers.yaml").exists():
            yield f"there is no case {self.case}"
            return
        before, after = (_text(place / side) for side in ("before", "after"))
        if not _count(self.spelled, before):
            yield f"{self.case}/before does not spell {self.spelled}"
        if self.cut and not _count(self.cut, after) < _count(self.cut, before):
            yield f"{self.case}: nothing goes of {self.cut}"
        if self.kept and not _count(self.kept, after) == _count(self.kept, before) > 0:
            yield f"{self.case}: this does not stay as it is: {self.kept}"
        if self.said and not _count(self.said, told(place)):
            yield f"the plan of {self.case} does not say {self.said}"


@dataclass(frozen=True, slots=True)
class Function:
    """A test that is no plan of a repository: ``path`` below ``tests/``."""

    path: str
    name: str

    def faults(self) -> Iterator[str]:
        file = TESTS / self.path
        text = file.read_text(encoding="utf-8") if file.exists() else ""
        if not re.search(rf"^def {re.escape(self.name)}\(", text, re.MULTILINE):
            yield f"there is no test {self.name} in {self.path}"


def told(place: Path) -> str:
    """The plan of a case as lines: ``manual: repo: aws_iam_user.x ...``."""
    plan = json.loads((place / "plan.expected.json").read_text(encoding="utf-8"))
    lines = [f"can_apply: {plan['can_apply']}"]
    for part, values in plan.items():
        if isinstance(values, list):
            lines += [f"{part}: {value}" for value in values]
    return "\n".join(lines)


def _text(directory: Path) -> str:
    """All files, each under its path."""
    return "\n".join(
        f"==> {path} <==\n{data.decode('utf-8', 'replace')}"
        for path, data in sorted(tree(directory).items())
    )


def _count(pattern: str, text: str) -> int:
    return len(re.findall(pattern, text, re.MULTILINE))
