from __future__ import annotations

import pytest

from iac_offboard.catalog.policy import Json, policy_principals
from iac_offboard.catalog.principal import HOLE
from iac_offboard.model import PrincipalKind

A = "111122223333"
GITHUB = "token.actions.githubusercontent.com"
AROA = "AROAJQABLZS4A3QDU576Q"
AIDA = "AIDAJQABLZS4A3QDU576Q"


def trust(condition: Json, effect: str = "Allow") -> Json:
    statement: Json = {
        "Effect": effect,
        "Principal": {"Federated": f"arn:aws:iam::{A}:oidc-provider/{GITHUB}"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": condition,
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def named(condition: Json) -> list[str]:
    """``kind value`` of whom the condition names."""
    found = policy_principals(trust(condition), account=A)
    return [f"{f.principal.kind} {f.principal.value}" for f in found if f.in_condition]


@pytest.mark.parametrize(
    ("key", "text", "expected"),
    [
        ("aws:username", "alice", ["iam_user alice"]),
        ("aws:PrincipalArn", f"arn:aws:iam::{A}:user/x/alice", ["iam_user alice"]),
        ("aws:userid", AIDA, [f"iam_unique_id {AIDA}"]),
        ("aws:userid", f"{AIDA}*", [f"iam_unique_id {AIDA}"]),
        ("aws:userid", f"{AROA}:*", [f"iam_unique_id {AROA}"]),
        (
            "aws:userid",
            f"{AROA}:alice@example.com",
            [f"iam_unique_id {AROA}", f"iam_session {AROA}/alice@example.com"],
        ),
        ("aws:userId", "*:alice@example.com", ["iam_session */alice@example.com"]),
        ("aws:userid", "*:*", []),
        ("sts:RoleSessionName", "alice", ["iam_session */alice"]),
        ("aws:SourceIdentity", "alice", ["iam_session */alice"]),
        ("sts:SourceIdentity", "alice", ["iam_session */alice"]),
        ("SAML:sub", "alice@example.com", ["iam_session */alice@example.com"]),
        ("saml:namequalifier", "alice@example.com", []),
        ("SAML:aud", "https://signin.aws.amazon.com/saml", []),
        ("accounts.google.com:email", "alice@example.com", ["iam_session */alice@example.com"]),
        ("aws:PrincipalTag/Email", "alice@example.com", ["iam_session */alice@example.com"]),
        ("aws:PrincipalTag/upn", "alice@example.com", ["iam_session */alice@example.com"]),
        ("aws:PrincipalTag/team", "alice@example.com", []),
        ("sts:RoleSessionName", f"x{HOLE}", []),
        ("sts:ExternalId", "hunter2", []),
        ("aws:Referer", "hunter2", []),
        ("s3:repository", "acme/widgets", []),
        (f"{GITHUB}:aud", "sts.amazonaws.com", []),
        (f"{GITHUB}:sub", "repo:acme/*", [f"oidc_subject {GITHUB}|repo:acme/*"]),
        (
            f"{GITHUB}:repository",
            "acme/widgets",
            [f"oidc_subject {GITHUB}|repo:acme/widgets:*"],
        ),
        (f"{GITHUB}:repository_owner", "acme", [f"oidc_subject {GITHUB}|repo:acme/*"]),
        (
            f"{GITHUB}:job_workflow_ref",
            "acme/widgets/x.yml@*",
            [f"oidc_subject {GITHUB}|job_workflow_ref:acme/widgets/x.yml@*"],
        ),
        (f"{GITHUB}:actor", "alice-gh", [f"oidc_subject {GITHUB}|actor:alice-gh"]),
    ],
)
def test_whom_a_condition_key_means(key: str, text: str, expected: list[str]) -> None:
    assert named({"StringLike": {key: text}}) == expected


def test_a_wide_claim_beside_one_that_names_repositories_lets_nobody_else_in() -> None:
    sub, owner, repository = (f"{GITHUB}:{c}" for c in ("sub", "repository_owner", "repository"))
    other = [f"oidc_subject {GITHUB}|repo:acme/other:*"]
    wide = [f"oidc_subject {GITHUB}|repo:acme/*"]
    assert named({"StringLike": {sub: ["repo:acme/other:*"]}, "StringEquals": {owner: "acme"}}) == (
        other
    )
    assert named(
        {"StringLike": {sub: "repo:acme/*"}, "StringEquals": {repository: "acme/other"}}
    ) == (other)
    # One of several values is a pattern, or the narrow one is an exception: the wide one counts.
    either = {"StringLike": {sub: ["repo:acme/*", "repo:acme/other:*"]}}
    assert named(either) == wide + other
    but = {"StringEquals": {owner: "acme"}, "StringNotLike": {sub: "repo:acme/other:*"}}
    assert named(but) == wide + other


def test_values_of_a_condition_stay_out_of_its_summary() -> None:
    condition: Json = {
        "StringLike": {"aws:userid": "*:alice", "sts:ExternalId": "hunter2"},
        "StringEquals": {"sts:RoleSessionName": "alice"},
    }
    found = policy_principals(trust(condition), account=A)
    assert [f.principal.value for f in found if f.in_condition] == ["*/alice", "*/alice"]
    assert all(f.condition and "alice" not in f.condition for f in found)
    assert all("hunter2" not in repr(f) for f in found)


def test_a_negated_condition_keeps_somebody_out() -> None:
    document = trust({"StringNotLike": {"aws:userid": "*:alice"}})
    assert [f.negated for f in policy_principals(document) if f.in_condition] == [True]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"}}, [f"{GITHUB}|*"]),
        ({}, [f"{GITHUB}|*"]),
        ({"StringEquals": {f"{GITHUB}:sub": "repo:a/b:x"}}, [f"{GITHUB}|repo:a/b:x"]),
        (
            {"StringNotLike": {f"{GITHUB}:sub": "repo:a/b:*"}},
            [f"{GITHUB}|repo:a/b:*", f"{GITHUB}|*"],
        ),
    ],
)
def test_an_issuer_without_a_condition_on_the_subject_lets_everybody_in(
    condition: Json, expected: list[str]
) -> None:
    provider = f"arn:aws:iam::{A}:oidc-provider/{GITHUB}"
    statement: dict[str, Json] = {
        "Effect": "Allow",
        "Principal": {"Federated": provider},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": condition,
    }
    found = policy_principals({"Statement": [statement]}, account=A)
    subjects = [f for f in found if f.principal.kind is PrincipalKind.OIDC_SUBJECT]
    assert [f.principal.value for f in subjects] == expected
