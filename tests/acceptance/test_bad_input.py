"""What users get wrong: the right exit code, one clear sentence, never a traceback."""

from __future__ import annotations

import json

import pytest

from tests.acceptance.desk import ONE_ACCOUNT, Desk, Ran, run

STATE = {
    "version": 4,
    "terraform_version": "1.11.0",
    "serial": 1,
    "lineage": "5e1f0c00-0000-0000-0000-000000000000",
    "outputs": {},
    "resources": [],
}


def clear(ran: Ran, code: int, *words: str) -> None:
    """One message with these words, and no Python in it."""
    assert ran.code == code, ran.out + ran.err
    assert ran.said(*words), ran.out + ran.err
    assert "Traceback" not in ran.out + ran.err
    assert "Error(" not in ran.out + ran.err
    if code == 2:
        assert ran.out == ""
        assert sum(line.startswith("iac-offboard: ") for line in ran.err.splitlines()) == 1


def test_missing_roster(desk: Desk) -> None:
    clear(run("scan", "--subjects", "nobody.yaml", *ONE_ACCOUNT), 2, "nobody.yaml", "not exist")
    assert desk.app.counts() == {}


def test_five_faults_of_a_roster_at_once_with_their_lines(desk: Desk) -> None:
    desk.write(
        "leavers.yaml",
        """\
version: 1
subjects:
  - id: leaver-1
    kind: human
    left_at: 2026-11-20T17:00:00
    aliases: [alice]
  - id: leaver-1
    kind: person
    aliases: []
    brake_glass: true
""",
    )
    ran = run("scan", "--subjects", "leavers.yaml", *ONE_ACCOUNT)
    clear(ran, 2, "5 fault(s)")
    lines = [line.split(":")[1] for line in ran.err.splitlines() if "leavers.yaml:" in line]
    assert lines == ["4", "5", "7", "9", "10"]
    assert desk.app.counts() == {}


def test_directory_that_is_not_there(desk: Desk) -> None:
    clear(desk.scan("--terraform", "nowhere"), 2, "nowhere", "is not a directory")
    clear(desk.plan("--terraform", "nowhere"), 2, "nowhere", "is not a directory")
    assert not desk.case.exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (json.dumps(STATE)[:60], ("unparseable",)),
        ("", ("broken.tfstate",)),
        (json.dumps(STATE | {"version": 3}), ("unsupported", "3")),
        (
            json.dumps(
                {
                    "serial": 1,
                    "lineage": "x",
                    "meta": {"key_provider.pbkdf2.main": "eyJz"},
                    "encrypted_data": "c2VjcmV0",
                    "encryption_version": "v0",
                }
            ),
            ("encrypted",),
        ),
    ],
    ids=["truncated", "empty", "version 3", "encrypted OpenTofu"],
)
def test_state_that_cannot_be_read_is_never_clean(
    desk: Desk, text: str, words: tuple[str, ...]
) -> None:
    desk.write("broken.tfstate", text)
    clear(desk.scan("--state", "broken.tfstate"), 3, "never counted as clean", *words)
    clear(desk.plan("--state", "broken.tfstate"), 3, *words)
    assert desk.plan_json["skipped"]


def test_state_that_is_not_there(desk: Desk) -> None:
    ran = desk.scan("--state", "nowhere.tfstate")
    clear(ran, 3, "nowhere.tfstate", "missing")


def test_code_that_cannot_be_parsed(desk: Desk) -> None:
    desk.write("infra/main.tf", 'resource "aws_iam_user" {{{\n')
    clear(desk.scan("--terraform", "infra"), 3, "main.tf", "unparseable")


def test_wrong_endpoint(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    ran = desk.scan(*ONE_ACCOUNT, "--retry-budget", "1")
    assert ran.code in (2, 3)
    clear(ran, ran.code, "AWS_ENDPOINT_URL")


def test_unknown_credentials(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIA0000000000000000")
    clear(desk.scan(*ONE_ACCOUNT), 2, "AWS does not accept the credentials", "Sign in again")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    clear(desk.scan(*ONE_ACCOUNT), 2, "No usable AWS credentials")


def test_expired_credentials_in_the_middle_of_the_loop(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.user("alice")
    desk.planned(*ONE_ACCOUNT)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    clear(desk.apply(), 2, "AWS does not accept the credentials")
    clear(desk.verify(), 2, "AWS does not accept the credentials")
    assert desk.writes() == []


def test_unknown_profile(desk: Desk) -> None:
    clear(desk.scan("--live", "aws", "--aws-profile", "nobody"), 2, "nobody")


def test_role_that_cannot_be_assumed(desk: Desk) -> None:
    role = "arn:aws:iam::999999999999:role/reader"
    clear(desk.scan(*ONE_ACCOUNT, "--aws-role", role), 3, role)


@pytest.mark.parametrize("option", [("--service", "emr"), ("--live", "gcp")])
def test_options_that_make_no_sense(desk: Desk, option: tuple[str, str]) -> None:
    clear(desk.scan("--live", "aws", *option), 2, option[1])


def test_region_that_is_none(desk: Desk) -> None:
    ran = desk.scan("--live", "aws", "--service", "sqs", "--region", "us-esat-1")
    clear(ran, 3, "us-esat-1")


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"version": 2}', '{"version": 1}', "null", '{"version": 1, "x": 1}']
)
def test_plan_that_is_none(desk: Desk, text: str) -> None:
    desk.write("case/plan.json", text)
    clear(desk.apply(), 2, "plan.json", "again")
    clear(desk.verify(), 2, "plan.json", "again")
    clear(desk.approve(), 2, "plan.json", "again")
    assert not (desk.case / "approvals").exists()


def test_approval_without_a_name(desk: Desk) -> None:
    assert desk.plan(*ONE_ACCOUNT).code == 0
    ran = run("approve", "case/plan.json", "--by", " ")
    clear(ran, 2, "--by WHO")


def test_out_that_cannot_be_written(desk: Desk) -> None:
    desk.write("case", "a file where a directory should be")
    clear(desk.plan(*ONE_ACCOUNT), 2, "case")


def test_no_such_phase(desk: Desk) -> None:
    desk.planned(*ONE_ACCOUNT)
    clear(desk.apply("--phase", "cleanup"), 2, "contain, unblock or live")
    clear(desk.apply("--phase", "code"), 2, "contain, unblock or live")


def test_a_directory_that_cannot_be_made_is_one_sentence(desk: Desk) -> None:
    assert desk.here.is_dir()
    ran = run("demo", "--keep", "/proc/nowhere")
    assert ran.code == 2
    assert ran.err.count("\n") == 1
    assert "/proc/nowhere" in ran.err


@pytest.mark.parametrize("number", ["nan", "inf", "-1", "1e9"])
@pytest.mark.parametrize(
    "command",
    [
        ("verify", "case/plan.json", "--settle"),
        ("verify", "case/plan.json", "--retry-budget"),
        ("plan", "--subjects", "leavers.json", "--out", "case", "--rotation-window"),
    ],
)
def test_a_wait_has_to_end(desk: Desk, command: tuple[str, ...], number: str) -> None:
    desk.roster()
    ran = run(*command, number)
    assert ran.code == 2
    assert ran.said(command[-1], "a year at most")
