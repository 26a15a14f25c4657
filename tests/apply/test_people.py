"""Two claims, and whether they may be one person."""

from __future__ import annotations

from itertools import permutations

import pytest

from iac_offboard.apply.people import count, same_person

LEAD = "lead@example.com"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (LEAD, "Lead Person <Lead@Example.com>"),
        (LEAD, "lead@example.com."),
        (LEAD, '"Person, Lead" <lead@example.com>'),
        (LEAD, "lead+approvals@example.com"),
        (LEAD, "lead"),
        (LEAD, "lead@example.com (on duty)"),
        ("Lead Person", "lead  person <lead@example.com>"),
        ("alice", "user/alice"),
        ("alice", "alice (case owner)"),
        ("alice", "CORP\\Alice"),
        ("alice", "arn:aws:iam::111122223333:user/people/alice"),
        (LEAD, "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_1/lead@example.com"),
    ],
)
def test_one_person_under_two_spellings(one: str, other: str) -> None:
    assert same_person(one, other)
    assert same_person(other, one)
    assert count([one, other, one]) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (LEAD, "leader@example.com"),
        (LEAD, "lead@example.org"),
        ("Bob Jones", "Bob Smith"),
        ("Bob Jones", "Bob"),
        ("alice", "malice"),
        ("alice", "alice-2"),
        ("", ""),
        ("alice", ""),
        ("", "@example.com"),
    ],
)
def test_two_people(one: str, other: str) -> None:
    assert not same_person(one, other)
    assert not same_person(other, one)


def test_a_third_spelling_joins_two_in_whatever_order() -> None:
    spellings = (LEAD, "Lead Person", "Lead Person <lead@example.com>")
    for claims in permutations((*spellings, "bob")):
        assert count(claims) == 2
    assert count(()) == 0
