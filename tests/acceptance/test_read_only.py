"""Scan, plan and verify look and change nothing: as a key whose writes are refused, and as a role
that has exactly the rights that ``permissions aws --read`` prints."""

from __future__ import annotations

import json

from tests.acceptance.crowded import crowd, trust
from tests.acceptance.desk import HOME, OTHER, Desk, run

ROLES = tuple(
    part for a in (HOME, OTHER) for part in ("--aws-role", f"arn:aws:iam::{a}:role/reader")
)
BOTH = ("--live", "aws", "--region", "us-east-1", *ROLES)


def _readers(desk: Desk) -> None:
    document = run("permissions", "aws", "--read").out
    for iam in (desk.aws(), desk.other()):
        iam.create_role(
            RoleName="reader", AssumeRolePolicyDocument=trust(f"arn:aws:iam::{HOME}:root")
        )
        iam.put_role_policy(RoleName="reader", PolicyName="read", PolicyDocument=document)


def test_nothing_but_apply_writes_and_the_printed_rights_are_enough(desk: Desk) -> None:
    crowd(desk)
    _readers(desk)
    desk.app.injection.deny_writes_for(desk.app.config.root.key_id)
    desk.forget_writes()
    scanned = desk.scan(*BOTH, "--format", "json")
    assert scanned.code == 1, scanned.err
    assert scanned.json["skipped"] == []
    assert scanned.json["counts"]["findings"] >= 20
    assert {r["caller"].split("/")[1] for r in scanned.json["reads"]} == {"reader"}
    planned = desk.plan(*BOTH)
    assert planned.code == 0, planned.out + planned.err
    assert desk.approve().code == 0
    verified = desk.verify("--format", "json")
    assert verified.code == 1
    assert json.loads(verified.out)["counts"]["skipped"] == 0
    changed = [w for w in desk.writes() if w.operation != "sts:AssumeRole"]
    assert changed == []
