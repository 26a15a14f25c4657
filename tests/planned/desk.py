"""Plans of real Terraform beside the code that they were made from, and the verbs run over them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from iac_offboard.cli import main
from tests.guard.making import LEAVERS
from tests.planned.making import PLANS


def laid_out(name: str, here: Path, cases: Path = PLANS) -> tuple[str, str]:
    """The code of a case and its plan, copied: DIR and FILE."""
    shutil.copytree(cases / name / "after", here / "code")
    shutil.copy(cases / name / "plan.json", here / "tfplan.json")
    return str(here / "code"), str(here / "tfplan.json")


def scanned(capsys: pytest.CaptureFixture[str], *sources: str) -> tuple[int, Any]:
    code = main(["scan", "--subjects", str(LEAVERS), *sources, "--format", "json"])
    return code, json.loads(capsys.readouterr().out)


def places(result: Any) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """(status, relation, address, the kinds of places) of every finding."""
    return [
        (
            f["status"],
            f["binding"]["relation"],
            f["observations"][0]["origin"]["address"],
            tuple(kind(o["origin"]) for o in f["observations"]),
        )
        for f in result["findings"]
    ]


def kind(origin: Any) -> str:
    for field, name in (("span", "code"), ("actions", "plan"), ("serial", "state")):
        if field in origin:
            return name
    return "live"


def skipped(result: Any) -> list[tuple[str, str]]:
    return [(s["where"], s["reason"]) for s in result["skipped"]]
