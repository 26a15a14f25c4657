"""Properties of whole removals: generated repositories of several files, edited by the command
line as a user would, then read again."""

from __future__ import annotations

import io
import json
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from iac_offboard.cli import main
from iac_offboard.hcl.files import DiskFiles
from iac_offboard.model import CodeOrigin
from iac_offboard.sources.terraform import TerraformSource

pytestmark = pytest.mark.filterwarnings("ignore")
PEOPLE = ("al", "alice", "bob", "carol-jones", "dm+x@example.com")
Files = dict[str, str]

people = st.lists(st.sampled_from(PEOPLE), unique=True, min_size=1)
leaving = st.sets(st.sampled_from(PEOPLE), min_size=1, max_size=2)


def quoted(names: list[str]) -> list[str]:
    return [json.dumps(n, ensure_ascii=False) for n in names]


@st.composite
def hcl_list(draw: st.DrawFn, names: list[str], indent: str = "  ") -> str:
    style = draw(st.integers(0, 3))
    if style == 0:
        return "[" + ", ".join(quoted(names)) + "]"
    comma = [","] * (len(names) - 1) + [draw(st.sampled_from(["", ","]))]
    comments = [draw(st.sampled_from(["", "", " # since 2020", " // x"])) for _ in names]
    above = [draw(st.sampled_from(["", "", f"{indent}  # of them\n"])) for _ in names]
    lines = [
        f"{a}{indent}  {n}{c}{r}\n"
        for a, n, c, r in zip(above, quoted(names), comma, comments, strict=True)
    ]
    return "[\n" + "".join(lines) + indent + "]"


@st.composite
def in_locals(draw: st.DrawFn, names: list[str]) -> Files:
    people_ = draw(hcl_list(names))
    wrapped = draw(st.sampled_from(["toset({})", "toset(concat({}, []))", "toset(sort({}))"]))
    return {
        "locals/main.tf": f"locals {{\n  people = {people_}\n}}\n\n"
        'resource "aws_iam_user" "u" {\n'
        f"  for_each = {wrapped.format('local.people')}\n  name     = each.key\n}}\n"
    }


@st.composite
def in_a_map(draw: st.DrawFn, names: list[str]) -> Files:
    sign = draw(st.sampled_from([" = ", ": "]))
    groups = [draw(st.sampled_from(['["ops"]', '["ops", "dev"]', "[]"])) for _ in names]
    entries = "".join(f"    {n}{sign}{g}\n" for n, g in zip(quoted(names), groups, strict=True))
    return {
        "map/people.tf": f"locals {{\n  people = {{\n{entries}  }}\n}}\n",
        "map/main.tf": 'resource "aws_iam_user_group_membership" "m" {\n'
        "  for_each = { for p, g in local.people : p => g if length(g) > 0 }\n"
        "  user     = each.key\n  groups   = each.value\n}\n",
    }


@st.composite
def in_tfvars(draw: st.DrawFn, names: list[str]) -> Files:
    return {
        "vars/main.tf": 'variable "people" {\n  type = list(string)\n}\n\n'
        'module "m" {\n  source = "./group"\n  users  = var.people\n}\n',
        "vars/group/main.tf": 'variable "users" {}\n\nresource "aws_iam_group_membership" "m" {\n'
        '  name  = "m"\n  group = "g"\n  users = var.users\n}\n',
        "vars/terraform.tfvars": f"people = {draw(hcl_list(names, ''))}\n",
    }


@st.composite
def in_yaml(draw: st.DrawFn, names: list[str]) -> Files:
    flow = draw(st.booleans())
    listed = f" [{', '.join(names)}]\n" if flow else "\n" + "".join(f"  - {n}\n" for n in names)
    return {
        "yaml/people.yaml": f"# staff\npeople:{listed}other: 1\n",
        "yaml/main.tf": 'resource "aws_iam_group_membership" "m" {\n  name  = "m"\n'
        '  group = "g"\n  users = yamldecode(file("${path.module}/people.yaml")).people\n}\n',
    }


@st.composite
def in_json(draw: st.DrawFn, names: list[str]) -> Files:
    data = {"people": [{"name": n} for n in names]}
    text = json.dumps(data, ensure_ascii=False, indent=draw(st.sampled_from([None, 2])))
    return {
        "json/people.json": text + "\n",
        "json/main.tf": 'resource "aws_iam_user" "u" {\n  for_each = { for p in '
        'jsondecode(file("people.json")).people : p.name => p }\n  name     = each.key\n}\n',
    }


@st.composite
def in_a_policy(draw: st.DrawFn, names: list[str]) -> Files:
    arns = [f'"arn:aws:iam::111122223333:user/{n}"' for n in names]
    arns.append('"arn:aws:iam::111122223333:role/stays"')
    gap = draw(st.sampled_from([", ", ",\n          "]))
    return {
        "policy/main.tf": 'resource "aws_sqs_queue_policy" "q" {\n  queue_url = "q"\n'
        '  policy    = <<-EOT\n    {\n      "Statement": [{\n        "Effect": "Allow",\n'
        f'        "Principal": {{"AWS": [{gap.join(arns)}]}},\n'
        '        "Action": "sqs:*",\n        "Resource": "*"\n      }]\n    }\n  EOT\n}\n'
    }


@st.composite
def in_blocks(draw: st.DrawFn, names: list[str]) -> Files:
    banner = [draw(st.sampled_from(["", f"# {n}\n", "# ---\n# one\n# ---\n"])) for n in names]
    blocks = [
        f'{b}resource "aws_iam_user" "p{i}" {{\n  name = {n}\n}}\n\n'
        f'resource "aws_iam_access_key" "p{i}" {{\n  user = aws_iam_user.p{i}.name\n}}\n'
        for i, (b, n) in enumerate(zip(banner, quoted(names), strict=True))
    ]
    return {"blocks/main.tf": "\n".join(blocks)}


@st.composite
def trees(draw: st.DrawFn) -> Files:
    parts = (in_locals, in_a_map, in_tfvars, in_yaml, in_json, in_a_policy, in_blocks)
    files: Files = {}
    for part in draw(st.lists(st.sampled_from(parts), unique=True, min_size=2, max_size=4)):
        files |= draw(part(draw(people)))
    end = draw(st.sampled_from(["\n", "\n", "\r\n"]))
    return {path: text.replace("\n", end) for path, text in files.items()}


def plan(work: Path, out: str, gone: set[str]) -> Any:
    subjects = [
        {
            "id": f"leaver-{i}",
            "kind": "person",
            "left_at": "2026-03-01T17:00:00Z",
            "aliases": [{"aws_user": name}],
        }
        for i, name in enumerate(sorted(gone))
    ]
    roster, said = work / "roster.json", io.StringIO()
    roster.write_text(json.dumps({"version": 1, "subjects": subjects}), encoding="utf-8")
    options = ["--subjects", str(roster), "--terraform", str(work / "repo")]
    with redirect_stdout(said), redirect_stderr(said):
        main(["plan", *options, "--out", str(work / out)])
    path = work / out / "plan.json"
    assert path.exists(), said.getvalue()
    return json.loads(path.read_bytes())


def bindings(work: Path) -> set[tuple[str, ...]]:
    """Everybody's, without where in a list or document they stand."""
    source = TerraformSource(directory="repo", files=DiskFiles(work / "repo"), var_files={})
    found = source.collect(()).observations
    return {
        (
            o.origin.root,
            o.origin.address,
            o.binding.relation,
            o.binding.target.name,
            o.binding.principal.value,
        )
        for o in found
        if isinstance(o.origin, CodeOrigin)
    }


def contents(work: Path) -> dict[str, bytes]:
    top = work / "repo"
    return {p.relative_to(top).as_posix(): p.read_bytes() for p in top.rglob("*") if p.is_file()}


def without_space(text: bytes) -> bytes:
    return b"".join(text.split())


def is_left_of(new: bytes, old: bytes) -> bool:
    rest = iter(old)
    return all(byte in rest for byte in new)


def write(files: Mapping[str, str], work: Path) -> None:
    for path, text in files.items():
        (work / "repo" / path).parent.mkdir(parents=True, exist_ok=True)
        (work / "repo" / path).write_bytes(text.encode())


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(trees(), leaving)
def test_the_leaver_goes_the_others_stay_and_once_is_enough(files: Files, gone: set[str]) -> None:
    with tempfile.TemporaryDirectory() as made:
        work = Path(made)
        write(files, work)
        before, had = contents(work), bindings(work)
        first = plan(work, "first", gone)
        for patch in first["patches"]:
            subprocess.run(
                patch["apply_command"],
                shell=True,
                cwd=patch["apply_in"],
                check=True,
                capture_output=True,
            )
        after, has = contents(work), bindings(work)

        assert (first["manual"], first["skipped"], first["holds"]) == ([], [], [])
        assert has == {binding for binding in had if binding[-1] not in gone}

        assert set(after) == set(before)
        for path, new in after.items():
            kept = without_space(new)
            if path.endswith(".yaml"):  # an empty list has to be spelled there
                kept = kept.replace(b"people:[]", b"people:")
            assert is_left_of(kept, without_space(before[path])), path

        second = plan(work, "second", gone)
        assert (second["patches"], second["findings"], second["actions"]) == ([], [], [])
