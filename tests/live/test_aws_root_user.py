"""Accounts whose root user's e-mail address is a leaver's."""

from __future__ import annotations

import pytest
from moto.organizations.models import organizations_backends

from iac_offboard.clouds.aws.accounts import AwsAccess
from iac_offboard.live.aws.root_user import without_tag
from iac_offboard.model import (
    Alias,
    AliasKind,
    Collected,
    NoteKind,
    PrincipalKind,
    Relation,
    Subject,
    SubjectKind,
)
from iac_offboard.subjects import Matcher
from tests.live.strict_cloud import HOME, OTHER, Cloud, by_kind, names

ROLE = "OrganizationAccountAccessRole"
ALICE = Subject(
    id="s",
    kind=SubjectKind.PERSON,
    left_at=None,
    aliases=(Alias(kind=AliasKind.EMAIL, value="alice@example.com"),),
)


def _organization(cloud: Cloud, email: str) -> str:
    role = cloud.app.add_account(OTHER, "other")
    for account in organizations_backends[HOME]["aws"].accounts:
        if account.id == OTHER:
            account.email = email
    return str(role)


def _read(cloud: Cloud, access: AwsAccess) -> Collected:
    return cloud.source(Matcher([ALICE]).candidate, access).collect([ALICE])


@pytest.mark.parametrize("email", ["alice@example.com", "Alice+prod@Example.com"])
def test_an_account_of_the_organization_whose_root_is_the_leavers(cloud: Cloud, email: str) -> None:
    _organization(cloud, email)
    got = _read(cloud, AwsAccess(services=("iam",), organization_role=ROLE))

    [seen] = by_kind(got, "aws_account_root")
    assert (seen.binding.relation, seen.removal) == (Relation.OWNERSHIP, "manual")
    assert (seen.binding.target.name, seen.binding.target.account) == (OTHER, OTHER)
    assert seen.binding.principal.kind is PrincipalKind.EMAIL
    assert seen.binding.principal.value == email.lower()
    assert cloud.app.counts()["organizations:ListAccounts"] == 1
    assert "organizations:DescribeAccount" not in cloud.app.counts()
    [found] = Matcher([ALICE]).match(seen.binding.principal)
    assert "@" not in found.why
    assert "@" not in repr(got.notes)


@pytest.mark.parametrize("email", ["al.ice@example.com", "alice@example.org", "malice@example.com"])
def test_somebody_elses_address_is_nothing(cloud: Cloud, email: str) -> None:
    _organization(cloud, email)
    got = _read(cloud, AwsAccess(services=("iam",), organization_role=ROLE))

    assert names(got, "aws_account_root") == []
    assert "@" not in repr(got)


def test_an_account_that_cannot_be_entered_still_has_a_root_user(cloud: Cloud) -> None:
    _organization(cloud, "alice@example.com")
    got = _read(cloud, AwsAccess(services=("iam",), organization_role="NoSuchRole"))

    assert names(got, "aws_account_root") == [OTHER]
    assert [s.where for s in got.skipped] == [f"aws:{OTHER}"]


def test_a_closed_account_is_nobodys_way_in(cloud: Cloud) -> None:
    _organization(cloud, "alice@example.com")
    cloud.client("organizations").close_account(AccountId=OTHER)
    got = _read(cloud, AwsAccess(services=("iam",), organization_role=ROLE))

    assert names(got, "aws_account_root") == []


def test_without_the_organization_the_account_is_asked_for(cloud: Cloud) -> None:
    _organization(cloud, "other@example.com")
    organizations_backends[HOME]["aws"].accounts[0].email = "alice+aws@example.com"
    got = _read(cloud, AwsAccess(services=("iam",)))

    assert names(got, "aws_account_root") == [HOME]
    assert _uncovered(got) == []


def test_what_nobody_may_read_is_not_covered_and_never_skipped(cloud: Cloud) -> None:
    role = _organization(cloud, "alice@example.com")
    cloud.app.injection.deny("organizations:DescribeAccount")
    access = AwsAccess(services=("iam",), organization_role=ROLE)
    assert _uncovered(_read(cloud, access)) == []  # the list says it all

    cloud.app.injection.deny("organizations:DescribeAccount")
    got = cloud.read("alice@example.com", services=("iam",), roles=(role,))
    assert got.skipped == ()
    assert _uncovered(got) == [f"root e-mail addresses of accounts {OTHER}"]


def test_without_iam_no_root_user_is_asked_for(cloud: Cloud) -> None:
    got = cloud.read("alice@example.com", services=("sns",), regions=("us-east-1",))
    assert _uncovered(got) == []
    assert "organizations:DescribeAccount" not in cloud.app.counts()


def test_only_a_tag_is_taken_off() -> None:
    assert without_tag("a.b+c+d@example.com") == "a.b@example.com"
    assert without_tag("+c@example.com") == "+c@example.com"
    assert without_tag("a@example.com") == "a@example.com"


def _uncovered(got: Collected) -> list[str]:
    said = (n.text for n in got.notes if n.kind is NoteKind.NOT_COVERED)
    return [text for text in said if text.startswith("root e-mail")]
