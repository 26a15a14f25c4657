"""A waiver answers for what is not read, not for what was begun there while it could be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from iac_offboard.model import (
    Access,
    Collected,
    Finding,
    Grade,
    SessionDeny,
    Skipped,
    SkipReason,
    Waived,
)
from iac_offboard.verify import Coverage, Memory, changes, exit_code, open_ended
from tests.verify.cases import ACCOUNT, NOW, READ, SCOPE, finding, judge, key, skipped
from tests.verify.test_outliving import JUST_NOW, ROLE, ROLE_ARN, gone, session

USER_ARN = f"arn:aws:iam::{ACCOUNT}:user/alice"
UNTIL = datetime(2026, 12, 31, tzinfo=UTC)
BOTH = frozenset({"iam_user", "iam_role", "iam_role_session", "iam_access_key"})
DENIED = skipped(kinds=BOTH)


def user() -> Finding:
    made = finding()
    return replace(
        made, binding=replace(made.binding, target=replace(made.binding.target, arn=USER_ARN))
    )


def role() -> Finding:
    return finding("deploy", kind="iam_role")


def waived(*items: Skipped, denies: tuple[SessionDeny, ...] = ()) -> Collected:
    told = tuple(Waived(skipped=s, reason="r", by="ops", until=UNTIL) for s in items)
    return Collected(reads=(READ,), waived=told, denies=denies)


CASES: list[tuple[Callable[[], Finding], timedelta]] = [
    (session, timedelta(hours=1)),
    (key, timedelta(hours=36)),
]


@pytest.mark.parametrize(("made", "longest"), CASES)
def test_what_may_be_open_stays_open_as_long_as_nobody_looks(
    made: Callable[[], Finding], longest: timedelta
) -> None:
    known = [user(), role(), made()]
    verdict = judge(known, collected=waived(DENIED), memory=JUST_NOW)
    last = verdict.bindings[-1]
    assert (last.access, last.grade) == (Access.ALIVE_UNTIL, Grade.WAIVED)
    assert last.because.startswith("not read; waived by ops")
    assert verdict.recheck_at == NOW + longest
    assert (verdict.access, verdict.grade) == (Access.ALIVE_UNTIL, Grade.WAIVED)
    assert exit_code([verdict]) == 1
    assert changes([verdict], known, ()) == (), "a wait begins where a place was read"


@pytest.mark.parametrize(("made", "longest"), CASES)
def test_a_wait_that_began_at_a_look_goes_on_and_ends(
    made: Callable[[], Finding], longest: timedelta
) -> None:
    one = made()
    for since, access in (
        (longest - timedelta(minutes=1), Access.ALIVE_UNTIL),
        (longest, Access.DEAD),
    ):
        verdict = judge([one], collected=waived(DENIED), memory=gone(NOW - since, one.id))
        assert (verdict.bindings[0].access, verdict.grade) == (access, Grade.WAIVED)


def test_a_deny_that_was_read_ends_it_under_a_waiver() -> None:
    seen = waived(DENIED, denies=(SessionDeny(target=ROLE),))
    verdict = judge([session()], collected=seen, memory=JUST_NOW)
    assert (verdict.access, verdict.grade) == (Access.DEAD, Grade.WAIVED)


@pytest.mark.parametrize(("made", "arn"), [(session, ROLE_ARN), (key, USER_ARN)])
def test_somebody_may_answer_for_it_by_the_arn_of_the_identity(
    made: Callable[[], Finding], arn: str
) -> None:
    known = [user(), made()]
    unread = Collected(reads=(READ,), skipped=(DENIED,))
    spoken = open_ended(known, Coverage(planned=SCOPE, fresh=SCOPE, collected=unread))
    assert [s.where for s in spoken] == [arn]
    verdict = judge(known, collected=waived(DENIED, *spoken), memory=JUST_NOW)
    assert (verdict.access, verdict.grade) == (Access.DEAD, Grade.WAIVED)

    other = tuple(replace(s, where=f"{arn}2") for s in spoken)
    verdict = judge(known, collected=waived(DENIED, *other), memory=JUST_NOW)
    assert verdict.access is Access.ALIVE_UNTIL


def test_of_what_was_read_nobody_answers_by_an_arn() -> None:
    read = Coverage(planned=SCOPE, fresh=SCOPE, collected=Collected(reads=(READ,)))
    assert open_ended([user(), session()], read) == ()
    spoken = skipped(ROLE_ARN, reason=SkipReason.UNDECIDED, kinds=frozenset({"iam_role_session"}))
    verdict = judge([session()], collected=waived(spoken), memory=Memory())
    assert (verdict.access, verdict.bindings[0].grade) == (Access.ALIVE_UNTIL, Grade.OBSERVED)
