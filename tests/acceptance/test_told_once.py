"""What stands in many places is one line in every text, folded out in Markdown, all in JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.acceptance.desk import HOME, SUBJECT, Desk, Ran, run

TOPICS = ("--live", "aws", "--service", "iam,sns", "--region", "us-east-1")
ROLES = ("--live", "aws", "--service", "iam")
FORMATS = ("table", "json", "sarif", "markdown")
MANY = 6
ROOT = f"arn:aws:iam::{HOME}:root"
BY_ACCOUNT = f"covered by account {HOME}"


def topics(desk: Desk, who: str = ROOT) -> None:
    """Many topics that let everybody of the account in."""
    desk.user()
    sns = desk.aws("sns")
    for n in range(MANY):
        arn = sns.create_topic(Name=f"news-{n}")["TopicArn"]
        one = {
            "Effect": "Allow",
            "Principal": {"AWS": who},
            "Action": "sns:Publish",
            "Resource": arn,
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [one]})
        sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)


def roles(desk: Desk) -> None:
    """Many roles that the leaver may assume as everybody of the account may."""
    desk.user()
    assume = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [assume]})
    desk.aws().put_user_policy(UserName="alice", PolicyName="enter", PolicyDocument=document)
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": ROOT}}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    for n in range(MANY):
        desk.aws().create_role(RoleName=f"role-{n}", AssumeRolePolicyDocument=document)


def report(desk: Desk) -> str:
    return (desk.case / "report.md").read_text(encoding="utf-8")


def flat(text: str) -> str:
    """Markdown without its escapes, a table without its frame and line breaks."""
    return " ".join(text.replace("\\", "").replace("│", " ").split())


def results(log: Any) -> list[Any]:
    found: list[Any] = log["runs"][0]["results"]
    return found


def test_what_covers_the_leaver_is_one_row_in_a_table(desk: Desk) -> None:
    topics(desk)
    for out in (desk.scan(*TOPICS).out, desk.plan(*TOPICS).out):
        (row,) = [line for line in out.splitlines() if BY_ACCOUNT in line]
        assert f" {MANY} " in row
        assert f"and {MANY - 3} more" in out
        assert out.count(":news-") == 3


def test_markdown_folds_the_places_out(desk: Desk) -> None:
    topics(desk)
    scanned = desk.scan(*TOPICS, "--format", "markdown").out
    assert desk.plan(*TOPICS).code == 0
    for text in (scanned, report(desk)):
        summary = f"<summary>{SUBJECT}, {BY_ACCOUNT}: all of them</summary>"
        assert text.count(summary) == 1
        folded = text.partition(summary)[2].partition("</details>")[0]
        assert folded.count("\n- ") == MANY
        assert all(f":news-{n}" in folded for n in range(MANY))
    assert "none is edited" in report(desk)


def test_verify_lists_the_places_as_well(desk: Desk) -> None:
    topics(desk)
    desk.planned(*TOPICS)
    out = desk.verify("--format", "markdown").out
    assert f"| {BY_ACCOUNT}: {MANY} place(s) |" in out
    folded = out.partition("<details>")[2].partition("</details>")[0]
    assert all(f":news-{n}" in folded for n in range(MANY))
    assert f"{BY_ACCOUNT}: {MANY} place(s)" in flat(desk.verify().out)


def test_json_has_every_place_and_the_count(desk: Desk) -> None:
    topics(desk)
    scanned = desk.scan(*TOPICS, "--format", "json").json
    counts = scanned["counts"]
    assert counts["covered"] == sum(f["covered"] for f in scanned["findings"]) == MANY
    parts = ("managed", "code_only", "state_only", "live_only", "returned", "covered")
    assert counts["findings"] == sum(counts[part] for part in parts)
    assert desk.plan(*TOPICS, "--format", "json").json["counts"]["covered"] == MANY


@pytest.mark.parametrize(("who", "how", "level"), [
    (ROOT, f"account {HOME}", "note"), ("*", "everybody (*)", "warning"),
])  # fmt: skip
def test_sarif_says_that_nobody_is_named(desk: Desk, who: str, how: str, level: str) -> None:
    topics(desk, who)
    for ran in (desk.scan(*TOPICS, "--format", "sarif"), desk.plan(*TOPICS, "--format", "sarif")):
        found = [r for r in results(ran.json) if f"covered by {how}" in r["message"]["text"]]
        assert len(found) == MANY
        assert {(r["ruleId"], r["level"], r["kind"]) for r in found} == {("OFB006", level, "fail")}
        assert not any("still has" in r["message"]["text"] for r in found)


def test_steps_that_are_alike_are_one_row_and_are_all_in_the_report(desk: Desk) -> None:
    roles(desk)
    out = desk.plan(*ROLES).out
    assert len(desk.plan_json["manual"]) == MANY
    assert flat(out).count("end by themselves") == 1
    text = report(desk)
    by_person = text.partition("## To be done by a person")[2].partition("\n#")[0]
    assert by_person.count("| Open sessions at each of these end") == 1
    folded = by_person.partition("<details>")[2].partition("</details>")[0]
    assert all(f"role/role-{n}\n" in folded for n in range(MANY))


def test_sessions_of_many_roles_are_one_row(desk: Desk) -> None:
    roles(desk)
    out = desk.scan(*ROLES, "--format", "markdown").out
    rows = [line for line in out.splitlines() if "| session: " in line]
    assert len(rows) == 1
    assert f"session: {MANY} places" in rows[0]
    assert all(f"role/role-{n}\n" in out for n in range(MANY))


@pytest.mark.parametrize("format_", FORMATS)
def test_what_is_not_covered_is_said_once_by_every_verb(desk: Desk, format_: str) -> None:
    desk.user()
    ran = [desk.scan(*ROLES, "--format", format_), desk.plan(*ROLES, "--format", format_)]
    desk.approve()
    ran.append(desk.verify("--format", format_))
    for one in ran:
        said = one.out
        if format_ == "json":
            assert "GitHub" in " ".join(one.json["not_covered"])
            said = "\n".join(one.json["not_covered"])
        text = flat(said)
        assert "Kubernetes" in text
        assert text.count("role chains beyond the first hop") == 1
        assert "organisation policies" not in text


@pytest.mark.parametrize("format_", FORMATS)
def test_a_cancelled_subject_is_said_not_to_be_looked_for(desk: Desk, format_: str) -> None:
    desk.user()
    desk.roster(status="cancelled")
    ran = desk.scan(*ROLES, "--format", format_)
    assert ran.code == 0
    text = flat(ran.out)
    assert "NOT looked for: cancelled in the roster" in text
    assert SUBJECT in text
    assert "these subjects" not in text


def test_sessions_that_end_alike_are_one_row_of_verify(desk: Desk) -> None:
    roles(desk)
    desk.planned(*ROLES)
    out = desk.verify("--format", "markdown").out
    (row,) = [line for line in out.splitlines() if line.startswith("| session")]
    assert row.startswith(f"| session: {MANY} place(s) |")
    assert all(f"session: iam\\_role\\_session arn:aws:iam::{HOME}:role/role-{n}\n" in out
               for n in range(MANY))  # fmt: skip


def test_a_look_again_and_the_ambient_credentials_are_explained(desk: Desk) -> None:
    roles(desk)
    desk.planned(*ROLES)
    assert desk.apply().code == 0
    out = desk.verify().out
    assert "the credentials of this terminal" in out
    assert "what was begun may go on until then" in flat(out)


def test_a_kind_is_spelled_as_in_the_plan(desk: Desk) -> None:
    desk.user()
    out = desk.scan(*ROLES).out
    assert "iam_access_key" in out
    assert "iam access key" not in out


def test_plan_and_approve_say_what_waits(desk: Desk) -> None:
    desk.user()
    (key,) = desk.keys()
    assert "--accept" not in desk.plan(*ROLES).err
    afterwards = datetime(2099, 3, 1, 9, 30, tzinfo=UTC)  # the subject left as 2099 began
    desk.app.set_last_use(key, afterwards, "s3", "eu-west-1")
    assert "--by WHO [--accept ID ...]" in desk.plan(*ROLES).err
    first, *rest = [a["id"] for a in desk.plan_json["actions"] if a["accept"]]
    given = approve(desk, first)
    assert f"these wait for --accept (report.md says why): {', '.join(rest)}" in given.err
    assert "tier: hostile" in given.err
    given = approve(desk, *rest)
    assert "these wait" not in given.err
    assert "hostile" not in given.err


def approve(desk: Desk, *ids: str) -> Ran:
    accepted = [word for one in ids for word in ("--accept", one)]
    return run("approve", str(desk.plan_file), "--by", "lead@example.com", "--early", *accepted)
