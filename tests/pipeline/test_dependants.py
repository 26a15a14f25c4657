"""What only refers to the leaver: by every way of keeping a state, and when it has its turn."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from iac_offboard.cli import main

ROSTER = {
    "version": 1,
    "subjects": [
        {
            "id": "leaver-2041",
            "kind": "person",
            "left_at": "2026-03-01T17:00:00Z",
            "aliases": [
                "alice",
                "arn:aws:iam::111122223333:user/alice",
                "AIDAALICEALICEALICE0",
            ],
        }
    ],
}
PEOPLE = """\
resource "aws_iam_user" "person" {
  for_each = toset(["alice", "bob"])
  name     = each.key
}
output "names" {
  value = [for one in aws_iam_user.person : one.name]
}
"""
READS = """\
data "terraform_remote_state" "people" {
  backend = "%s"
  config = {
%s
  }
}
output "who" {
  value = data.terraform_remote_state.people.outputs%s
}
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "240")  # what is folded is not found


def write(name: str, text: str) -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def plan(*more: str, form: str = "table") -> tuple[Any, str]:
    """plan.json, and what is printed."""
    write("leavers.json", json.dumps(ROSTER))
    out = io.StringIO()
    options = ("--terraform", "repo", "--out", "case", "--format", form, *more)
    with redirect_stdout(out), redirect_stderr(io.StringIO()):
        main(("plan", "--subjects", "leavers.json", *options))
    return json.loads(Path("case/plan.json").read_bytes()), out.getvalue()


def referring(made: Any) -> list[tuple[str, ...]]:
    keys = ("turn", "root", "address", "kind", "to")
    return [tuple(d[k] for k in keys) for d in made["dependants"]]


@pytest.mark.parametrize(
    ("kept", "type_", "config"),
    [
        ("", "local", 'path = "../people/terraform.tfstate"'),
        ('backend "local" { path = "kept.json" }', "local", 'path = "../people/kept.json"'),
        ('backend "s3" {\n key = "people"\n }', "s3", 'bucket = "b"\nkey = "people"'),
        (
            'backend "s3" {\n key = "people"\n bucket = "b"\n }',
            "s3",
            'bucket = "b"\nkey = "people"',
        ),
        (
            'cloud {\n organization = "o"\n workspaces {\n name = "people"\n }\n }',
            "remote",
            'organization = "o"\nworkspaces = { name = "people" }',
        ),
        ('backend "gcs" {\n bucket = "b"\n prefix = "p"\n }', "gcs", 'bucket = "b"\nprefix = "p"'),
    ],
)
@pytest.mark.parametrize("output", [".names", '["names"]', ""])
def test_the_state_of_a_root_is_known_by_its_backend(
    kept: str, type_: str, config: str, output: str
) -> None:
    write("repo/people/main.tf", f"terraform {{\n{kept}\n}}\n{PEOPLE}")
    write("repo/access/main.tf", READS % (type_, config, output))
    made, _ = plan()
    to = "output names of repo/people, by data.terraform_remote_state.people"
    assert referring(made) == [("after", "repo/access", "output.who", "remote state", to)]
    assert made["order"] == ["repo/people", "repo/access"]
    assert [d["place"] for d in made["dependants"]] == [f"repo/access/main.tf:{_line()}"]


def _line() -> int:
    text = Path("repo/access/main.tf").read_text(encoding="utf-8")
    return next(i for i, t in enumerate(text.splitlines(), 1) if "people.outputs" in t)


@pytest.mark.parametrize(
    "config",
    [
        'bucket = "b"\nkey = "network"',
        'bucket = "another"\nkey = "people"',
        'bucket = "b"',
    ],
)
def test_another_state_is_nobodys(config: str) -> None:
    backend = 'terraform {\n backend "s3" {\n bucket = "b"\n key = "people"\n }\n}\n'
    write("repo/people/main.tf", backend + PEOPLE)
    write("repo/access/main.tf", READS % ("s3", config, ".names"))
    made, _ = plan()
    assert (made["dependants"], made["order"]) == ([], ["repo/people"])


def test_an_output_without_the_leaver_is_read_as_before() -> None:
    write("repo/people/main.tf", PEOPLE + 'output "region" {\n  value = "eu"\n}\n')
    config = 'path = "../people/terraform.tfstate"'
    write("repo/access/main.tf", READS % ("local", config, ".region"))
    assert plan()[0]["dependants"] == []


def test_an_id_that_the_roster_knows_is_the_leavers_in_every_format() -> None:
    write("repo/people/main.tf", PEOPLE)
    write("repo/app/main.tf", 'resource "x_y" "z" {\n  who = "AIDAALICEALICEALICE0"\n}\n')
    made, said = plan()
    to = "iam_user of repo/people"
    assert referring(made) == [("before", "repo/app", "x_y.z", "literal", to)]
    assert made["order"] == ["repo/app", "repo/people"]
    for text in (said, Path("case/report.md").read_text(encoding="utf-8")):
        assert "Who else refers to the leaver" in text
        assert "before repo/people" in text
    assert json.loads(plan(form="json")[1])["counts"]["dependants"] == 1


def test_a_root_that_is_cut_and_depends_is_named_once_and_in_its_turn() -> None:
    write("repo/people/main.tf", PEOPLE)
    write(
        "repo/zz/main.tf",
        'resource "aws_iam_user_policy_attachment" "p" {\n  user = "alice"\n'
        '  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"\n}\n'
        'data "aws_iam_user" "a" {\n  user_name = "alice"\n}\n',
    )
    made, _ = plan()
    assert made["order"] == ["repo/zz", "repo/people"]
    assert [d["kind"] for d in made["dependants"]] == ["lookup"]
    assert "merge removal.patch" in made["dependants"][0]["text"].lower()
    assert [a["target"]["name"] for a in made["actions"]] == made["order"]


@pytest.mark.parametrize(
    ("type_", "name"), [("aws_iam_access_keys", "user"), ("aws_iam_user_ssh_key", "username")]
)
def test_what_hangs_on_a_user_is_looked_up_by_its_name(type_: str, name: str) -> None:
    write("repo/people/main.tf", PEOPLE)
    write("repo/app/main.tf", f'data "{type_}" "x" {{\n  {name} = "alice"\n}}\n')
    to = "iam_user of repo/people"
    assert referring(plan()[0]) == [("before", "repo/app", f"data.{type_}.x", "lookup", to)]


# ------------------------------------------------------------------ what only a state tells


ARN = "arn:aws:iam::111122223333:user/alice"


def state(*resources: tuple[str, str, str, dict[str, Any]]) -> str:
    """Of (mode, type, name, attributes)."""
    made = [
        {
            "mode": mode,
            "type": type_,
            "name": name,
            "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
            "instances": [{"schema_version": 0, "attributes": attributes}],
        }
        for mode, type_, name, attributes in resources
    ]
    body = {"version": 4, "serial": 1, "lineage": "x", "outputs": {}, "resources": made}
    return json.dumps(body)


REFERS = state(
    ("data", "aws_iam_user", "a", {"user_name": "alice", "arn": ARN}),
    ("data", "aws_caller_identity", "me", {"arn": ARN}),
    ("data", "terraform_remote_state", "people", {"outputs": {"value": {"lead": ARN}}}),
    ("managed", "aws_ssm_parameter", "lead", {"value": f"who: {ARN}", "tags": {"by": ARN}}),
    ("managed", "aws_ssm_parameter", "other", {"value": f"{ARN}-next"}),
    ("managed", "aws_sns_topic_policy", "p", {"arn": ARN, "policy": "{}"}),
)


def test_a_state_without_code_tells_what_refers_to_the_leaver() -> None:
    write("repo/people/main.tf", PEOPLE)
    write("repo/none/main.tf", 'output "x" {\n  value = 1\n}\n')
    write("other.tfstate", REFERS)
    made, said = plan("--state", "other.tfstate")
    to = "iam_user of repo/people"
    assert referring(made) == [
        ("before", "other.tfstate", "aws_ssm_parameter.lead", "literal", to),
        ("before", "other.tfstate", "data.aws_iam_user.a", "lookup", to),
        ("before", "other.tfstate", "data.terraform_remote_state.people", "remote state", to),
    ]
    assert made["order"] == ["other.tfstate", "repo/people"]
    assert "other.tfstate (data.aws_iam_user.a)" in said
    assert [f["binding"]["relation"] for f in made["findings"]] == ["identity"]


def test_beside_code_a_state_tells_only_what_the_code_does_not_know() -> None:
    write("repo/people/main.tf", PEOPLE)
    lead = 'variable "lead" {\n  type = string\n}\nresource "aws_ssm_parameter" "lead" {\n'
    write(
        "repo/app/main.tf", lead + '  name  = "lead"\n  type  = "String"\n  value = var.lead\n}\n'
    )
    write("repo/app/terraform.tfstate", REFERS)
    made, _ = plan("--state", "repo/app/terraform.tfstate")
    to = "iam_user of repo/people"
    lead_ = ("before", "repo/app", "aws_ssm_parameter.lead", "literal", to)
    assert referring(made) == [lead_]
    assert plan("--state", "repo/people=repo/app/terraform.tfstate")[0]["dependants"] == []
