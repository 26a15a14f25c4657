"""What is said of a leaver's bindings, and the loop that ends with the leaver dead."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tests.acceptance.desk import Ran
from tests.verdicts.staging import CASES, LEAVER, SUBJECT, Stage

Changes = Mapping[str, tuple[str, ...]]
DELETE, UPDATE = ("delete",), ("update",)
_VERBS = {"deleted": "delete", "updated": "update"}
DETAILS = "iam:GetAccountAuthorizationDetails"


class Found(NamedTuple):
    """A finding by what a person reads of it: its verdict and its places."""

    status: str
    relation: str
    target: str
    code: tuple[str, ...] = ()  # file:line
    state: tuple[str, ...] = ()  # address
    live: tuple[str, ...] = ()  # operation


def found(ran: Ran) -> set[Found]:
    return {
        Found(
            one["status"],
            one["binding"]["relation"],
            one["binding"]["target"]["name"],
            tuple(f"{o['span']['file']}:{o['line']}" for o in _origins(one, "span")),
            tuple(o["address"] for o in _origins(one, "lineage")),
            tuple(o["operation"] for o in _origins(one, "operation")),
        )
        for one in ran.json["findings"]
    }


def serials(ran: Ran) -> set[int]:
    return {o["serial"] for one in ran.json["findings"] for o in _origins(one, "lineage")}


def serial(stage: Stage) -> int:
    """Of the first root's state as it is now."""
    number = json.loads((stage.roots[0] / "terraform.tfstate").read_bytes())["serial"]
    assert isinstance(number, int)
    return number


def _origins(finding: Any, mark: str) -> list[Any]:
    return [o["origin"] for o in finding["observations"] if mark in o["origin"]]


# ------------------------------------------------------------------------------- the loop


def planned(stage: Stage) -> list[str]:
    """The verbs of the plan, which has to be complete, with nothing held or left to a person."""
    ran = stage.plan()
    assert ran.code == 0, ran.out + ran.err
    plan = stage.plan_json
    assert (plan["can_apply"], plan["manual"], plan["holds"]) == (True, [], [])
    return [action["verb"] for action in plan["actions"]]


def close(stage: Stage, changes: Changes) -> None:
    """From a plan to dead. ``changes`` are what Terraform has to do, and no more."""
    assert stage.approve().code == 0
    assert verdict(stage) == (1, "alive", "none" if not changes else "present")
    begun = stage.apply()
    waits = 1 if changes else 0  # for the code, where there is any
    assert begun.code == waits, begun.out + begun.err
    only_others_are_answered(stage)
    assert not changes or verdict(stage) == (1, "alive", "present"), "contained is not gone"
    apply_code(stage, changes)
    assert stage.apply().code == 0
    assert verdict(stage) == (0, "dead", "none")
    only_others_are_answered(stage)


def only_others_are_answered(stage: Stage) -> None:
    """AWS refuses every call with a key of the leaver, and answers everybody else."""
    for user, keys in stage.keys.items():
        for key in keys:
            assert stage.answers(key) is not user.startswith(LEAVER), user


def apply_code(stage: Stage, changes: Changes) -> None:
    """The patch, and the user's own pipeline: what Terraform does is what was planned."""
    witnessed(stage, changes)
    stage.apply_patches()
    assert code_of(stage) == wanted(stage)
    terraform, file = stage.terraform(), stage.work / "terraform.plan"
    assert terraform.plan(out=file).actions() == dict(changes)
    assert set(changes) <= held_in_state(stage)
    if held_in_state(stage):
        terraform.apply(plan=file)
        assert terraform.run("plan", "-input=false", "-detailed-exitcode")[0] == 0, "all is done"
    stage.commit("Offboard leaver-2041")


def witnessed(stage: Stage, changes: Changes) -> None:
    """Terraform shows what the patch does before anybody merges it: ``changes``, and that what
    nobody has applied yet is made no more. What the code lacks already is none of the patch."""
    ran = stage.prove()
    grade = "witnessed" if stage.plan_json["patches"] else "nothing to witness"
    assert (ran.code, ran.json["grade"]) == (0, grade), ran.out + ran.err
    if not stage.plan_json["patches"]:
        return
    shown = [c for root in ran.json["roots"] for c in root["changes"]]
    assert shown
    done = {c["address"]: (_VERBS[c["shown"]],) for c in shown if c["shown"] in _VERBS}
    assert done == dict(changes)


def held_in_state(stage: Stage) -> set[str]:
    """Every address where the plan says that the state names the leaver."""
    findings = stage.plan_json["findings"]
    return {o["address"] for one in findings for o in _origins(one, "lineage")}


def verdict(stage: Stage) -> tuple[int, str, str]:
    """The exit code of verify, and what it says of access and of the risk of a return."""
    ran = stage.verify()
    (one,) = ran.json["verdicts"]
    assert one["subject"] == SUBJECT
    return ran.code, one["access"], one["return_risk"]


def code_of(stage: Stage) -> dict[str, str]:
    """The code as it lies in the repository."""
    return _texts(stage.repository)


def wanted(stage: Stage) -> dict[str, str]:
    """The code as it has to be after the patch."""
    folder = CASES / stage.name
    parts = (_texts(folder / part) for part in ("before", "now", "after"))
    return {file: text for part in parts for file, text in part.items()}


def _texts(top: Path) -> dict[str, str]:
    files = (p for p in top.rglob("*.tf") if not p.name.endswith("_override.tf"))
    return {str(p.relative_to(top)): p.read_bytes().decode() for p in files}
