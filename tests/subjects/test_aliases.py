from __future__ import annotations

import pytest

from iac_offboard.model import AliasKind
from iac_offboard.subjects.aliases import AliasError, infer, typed

AIDA = "AIDAJQABLZS4A3QDU576Q"


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("Alice@Example.com", AliasKind.EMAIL, "alice@example.com"),
        ("user:Alice@Example.com", AliasKind.EMAIL, "alice@example.com"),
        ("alice", AliasKind.USER_NAME, "alice"),
        ("Alice.B", AliasKind.USER_NAME, "Alice.B"),
        (
            "arn:aws-us-gov:iam::111122223333:user/p/alice",
            AliasKind.AWS_ARN,
            "arn:aws-us-gov:iam::111122223333:user/p/alice",
        ),
        (AIDA, AliasKind.AWS_UNIQUE_ID, AIDA),
        ("AIDAN", AliasKind.USER_NAME, "AIDAN"),
        ("AKIAIOSFODNN7EXAMPLE", AliasKind.AWS_ACCESS_KEY_ID, "AKIAIOSFODNN7EXAMPLE"),
        (
            "ci@proj.iam.gserviceaccount.com",
            AliasKind.GCP_SERVICE_ACCOUNT,
            "ci@proj.iam.gserviceaccount.com",
        ),
        (
            "serviceAccount:CI@proj.iam.gserviceaccount.com",
            AliasKind.GCP_SERVICE_ACCOUNT,
            "ci@proj.iam.gserviceaccount.com",
        ),
        (
            "projects/acme-prod/serviceAccounts/CI@acme-prod.iam.gserviceaccount.com/keys/0A1b",
            AliasKind.GCP_SERVICE_ACCOUNT_KEY,
            "projects/acme-prod/serviceAccounts/ci@acme-prod.iam.gserviceaccount.com/keys/0a1b",
        ),
        ("x@gserviceaccount.com.evil.org", AliasKind.EMAIL, "x@gserviceaccount.com.evil.org"),
        (
            "0A9C0000-1111-2222-3333-444455556666",
            AliasKind.UUID,
            "0a9c0000-1111-2222-3333-444455556666",
        ),
        (
            "906712345a-0a9c0000-1111-2222-3333-444455556666",
            AliasKind.IDENTITY_STORE_USER,
            "906712345a-0a9c0000-1111-2222-3333-444455556666",
        ),
        ("Org/Repo.x", AliasKind.REPOSITORY, "org/repo.x"),
        (
            "principal://iam.googleapis.com/projects/1/subject/S",
            AliasKind.GCP_PRINCIPAL,
            "principal://iam.googleapis.com/projects/1/subject/S",
        ),
    ],
)
def test_the_type_of_a_plain_string_is_inferred(text: str, kind: AliasKind, value: str) -> None:
    alias = infer(f" {text} ")
    assert (alias.kind, alias.value) == (kind, value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "Alice Canary",
        "arn:aws:iam::1111:user/canary",
        "arn:aws:iam::111122223333:root",
        "arn:aws:s3:::canary",
        "arn:aws:sts::111122223333:assumed-role/canary",
        "a/b/canary",
        "https://canary",
    ],
)
def test_what_cannot_be_typed_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(AliasError) as caught:
        infer(text)
    assert "canary" not in str(caught.value).lower()


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (AliasKind.AWS_USER, "path/canary"),
        (AliasKind.EMAIL, "canary"),
        (AliasKind.GCP_SERVICE_ACCOUNT, "canary@example.com"),
        (AliasKind.AWS_UNIQUE_ID, "canary"),
        (AliasKind.AWS_ACCESS_KEY_ID, "canary"),
        (AliasKind.IDENTITY_STORE_USER, "canary"),
        (AliasKind.ENTRA_OBJECT_ID, "canary"),
        (AliasKind.REPOSITORY, "canary"),
        (AliasKind.GITHUB_LOGIN, "can/ary"),
        (AliasKind.GCP_PRINCIPAL, "canary"),
        (AliasKind.AWS_ARN, "canary"),
    ],
)
def test_a_stated_type_is_checked(kind: AliasKind, text: str) -> None:
    with pytest.raises(AliasError) as caught:
        typed(kind, text)
    assert "canary" not in str(caught.value)


def test_accounts_bind_names_only() -> None:
    account = frozenset({"111122223333"})
    assert typed(AliasKind.AWS_USER, "jdoe", accounts=account).accounts == account
    with pytest.raises(AliasError, match="accounts"):
        typed(AliasKind.EMAIL, "a@b.org", accounts=account)


def test_a_name_says_whose_unique_id_it_is_in_an_account() -> None:
    account, id_ = frozenset({"111122223333"}), "AIDAJQABLZS4A3QDU576Q"
    found = typed(AliasKind.AWS_UNIQUE_ID, id_, accounts=account, name="alice")
    assert (found.name, found.accounts, found.learned) == ("alice", account, False)
    with pytest.raises(AliasError, match="with accounts"):
        typed(AliasKind.AWS_UNIQUE_ID, id_, name="alice")
    with pytest.raises(AliasError, match="aws_unique_id"):
        typed(AliasKind.AWS_USER, "jdoe", accounts=account, name="alice")
    with pytest.raises(AliasError, match="no IAM name"):
        typed(AliasKind.AWS_UNIQUE_ID, id_, accounts=account, name="a/b")
