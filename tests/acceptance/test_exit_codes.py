"""The contract of the command line: exit codes, what goes where, and formats."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from iac_offboard.cli.exits import combined
from tests.acceptance.desk import ONE_ACCOUNT, Desk, run

FORMATS = ("table", "json", "sarif", "markdown")
EMPTY_ROOT = 'output "nobody" {\n  value = "here"\n}\n'


@pytest.mark.parametrize(
    ("error", "found", "incomplete"), itertools.product([False, True], repeat=3)
)
def test_several_at_once_are_2_then_1_then_3(error: bool, found: bool, incomplete: bool) -> None:
    expected = 2 if error else 1 if found else 3 if incomplete else 0
    assert combined(error=error, found=found, incomplete=incomplete) == expected


# --------------------------------------------------------------------- each verb's codes


def test_scan_0_1_3(desk: Desk) -> None:
    assert desk.scan(*ONE_ACCOUNT).code == 0
    desk.user("alice")
    assert desk.scan(*ONE_ACCOUNT).code == 1
    desk.app.injection.deny("iam:ListAccessKeys")
    both = desk.scan(*ONE_ACCOUNT, "--format", "json")
    assert both.code == 1
    assert both.json["counts"]["findings"] == 1
    assert both.json["counts"]["skipped"] == 1
    desk.app.injection.deny("iam:GetAccountAuthorizationDetails")
    assert desk.scan(*ONE_ACCOUNT).code == 3


def test_plan_0_3_and_never_1(desk: Desk) -> None:
    assert desk.plan(*ONE_ACCOUNT).code == 0
    desk.user("alice")
    assert desk.plan(*ONE_ACCOUNT).code == 0
    desk.app.injection.deny("iam:ListAccessKeys")
    assert desk.plan(*ONE_ACCOUNT).code == 3
    assert desk.plan_json["skipped"]


def test_verify_0_1_3(desk: Desk) -> None:
    desk.user("alice")
    desk.write("infra/main.tf", EMPTY_ROOT)
    desk.planned("--terraform", "infra", *ONE_ACCOUNT)
    assert desk.verify().code == 1
    assert desk.apply().code == 0
    assert desk.verify().code == 0
    desk.app.injection.deny("iam:GetAccountAuthorizationDetails")
    assert desk.verify().code == 3


def test_strict_makes_a_boundary_incomplete(desk: Desk) -> None:
    desk.write(
        "infra/main.tf",
        'module "vpc" {\n  source  = "terraform-aws-modules/vpc/aws"\n  version = "5.0.0"\n}\n',
    )
    assert desk.scan("--terraform", "infra").code == 0
    assert desk.scan("--terraform", "infra", "--strict").code == 3
    assert desk.plan("--terraform", "infra", "--strict").code == 3


def test_apply_1_while_code_waits(desk: Desk) -> None:
    code = 'resource "aws_iam_user" "people" {\n  for_each = toset(["alice", "bob"])\n'
    desk.write("infra/main.tf", code + "  name     = each.key\n}\n")
    desk.user("alice")
    desk.planned("--terraform", "infra", *ONE_ACCOUNT)
    waits = desk.apply()
    assert waits.code == 1
    assert waits.said("waiting", "the patch is not merged")
    assert list(desk.keys().values()) == []  # unblock took away what Terraform does not know
    assert desk.users() == ["alice"]


def test_a_new_plan_leaves_no_older_patch_beside_it(desk: Desk) -> None:
    desk.write("infra/main.tf", 'resource "aws_iam_user" "a" {\n  name = "alice"\n}\n')
    desk.roster("alice")
    assert desk.plan("--terraform", "infra").code == 0
    assert (desk.case / "removal.patch").exists()
    desk.write("infra/main.tf", EMPTY_ROOT)
    assert desk.plan("--terraform", "infra").code == 0
    assert not (desk.case / "removal.patch").exists()
    assert sorted(p.name for p in desk.case.iterdir()) == ["plan.json", "report.md"]


# --------------------------------------------------------------------- stdout and stderr


def prepared(desk: Desk) -> dict[str, list[str]]:
    """The arguments of every verb that has formats, over a world with findings and a skip."""
    desk.user("alice")
    desk.user("bob")
    desk.write("infra/main.tf", EMPTY_ROOT)
    sources = ["--terraform", ".", *ONE_ACCOUNT]
    desk.planned(*sources)
    subjects = ["--subjects", "leavers.json"]
    return {
        "scan": ["scan", *subjects, *sources],
        "plan": ["plan", *subjects, *sources, "--out", "second"],
        "verify": ["verify", "case/plan.json", "--settle", "0"],
    }


COUNTS = {
    "scan": {"findings", "managed", "code_only", "state_only", "live_only", "returned",
             "covered", "skipped", "waived", "boundaries"},
    "plan": {"actions", "covered", "dependants", "findings", "holds", "manual", "skipped",
             "waived"},
    "verify": {"subjects", "dead", "alive", "alive_until", "unknown", "return_risk_present",
               "return_risk_unknown", "returned", "skipped", "waived"},
}  # fmt: skip


def test_json_on_stdout_with_all_counts_whatever_the_exit_code(desk: Desk) -> None:
    verbs = prepared(desk)
    for denied in (False, True):
        if denied:
            desk.app.injection.deny("iam:ListAccessKeys")
        for verb, arguments in verbs.items():
            ran = run(*arguments, "--format", "json")
            assert set(ran.json["counts"]) == COUNTS[verb], verb
            assert all(isinstance(n, int) for n in ran.json["counts"].values())
            assert ran.json["counts"]["skipped"] == int(denied)
            assert "Traceback" not in ran.err


def check_sarif(log: Any) -> list[Any]:
    """The parts of SARIF 2.1.0 that consumers insist on (OASIS standard, section 3); results."""
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    (of_run,) = log["runs"]
    driver = of_run["tool"]["driver"]
    assert driver["name"] == "iac-offboard"
    rules = {rule["id"] for rule in driver["rules"]}
    assert all(rule["shortDescription"]["text"] for rule in driver["rules"])
    for result in of_run["results"]:
        assert result["ruleId"] in rules
        assert result["level"] in {"none", "note", "warning", "error"}
        assert result["kind"] in {"pass", "open", "informational", "notApplicable", "review",
                                  "fail"}  # fmt: skip
        # 3.27.10: level is "none" when kind is anything but "fail"
        assert (result["kind"] == "fail") == (result["level"] != "none"), result
        assert result["message"]["text"]
        assert result["partialFingerprints"]
        for location in result.get("locations", []):
            physical = location["physicalLocation"]
            uri = physical["artifactLocation"]["uri"]
            assert not uri.startswith("/")
            assert ".." not in uri
            assert physical["region"]["startLine"] >= 1
    return list(of_run["results"])


def test_sarif_is_what_consumers_expect(desk: Desk) -> None:
    code = 'resource "aws_iam_user" "a" {\n  name = "alice"\n}\n'
    desk.roster("alice", *desk.aliases)
    verbs = prepared(desk)
    desk.write("infra/main.tf", code)
    desk.app.injection.deny("iam:ListAccessKeys")
    for verb, arguments in verbs.items():
        results = check_sarif(run(*arguments, "--format", "sarif").json)
        rules = {r["ruleId"] for r in results}
        assert {"OFB001", "OFB013"} <= rules, verb
    scanned = check_sarif(run(*verbs["scan"], "--format", "sarif").json)
    places = [
        (
            place["physicalLocation"]["artifactLocation"]["uri"],
            place["physicalLocation"]["region"]["startLine"],
        )
        for result in scanned
        for place in result.get("locations", [])
    ]
    assert ("infra/main.tf", 2) in places


def test_places_in_code_are_said_from_where_the_user_stands(desk: Desk) -> None:
    desk.write("repo/infra/the team.tf", 'resource "aws_iam_user" "a" {\n  name = "alice"\n}\n')
    desk.roster("alice")
    for directory in ("repo", "./repo/", "repo/infra"):
        sarif = desk.scan("--terraform", directory, "--format", "sarif").json
        (result,) = check_sarif(sarif)
        (place,) = result["locations"]
        uri = place["physicalLocation"]["artifactLocation"]["uri"]
        assert uri == "repo/infra/the%20team.tf"
        assert desk.scan("--terraform", directory).said("repo/infra/the team.tf:2")
    absolute = desk.scan("--terraform", str(desk.here / "repo"), "--format", "sarif").json
    assert f"file://{desk.here}/repo/infra/the%20team.tf" in str(absolute)


@pytest.mark.parametrize("format_", FORMATS)
def test_no_colours_when_nobody_watches(desk: Desk, format_: str) -> None:
    for arguments in prepared(desk).values():
        ran = run(*arguments, "--format", format_)
        assert "\x1b" not in ran.out + ran.err
        assert ran.out


def test_unknown_format_is_said_before_anything_is_read(desk: Desk) -> None:
    ran = desk.scan(*ONE_ACCOUNT, "--format", "xml")
    assert ran.code == 2
    assert ran.out == ""
    assert ran.said("xml", "sarif")
    assert desk.app.counts() == {}


def test_errors_leave_stdout_empty(desk: Desk) -> None:
    for arguments in (
        ["scan", "--subjects", "missing.yaml", "--live", "aws"],
        ["apply", "missing/plan.json"],
        ["verify", "missing/plan.json"],
        ["approve", "missing/plan.json", "--by", "me"],
        ["plan", "--subjects", "missing.yaml", "--live", "aws", "--out", "case"],
        ["scan"],
        ["no-such-verb"],
        ["scan", "--subjects", "x", "--live", "gcp"],
        ["apply", "missing/plan.json", "--phase", "code"],
    ):
        ran = run(*arguments)
        assert ran.code == 2, arguments
        assert ran.out == "", arguments
        assert ran.err.strip(), arguments
        assert "Traceback" not in ran.err
    assert not desk.case.exists()
