"""``iac-offboard catalog``: what is done for each type, for people and for programs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from iac_offboard.catalog.rows import left_out, rows
from iac_offboard.cli import main


def listed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["catalog", *arguments]) == 0
    return capsys.readouterr().out


def of_json(capsys: pytest.CaptureFixture[str], pattern: str) -> Any:
    return json.loads(listed(capsys, pattern, "--format", "json"))


def test_a_type_is_said_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    text = listed(capsys, "aws_iam_policy_attachment")
    assert text.startswith(
        "aws_iam_policy_attachment  (aws:iam/policyAttachment:PolicyAttachment)  owns"
    )
    assert (
        "  users[*]: refers, grant, aws.user_name: the element goes, "
        "the last one is left to a person\n"
    ) in text
    assert "  read live: iam:ListEntitiesForPolicy\n" in text


def test_a_program_gets_all_that_the_rows_say(capsys: pytest.CaptureFixture[str]) -> None:
    found = of_json(capsys, "*")
    assert set(rows()) <= set(found)
    grant = found["aws_s3control_access_grant"]
    assert [p["when"] for p in grant["paths"]] == [
        ["grantee[*].grantee_type", "IAM"],
        ["grantee[*].grantee_type", "DIRECTORY_USER"],
        ["grantee[*].grantee_type", "DIRECTORY_GROUP"],
    ]
    assert grant["pulumi"] == "aws:s3control/accessGrant:AccessGrant"
    assert grant["live_remove"] == "s3control:DeleteAccessGrant"


def test_who_has_no_row_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    assert "no row: Who is notified" in listed(capsys, "aws_sns_topic_subscription")
    assert set(left_out()) <= set(of_json(capsys, "*"))
    assert set(left_out()) & set(rows()) == set()


def test_a_place_of_those_who_are_kept_out_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    text = listed(capsys, "aws_storagegateway_smb_file_share")
    assert "invalid_user_list[*]: refers, grant, aws.windows_login, who stands" in text


def test_an_unknown_format_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalog", "--format", "sarif"]) == 2
    assert "Use table or json." in capsys.readouterr().err


def test_a_part_of_a_name_is_told_how_to_ask(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalog", "sns"]) == 0
    assert "'*sns*'" in capsys.readouterr().err
    assert main(["catalog", "*nothing*"]) == 0
    assert "For a part" not in capsys.readouterr().err
