"""Configurations of shapes seen in public repositories, and what the tool makes of each."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from iac_offboard.demo.terraform import TerraformRun
from iac_offboard.demo.toolchain import find_toolchain
from tests.hcl.golden import GOLDEN, Case, cases, extract, regenerate, tree

REGENERATE = "IAC_OFFBOARD_REGENERATE"


@pytest.fixture
def case(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    monkeypatch.chdir(tmp_path)
    return Case.copy(str(request.param), tmp_path)


@pytest.mark.parametrize("case", cases(), indirect=True)
def test_golden(case: Case) -> None:
    again = f"{REGENERATE}=1 python -m pytest tests/hcl/test_golden.py -k 'golden and {case.name}'"
    scanned, _ = case.run("scan")
    planned, plan = case.plan("first")
    found = extract(scanned, planned, plan)
    case.apply(plan)
    if os.environ.get(REGENERATE) == "1":
        regenerate(case, found)
    expected = json.loads((case.source / "plan.expected.json").read_text(encoding="utf-8"))
    assert found == expected, f"if the new one is right: {again}"
    assert tree(case.work / "repo") == tree(case.source / "after"), f"if it is right: {again}"

    # Twice equals once: what is left after the patch is left to a person, or unread; a state
    # changes with the apply only.
    code, second = case.plan("second")
    assert second["patches"] == []
    assert {s["where"] for s in second["skipped"]} == {s["where"] for s in plan["skipped"]}
    if not plan["manual"] and not plan["skipped"] and "--state" not in case.arguments:
        assert second["findings"] == second["actions"] == second["manual"] == []
        assert second["holds"] == []
        assert (case.run("scan")[0], code) == (0, 0) if planned == 0 else (3, 3)


@pytest.mark.parametrize("case", cases(), indirect=True)
def test_an_absent_subject_gives_an_empty_plan(case: Case) -> None:
    code, plan = case.plan("nobody", roster="nobody.yaml")
    for part in ("findings", "actions", "manual", "holds", "patches", "side_effects"):
        assert plan[part] == [], part
    unread = plan["skipped"] or "--strict" in case.arguments
    assert code == (3 if unread else 0)


@pytest.mark.terraform
def test_what_terraform_would_format_is_what_it_would_have_formatted_before(
    tmp_path: Path,
) -> None:
    """Also: every repository but the broken ones is HCL to Terraform itself, before and after."""
    readable = [name for name in cases() if name not in ("broken-file", "encrypted-tfvars")]
    for name in readable:
        for side in ("before", "after"):
            shutil.copytree(GOLDEN / name / side, tmp_path / name / side)
    run = TerraformRun(find_toolchain(prefer_bundled=True), tmp_path, {})
    _, listed, errors = run.run("fmt", "-check", "-recursive", "-no-color")
    assert errors == ""
    unformatted = {Path(line) for line in listed.splitlines()}
    before = {p for p in unformatted if p.parts[1] == "before"}
    after = {p for p in unformatted if p.parts[1] == "after"}
    assert before, "some cases are not formatted, so that the comparison means something"
    assert after <= {Path(p.parts[0], "after", *p.parts[2:]) for p in before}
