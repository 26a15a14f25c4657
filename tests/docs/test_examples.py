"""What users copy works as it stands.

That examples/aws-team is the demo's own configuration is held in tests/demo/test_example.py.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from iac_offboard.demo import world
from iac_offboard.subjects import load_roster
from tests.docs.reference import PROJECT

EXAMPLES = PROJECT / "examples"
SCRIPT = EXAMPLES / "ci" / "offboard.sh"
TEAM = EXAMPLES / "aws-team"


def test_the_rosters_say_the_same() -> None:
    loaded = [load_roster(EXAMPLES / "rosters" / f"leaver.{s}") for s in ("yaml", "json", "csv")]
    (first,) = loaded[0].subjects

    assert first.id == "leaver-2041"
    assert len(first.aliases) == 3
    assert all(roster.subjects == (first,) for roster in loaded)


def test_the_teams_leaver_is_the_demos() -> None:
    (subject,) = load_roster(TEAM / "leavers.yaml").subjects

    arn = f"arn:aws:iam::{world.TEAM}:user/people/{world.LEAVER}"
    assert {alias.value for alias in subject.aliases} == {"alice@example.com", arn}


@pytest.mark.parametrize("name", ["google-cloud", "azure"])
def test_the_patch_of_a_cloud_is_what_the_readme_shows(tmp_path: Path, name: str) -> None:
    """The README shows the changed lines of each; the files of the example stand for the rest."""
    here = tmp_path / name
    shutil.copytree(EXAMPLES / name, here)
    done = run_plan(here)
    patch = (here / "case" / "removal.patch").read_text(encoding="utf-8")
    changed = [x for x in patch.splitlines() if x[:1] in "+-" and x[:3] not in ("+++", "---")]
    shown = "\n".join(changed)
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")

    assert done.returncode == 0, done.stderr
    assert changed
    assert f"```diff\n{shown}\n```" in readme, shown


def run_plan(here: Path) -> subprocess.CompletedProcess[str]:
    words = ["plan", "--subjects", "leavers.yaml", "--terraform", ".", "--out", "case"]
    return subprocess.run(
        [sys.executable, "-m", "iac_offboard", *words],
        cwd=here,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_script_is_bash() -> None:
    assert os.access(SCRIPT, os.X_OK)
    subprocess.run(["bash", "-n", str(SCRIPT)], check=True)


def run_script(
    tmp_path: Path, leavers: Path, directory: Path, *options: str
) -> subprocess.CompletedProcess[str]:
    """Runs the script in ``tmp_path`` with a command ``iac-offboard`` that is this checkout."""
    return in_shell(tmp_path, [str(SCRIPT), str(leavers), str(directory), *options])


def in_shell(
    tmp_path: Path, command: list[str], **environment: str
) -> subprocess.CompletedProcess[str]:
    programs = tmp_path / "bin"
    programs.mkdir(exist_ok=True)
    program = programs / "iac-offboard"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m iac_offboard "$@"\n')
    program.chmod(0o755)
    return subprocess.run(
        command,
        cwd=tmp_path,
        env={
            **environment,
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(PROJECT),
            "OUT": "out",
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_leaver_in_the_code_fails_the_pipeline_and_leaves_the_removal(tmp_path: Path) -> None:
    done = run_script(tmp_path, TEAM / "leavers.yaml", TEAM)
    out = tmp_path / "out"

    assert done.returncode == 1, done.stderr
    findings = json.loads((out / "findings.sarif").read_text(encoding="utf-8"))
    assert findings["runs"][0]["results"]
    assert '-        aws_iam_user.person["alice"].arn' in (out / "removal.patch").read_text()
    assert "# Offboarding plan" in done.stdout
    assert {stat.S_IMODE(p.stat().st_mode) for p in out.iterdir()} == {0o600}


def test_nobody_in_the_code_lets_the_pipeline_pass(tmp_path: Path) -> None:
    leavers = tmp_path / "leavers.csv"
    leavers.write_text("id,kind,alias,left_at,case\nleaver-1,person,mallory@example.com,,\n")
    done = run_script(tmp_path, leavers, TEAM)

    assert done.returncode == 0, done.stderr
    assert "No binding of a leaver was found." in done.stdout


@pytest.mark.parametrize(("broken", "code"), [("code", 3), ("roster", 2)])
def test_what_cannot_be_read_is_no_all_clear(tmp_path: Path, broken: str, code: int) -> None:
    infra = tmp_path / "infra"
    infra.mkdir()
    (infra / "main.tf").write_text('resource "aws_iam_user" "x" {\n' if broken == "code" else "")
    leavers = tmp_path / "leavers.csv"
    text = "id,kind,alias,left_at,case\nleaver-1,person,mallory@example.com,,\n"
    leavers.write_text(text if broken == "code" else "not a roster\n")
    done = run_script(tmp_path, leavers, infra)

    assert done.returncode == code, done.stderr
    assert done.stderr


def test_too_few_arguments_are_a_usage_error(tmp_path: Path) -> None:
    done = subprocess.run([str(SCRIPT)], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert "usage:" in done.stderr


# --------------------------------------------------------------------------- guard

LEAVERS, PLANS = PROJECT / "tests/guard/leavers.yaml", PROJECT / "tests/guard/plans"
GUARD = EXAMPLES / "ci" / "guard.sh"


@pytest.mark.parametrize(("name", "code"), [("found-update", 1), ("harmless-pending", 0)])
def test_the_guards_script_ends_as_the_guard(tmp_path: Path, name: str, code: int) -> None:
    done = in_shell(tmp_path, [str(GUARD), str(LEAVERS), str(PLANS / name / "plan.json")])

    assert done.returncode == code, done.stderr
    log = json.loads((tmp_path / "out/guard.sarif").read_text(encoding="utf-8"))
    assert ("error" in {r["level"] for r in log["runs"][0]["results"]}) is bool(code)
    assert (tmp_path / "out/guard.md").read_text(encoding="utf-8").startswith("# Guard of")


def test_the_guards_script_fails_on_what_is_no_plan(tmp_path: Path) -> None:
    done = in_shell(tmp_path, [str(GUARD), str(LEAVERS), "nowhere.json"])
    assert done.returncode == 2
    assert "nowhere.json" in done.stderr
    assert in_shell(tmp_path, [str(GUARD)]).returncode == 2


def steps(file: Path) -> list[dict[str, Any]]:
    found = yaml.safe_load(file.read_text(encoding="utf-8"))["runs"]["steps"]
    assert isinstance(found, list)
    return found


def of_inputs(text: str, inputs: dict[str, str]) -> str:
    """An expression as the runner evaluates it, as far as the action uses the language."""
    for name, value in inputs.items():
        text = text.replace("${{ inputs." + name + " }}", value)
    return text.replace("${{ github.action_path }}", str(PROJECT))


@pytest.mark.parametrize(
    ("plan", "more", "code"),
    [
        ("found-update", {}, 1),
        ("harmless-pending", {}, 0),
        ("harmless-pending", {"strict": "true"}, 1),
    ],
)
def test_the_steps_of_the_action_run(
    tmp_path: Path, plan: str, more: dict[str, str], code: int
) -> None:
    declared = yaml.safe_load((PROJECT / "action.yml").read_text(encoding="utf-8"))["inputs"]
    inputs = {name: one.get("default", "") for name, one in declared.items()}
    inputs |= {"subjects": str(LEAVERS), "plan-json": str(PLANS / plan / "plan.json"), "out": "out"}
    inputs |= more
    summary = tmp_path / "summary.md"
    ended = {}
    for step in steps(PROJECT / "action.yml"):
        if step["name"] == "Scan":
            inputs["terraform"] = str(TEAM)
        environment = {k: of_inputs(v, inputs) for k, v in step.get("env", {}).items()}
        assert not [v for v in environment.values() if "${{" in v]
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        done = in_shell(tmp_path, command, GITHUB_STEP_SUMMARY=str(summary), **environment)
        ended[step["name"]] = done.returncode
        assert done.returncode in (0, 1), done.stderr
    # Of the team's code the guard's leaver is nobody.
    assert ended == {"Install": 0, "Scan": ended["Scan"], "Guard": code}
    assert summary.read_text(encoding="utf-8").startswith("# Guard of")


def test_the_jobs_for_gitlab_run_the_scripts(tmp_path: Path) -> None:
    jobs = yaml.safe_load((EXAMPLES / "ci" / "gitlab.yml").read_text(encoding="utf-8"))
    variables = {
        **jobs["variables"],
        "OFFBOARD_SCRIPTS": str(EXAMPLES / "ci"),
        "OFFBOARD_SUBJECTS": str(LEAVERS),
        "OFFBOARD_TERRAFORM": str(EXAMPLES / "google-cloud"),
        "OFFBOARD_PLAN_JSON": str(PLANS / "found-update" / "plan.json"),
    }
    before = jobs[".offboard"]["before_script"]
    ended = {}
    for name in ("offboard-scan", "offboard-guard"):
        lines = "\n".join(["set -e", *before, *jobs[name]["script"]])
        ended[name] = in_shell(tmp_path, ["bash", "-c", lines], **variables).returncode
    assert ended["offboard-guard"] == 1
    assert (tmp_path / "out/findings.sarif").exists()
    assert (tmp_path / "out/guard.sarif").exists()


@pytest.mark.parametrize("plan", ["found-update", "harmless-pending"])
def test_the_hooks_for_pre_commit_are_verbs(tmp_path: Path, plan: str) -> None:
    hooks = {
        hook["id"]: hook
        for hook in yaml.safe_load((PROJECT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    }
    given = ["--subjects", str(LEAVERS), "--plan-json", str(PLANS / plan / "plan.json")]
    command = [*hooks["iac-offboard-guard"]["entry"].split(), *given]
    assert in_shell(tmp_path, command).returncode == (1 if plan.startswith("found") else 0)
    nobody = tmp_path / "leavers.csv"
    nobody.write_text("id,kind,alias,left_at,case\nleaver-1,person,mallory@example.com,,\n")
    scan = [*hooks["iac-offboard-scan"]["entry"].split(), "--subjects", str(nobody)]
    assert in_shell(tmp_path, [*scan, "--terraform", str(EXAMPLES / "azure")]).returncode == 0
