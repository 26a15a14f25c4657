"""Steps and places that are alike are told once, with all their places."""

from __future__ import annotations

import pytest

from iac_offboard.model import ManualStep
from iac_offboard.report import grouped

SUBJECT = "leaver-1"


def step(where: str, text: str, reason: str = "only a person knows") -> ManualStep:
    return ManualStep(subject=SUBJECT, where=where, text=text, reason=reason)


def role(name: str) -> str:
    return f"arn:aws:iam::111122223333:role/{name}"


def session(name: str, hours: int = 1) -> ManualStep:
    return step(role(name), f"Open sessions at {role(name)} end by themselves within {hours} h.")


def test_steps_that_differ_in_their_place_alone_are_one() -> None:
    (one,) = grouped.steps([session("a"), session("b"), session("c")])
    assert one.text == "Open sessions at each of these end by themselves within 1 h."
    assert one.places == (role("a"), role("b"), role("c"))


def test_another_text_or_another_reason_is_another_step() -> None:
    made = [session("a"), session("b", hours=2), step(role("c"), session("c").text, "because")]
    assert [s.places for s in grouped.steps(made)] == [(role("a"),), (role("b"),), (role("c"),)]


def test_one_step_keeps_its_own_words() -> None:
    (one,) = grouped.steps([session("a")])
    assert one.text == session("a").text


@pytest.mark.parametrize(
    ("where", "text"),
    [
        ("aws:{}", "Change the root e-mail address of account {}, then rotate."),
        ("apps: aws_iam_user.u{} (main.tf:{})", "Remove aws_iam_user.u{} by hand."),
        ("iam_user u{}", "Decide about the identity of leaver-1 at iam_user u{}."),
        ("identity_store_user u{}", "Remove the user in Okta."),
    ],
)
def test_a_place_is_known_however_a_step_spells_it(where: str, text: str) -> None:
    def made(n: str) -> ManualStep:
        return step(where.format(n, n), text.format(n))

    assert len(grouped.steps([made("1"), made("2")])) == 1


def test_a_name_within_another_is_no_place() -> None:
    made = [step("role/a", "Look at role/a-b."), step("role/c", "Look at role/c-b.")]
    assert len(grouped.steps(made)) == 2


def test_by_hand_is_one_line_with_the_first_places() -> None:
    (line,) = grouped.by_hand([session(f"r{n}") for n in range(300)])
    assert line.startswith(f"by hand: {SUBJECT}: Open sessions at each of these end")
    assert line.endswith(f"[{role('r0')}, {role('r1')}, {role('r2')} and 297 more]")


def test_one_more_takes_no_more_room_than_saying_so() -> None:
    assert grouped.first(["a", "b", "c", "d"]) == "a, b, c, d"
    assert grouped.first(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"
    assert grouped.first(["a"] * 5, lines=True).splitlines() == ["a", "a", "a", "and 2 more"]
