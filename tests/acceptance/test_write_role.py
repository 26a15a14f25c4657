"""Looking and changing as two roles: the reader may not write, the writer is a role of its own."""

from __future__ import annotations

import json

import pytest

from tests.acceptance.desk import ADMINISTRATOR, HOME, ONE_ACCOUNT, Desk

WRITER = f"arn:aws:iam::{HOME}:role/offboard-writer"


def _writer(desk: Desk) -> None:
    iam = desk.aws()
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{HOME}:root"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    iam.create_role(RoleName="offboard-writer", AssumeRolePolicyDocument=json.dumps(trust))
    iam.attach_role_policy(RoleName="offboard-writer", PolicyArn=ADMINISTRATOR)


@pytest.mark.parametrize("role", [WRITER, "offboard-writer"])
def test_writes_are_made_as_the_write_role_and_reads_are_not(desk: Desk, role: str) -> None:
    desk.user()
    _writer(desk)
    desk.planned(*ONE_ACCOUNT)
    desk.app.injection.deny_writes_for(desk.app.config.root.key_id)
    assert desk.apply().code == 2
    assert desk.effects() == {}
    applied = desk.apply("--write-role", role)
    assert applied.code == 0, applied.err
    assert {w.principal.split("/")[1] for w in desk.writes() if not w.error} == {"offboard-writer"}
    verified = desk.verify()
    assert verified.code == 0, verified.out


def test_a_write_role_that_cannot_be_assumed_changes_nothing(desk: Desk) -> None:
    desk.user()
    desk.planned(*ONE_ACCOUNT)
    ran = desk.apply("--write-role", "nobody-has-this")
    assert ran.code == 2
    assert desk.effects() == {}
