"""Elements go back into the document that stands there now, and nothing else changes."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iac_offboard.apply.aws.put_back import ByHand, put_back, read
from iac_offboard.catalog.elements import element
from iac_offboard.catalog.policy import Json, canonical, policy_principals, without

HOME = "111122223333"
ALICE, BOB, CAROL, DAN = (f"arn:aws:iam::{HOME}:user/{n}" for n in ("alice", "bob", "carol", "dan"))
REFERER = {"StringEquals": {"aws:Referer": "Canary-1"}}


def removed(document: Json, who: str = ALICE) -> tuple[Json, Json]:
    """The document without ``who``, and the elements as a plan carries them."""
    found = [entry for entry in policy_principals(document) if entry.text == who]
    left = without(document, [entry.path for entry in found])
    assert not left.manual
    elements = canonical([element(document, entry) for entry in found])
    kept: Json = json.loads(elements)
    return left.document, kept


def body(*principals: str, **more: object) -> dict[str, Json]:
    made = {"Effect": "Allow", "Principal": {"AWS": list(principals)}, "Action": "s3:GetObject"}
    parsed: dict[str, Json] = json.loads(json.dumps({**made, **more}))
    return parsed


def whole(*statements: dict[str, Json]) -> Json:
    return {"Version": "2012-10-17", "Id": "shelf", "Statement": list(statements)}


def restored(document: Json, elements: Json) -> Json:
    return put_back(document, read(elements))


def statements_of(document: Json) -> list[dict[str, Json]]:
    found: list[dict[str, Json]] = json.loads(json.dumps(document))["Statement"]
    return found


# --------------------------------------------------------------------------- any document

people = st.lists(st.sampled_from([ALICE, BOB, CAROL]), min_size=1, max_size=3, unique=True)


@st.composite
def _statement(draw: st.DrawFn) -> dict[str, Json]:
    principal: dict[str, Json] = {}
    who = draw(people)
    principal["AWS"] = who[0] if len(who) == 1 and draw(st.booleans()) else who
    if draw(st.booleans()):
        principal["Service"] = "ec2.amazonaws.com"
    action = draw(st.sampled_from(["s3:GetObject", ["s3:GetObject", "s3:PutObject"]]))
    return {"Effect": "Allow", "Principal": principal, "Action": action}


@st.composite
def documents(draw: st.DrawFn) -> Json:
    bodies = draw(st.lists(_statement(), min_size=1, max_size=4))
    for number, one in enumerate(bodies):
        if draw(st.booleans()):
            one["Sid"] = f"S{number}"
    single = len(bodies) == 1 and draw(st.booleans())
    version = draw(st.sampled_from(["2012-10-17", "2008-10-17"]))
    return {"Version": version, "Statement": bodies[0] if single else bodies}


@given(documents())
def test_removed_and_restored_is_the_former_document(document: Json) -> None:
    left, elements = removed(document) if ALICE in json.dumps(document) else (document, None)
    if elements is None:
        return
    back = restored(left, elements)
    assert canonical(back) == canonical(document)
    assert canonical(restored(back, elements)) == canonical(document)


@given(documents(), st.integers(0, 3))
def test_whoever_came_meanwhile_stays(document: Json, where: int) -> None:
    if ALICE not in json.dumps(document):
        return
    left, elements = removed(document)
    if left is None:
        return
    bodies = left["Statement"] if isinstance(left, dict) else []
    bodies = [json.loads(json.dumps(b)) for b in (bodies if isinstance(bodies, list) else [bodies])]
    grown = bodies[where % len(bodies)]
    here = grown["Principal"].get("AWS", [])
    grown["Principal"]["AWS"] = [DAN, *([here] if isinstance(here, str) else here)]
    back = statements_of(restored({"Version": "2012-10-17", "Statement": bodies}, elements))
    count = [e.text for e in policy_principals({"Statement": back})]
    before = [e.text for e in policy_principals(document)]
    assert sorted(count) == sorted([*before, DAN])


@given(documents())
def test_nothing_is_put_back_twice(document: Json) -> None:
    if ALICE in json.dumps(document):
        _, elements = removed(document)
        assert canonical(restored(document, elements)) == canonical(document)


# --------------------------------------------------------------------------- one by one


def test_byte_for_byte_where_nothing_else_changed() -> None:
    document = whole(body(CAROL, Sid="A"), body(BOB, ALICE, CAROL, Sid="B"), body(ALICE, Sid="C"))
    left, elements = removed(document)
    # A plan keeps the recorded statement in canonical form: sorted, a list of one as the one.
    assert canonical(restored(left, elements)) == canonical(document)
    assert [s["Sid"] for s in statements_of(restored(left, elements))] == ["A", "B", "C"]


def test_a_policy_that_was_taken_away_is_made_again_with_its_version_and_id() -> None:
    document = {**dict(json.loads(json.dumps(whole(body(ALICE))))), "Version": "2008-10-17"}
    left, elements = removed(document)
    assert left is None
    assert canonical(restored(None, elements)) == canonical(document)


def test_the_others_of_a_statement_that_is_gone_do_not_come_back() -> None:
    _, elements = removed(whole(body(ALICE, BOB, Sid="Both"), body(CAROL, Sid="Own")))
    back = statements_of(restored(whole(body(CAROL, Sid="Own")), elements))
    assert [(s["Sid"], s["Principal"]) for s in back] == [
        ("Both", {"AWS": ALICE}),
        ("Own", {"AWS": [CAROL]}),
    ]


def test_a_condition_that_still_stands_takes_the_entry_back() -> None:
    document = whole(body(ALICE, BOB, Condition=REFERER))
    left, elements = removed(document)
    assert "Canary" not in json.dumps(elements)
    assert canonical(restored(left, elements)) == canonical(document)


def test_of_several_statements_the_one_under_the_same_condition() -> None:
    other = {"StringEquals": {"aws:Referer": "y"}}
    _, elements = removed(whole(body(ALICE, BOB, CAROL, Condition=REFERER)))
    now = whole(body(CAROL, Condition=other), body(BOB, Condition=REFERER))
    first, second = statements_of(restored(now, elements))
    assert first == body(CAROL, Condition=other)
    assert second["Principal"] == {"AWS": [ALICE, BOB]}


def test_an_element_that_does_not_say_under_which_condition_it_stood_is_for_a_person() -> None:
    document = whole(body(ALICE, BOB, Condition=REFERER))
    left, elements = removed(document)
    (old,) = json.loads(json.dumps(elements))
    del old["condition"]
    with pytest.raises(ByHand, match="another Condition"):
        restored(left, [old])


@pytest.mark.parametrize(
    ("before", "now", "why"),
    [
        (
            [body(ALICE, Sid="Mine", Condition=REFERER), body(BOB)],
            [body(BOB)],
            "the statement Mine is gone.*StringEquals on aws:Referer",
        ),
        (
            [
                body(ALICE, Condition=REFERER),
                body(BOB, Condition={"StringEquals": {"aws:Referer": "x"}}),
            ],
            [body(BOB, Condition={"StringEquals": {"aws:Referer": "x"}})],
            "without a Sid.*not recorded",
        ),
        (
            [body(ALICE, BOB, Sid="Both")],
            [body(BOB, Sid="Both", Action="s3:*")],
            "the statement Both was changed since",
        ),
        (
            [body(ALICE, BOB, Condition=REFERER)],
            [body(BOB, Condition={"StringEquals": {"aws:Referer": "y"}})],
            "without a Sid.*stands under another Condition now, StringEquals on aws:Referer",
        ),
        (
            [body(ALICE, BOB, Sid="Both", Condition=REFERER)],
            [body(BOB, Sid="Both", Condition={"StringEquals": {"aws:Referer": ["y", "z"]}})],
            "the statement Both stands under another Condition now",
        ),
    ],
)
def test_what_a_person_has_to_put_back(
    before: Sequence[dict[str, Json]], now: Sequence[dict[str, Json]], why: str
) -> None:
    _, elements = removed(whole(*before))
    with pytest.raises(ByHand, match=why) as seen:
        restored(whole(*now), elements)
    assert "Canary" not in str(seen.value)


@pytest.mark.parametrize(
    "elements",
    [
        [],
        "x",
        [1],
        [{"principal": ALICE, "element": "AWS"}],
        [{"principal": ALICE, "element": "AWS", "statement": {**body(ALICE), "Effect": "Deny"}}],
        [{"principal": ALICE, "element": "aws:PrincipalArn", "statement": body("*")}],
        [{"principal": "*", "element": "AWS", "statement": body("*")}],
        [{"principal": "*", "element": "Principal", "statement": body("*", Principal="*")}],
        [
            {
                "principal": ALICE,
                "element": "AWS",
                "statement": {"Effect": "Allow", "NotPrincipal": {"AWS": ALICE}},
            }
        ],
    ],
)
def test_what_no_removal_takes_out_is_not_put_back(elements: Json) -> None:
    with pytest.raises(ByHand):
        restored(whole(body(BOB)), elements)


def test_everybody_may_already() -> None:
    _, elements = removed(whole(body(ALICE, BOB, Sid="All")))
    now = whole(body(BOB, Sid="All", Principal="*"))
    assert restored(now, elements) == now
