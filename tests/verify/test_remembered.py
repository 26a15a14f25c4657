"""What earlier looks saw: ways in that were shut, changed or lengthened since (issue 4)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from iac_offboard.errors import JournalError
from iac_offboard.model import (
    Access,
    Collected,
    Entry,
    Finding,
    Grade,
    Observation,
    Outcome,
    Record,
    SessionLength,
    Verdict,
)
from iac_offboard.verify import Memory, changes, recall
from tests.verify.cases import ACCOUNT, LIVE, LONG_AGO, NOW, READ, finding, judge, key, subject
from tests.verify.test_outliving import INSTANCE, MARKS, ROLE, SET, SSO, deny, session


def shut(made: Finding | None = None) -> Finding:
    made = made or session()
    observations = tuple(replace(o, status="denied now") for o in made.observations)
    return replace(made, observations=observations)


def lasts(target: object = ROLE, seconds: int = 43200) -> Collected:
    assert target in (ROLE, SSO)
    length = SessionLength(target=ROLE if target is ROLE else SSO, seconds=seconds)
    return Collected(reads=(READ,), lengths=(length,))


def recorded(
    verdict: Verdict,
    known: list[Finding],
    before: tuple[Record, ...] = (),
    at: datetime = NOW,
    lengths: tuple[SessionLength, ...] = (),
) -> tuple[Record, ...]:
    new = changes([verdict], known, before, lengths)
    return (
        *before,
        *(
            Record(
                seq=len(before) + i,
                at=at,
                plan="p",
                action=change.finding,
                outcome=change.outcome,
                operation="verify",
                caller="arn:c",
                detail=change.detail,
            )
            for i, change in enumerate(new, start=1)
        ),
    )


# ------------------------------------------------------------------------- shut by a Deny


def test_a_way_in_that_a_deny_shuts_ends_like_one_that_is_gone() -> None:
    verdict = judge([session()], [shut()], memory=Memory())
    assert verdict.bindings[0].access is Access.ALIVE_UNTIL
    assert verdict.recheck_at == NOW + timedelta(hours=1)
    (record,) = recorded(verdict, [session(), shut()])
    assert record.outcome is Outcome.GONE


def test_one_that_the_plan_did_not_know_is_waited_for_from_the_first_look_on() -> None:
    first = judge([finding()], [finding(), shut()], memory=Memory())
    assert first.bindings[-1].access is Access.ALIVE_UNTIL
    assert first.bindings[-1].because.startswith("not in the plan: sessions begun")
    memory = recall(recorded(first, [finding(), shut()], at=NOW - timedelta(minutes=61)))
    again = judge([finding()], [finding(), shut()], memory=memory)
    assert again.bindings[-1].access is Access.DEAD


def test_what_the_plan_saw_shut_waits_from_then_unless_it_was_open_since() -> None:
    since = {"session": NOW - timedelta(minutes=30)}
    memory = recall((), since)
    assert judge([shut()], [shut()], memory=memory).recheck_at == NOW + timedelta(minutes=30)

    opened = judge([shut()], [session()], memory=memory)
    assert opened.access is Access.ALIVE
    memory = recall(recorded(opened, [shut(), session()]), since)
    assert judge([shut()], [shut()], memory=memory).recheck_at == NOW + timedelta(hours=1)


def test_a_way_in_that_is_open_beside_a_shut_one_is_open() -> None:
    half = replace(session(), observations=(*shut().observations, *session().observations))
    assert judge([session()], [half], memory=Memory()).access is Access.ALIVE


# ------------------------------------------------------------------------- how long


@pytest.mark.parametrize(("planned", "now", "hours"), [(3600, 43200, 12), (7200, 3600, 2)])
def test_the_longer_of_what_was_planned_and_what_is_now(planned: int, now: int, hours: int) -> None:
    verdict = judge([session(seconds=planned)], collected=lasts(seconds=now), memory=Memory())
    assert verdict.recheck_at == NOW + timedelta(hours=hours)


def test_a_maximum_that_one_look_saw_is_kept() -> None:
    first = judge([session()], collected=lasts(), memory=Memory())
    lengths = lasts().lengths
    records = recorded(first, [session()], at=NOW - timedelta(hours=2), lengths=lengths)
    verdict = judge([session()], memory=recall(records))
    assert verdict.recheck_at == NOW + timedelta(hours=10)
    known = [session(), *recall(records).remembered]
    assert recorded(verdict, known, records) == records, "nothing new"


def test_a_permission_set_may_be_lengthened_too() -> None:
    elsewhere = SessionLength(target=replace(SSO, name=f"{INSTANCE}/*/{SET}"), seconds=4 * 3600)
    collected = Collected(reads=(READ,), lengths=(elsewhere,))
    verdict = judge([session(SSO)], collected=collected, memory=Memory())
    assert verdict.recheck_at == NOW + timedelta(hours=4)


def test_the_length_of_another_role_says_nothing() -> None:
    other = replace(ROLE, name="x", arn=f"arn:aws:iam::{ACCOUNT}:role/x", unique_id="AROAX")
    collected = Collected(reads=(READ,), lengths=(SessionLength(target=other, seconds=43200),))
    verdict = judge([session()], collected=collected, memory=Memory())
    assert verdict.recheck_at == NOW + timedelta(hours=1)


# ------------------------------------------------------------------------- every way in


def test_a_deny_has_to_hit_every_way_in_that_any_look_saw() -> None:
    nameless = session(marks=())
    first = judge([finding()], [finding(), nameless], memory=Memory())
    one = recorded(first, [finding(), nameless])
    marked = session(seconds=7200)
    known = [finding(), *recall(one).remembered, marked]
    second = judge([finding()], [finding(), marked], memory=recall(one))
    two = recorded(second, known, one)
    assert [r.outcome for r in two] == [Outcome.SEEN, Outcome.SEEN]

    memory = recall(two)
    (seen,) = memory.remembered
    assert {o.entry.marks for o in seen.observations if o.entry} == {(), tuple(sorted(MARKS))}
    by_name = deny(ROLE, ("aws:userid", ("AROADEPLOY:alice",)))
    verdict = judge([finding()], [finding()], collected=by_name, memory=memory)
    assert verdict.bindings[-1].access is Access.ALIVE_UNTIL
    assert verdict.recheck_at == NOW + timedelta(hours=2)
    everybody = judge([finding()], [finding()], collected=deny(ROLE), memory=memory)
    assert everybody.bindings[-1].access is Access.DEAD


def test_a_record_of_another_version_is_refused() -> None:
    (record,) = recorded(judge([session()], memory=Memory()), [session()])
    body = json.loads(record.detail)
    body["entry"] = body.pop("entries")[0]
    with pytest.raises(JournalError, match="sightings"):
        recall([replace(record, detail=json.dumps(body))])


# ------------------------------------------------------------------------- taken over


def shared(made: Finding, at: datetime | None = None) -> Finding:
    observation = Observation(
        binding=made.binding, origin=LIVE, status="Active", created_at=at or LONG_AGO
    )
    return replace(made, shared=True, observations=(observation,))


LEFT = NOW - timedelta(days=10)
TAKEN = NOW - timedelta(days=5)
LEAVER = replace(subject(), left_at=LEFT)


@pytest.mark.parametrize(
    ("made", "access"),
    [
        (LEFT - timedelta(days=1), Access.ALIVE),
        (LEFT + timedelta(days=1), Access.ALIVE),  # by whoever held the old key
        (TAKEN, Access.ALIVE),
        (TAKEN + timedelta(days=1), Access.DEAD),
    ],
)
def test_a_new_key_is_theirs_when_it_was_made_after_they_took_over(
    made: datetime, access: Access
) -> None:
    user, new = shared(finding(id_="user")), shared(key("AKIANEW", id_="new"), made)
    memory = Memory(handed_over={"user": TAKEN})
    verdict = judge([user], [user, new], memory=memory, leaver=LEAVER)
    assert verdict.bindings[0].grade is Grade.ATTESTED
    judged = verdict.bindings[1]
    assert judged.access is access
    assert ("replace it" in judged.because) is (access is Access.ALIVE)

    # The next look says the same: what is theirs is not written down, what is not stays so.
    records = recorded(verdict, [user, new])
    assert [r.action for r in records] == (["new"] if access is Access.ALIVE else [])
    again = replace(recall(records), handed_over=memory.handed_over)
    later = judge([user], [user, new], memory=again, leaver=LEAVER)
    assert [b.access for b in later.bindings] == [Access.DEAD, access]


def test_what_was_seen_before_the_hand_over_was_known_is_judged_like_any_new_one() -> None:
    user, new = shared(finding(id_="user")), shared(key("AKIANEW", id_="new"), NOW)
    records = recorded(judge([user], [user, new], memory=Memory(), leaver=LEAVER), [user, new])
    assert [r.action for r in records] == ["new"]
    memory = replace(recall(records), handed_over={"user": TAKEN})
    verdict = judge([user], [user, new], memory=memory, leaver=LEAVER)
    assert {b.access for b in verdict.bindings} == {Access.DEAD}


def test_entries_of_no_session_are_none() -> None:
    (record,) = recorded(judge([key()], [key()], memory=Memory()), [key()])
    assert json.loads(record.detail)["entries"] == []
    (seen,) = recall([record]).remembered
    assert [o.entry for o in seen.observations] == [None]
    assert Entry() not in [o.entry for o in seen.observations]
