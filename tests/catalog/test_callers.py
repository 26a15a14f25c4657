"""``*`` with a condition: whom the condition keeps it to, told without its values."""

from __future__ import annotations

import pytest

from iac_offboard.catalog.callers import binds_callers
from iac_offboard.catalog.policy import Json, condition_summary

A = "111122223333"
VALUES = [
    ("StringEquals", "aws:PrincipalOrgID", "o-acme"),
    ("StringEqualsIgnoreCase", "AWS:PrincipalAccount", A),
    ("StringLike", "aws:PrincipalAccount", [A, "444455556666"]),
    ("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-acme/r-1/ou-1/*"),
    ("StringEquals", "AWS:SourceOwner", A),
    ("StringEquals", "aws:SourceAccount", A),
    ("StringEquals", "kms:CallerAccount", A),
    ("StringEquals", "aws:SourceOrgID", "${aws:ResourceOrgID}"),
    ("StringEquals", "aws:PrincipalAccount", "${aws:ResourceAccount}"),
    ("ArnLike", "aws:PrincipalArn", f"arn:aws:iam::{A}:role/*"),
    ("StringLike", "aws:PrincipalArn", f"arn:aws:iam::{A}:role/*"),
    ("ArnLike", "aws:SourceArn", f"arn:aws:*:*:{A}:*"),
    ("ArnEquals", "aws:SourceArn", "arn:aws:s3:::news"),
]
OPEN = [
    ("Bool", "aws:SecureTransport", "true"),
    ("IpAddress", "aws:SourceIp", "0.0.0.0/0"),
    ("StringEquals", "sts:ExternalId", "s3cret"),
    ("StringEquals", "aws:SourceVpce", "vpce-1"),
    ("StringEquals", "aws:SourceVpc", "vpc-1"),
    ("StringEquals", "aws:username", "bob"),
    ("StringNotEquals", "aws:PrincipalOrgID", "o-acme"),
    ("StringEqualsIfExists", "aws:PrincipalOrgID", "o-acme"),
    ("ForAllValues:StringEquals", "aws:PrincipalOrgID", "o-acme"),
    ("Null", "aws:PrincipalOrgID", "false"),
    ("StringLike", "aws:PrincipalOrgID", "*"),
    ("StringLike", "aws:PrincipalOrgID", ["o-acme", "o-*"]),
    ("StringLike", "aws:PrincipalAccount", "1111????????"),
    ("StringEquals", "aws:PrincipalAccount", "${aws:PrincipalAccount}"),
    ("StringEquals", "aws:PrincipalAccount", []),
    ("StringEquals", "aws:PrincipalAccount", "${aws:ResourceOrgID}"),
    ("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "*/r-1/*"),
    ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:user/alice"),
    ("ArnLike", "aws:PrincipalArn", "*"),
    ("ArnLike", "aws:SourceArn", "arn:aws:s3:::*"),
    ("StringLike", "aws:SourceArn", f"arn:aws:*:*:{A}:*"),
]


@pytest.mark.parametrize(("operator", "key", "value"), VALUES)
def test_what_names_accounts_binds(operator: str, key: str, value: Json) -> None:
    assert binds_callers(condition_summary({operator: {key: value}}))


@pytest.mark.parametrize(("operator", "key", "value"), OPEN)
def test_what_anybody_can_fulfil_does_not(operator: str, key: str, value: Json) -> None:
    assert not binds_callers(condition_summary({operator: {key: value}}))
    both = condition_summary(
        {operator: {key: value}, "ForAnyValue:StringEquals": {"aws:PrincipalAccount": A}}
    )
    assert binds_callers(both), "all of a condition has to hold"


def test_no_condition_binds_nobody_and_a_key_cannot_play_another() -> None:
    assert not binds_callers("")
    tag = "aws:PrincipalTag/StringEquals(aws:PrincipalOrgID)"
    assert not binds_callers(condition_summary({"Bool": {tag: "x"}}))


@pytest.mark.parametrize(("operator", "key", "value"), [*VALUES, *OPEN])
def test_no_value_is_told(operator: str, key: str, value: Json) -> None:
    said = condition_summary({operator: {key: value}}).partition(" #")[0]
    texts = [value] if isinstance(value, str) else list(value) if isinstance(value, list) else []
    assert said.removesuffix(")").removesuffix(" any value") == f"{operator}({key}"
    assert not any(isinstance(t, str) and len(t) > 1 and t in said for t in texts)
