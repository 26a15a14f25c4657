"""A value that only a state tells: it is not in the way, before the patch or after it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from iac_offboard.cli import main
from iac_offboard.pipeline.request import from_pairs
from iac_offboard.pipeline.waiting import code_waits_for
from iac_offboard.plan import file_v1

ROSTER = """\
version: 1
subjects:
  - id: leaver-2041
    kind: person
    left_at: 2026-03-01T17:00:00Z
    aliases: [alice]
"""
LEAD = """\
variable "lead" {
  type = string
}

resource "aws_iam_user" "lead" {
  name = var.lead
}
"""
ALICE = """\

resource "aws_iam_user" "alice" {
  name = "alice"
}
"""


def _user(name: str, user: str) -> dict[str, Any]:
    arn = f"arn:aws:iam::111122223333:user/{user}"
    return {
        "mode": "managed",
        "type": "aws_iam_user",
        "name": name,
        "provider": 'provider["example.com/hashicorp/aws"]',
        "instances": [
            {"schema_version": 0, "attributes": {"arn": arn, "name": user, "path": "/"}},
        ],
    }


def test_a_value_that_only_the_state_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("leavers.yaml").write_text(ROSTER, encoding="utf-8")
    Path("repo").mkdir()
    code = Path("repo/main.tf")
    code.write_text(LEAD + ALICE, encoding="utf-8")
    resources = [_user("lead", "bob"), _user("alice", "alice")]
    state = {"version": 4, "serial": 1, "lineage": "x", "outputs": {}, "resources": resources}
    Path("repo/terraform.tfstate").write_text(json.dumps(state), encoding="utf-8")
    asked = ["plan", "--subjects", "leavers.yaml", "--terraform", "repo", "--out"]
    assert main([*asked, "untold"]) == 3
    assert main([*asked, "case", "--state", "repo/terraform.tfstate"]) == 0

    plan, _ = file_v1.read(Path("case/plan.json"))
    request = from_pairs(plan.sources, retry_budget=1)
    assert code_waits_for(plan, request) == ("repo (the patch is not merged)",)
    code.write_text(LEAD, encoding="utf-8")
    assert code_waits_for(plan, request) == ()
