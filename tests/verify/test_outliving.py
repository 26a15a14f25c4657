"""Sessions and tokens that outlive their entry (issue 4, item 3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from iac_offboard.model import (
    Access,
    Collected,
    Entry,
    Finding,
    Grade,
    Observation,
    Relation,
    SessionDeny,
    Target,
)
from iac_offboard.verify import Memory, exit_code
from tests.verify.cases import ACCOUNT, LIVE, LONG_AGO, NOW, READ, finding, judge, key, skipped
from tests.verify.cases import with_skips as unread

ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/deploy"
ROLE = Target(
    provider="aws",
    kind="iam_role_session",
    name="deploy",
    account=ACCOUNT,
    arn=ROLE_ARN,
    unique_id="AROADEPLOY",
)
INSTANCE, SET = "arn:aws:sso:::instance/ssoins-1", "arn:aws:sso:::permissionSet/ssoins-1/ps-1"
SSO = Target(
    provider="aws",
    kind="sso_session",
    name=f"{INSTANCE}/{ACCOUNT}/{SET}",
    account=ACCOUNT,
    region="eu-west-1",
)
MARKS = (("aws:userid", "AROADEPLOY:alice"), ("aws:SourceIdentity", "alice"))
JUST_NOW = Memory()


def session(
    target: Target = ROLE,
    *,
    seconds: int | None = 3600,
    marks: tuple[tuple[str, str], ...] = MARKS,
    id_: str = "session",
) -> Finding:
    made = finding(relation=Relation.SESSION, kind=target.kind, id_=id_)
    binding = replace(made.binding, target=target)
    entry = Entry(max_seconds=seconds, marks=marks)
    return replace(
        made,
        binding=binding,
        observations=(Observation(binding=binding, origin=LIVE, entry=entry),),
    )


def deny(target: Target, *conditions: tuple[str, tuple[str, ...]]) -> Collected:
    return Collected(reads=(READ,), denies=(SessionDeny(target=target, conditions=conditions),))


def gone(since: datetime, *ids: str) -> Memory:
    return Memory(gone_since=dict.fromkeys(ids, since))


def test_a_session_that_can_be_entered_is_alive() -> None:
    verdict = judge([session()], [session()], memory=JUST_NOW)
    assert verdict.access is Access.ALIVE
    assert verdict.bindings[0].because == "it can still be entered"
    assert verdict.recheck_at is None


def test_gone_it_lasts_as_long_as_a_session_may() -> None:
    verdict = judge([session()], memory=JUST_NOW)
    assert verdict.access is Access.ALIVE_UNTIL
    assert verdict.recheck_at == NOW + timedelta(hours=1)
    assert "sessions begun before may last until 2026-11-24T01:00:00+00:00" in (
        verdict.bindings[0].because
    )
    assert exit_code([verdict]) == 1


@pytest.mark.parametrize(
    ("seconds", "ago", "access"),
    [
        (3600, timedelta(minutes=59), Access.ALIVE_UNTIL),
        (3600, timedelta(minutes=60), Access.DEAD),
        (None, timedelta(hours=11, minutes=59), Access.ALIVE_UNTIL),
        (None, timedelta(hours=12), Access.DEAD),
    ],
)
def test_the_wait_begins_when_it_was_first_read_gone(
    seconds: int | None, ago: timedelta, access: Access
) -> None:
    verdict = judge([session(seconds=seconds)], memory=gone(NOW - ago, "session"))
    assert verdict.access is access
    assert exit_code([verdict]) == (1 if access is Access.ALIVE_UNTIL else 0)


def test_the_longest_that_any_look_saw_counts() -> None:
    earlier = session(seconds=7200, id_="later-name")
    since = {"session": NOW - timedelta(hours=1)}
    verdict = judge([session()], memory=Memory(gone_since=since, remembered=(earlier,)))
    assert verdict.recheck_at == NOW + timedelta(hours=1)
    assert len(verdict.bindings) == 1


def test_a_place_that_was_not_read_is_unknown_whatever_was_seen_before() -> None:
    verdict = judge([session()], collected=unread(skipped()), memory=gone(LONG_AGO, "session"))
    assert verdict.access is Access.UNKNOWN


@pytest.mark.parametrize(
    ("conditions", "dead"),
    [
        ((), True),
        ((("AWS:UserId", ("AROADEPLOY:alice",)),), True),
        ((("aws:userid", ("AROADEPLOY:bob", "AROADEPLOY:al*")),), True),
        ((("aws:userid", ("AROADEPLOY:bob",)),), False),
        ((("aws:userid", ("AROADEPLOY:alice",)), ("aws:SourceIdentity", ("bob",))), False),
        ((("aws:TokenIssueTime", ("2026-11-24T00:00:00Z",)),), False),
        ((("aws:userid", ("AROADEPLOY:[a]lice",)),), False),
    ],
)
def test_a_deny_ends_it_when_all_its_conditions_hit(
    conditions: tuple[tuple[str, tuple[str, ...]], ...], dead: bool
) -> None:
    verdict = judge([session()], collected=deny(ROLE, *conditions), memory=JUST_NOW)
    assert verdict.access is (Access.DEAD if dead else Access.ALIVE_UNTIL)
    if dead:
        assert verdict.bindings[0].because == "a deny that names it was read back"
        assert verdict.bindings[0].grade is Grade.OBSERVED


@pytest.mark.parametrize(
    "other",
    [
        replace(ROLE, arn=ROLE_ARN + "-2", name="deploy-2"),
        replace(ROLE, unique_id="AROAOTHER"),
        replace(ROLE, kind="iam_user"),
        replace(ROLE, arn=None, account="444455556666"),
    ],
)
def test_a_deny_elsewhere_does_not(other: Target) -> None:
    verdict = judge([session()], collected=deny(other), memory=JUST_NOW)
    assert verdict.access is Access.ALIVE_UNTIL


@pytest.mark.parametrize(
    ("name", "dead"),
    [
        (f"{INSTANCE}/*/{SET}", True),
        (SSO.name, True),
        (f"{INSTANCE}/444455556666/{SET}", False),
        (f"{INSTANCE}/*/{SET}0", False),
        ("nonsense", False),
    ],
)
def test_a_deny_in_a_permission_set_holds_in_its_accounts(name: str, dead: bool) -> None:
    marks = (("identitystore:UserId", "u-1"),)
    read_back = deny(replace(SSO, name=name), ("identitystore:UserId", ("u-1",)))
    verdict = judge([session(SSO, marks=marks)], collected=read_back, memory=JUST_NOW)
    assert verdict.access is (Access.DEAD if dead else Access.ALIVE_UNTIL)


def test_a_conditional_deny_says_nothing_of_sessions_without_marks() -> None:
    read_back = deny(ROLE, ("aws:userid", ("*",)))
    verdict = judge([session(marks=())], collected=read_back, memory=JUST_NOW)
    assert verdict.access is Access.ALIVE_UNTIL


def test_with_the_role_its_sessions_end() -> None:
    role = finding("deploy", kind="iam_role")
    assert judge([session(), role], memory=JUST_NOW).access is Access.DEAD
    assert judge([session(), role], [role], memory=JUST_NOW).access is Access.ALIVE


def test_a_session_that_only_an_earlier_look_saw_is_waited_for() -> None:
    entered = judge([finding()], [session()], memory=JUST_NOW)
    assert entered.bindings[-1].because == "not in the plan: it can still be entered"
    verdict = judge([finding()], memory=Memory(remembered=(session(),)))
    assert verdict.access is Access.ALIVE_UNTIL
    assert verdict.bindings[-1].because.startswith("not in the plan: sessions begun")


# --------------------------------------------------------------------- tokens of a user


@pytest.mark.parametrize("kind", ["iam_access_key", "iam_login_profile"])
def test_tokens_outlive_the_credential_while_the_user_stands(kind: str) -> None:
    credential = finding("K", kind=kind, relation=Relation.CREDENTIAL)
    verdict = judge([credential, finding()], [finding()], memory=JUST_NOW)
    judged = verdict.bindings[0]
    assert judged.access is Access.ALIVE_UNTIL
    assert judged.recheck_at == NOW + timedelta(hours=36)
    assert verdict.access is Access.ALIVE  # the user itself


def test_a_user_that_is_gone_takes_its_tokens_along() -> None:
    assert judge([key(), finding()], memory=JUST_NOW).access is Access.DEAD


def test_a_user_of_whom_nothing_was_ever_read_is_not_taken_for_gone() -> None:
    assert judge([key()], memory=JUST_NOW).access is Access.ALIVE_UNTIL


def test_a_deny_on_the_user_ends_its_tokens() -> None:
    who = Target(provider="aws", kind="iam_user", name="alice", account=ACCOUNT)
    for read_back, access in (
        (deny(who), Access.DEAD),
        (deny(replace(who, name="al")), Access.ALIVE_UNTIL),
        (deny(who, ("aws:username", ("alice",))), Access.ALIVE_UNTIL),
    ):
        verdict = judge([key(), finding()], [finding()], collected=read_back, memory=JUST_NOW)
        assert verdict.bindings[0].access is access


def test_other_credentials_leave_no_tokens() -> None:
    ssh = finding("APKA", kind="iam_ssh_key", relation=Relation.CREDENTIAL)
    verdict = judge([ssh, finding()], [finding()], memory=JUST_NOW)
    assert verdict.bindings[0].access is Access.DEAD


# --------------------------------------------------------------------- together


def test_unknown_is_said_before_a_wait_and_the_exit_code_is_the_waits() -> None:
    other = skipped(kinds=frozenset({"sqs_queue"}))
    verdict = judge([session()], collected=unread(other), memory=JUST_NOW)
    assert verdict.access is Access.UNKNOWN
    assert verdict.recheck_at == NOW + timedelta(hours=1)
    assert exit_code([verdict]) == 1
