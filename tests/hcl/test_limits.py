"""What is too large, too deep or outside of the directory is Skipped and said, never followed."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from iac_offboard.cli import main
from tests.hcl.golden import NOBODY

USERS = 'resource "aws_iam_user" "%s" {\n  name = "%s"\n}\n'


@dataclass(frozen=True, slots=True)
class Desk:
    """A directory ``repo`` beside a roster of somebody who is called zebulon."""

    work: Path

    def write(self, path: str, text: str) -> None:
        (self.work / path).parent.mkdir(parents=True, exist_ok=True)
        (self.work / path).write_text(text, encoding="utf-8")

    def run(self, verb: str, *options: str) -> tuple[int, Any]:
        """Exit code and what stands on stdout as JSON."""
        out = io.StringIO()
        with redirect_stdout(out):
            code = main([verb, *options, "--terraform", "repo", "--format", "json"])
        return code, json.loads(out.getvalue())

    def skipped(self, *options: str) -> tuple[int, list[tuple[str, str]]]:
        code, found = self.run("scan", "--subjects", "roster.yaml", *options)
        return code, [(s["where"], s["reason"]) for s in found["skipped"]]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.chdir(tmp_path)
    made = Desk(tmp_path)
    made.write("roster.yaml", NOBODY)
    made.write("repo/main.tf", USERS % ("other", "other"))
    return made


def test_a_file_over_the_limit_is_skipped_and_the_limit_is_an_option(desk: Desk) -> None:
    big = "# " + "x" * 5_000_000 + "\n" + USERS % ("zebulon", "zebulon")
    desk.write("repo/big.tf", big)
    assert desk.skipped() == (3, [("repo/big.tf", "too large")])
    code, found = desk.run("scan", "--subjects", "roster.yaml", "--max-file-size", "5.1")
    assert (code, found["skipped"], len(found["findings"])) == (1, [], 1)
    small = desk.skipped("--max-file-size", "0.00001")
    assert small == (3, [("repo/big.tf", "too large"), ("repo/main.tf", "too large")])


def test_a_plan_records_the_limit_and_verify_keeps_to_it(desk: Desk) -> None:
    desk.write("repo/zebulon.tf", USERS % ("zebulon", "zebulon"))
    options = ("--subjects", "roster.yaml", "--max-file-size", "0.0001", "--out", "case")
    code, plan = desk.run("plan", *options)
    assert (code, ["max-file-size", "100"] in plan["sources"]) == (0, True)
    desk.write("repo/more.tf", "# " + "x" * 100)
    out = io.StringIO()
    with redirect_stdout(out):
        main(["verify", "case/plan.json", "--format", "json"])
    assert "more.tf" in out.getvalue()


def test_explain_reads_what_the_limit_lets_it(desk: Desk) -> None:
    desk.write("repo/big.tf", "# " + "x" * 5_000_000 + '\nlocals {\n  who = "other"\n}\n')
    code, _ = desk.run("explain", "local.who", "--max-file-size", "6")
    assert code == 0
    out = io.StringIO()
    with redirect_stdout(out):
        assert main(["explain", "local.who", "--terraform", "repo"]) == 2


@pytest.mark.parametrize("size", ["0", "-1", "nan", "inf", "1e300"])
def test_a_limit_is_a_number_of_megabytes(size: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scan", "--subjects", "x", "--terraform", ".", "--max-file-size", size]) == 2
    assert "--max-file-size" in capsys.readouterr().err


NESTED = {
    "expressions.tf": "locals {{\n  v = {}1{}\n}}\n".format("[" * 501, "]" * 501),
    "objects.tf": "locals {{\n  v = {}1{}\n}}\n".format("{ a = " * 501, " }" * 501),
    "blocks.tf": "b {\n" * 501 + "}\n" * 501,
    "data.auto.tfvars.json": '{"v": ' + "[" * 501 + "]" * 501 + "}",
}


@pytest.mark.parametrize("file", NESTED)
def test_nesting_deeper_than_500_is_skipped(desk: Desk, file: str) -> None:
    desk.write(f"repo/{file}", NESTED[file])
    assert desk.skipped() == (3, [(f"repo/{file}", "unsupported")])


def test_nesting_in_a_document_is_undecided(desk: Desk) -> None:
    deep = "a: " + "[" * 20_000
    text = f'resource "kubectl_manifest" "x" {{\n  yaml_body = "{deep}"\n}}\n'
    desk.write("repo/deep.tf", text)
    code, skipped = desk.skipped()
    assert code == 3
    assert set(skipped) == {("repo: kubectl_manifest.x", "undecided")}


@pytest.mark.parametrize("file", NESTED)
def test_nesting_of_400_is_read(desk: Desk, file: str) -> None:
    shallow = NESTED[file]
    for opening, closing in (("[", "]"), ("{ a = ", " }"), ("b {\n", "}\n")):
        shallow = shallow.replace(opening * 501, opening * 400).replace(
            closing * 501, closing * 400
        )
    desk.write(f"repo/{file}", shallow + "\n")
    desk.write("repo/variables.tf", 'variable "v" {\n  default = null\n}\n')
    assert desk.skipped() == (0, [])


OUTSIDE = {
    "file": 'locals {\n  who = file("../secret.txt")\n}\n',
    "yaml": 'locals {\n  who = yamldecode(file("${path.module}/../secret.txt"))\n}\n',
    "template": 'locals {\n  who = templatefile("../secret.txt", {})\n}\n',
    "absolute": 'locals {\n  who = file("/etc/hostname")\n}\n',
    "link": 'locals {\n  who = file("link.txt")\n}\n',
    "linked folder": 'locals {\n  who = file("linked/secret.txt")\n}\n',
}


@pytest.mark.parametrize("how", OUTSIDE)
def test_a_file_outside_of_the_directory_is_refused_and_reported(desk: Desk, how: str) -> None:
    desk.write("secret.txt", "zebulon")
    (desk.work / "repo/link.txt").symlink_to("../secret.txt")
    (desk.work / "repo/linked").symlink_to("..")
    named = 'resource "aws_iam_user" "who" {\n  name = local.who\n}\n'
    desk.write("repo/main.tf", OUTSIDE[how] + named)
    code, skipped = desk.skipped()
    assert code == 3
    assert "outside the root" in {reason for _, reason in skipped}


def test_code_outside_of_the_directory_is_refused_and_reported(desk: Desk) -> None:
    desk.write("secret.tf", USERS % ("zebulon", "zebulon"))
    desk.write("module/main.tf", USERS % ("zebulon", "zebulon"))
    (desk.work / "repo/link.tf").symlink_to("../secret.tf")
    desk.write("repo/main.tf", 'module "m" {\n  source = "../module"\n}\n')
    code, found = desk.run("scan", "--subjects", "roster.yaml")
    assert (code, found["findings"]) == (3, [])
    where = {s["where"]: s["reason"] for s in found["skipped"]}
    assert where["repo/link.tf"] == "outside the root"
    assert "outside the root" in {r for w, r in where.items() if w != "repo/link.tf"}


LINKED = {
    "a root": "",
    "fileexists": 'locals {\n  who = fileexists("linked/secret.txt") ? "a" : "b"\n}\n',
    "fileset": 'locals {\n  who = fileset("linked", "*.txt")\n}\n',
    "deep fileset": 'locals {\n  who = fileset(".", "**/*.txt")\n}\n',
    "workspaces": 'locals {\n  who = file("linked/${terraform.workspace}/x.txt")\n}\n',
    "files of workspaces": 'locals {\n  who = file("${terraform.workspace}/x.txt")\n}\n',
}


@pytest.mark.parametrize("how", LINKED)
def test_a_folder_that_a_link_leads_out_to_is_refused_and_reported(desk: Desk, how: str) -> None:
    desk.write("elsewhere/secret.tf", USERS % ("zebulon", "zebulon"))
    desk.write("elsewhere/x.txt", "zebulon")
    (desk.work / "repo/linked").symlink_to("../elsewhere")
    desk.write("repo/main.tf", LINKED[how])
    code, skipped = desk.skipped()
    assert (code, ("repo/linked", "outside the root") in skipped) == (3, True), skipped


def test_states_of_workspaces_outside_are_refused_and_reported(desk: Desk) -> None:
    desk.write("elsewhere/prod/terraform.tfstate", "{}")
    (desk.work / "repo/terraform.tfstate.d").symlink_to("../elsewhere")
    assert desk.skipped() == (3, [("repo/terraform.tfstate.d", "outside the root")])


TERRAGRUNT = {
    "include": 'include "root" {\n  path = "../linked/root.hcl"\n}\n',
    "config": 'locals {\n  v = read_terragrunt_config("../linked/root.hcl")\n}\n'
    "inputs = local.v.inputs\n",
    "dependency": 'dependency "d" {\n  config_path = "../linked"\n}\n'
    "inputs = { who = dependency.d.outputs.who }\n",
    "found above": 'include "root" {\n  path = find_in_parent_folders("linked/root.hcl")\n}\n',
    "var file": 'terraform {\n  extra_arguments "v" {\n    commands = ["plan"]\n'
    '    required_var_files = ["../linked/x.tfvars"]\n  }\n}\n',
    "include outside": 'include "root" {\n  path = "../../elsewhere/root.hcl"\n}\n',
    "config outside": 'locals {\n  v = read_terragrunt_config("../../elsewhere/root.hcl")\n}\n'
    "inputs = local.v.inputs\n",
    "var file outside": 'terraform {\n  extra_arguments "v" {\n    commands = ["plan"]\n'
    '    optional_var_files = ["../../elsewhere/x.tfvars"]\n  }\n}\n',
    "source": 'terraform {\n  source = "../linked"\n}\n',
}


@pytest.mark.parametrize("how", TERRAGRUNT)
def test_what_terragrunt_reads_outside_is_refused_and_reported(desk: Desk, how: str) -> None:
    desk.write("elsewhere/root.hcl", 'inputs = {\n  who = "zebulon"\n}\n')
    desk.write("elsewhere/x.tfvars", 'who = "zebulon"\n')
    (desk.work / "repo/linked").symlink_to("../elsewhere")
    desk.write("repo/unit/main.tf", 'variable "who" {}\noutput "who" {\n  value = var.who\n}\n')
    desk.write("repo/unit/terragrunt.hcl", TERRAGRUNT[how])
    code, skipped = desk.skipped()
    assert code == 3
    assert "outside the root" in {reason for _, reason in skipped}


def test_a_dynamic_block_of_more_blocks_than_anybody_writes_is_undecided(desk: Desk) -> None:
    names = ", ".join(f'"u{i}@example.net"' for i in range(10_001))
    desk.write(
        "repo/main.tf",
        f"""\
resource "google_bigquery_dataset" "sales" {{
  dataset_id = "sales"
  dynamic "access" {{
    for_each = [{names}, "zebulon@example.net"]
    content {{
      role          = "READER"
      user_by_email = access.value
    }}
  }}
}}
""",
    )
    code, skipped = desk.skipped()
    assert code == 3
    assert ("repo: google_bigquery_dataset.sales", "undecided") in skipped
