"""How many there are, and which is at what place, where not everything is known."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from iac_offboard.demo.terraform import TerraformRun
from iac_offboard.hcl.plain import JSON, UNKNOWN, to_plain
from tests.hcl.differential import toolchain
from tests.hcl.trees import Tree

# An id, a text and a list that only an apply tells; a list of any type that the plan does not know.
PRELUDE = """\
resource "terraform_data" "u" {
  input = "x"
}
locals {
  text = terraform_data.u.id
  list = split(",", terraform_data.u.id)
  any  = jsondecode(terraform_data.u.id)
  set  = toset(["a", terraform_data.u.id])
}
"""

# Expression -> what we say of it, and what is certain all the same.
SAID: dict[str, tuple[JSON, JSON]] = {
    'flatten([["a"], local.any])': (UNKNOWN, ["a", UNKNOWN]),
    'flatten([["a"], local.list])': (UNKNOWN, ["a", UNKNOWN]),
    'flatten([["a"], [["b"], local.any]])': (UNKNOWN, ["a", "b", UNKNOWN]),
    'flatten([["a"], { x = local.any }])': (["a", {"x": UNKNOWN}], ["a", {"x": UNKNOWN}]),
    'length(flatten([["a"], local.any]))': (UNKNOWN, UNKNOWN),
    'flatten([["a"], local.any])[0]': (UNKNOWN, UNKNOWN),
    '[for x in flatten([["a"], local.any]) : "${x}!"]': (UNKNOWN, ["a!", UNKNOWN]),
    "keys(merge(flatten([[{ a = 1 }], local.any])...))": (UNKNOWN, ["a", UNKNOWN]),
    'concat(["a"], local.list)': (UNKNOWN, ["a", UNKNOWN]),
    'length(concat(["a"], local.list))': (UNKNOWN, UNKNOWN),
    'concat(["a"], local.list)[0]': (UNKNOWN, UNKNOWN),
    'length(concat(["a"], [local.text]))': (2, 2),
    "merge({ a = 1 }, local.any)": (UNKNOWN, UNKNOWN),
    "length(merge({ a = 1 }, local.any))": (UNKNOWN, UNKNOWN),
    "length(merge({ a = 1 }, { b = local.text }))": (2, 2),
    "length(merge({ a = 1 }, { (local.text) = 2 }))": (UNKNOWN, UNKNOWN),
    "keys(merge({ a = 1 }, { (local.text) = 2 }))": (UNKNOWN, ["a", UNKNOWN]),
    "merge({ a = 1 }, { (local.text) = 2 }).a": (UNKNOWN, UNKNOWN),
    'setunion(["a"], toset(local.list))': (UNKNOWN, ["a", UNKNOWN]),
    'length(setunion(["a"], local.set))': (UNKNOWN, UNKNOWN),
    'length(toset(["a", local.text]))': (UNKNOWN, UNKNOWN),
    "tolist(local.set)[0]": (UNKNOWN, UNKNOWN),
    "length(tolist(local.set))": (UNKNOWN, UNKNOWN),
    'distinct(["a", local.text])': (UNKNOWN, ["a", UNKNOWN]),
    'length(distinct(["a", local.text]))': (UNKNOWN, UNKNOWN),
    'compact(["a", local.text])': (UNKNOWN, ["a", UNKNOWN]),
    'length(compact(["a", local.text]))': (UNKNOWN, UNKNOWN),
    'sort(["b", "a", local.text])[0]': (UNKNOWN, UNKNOWN),
    'length([for x in ["a", "b"] : x if x == local.text])': (UNKNOWN, UNKNOWN),
    'length({ for x in ["a", "b"] : x => x if x == local.text })': (UNKNOWN, UNKNOWN),
    'contains(["a", local.text], "a")': (True, True),
    "keys({ a = local.text })": (["a"], ["a"]),
    'length(flatten([for k in ["a", "b"] : [k, "${local.text}-${k}"]]))': (4, 4),
}


def _outputs() -> dict[str, str]:
    return {f"o{i}": expression for i, expression in enumerate(SAID)}


def _written() -> str:
    outputs = [f'output "{n}" {{\n  value = {e}\n}}\n' for n, e in _outputs().items()]
    return PRELUDE + "".join(outputs)


@pytest.fixture(scope="module")
def ours() -> dict[str, tuple[JSON, JSON]]:
    found = {e.key.text: e.value for e in Tree({"main.tf": _written()}).root.outputs.entries}
    return {
        expression: (to_plain(found[name]), to_plain(found[name], partly=True))
        for name, expression in _outputs().items()
    }


@pytest.mark.parametrize("expression", SAID)
def test_what_is_certain(expression: str, ours: dict[str, tuple[JSON, JSON]]) -> None:
    assert ours[expression] == SAID[expression]


@pytest.mark.terraform
def test_nothing_is_claimed_that_a_plan_does_not_know(
    tmp_path: Path, ours: dict[str, tuple[JSON, JSON]]
) -> None:
    (tmp_path / "main.tf").write_text(_written(), encoding="utf-8")
    plan = json.loads(TerraformRun(toolchain(), tmp_path, {}).plan().json)
    for name, expression in _outputs().items():
        change = plan["output_changes"][name]
        theirs = _known(change.get("after"), change["after_unknown"])
        assert _claims(ours[expression][0], theirs) is False, (expression, theirs)


def _known(value: JSON, unknown: JSON) -> JSON:
    """The value with ``UNKNOWN`` where the plan does not know it."""
    if unknown is True:
        return UNKNOWN
    if isinstance(value, list) and isinstance(unknown, list):
        return [_known(v, u) for v, u in zip(value, unknown, strict=True)]
    if isinstance(value, dict) and isinstance(unknown, dict):
        return {k: _known(value.get(k), unknown.get(k, False)) for k in {**value, **unknown}}
    return value


def _claims(ours: JSON, theirs: JSON) -> bool:
    """Do we claim to know more, or something else?"""
    if ours == UNKNOWN or (isinstance(ours, str) and UNKNOWN in ours):
        return False
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) != len(theirs) or any(map(_claims, ours, theirs))
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() != theirs.keys() or any(_claims(ours[k], theirs[k]) for k in ours)
    return ours != theirs
