"""What Terraform refuses, or this program does not read, is never taken for clean."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from iac_offboard.cli import main
from tests.hcl.golden import NOBODY

ZEBULON = 'resource "aws_iam_user" "a" {\n  name = "zebulon"\n}\n'
OTHER = 'resource "aws_iam_user" "a" {\n  name = "other"\n}\n'
USES = 'variable "who" {}\nresource "aws_iam_user" "b" {\n  name = var.who\n}\n'
GROUP = 'resource "aws_iam_group_membership" "g" {\n  group = "g"\n  users = [local.who]\n}\n'
TWICE = {
    "a resource": ({"a.tf": ZEBULON, "b.tf": OTHER}, "aws_iam_user.a is declared a second time"),
    "a resource in JSON": (
        {
            "a.tf.json": '{"resource": {"aws_iam_user": {"a": {"name": "zebulon"}, '
            '"a": {"name": "other"}}}}'
        },
        "aws_iam_user.a is declared a second time",
    ),
    "an attribute": (
        {"a.tf": ZEBULON.replace("}", '  name = "other"\n}')},
        "aws_iam_user.a sets name more than once",
    ),
    "a local": (
        {"a.tf": 'locals {\n  who = "zebulon"\n}\nlocals {\n  who = "other"\n}\n' + GROUP},
        "local.who is declared a second time",
    ),
    "a variable's value": (
        {"a.tf": USES, "x.auto.tfvars": 'who = "zebulon"\nwho = "other"\n'},
        "who is set more than once",
    ),
    "a variable's value in JSON": (
        {"a.tf": USES, "terraform.tfvars.json": '{"who": "zebulon", "who": "other"}'},
        "who is set more than once",
    ),
}


def scan(work: Path, *directories: str, options: tuple[str, ...] = ()) -> tuple[int, Any]:
    (work / "roster.yaml").write_text(NOBODY, encoding="utf-8")
    named = [word for directory in directories for word in ("--terraform", directory)]
    out = io.StringIO()
    with redirect_stdout(out):
        code = main(
            [
                "scan",
                "--subjects",
                "roster.yaml",
                *named,
                "--no-cache",
                "--format",
                "json",
                *options,
            ]
        )
    return code, json.loads(out.getvalue())


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(work: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (work / path).parent.mkdir(parents=True, exist_ok=True)
        (work / path).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("name", TWICE)
def test_what_is_written_twice_is_told(work: Path, name: str) -> None:
    files, said = TWICE[name]
    write(work, {f"repo/{path}": text for path, text in files.items()})
    code, found = scan(work, "repo")
    told = [s for s in found["skipped"] if s["reason"] == "unparseable"]
    assert code & 1, found
    assert [said in s["detail"] and bool(s["next_step"]) for s in told] == [True], told


def test_an_override_declares_nothing_twice(work: Path) -> None:
    write(work, {"repo/a.tf": OTHER, "repo/a_override.tf": OTHER.replace("other", "another")})
    assert scan(work, "repo")[1]["skipped"] == []


def test_names_that_stand_twice_in_json_are_all_read(work: Path) -> None:
    text = (
        '{"//": "a", "//": "b", "resource": {"aws_iam_user": {"a": {"name": "zebulon"}}, '
        '"aws_iam_user": {"b": {"name": "other"}}}, '
        '"resource": {"aws_iam_user": {"c": {"name": "third"}}}}'
    )
    write(work, {"repo/main.tf.json": text})
    code, found = scan(work, "repo")
    addresses = [o["origin"]["address"] for f in found["findings"] for o in f["observations"]]
    assert (code, addresses, found["skipped"]) == (1, ["aws_iam_user.a"], [])


@pytest.mark.parametrize("name", ["a.tfstack.hcl", "a.tfcomponent.hcl", "a.tfdeploy.hcl"])
def test_a_stack_is_told(work: Path, name: str) -> None:
    write(work, {f"repo/{name}": 'component "iam" {\n  inputs = { admins = ["zebulon"] }\n}\n'})
    code, found = scan(work, "repo")
    assert (code, [s["where"] for s in found["skipped"]]) == (3, [f"repo/{name}"])


def test_a_directory_without_terraform_is_told(work: Path) -> None:
    write(work, {"repo/README.md": "nothing here"})
    code, found = scan(work, "repo")
    assert code == 3
    assert [(s["where"], s["detail"]) for s in found["skipped"]] == [("repo", "holds no Terraform")]


def test_hidden_directories_are_read(work: Path) -> None:
    write(work, {"repo/.deploy/main.tf": ZEBULON, "repo/.terraform/modules/x/main.tf": ZEBULON})
    code, found = scan(work, "repo")
    roots = [o["origin"]["root"] for f in found["findings"] for o in f["observations"]]
    assert (code, roots) == (1, ["repo/.deploy"])


def test_a_waiver_for_one_directory_is_none_for_another(work: Path) -> None:
    write(work, {"one/main.tf": "{", "two/main.tf": "{"})
    waivers = (
        "version: 1\nwaivers:\n  - {scope: one/main.tf, reason: old, by: bob, until: 2999-01-01}\n"
    )
    write(work, {"waivers.yaml": waivers})
    code, found = scan(work, "one", "two", options=("--waivers", "waivers.yaml"))
    assert (code, [s["where"] for s in found["skipped"]]) == (3, ["two/main.tf"])
