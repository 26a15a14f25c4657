"""What identity policies allow, doubt letting in, and what they deny altogether."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iac_offboard.catalog.access import Conditions, Decision, decide, total_denies, wildcard
from iac_offboard.catalog.entering import Caller
from iac_offboard.catalog.policy import Json
from iac_offboard.model import Principal, PrincipalKind

A = "111122223333"
USER_ID = "AIDAJQABLZS4A3QDU576Q"
ARN = f"arn:aws:iam::{A}:role/team/deploy"
ALICE = Principal(
    provider="aws", kind=PrincipalKind.IAM_USER, value="alice", account=A, stable_id=USER_ID
)
ASSUME = "sts:AssumeRole"
DENIED = {"Effect": "Deny", "Action": ASSUME, "Resource": ARN}
ALL: Mapping[str, Json] = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def policy(*statements: Mapping[str, Json], version: str = "2012-10-17") -> Json:
    return {"Version": version, "Statement": list(statements)}


def said(*statements: Mapping[str, Json], version: str = "2012-10-17") -> Decision:
    document = policy(*statements, version=version)
    return decide([document], ASSUME, ARN, Caller(ALICE).variables)


# ---------------------------------------------------------------- wildcards

_TEXT = st.text(alphabet="ab*?.[:$", max_size=12)


@given(_TEXT, st.text(alphabet="ab.[:$", max_size=12))
def test_wildcards_are_those_of_a_plain_regular_expression(pattern: str, text: str) -> None:
    expression = "".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in pattern)
    assert wildcard(pattern, text) == bool(re.fullmatch(expression, text, re.DOTALL))


@given(st.text(max_size=20))
def test_a_star_and_the_text_itself_match(text: str) -> None:
    assert wildcard("*", text)
    assert wildcard("?" * len(text), text)
    assert wildcard(text.replace("*", "").replace("?", ""), text.replace("*", "").replace("?", ""))


def test_many_stars_take_no_exponential_time() -> None:
    assert not wildcard("*a" * 200 + "b", "a" * 2000)


# ---------------------------------------------------------------- identity policies


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (ALL, Decision.ALLOW),
        ({"Effect": "Allow", "Action": "STS:assume*", "Resource": ARN}, Decision.ALLOW),
        ({"Effect": "Allow", "Action": "sts:AssumeRole?", "Resource": ARN}, Decision.SILENT),
        ({"Effect": "Allow", "Action": ["s3:*", "sts:*"], "Resource": ["*"]}, Decision.ALLOW),
        ({"Effect": "Allow", "Action": ASSUME, "Resource": ARN.upper()}, Decision.SILENT),
        (
            {"Effect": "Allow", "Action": ASSUME, "Resource": f"arn:aws:iam::{A}:role/team/*"},
            Decision.ALLOW,
        ),
        (
            {"Effect": "Allow", "Action": ASSUME, "Resource": "arn:aws:iam::*:role/other"},
            Decision.SILENT,
        ),
        ({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, Decision.ALLOW),
        ({"Effect": "Allow", "NotAction": ["sts:Assume*"], "Resource": "*"}, Decision.SILENT),
        ({"Effect": "Allow", "Action": "*", "NotResource": ARN}, Decision.SILENT),
        ({"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::*"}, Decision.ALLOW),
        (
            {**ALL, "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}},
            Decision.ALLOW,
        ),
        ({"Effect": "Allow", "Action": ASSUME}, Decision.SILENT),
        ({"Effect": "Allow", "Resource": "*"}, Decision.SILENT),
        (DENIED, Decision.DENY),
        (
            {
                "Effect": "Allow",
                "Action": "*",
                "Resource": f"arn:aws:iam::{A}:role/${{aws:PrincipalTag/team}}/deploy",
            },
            Decision.ALLOW,
        ),
        (
            {"Effect": "Allow", "Action": "*", "Resource": f"arn:aws:iam::{A}:role/${{*}}"},
            Decision.SILENT,
        ),
    ],
)
def test_one_statement(statement: Mapping[str, Json], expected: Decision) -> None:
    assert said(statement) is expected


@pytest.mark.parametrize(
    ("deny", "expected"),
    [
        (DENIED, Decision.DENY),
        ({**DENIED, "Condition": {}}, Decision.DENY),
        ({"Effect": "Deny", "NotAction": "s3:*", "Resource": "*"}, Decision.DENY),
        ({"Effect": "Deny", "Action": "sts:*", "NotResource": "arn:aws:s3:::*"}, Decision.DENY),
        ({"Effect": "Deny", "Action": "*", "Resource": "arn:aws:iam::*:role/*"}, Decision.DENY),
        ({"Effect": "Deny", "Action": "*", "Resource": "arn:aws:iam::*"}, Decision.DENY),
        # What may not hold, or what is not known, is not relied on.
        (
            {**DENIED, "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}},
            Decision.ALLOW,
        ),
        (
            {"Effect": "Deny", "Action": "*", "Resource": f"arn:aws:iam::{A}:role/${{x:y}}/deploy"},
            Decision.ALLOW,
        ),
        (
            {"Effect": "Deny", "Action": "*", "NotResource": f"arn:aws:iam::{A}:role/${{x:y}}"},
            Decision.ALLOW,
        ),
        ({"Effect": "Deny", "Action": "*", "Resource": "arn:*e/team/deploy"}, Decision.ALLOW),
        ({"Effect": "Deny", "Action": "s3:*", "Resource": "*"}, Decision.ALLOW),
    ],
)
def test_a_deny_beside_an_allow(deny: Mapping[str, Json], expected: Decision) -> None:
    assert said(ALL, deny) is expected
    assert said(deny, ALL) is expected


def test_the_user_name_in_a_resource_is_this_users() -> None:
    own = f"arn:aws:iam::{A}:role/${{aws:username}}"
    allow = policy({"Effect": "Allow", "Action": ASSUME, "Resource": own})
    known = Caller(ALICE).variables
    assert decide([allow], ASSUME, f"arn:aws:iam::{A}:role/alice", known) is Decision.ALLOW
    assert decide([allow], ASSUME, f"arn:aws:iam::{A}:role/bob", known) is Decision.SILENT


def test_variables_of_an_old_document_are_plain_text_to_a_deny() -> None:
    own = f"arn:aws:iam::{A}:role/${{aws:username}}"
    deny: Mapping[str, Json] = {"Effect": "Deny", "Action": ASSUME, "Resource": own}
    for version, expected in (("2008-10-17", Decision.ALLOW), ("2012-10-17", Decision.DENY)):
        documents = [policy(ALL), policy(deny, version=version)]
        known = Caller(ALICE).variables
        got = decide(documents, ASSUME, f"arn:aws:iam::{A}:role/alice", known)
        assert got is expected


def test_an_unread_document_is_not_silence() -> None:
    assert decide([None], ASSUME, ARN) is Decision.UNKNOWN
    assert decide([None, policy(ALL)], ASSUME, ARN) is Decision.ALLOW
    assert decide([policy(DENIED), None], ASSUME, ARN) is Decision.DENY


_PATTERN = st.sampled_from(
    ["*", "sts:*", ASSUME, "s3:*", ARN, "arn:aws:iam::*:role/*", "${aws:username}", "arn:*/deploy"]
)
_STATEMENT = st.fixed_dictionaries(
    {"Effect": st.sampled_from(["Allow", "Deny"])},
    optional={
        "Action": st.lists(_PATTERN, max_size=2),
        "NotAction": _PATTERN,
        "Resource": st.lists(_PATTERN, max_size=2),
        "NotResource": _PATTERN,
        "Condition": st.sampled_from([{}, {"Bool": {"aws:SecureTransport": "true"}}]),
    },
)
_STATEMENTS = st.lists(_STATEMENT, max_size=4)
_RANK = {Decision.DENY: 0, Decision.SILENT: 1, Decision.ALLOW: 2}


@given(_STATEMENTS, _STATEMENT, st.integers(0, 4))
def test_adding_a_deny_never_lets_in_and_adding_an_allow_never_shuts_out(
    before: list[Mapping[str, Json]], one: Mapping[str, Json], at: int
) -> None:
    after = [*before[:at], one, *before[at:]]
    if one["Effect"] == "Deny":
        assert _RANK[said(*after)] <= _RANK[said(*before)]
    else:
        assert _RANK[said(*after)] >= _RANK[said(*before)]


# ---------------------------------------------------------------- denials of everything

EVERYTHING: Mapping[str, Json] = {"Effect": "Deny", "Action": "*", "Resource": "*"}


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (EVERYTHING, [()]),
        ({**EVERYTHING, "Action": ["s3:*", "*:*"], "Resource": ["*"]}, [()]),
        ({**EVERYTHING, "Effect": "Allow"}, []),
        ({**EVERYTHING, "Action": "sts:*"}, []),
        ({**EVERYTHING, "Resource": ARN}, []),
        ({"Effect": "Deny", "NotAction": "iam:*", "Resource": "*"}, []),
        (
            {**EVERYTHING, "Condition": {"StringEquals": {"aws:sourceidentity": "alice"}}},
            [(("aws:SourceIdentity", ("alice",)),)],
        ),
        (
            {**EVERYTHING, "Condition": {"StringLike": {"aws:userid": ["*:alice", "x:${a}"]}}},
            [(("aws:userid", ("*:alice",)),)],
        ),
        ({**EVERYTHING, "Condition": {"StringEquals": {"aws:userid": "*:alice"}}}, []),
        (
            {
                **EVERYTHING,
                "Condition": {
                    "StringEqualsIgnoreCase": {"aws:userid": "x:alice"},
                    "StringEquals": {"identitystore:UserId": ["u-1", "u-2"]},
                },
            },
            [(("aws:userid", ("x:alice",)), ("identitystore:UserId", ("u-1", "u-2")))],
        ),
        (
            {**EVERYTHING, "Condition": {"DateLessThan": {"aws:TokenIssueTime": "2026-01-01"}}},
            [],
        ),
        ({**EVERYTHING, "Condition": {"StringNotEquals": {"aws:userid": "x:alice"}}}, []),
        ({**EVERYTHING, "Condition": {"StringEqualsIfExists": {"aws:userid": "x:a"}}}, []),
        (
            {
                **EVERYTHING,
                "Condition": {"StringEquals": {"aws:userid": "x:a", "aws:RequestedRegion": "r"}},
            },
            [],
        ),
    ],
)
def test_total_denies(statement: Mapping[str, Json], expected: list[Conditions]) -> None:
    assert list(total_denies(policy(statement))) == expected
