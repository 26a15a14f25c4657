"""A waiver for an account covers what was not read there, and hides nothing that was found."""

from __future__ import annotations

import json

from tests.acceptance.desk import ALICE, HOME, ONE_ACCOUNT, Desk, Ran
from tests.acceptance.test_covered import _METADATA, SAML
from tests.acceptance.test_waivers import waivers

ACCOUNT = f"aws:{HOME}"


def _reasons(ran: Ran) -> list[str]:
    return [s["reason"] for s in ran.json["skipped"]]


def _scan(desk: Desk, *scopes: str) -> Ran:
    more = ("--waivers", waivers(desk, *scopes)) if scopes else ()
    return desk.scan(*ONE_ACCOUNT, *more, "--format", "json")


def test_somebody_who_may_be_the_leaver_is_waived_by_the_arn_alone(desk: Desk) -> None:
    desk.user("alice")
    desk.roster("alice")
    bob = f"arn:aws:iam::{HOME}:user/bob"
    assert _reasons(_scan(desk)) == ["ambiguous"]
    for scope in (ACCOUNT, f"{ACCOUNT}:us-east-1", bob):
        assert _reasons(_scan(desk, scope)) == ["ambiguous"], scope
    assert _reasons(_scan(desk, ALICE)) == []


def test_a_role_whose_condition_may_mean_the_leaver_is_waived_by_its_arn(desk: Desk) -> None:
    desk.roster("alice")
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{HOME}:root"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:RoleSessionName": "alice"}},
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    made = desk.aws().create_role(RoleName="deploy", AssumeRolePolicyDocument=document)
    asked = _reasons(_scan(desk))
    assert "ambiguous" in asked
    assert _reasons(_scan(desk, ACCOUNT)) == asked
    assert "ambiguous" not in _reasons(_scan(desk, made["Role"]["Arn"]))


def test_an_upstream_is_waived_by_its_source_alone(desk: Desk) -> None:
    desk.aws().create_saml_provider(Name="Okta", SAMLMetadataDocument=_METADATA)
    assert _scan(desk, ACCOUNT).code == 3
    assert _reasons(_scan(desk, ACCOUNT)) == ["upstream not read"]
    assert _scan(desk, SAML).code == 0
