"""How AWS's services spell people beside IAM."""

from __future__ import annotations

import pytest

from iac_offboard.catalog.amazon import cedar, parse
from iac_offboard.catalog.naming import HOLE, marked
from iac_offboard.model import PrincipalKind

USER_ID = "11111111-1111-1111-1111-111111111111"
LOGIN = PrincipalKind.AWS_LOGIN
STORE_USER = PrincipalKind.IDENTITY_STORE_USER


@pytest.mark.parametrize(
    ("spelling", "text", "kind", "value"),
    [
        ("aws.grantee", "arn:aws:iam::111122223333:user/alice", PrincipalKind.IAM_USER, "alice"),
        ("aws.grantee", "arn:aws:quicksight:eu-west-1:1:user/default/alice", LOGIN, "alice"),
        (
            "aws.grantee",
            "arn:aws:quicksight:eu-west-1:111122223333:user/default/Dev/alice",
            PrincipalKind.IAM_SESSION,
            "Dev/alice",
        ),
        ("aws.grantee", f"arn:aws:identitystore:::user/{USER_ID}", STORE_USER, USER_ID),
        (
            "aws.grantee",
            f"arn:aws:identitystore:::group/{USER_ID}",
            PrincipalKind.IDENTITY_STORE_GROUP,
            USER_ID,
        ),
        ("aws.grantee", "arn:aws:iam::111122223333:saml-provider/idp:user/alice", LOGIN, "alice"),
        ("aws.grantee", "saml/111122223333/corp/user/alice", LOGIN, "alice"),
        ("aws.grantee", f"iamidentitycenter/ssoins-1/user/{USER_ID}", STORE_USER, USER_ID),
        ("aws.grantee", "111122223333", PrincipalKind.AWS_ACCOUNT, "111122223333"),
        ("aws.approver", "CodeCommitApprovers:alice", PrincipalKind.IAM_USER, "alice"),
        ("aws.approver", "CodeCommitApprovers:Dev/alice", PrincipalKind.IAM_SESSION, "Dev/alice"),
        ("aws.windows_login", "CORP\\alice", LOGIN, "alice"),
        ("aws.email", "Alice@Example.com", PrincipalKind.EMAIL, "alice@example.com"),
        ("aws.ssh_key", "ssh-ed25519 AAAA alice@x.org", PrincipalKind.EMAIL, "alice@x.org"),
        (
            "aws.identity_store_user_id",
            marked(["alice", "alice@example.com"]),
            STORE_USER,
            "alice",
        ),
    ],
)
def test_who_is_meant(spelling: str, text: str, kind: PrincipalKind, value: str) -> None:
    found = parse(spelling, text, {})
    assert found is not None
    assert (found.kind, found.value) == (kind, value)


@pytest.mark.parametrize(
    ("spelling", "text"),
    [
        ("aws.grantee", "IAM_ALLOWED_PRINCIPALS"),
        ("aws.grantee", "arn:aws:quicksight:eu-west-1:1:group/default/admins"),
        ("aws.grantee", "arn:aws:iam::111122223333:saml-provider/idp:group/admins"),
        ("aws.approver", "CodeCommitApprovers:Dev/*"),
        ("aws.windows_login", "@admins"),
        ("aws.account", "arn:aws:iam::111122223333:user/alice"),
        ("aws.ssh_key", "ssh-ed25519 AAAA"),
        ("aws.login", f"{HOLE}-bot"),
        ("aws.identity_store_user_id", HOLE),
        ("aws.identity_store_group_id", marked(["alice"])),
    ],
)
def test_nobody_is_meant(spelling: str, text: str) -> None:
    assert parse(spelling, text, {}) is None


def test_cedar_names_people_by_entity_and_by_comparison() -> None:
    text = (
        'permit (principal == App::User::"alice", action == Action::"view", '
        'resource == Album::"alice") when { context.okta.user.email == "a@example.com" };'
    )
    assert cedar(text) == ("alice", "a@example.com")
