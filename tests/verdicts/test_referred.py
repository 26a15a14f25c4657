"""Who only refers to the leaver, in its turn: out of it, real Terraform plans no more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from iac_offboard.errors import ToolError
from tests.verdicts.staging import Stage

pytestmark = [
    pytest.mark.real,
    pytest.mark.terraform,
    pytest.mark.xdist_group("terraform"),
]
BY_HAND = 'output "read" {\n  value = "nobody"\n}\n'


def test_the_order_of_the_plan_is_the_one_that_works(stage: Callable[[str], Stage]) -> None:
    team = stage("referred")
    people, lookup, output, names = team.roots
    assert team.plan().code == 0
    plan = team.plan_json
    assert [
        (d["turn"], Path(d["root"]).name, d["kind"], d["place"].partition("/")[2])
        for d in plan["dependants"]
    ] == [
        ("before", "b-lookup", "lookup", "b-lookup/main.tf:5"),
        ("before", "c-output", "remote state", "c-output/main.tf:13"),
        ("after", "d-list", "remote state", "d-list/main.tf:13"),
    ]
    order = [Path(root).name for root in plan["order"]]
    assert order == ["b-lookup", "c-output", "a-people", "d-list"]
    before = (lookup / "main.tf").read_text(encoding="utf-8")
    team.apply_patches()
    assert team.terraform(lookup).plan().changes, "the patch took the lookup and its output"
    assert not team.terraform(names).plan().changes, "it is too early for this one"
    team.terraform(people).apply()
    assert team.terraform(names).plan().changes, "its turn has come"

    # The turn of these was before: what was not changed then cannot even be planned.
    with pytest.raises(ToolError, match="Unsupported attribute"):
        team.terraform(output).plan()
    after = (lookup / "main.tf").read_text(encoding="utf-8")
    (lookup / "main.tf").write_text(before, encoding="utf-8")
    with pytest.raises(ToolError, match=r"aws_iam_user\.lead"):
        team.terraform(lookup).plan()
    (lookup / "main.tf").write_text(after, encoding="utf-8")
    (output / "main.tf").write_text(BY_HAND, encoding="utf-8")
    (output / "provider_override.tf").unlink()
    for root in (lookup, output):
        assert team.terraform(root).plan().changes
