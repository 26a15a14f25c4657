"""``explain``: from an address back to the literals, with every hop's file and line.

``IAC_OFFBOARD_REGENERATE=1 python -m pytest tests/hcl/test_explain.py`` writes the expected texts
anew; the first line of each is the command line.
"""

from __future__ import annotations

import json
import os
import shlex
from pathlib import Path

import pytest

from iac_offboard.cli import main

HERE = Path(__file__).parent / "explained"
CASES = sorted((HERE / "expected").glob("*.txt"))


@pytest.fixture(autouse=True)
def _at_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(HERE / "code")


@pytest.mark.parametrize("case", CASES, ids=[case.stem for case in CASES])
def test_the_tree_is_as_expected(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command, _, expected = case.read_text(encoding="utf-8").partition("\n")

    assert main(["explain", *shlex.split(command)]) == 0

    shown = capsys.readouterr().out
    if os.environ.get("IAC_OFFBOARD_REGENERATE"):
        case.write_text(f"{command}\n{shown}", encoding="utf-8")
        expected = shown
    assert shown == expected


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What is printed where the address is not one of one root module: exit 2."""
    assert main(["explain", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err


def test_an_unknown_address_names_close_ones(capsys: pytest.CaptureFixture[str]) -> None:
    said = told(capsys, 'module.team["ops"].aws_iam_user.person["alise"]')

    assert 'is nowhere in the code. Close: module.team["ops"].aws_iam_user.person["alice"]' in said
    assert said.count("\n") == 1


def test_an_attribute_that_is_not_there_is_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    assert "local.extra.nobody is nowhere in the code" in told(capsys, "local.extra.nobody")


def test_several_roots_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    said = told(capsys, "local.readers")

    assert "local.readers stands in 2 root modules." in said
    assert ".:local.readers" in said
    assert "second:local.readers" in said


def test_a_root_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert "There is no root module third. The root modules are: " in told(capsys, "third:local.x")


def test_what_is_no_address(capsys: pytest.CaptureFixture[str]) -> None:
    assert "a b is not an address." in told(capsys, "a b")


def test_a_directory_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert "--terraform nowhere is not a directory." in told(
        capsys, "local.x", "--terraform", "nowhere"
    )


def test_a_format_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Use table or json." in told(capsys, "local.x", "--format", "sarif")


def test_json_carries_every_hop(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "output.arn", "--format", "json"]) == 0

    data = json.loads(capsys.readouterr().out)
    kinds, hop = [], data["hops"][0]
    while hop:
        kinds.append(hop["kind"])
        assert hop["file"]
        assert hop["line"] > 0
        hop = next(iter(hop["hops"]), None)
    assert (data["root"], data["address"]) == (".", "output.arn")
    assert kinds == [
        "output",
        "output",
        "element",
        "computed",
        "attribute",
        "each",
        "variable",
        "argument",
        "local",
        "element",
        "local",
        "file",
    ]


@pytest.mark.parametrize("form", ["table", "json"])
@pytest.mark.parametrize(
    "address",
    [
        "aws_db_instance.app",
        "aws_db_instance.app.engine",
        "local.settings",
        "local.settings.password",
        "local.marked",
        "var.db_password",
        "output.hidden",
    ],
)
def test_no_secret_is_shown(address: str, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", address, "--format", form]) == 0

    shown = capsys.readouterr().out
    assert "hunter2" not in shown
    assert "(redacted)" in shown


def test_what_feeds_a_secret_is_redacted_everywhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "main.tf").write_text(
        'locals {\n  pw = "hunter2"\n}\n'
        'resource "aws_db_instance" "x" {\n  username = local.pw\n  password = local.pw\n}\n'
    )

    assert main(["explain", "aws_db_instance.x", "--terraform", str(tmp_path)]) == 0

    assert "hunter2" not in capsys.readouterr().out
