"""The command line as a program of its own: streams, colours, help, what it loads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.desk import ONE_ACCOUNT, SUBJECT, Desk, Ran, run

TOP = Path(__file__).parents[2]


def program(*arguments: str, **environment: str) -> Ran:
    done = subprocess.run(
        [sys.executable, "-m", "iac_offboard", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(TOP), **environment},
    )
    return Ran(code=done.returncode, out=done.stdout, err=done.stderr)


def test_as_a_program_stdout_is_the_result(desk: Desk) -> None:
    desk.user("alice")
    desk.roster()
    arguments = ("scan", "--subjects", "leavers.json", *ONE_ACCOUNT, "--format", "json")
    ran = program(*arguments, NO_COLOR="1")
    assert ran.code == 1
    assert ran.json["findings"][0]["subject"] == SUBJECT
    assert ran.err == ""


def test_colours_follow_no_color_on_a_terminal(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.user("alice")
    desk.planned(*ONE_ACCOUNT)
    monkeypatch.setenv("TERM", "xterm-256color")
    script = "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)"
    command = [sys.executable, "-c", script, sys.executable, "-m", "iac_offboard"]
    command += ["verify", "case/plan.json", "--settle", "0"]
    shown = {}
    for no_color in ("", "1"):
        environment = {**os.environ, "PYTHONPATH": str(TOP)}
        environment.pop("NO_COLOR", None)
        if no_color:
            environment["NO_COLOR"] = no_color
        done = subprocess.run(
            command, capture_output=True, check=False, timeout=60, env=environment,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert done.returncode == 1
        shown[no_color] = done.stdout
    assert b"\x1b[1;31m" in shown[""]
    assert b"\x1b[1;31m" not in shown["1"]
    assert b"[31m" not in shown["1"]


def test_the_command_line_loads_nothing_heavy() -> None:
    heavy = ("boto3", "botocore", "tree_sitter", "rich.table", "pydantic", "jinja2", "moto", "yaml")
    script = f"import sys, iac_offboard.cli; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=TOP
    )
    assert done.stdout.strip() == "[]"


def test_help_of_every_verb(desk: Desk) -> None:
    assert desk
    listed = run("--help")
    assert listed.code == 0
    for verb in ("scan", "plan", "approve", "apply", "verify", "permissions", "catalog", "demo"):
        assert verb in listed.out
        assert run(verb, "--help").code == 0


def test_permissions_are_three_policies(desk: Desk) -> None:
    assert desk
    every = json.loads(run("permissions", "aws").out)
    one = {n: json.loads(run("permissions", "aws", f"--{n}").out) for n in every}
    assert every == one
    assert every.keys() == {"read", "write", "restore"}
    assert run("permissions", "oracle").code == 2
