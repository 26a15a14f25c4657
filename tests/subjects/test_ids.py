"""Unique ids: proof of one object, and silence about every other."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from iac_offboard.model import Alias, AliasKind
from iac_offboard.subjects import Matcher
from iac_offboard.subjects.aliases import typed
from tests.subjects.test_matching import (
    AIDA,
    ARN,
    LEFT,
    OTHER_AIDA,
    STRONG,
    WEAK,
    A,
    B,
    bound,
    leaver,
    user,
)

ADMIN = f"arn:aws:iam::{A}:user/alice-admin"


def stated(name: str, *, by_plan: bool = False) -> Alias:
    """AIDA as the id of this name in A."""
    found = typed(AliasKind.AWS_UNIQUE_ID, AIDA, accounts=frozenset({A}), name=name)
    return replace(found, learned=by_plan)


def learned(name: str) -> Alias:
    return stated(name, by_plan=True)


def test_a_unique_id_is_proof_whatever_the_age() -> None:
    found = Matcher([leaver(ARN, AIDA)]).match(
        user("alice", uid=AIDA), created_at=LEFT + timedelta(days=1)
    )
    assert [(m.strength, m.reused) for m in found] == [(STRONG, False)]


def test_another_unique_id_contradicts_the_name() -> None:
    assert Matcher([leaver(ARN, AIDA)]).match(user("alice", uid=OTHER_AIDA))[0].reused
    assert Matcher([leaver(ARN, "alice", AIDA)]).match(user("alice", uid=OTHER_AIDA))[0].reused


def test_an_id_of_one_account_says_nothing_about_another() -> None:
    two = leaver(bound("alice", A, B), AIDA)
    assert not Matcher([two]).match(user("alice", B, uid=OTHER_AIDA))[0].reused
    placed = typed(AliasKind.AWS_UNIQUE_ID, AIDA, accounts=frozenset({A}))
    matcher = Matcher([leaver(bound("alice", A, B), "alice", placed)])
    assert not matcher.match(user("alice", B, uid=OTHER_AIDA))[0].reused
    assert matcher.match(user("alice", A, uid=OTHER_AIDA))[0].reused


def test_an_id_says_nothing_about_another_name() -> None:
    """Nor what was re-created, when nobody said which of the names the id belongs to."""
    two = Matcher([leaver(ARN, ADMIN, AIDA)])
    assert not two.match(user("alice-admin", uid=OTHER_AIDA))[0].reused
    assert not two.match(user("alice", uid=OTHER_AIDA))[0].reused
    for named in (stated("alice"), learned("alice")):
        matcher = Matcher([leaver(ARN, ADMIN, named)])
        assert not matcher.match(user("alice-admin", uid=OTHER_AIDA))[0].reused
        assert not matcher.match(user("alice", B, uid=OTHER_AIDA))
        [found] = matcher.match(user("Alice", uid=OTHER_AIDA))
        assert (found.reused, found.other, found.had) == (True, not named.learned, AIDA)


def test_an_id_of_a_role_says_nothing_about_a_user() -> None:
    subject = leaver(ARN, f"arn:aws:iam::{A}:role/alice", "AROAJQABLZS4A3QDU576Q")
    assert not Matcher([subject]).match(user("alice", uid=OTHER_AIDA))[0].reused


def test_what_a_plan_found_says_whose_the_rosters_id_is() -> None:
    [found] = Matcher([leaver(ARN, ADMIN, AIDA, learned("alice"))]).match(
        user("alice", uid=OTHER_AIDA)
    )
    assert (found.reused, found.other) == (True, True)


def test_as_many_ids_as_names_leave_none_for_a_third_object() -> None:
    subject = leaver(ARN, ADMIN, AIDA, "AIDAJQABLZS4A3QDU576S")
    [found] = Matcher([subject]).match(user("alice", uid=OTHER_AIDA))
    assert (found.reused, found.other) == (True, False)


def test_an_id_of_no_known_place_does_not_contradict_a_bare_name() -> None:
    found = Matcher([leaver("alice", AIDA)]).match(user("alice", uid=OTHER_AIDA))
    assert [(m.strength, m.reused) for m in found] == [(WEAK, False)]


def test_an_email_that_agrees_outweighs_an_old_id() -> None:
    subject = leaver(ARN, AIDA, "alice@example.com")
    found = Matcher([subject]).match(user("alice", uid=OTHER_AIDA, emails=["alice@example.com"]))
    assert [(m.strength, m.reused) for m in found] == [(STRONG, False)]
