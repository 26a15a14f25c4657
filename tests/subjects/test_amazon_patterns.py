"""Patterns of users, roles and sessions: whom they let in is said, and never cut."""

from __future__ import annotations

import fnmatch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iac_offboard.catalog.conditions import identities
from iac_offboard.model import Principal, Strength
from iac_offboard.subjects.matching import Matcher
from tests.subjects.test_matching import A, leaver

ARN = f"arn:aws:iam::{A}:user/team/alice"
ROLE = f"arn:aws:iam::{A}:role/ci/deploy"
OTHER = "444455556666"


def meant(variable: str, text: str) -> Principal:
    (found,) = identities(variable, text, A)
    return found


@pytest.mark.parametrize(
    ("alias", "variable", "text", "covers"),
    [
        ("alice", "aws:PrincipalArn", f"arn:aws:iam::{A}:user/ali*", True),
        ("alice", "aws:PrincipalArn", f"arn:aws:iam::{A}:user/al?ce", True),
        ("alice", "aws:PrincipalArn", f"arn:aws:iam::{A}:user/ALI*", True),
        ("alice", "aws:PrincipalArn", f"arn:aws:iam::{A}:user/team/ali*", True),
        ("alice", "aws:PrincipalArn", "*:user/ali*", True),
        ("alice", "aws:PrincipalArn", "arn:aws:iam::*:user/ali*", True),
        ("alice", "aws:username", "ali*", True),
        ("alice", "aws:username", "al?", False),
        ("alice", "aws:username", "bob*", False),
        ("al", "aws:username", "ali*", False),
        ("alice", "aws:username", "*", False),  # says nothing of anybody
        (ARN, "aws:PrincipalArn", f"arn:aws:iam::{A}:user/team/*", True),
        (ARN, "aws:PrincipalArn", f"arn:aws:iam::{A}:user/*", False),
        (ARN, "aws:PrincipalArn", f"arn:aws:iam::{A}:user/ops/*", False),
        (ARN, "aws:PrincipalArn", f"arn:aws:iam::{OTHER}:user/team/*", False),
        (ROLE, "aws:PrincipalArn", f"arn:aws:iam::{A}:role/ci/*", True),
        (ROLE, "aws:PrincipalArn", f"arn:aws:iam::{A}:role/ops/*", False),
        (ROLE, "aws:PrincipalArn", f"arn:aws:sts::{A}:assumed-role/dep*/*", True),
        ("deploy", "aws:PrincipalArn", f"arn:aws:iam::{A}:role/dep*", False),  # no role is told
        ("alice", "sts:RoleSessionName", "ali*", True),
        ("alice", "aws:userid", "*:ali*", True),
        ("alice", "aws:PrincipalArn", f"arn:aws:sts::{A}:assumed-role/admin/ali*", True),
        ("alice", "aws:PrincipalArn", f"arn:aws:sts::{A}:federated-user/ali*", True),
        ("alice@example.com", "SAML:sub", "*@example.com", True),
        ("alice@example.com", "SAML:sub", "*@example.org", False),
        ("alice@example.com", "aws:userid", "*:*@example.com", True),
        ("alice@example.com", "aws:SourceIdentity", "alice@*", True),
    ],
)
def test_a_pattern_covers_but_never_matches(
    alias: str, variable: str, text: str, covers: bool
) -> None:
    matcher = Matcher([leaver(alias)])
    principal = meant(variable, text)
    assert bool(matcher.covers(principal)) is covers
    assert matcher.candidate(principal) is covers
    assert matcher.match(principal) == ()


def test_who_is_named_is_not_covered_as_well() -> None:
    matcher = Matcher([leaver("alice")])
    named = meant("aws:userid", "*:alice")
    assert [m.strength for m in matcher.match(named)] == [Strength.WEAK]
    assert matcher.covers(named) == ()


def test_a_federated_user_is_a_session_that_somebody_named() -> None:
    principal = meant("aws:PrincipalArn", f"arn:aws:sts::{A}:federated-user/alice")
    assert [m.strength for m in Matcher([leaver("alice")]).match(principal)] == [Strength.WEAK]
    assert Matcher([leaver("al")]).match(principal) == ()


@given(
    name=st.text("abc.-_", min_size=1, max_size=6),
    pattern=st.text("abc.-_*?", min_size=1, max_size=6).filter(lambda p: set(p) & set("*?")),
)
def test_wildcards_are_those_of_a_shell_without_sets(name: str, pattern: str) -> None:
    expected = fnmatch.fnmatchcase(name, pattern) and bool(pattern.strip("*?"))
    found = Matcher([leaver(name)]).covers(meant("aws:username", pattern))
    assert bool(found) is expected


def test_a_pattern_of_many_stars_has_an_end() -> None:
    assert not Matcher([leaver("a" * 60)]).covers(meant("aws:username", "*a" * 30 + "b*"))
