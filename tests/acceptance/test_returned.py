"""A closed case that opens again: what came back, and what brought it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.acceptance.crowded import BUCKET, policy, statement
from tests.acceptance.desk import BOB, SUBJECT, Desk, run
from tests.report.test_sarif import checked

SERVICES = ("--live", "aws", "--service", "iam,s3", "--region", "us-east-1")
# Of an account that is not looked at: there she may have a user, and here what names her.
ALICE = "arn:aws:iam::999988887777:user/alice"
NOBODY = 'output "nobody" {\n  value = "here"\n}\n'
CODE = f"""\
resource "aws_s3_bucket_policy" "artifacts" {{
  bucket = "{BUCKET}"
  policy = jsonencode({{
    Statement = [
      {{
        Effect    = "Allow"
        Principal = {{ AWS = "{ALICE}" }}
        Action    = "s3:GetObject"
        Resource  = "arn:aws:s3:::{BUCKET}/*"
      }}
    ]
  }})
}}
"""


def let_in(desk: Desk, *arns: str) -> None:
    resource = f"arn:aws:s3:::{BUCKET}/*"
    statements = [statement(arn, action="s3:GetObject", resource=resource) for arn in arns]
    desk.aws("s3").put_bucket_policy(Bucket=BUCKET, Policy=policy(*statements))


@pytest.fixture
def closed(desk: Desk) -> Desk:
    """alice was taken out of a bucket's policy, and is dead."""
    desk.aws("s3").create_bucket(Bucket=BUCKET)
    desk.aws().create_user(UserName="bob")
    desk.aliases = [ALICE]
    let_in(desk, ALICE, BOB)
    desk.write("infra/main.tf", NOBODY)
    desk.planned("--terraform", "infra", *SERVICES)
    assert desk.apply().code == 0
    assert desk.verify().code == 0
    return desk


def verdict(desk: Desk) -> tuple[int, Any, Any]:
    ended = desk.verify("--format", "json")
    (found,) = ended.json["verdicts"]
    return ended.code, found, ended.json["counts"]


def test_what_somebody_put_back_by_hand_is_told(closed: Desk) -> None:
    let_in(closed, ALICE, BOB)
    for _ in range(2):  # it goes on to be told, whoever looked before
        code, found, counts = verdict(closed)
        assert (code, found["access"], counts["returned"]) == (1, "alive", 1)
        (back,) = found["returned"]
        assert back["binding"]["target"]["kind"] == "s3_bucket"
        assert back["by"] == []
    said = closed.verify()
    assert said.said(f"Came back: {SUBJECT}", "nothing that was read tells what brought it")
    let_in(closed, BOB)
    code, found, counts = verdict(closed)
    assert (code, found["access"], counts["returned"]) == (0, "dead", 0)


def test_a_look_that_cannot_tell_forgets_nothing(closed: Desk) -> None:
    closed.app.injection.deny("s3:GetBucketPolicy")
    (closed.here / "infra/main.tf").rename(closed.here / "main.tf")
    code, found, counts = verdict(closed)
    assert (code, found["access"], found["return_risk"]) == (3, "unknown", "unknown")
    assert counts["returned"] == 0
    closed.app.injection.clear()
    closed.write("infra/main.tf", CODE)
    let_in(closed, ALICE, BOB)
    code, found, counts = verdict(closed)
    assert (code, found["access"], found["return_risk"]) == (1, "alive", "present")
    assert counts["returned"] == 1


def test_code_that_brings_it_back_is_named(closed: Desk) -> None:
    closed.write("infra/main.tf", CODE)
    let_in(closed, ALICE, BOB)
    code, found, _ = verdict(closed)
    assert code == 1
    assert [r["by"] for r in found["returned"]] == [
        ["aws_s3_bucket_policy.artifacts in infra (main.tf:7) writes it"]
    ]
    results = checked(closed.verify("--format", "sarif").out)
    assert {r["ruleId"] for r in results} == {"OFB015"}
    assert "Came back" in closed.verify("--format", "markdown").out


def test_code_alone_that_names_the_leaver_again_is_told(closed: Desk) -> None:
    closed.write("infra/main.tf", CODE)
    code, found, counts = verdict(closed)
    assert (code, found["access"], found["return_risk"]) == (1, "dead", "present")
    assert counts["returned"] == 1
    assert "writes it" in found["returned"][0]["by"][0]


def test_what_never_went_has_not_come_back(desk: Desk) -> None:
    desk.aws("s3").create_bucket(Bucket=BUCKET)
    desk.aliases = [ALICE]
    let_in(desk, ALICE)
    desk.write("infra/main.tf", CODE)
    desk.planned("--terraform", "infra", *SERVICES)
    for _ in range(2):
        code, found, counts = verdict(desk)
        assert (code, found["returned"], counts["returned"]) == (1, [], 0)


# ------------------------------------------------------------------ the next case


def statuses(desk: Desk, *more: str) -> list[str]:
    ran = desk.scan("--terraform", "infra", *SERVICES, "--format", "json", *more)
    assert ran.code == 1
    return [one["status"] for one in ran.json["findings"]]


def test_a_scan_that_knows_the_old_case_calls_it_returned(closed: Desk) -> None:
    knows = ("--case", str(closed.plan_file))
    let_in(closed, ALICE, BOB)
    assert (statuses(closed), statuses(closed, *knows)) == (["live only"], ["returned"])
    closed.write("infra/main.tf", CODE)
    assert (statuses(closed), statuses(closed, *knows)) == (["managed"], ["returned"])
    let_in(closed, BOB)
    assert (statuses(closed), statuses(closed, *knows)) == (["code only"], ["returned"])
    ran = closed.scan("--terraform", "infra", *SERVICES, *knows, "--format", "sarif")
    assert {r["ruleId"] for r in checked(ran.out)} == {"OFB015"}


def test_a_plan_that_knows_the_old_case_does_the_same_and_says_so(closed: Desk) -> None:
    let_in(closed, ALICE, BOB)
    old, more = str(closed.plan_file), ("--terraform", "infra", *SERVICES)
    made = []
    for out, knows in (("one", ()), ("two", ("--case", old))):
        assert run("plan", "--subjects", "leavers.json", "--out", out, *more, *knows).code == 0
        made.append(json.loads((closed.here / out / "plan.json").read_bytes()))
    first, second = made
    assert [p["findings"][0]["status"] for p in made] == ["live only", "returned"]
    assert first["actions"] == second["actions"]
    assert ["case", old] in second["sources"]


def test_a_case_that_nobody_verified_has_seen_nothing_go(desk: Desk) -> None:
    desk.aws("s3").create_bucket(Bucket=BUCKET)
    desk.aliases = [ALICE]
    let_in(desk, ALICE)
    desk.planned(*SERVICES)
    ran = desk.scan(*SERVICES, "--case", str(desk.plan_file))
    assert ran.code == 2
    assert ran.said("has seen nothing go", "iac-offboard verify")
