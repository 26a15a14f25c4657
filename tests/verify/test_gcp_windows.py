"""How long Google Cloud goes on after a change, and what keeps that from beginning anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from iac_offboard.model import (
    Access,
    Finding,
    Grade,
    Outcome,
    Record,
    Relation,
    SkipReason,
    Target,
    Verdict,
    Waived,
)
from iac_offboard.verify import Memory, Probe, changes, exit_code, open_ended, recall, told
from iac_offboard.verify.coverage import Coverage
from tests.verify.cases import CODE, skipped
from tests.verify.google import (
    ALICE,
    CI_NAME,
    DATA,
    KEY,
    LIVE,
    NOW,
    PROJECT,
    bound,
    collected,
    grant,
    impersonation,
    judge,
    key,
    leaver,
    membership,
    scope,
    service_account,
)

JUST_NOW = Memory()
PROVIDER = Target(
    provider="gcp",
    kind="gcp_workload_identity_pool_provider",
    name="github/actions",
    account=PROJECT,
)
FEDERATION = bound(ALICE, PROVIDER, Relation.FEDERATION)


@pytest.mark.parametrize(
    ("gone", "lasts", "said"),
    [
        (grant(), timedelta(minutes=7), "the role, until the change has spread,"),
        (membership(), timedelta(hours=24), "the change takes hours, as documented; a day at most"),
        (key(), timedelta(hours=1), "tokens that the key made"),
        (impersonation(), timedelta(hours=12), "tokens of the service account made by imperson"),
        (FEDERATION, timedelta(hours=1), "tokens that the provider gave"),
    ],
)
def test_what_is_gone_is_alive_for_as_long_as_google_says(
    gone: Finding, lasts: timedelta, said: str
) -> None:
    verdict = judge([gone], memory=JUST_NOW)
    assert (verdict.access, verdict.recheck_at) == (Access.ALIVE_UNTIL, NOW + lasts)
    assert said in verdict.bindings[0].because
    assert exit_code([verdict]) == 1

    still = judge([gone], memory=Memory(gone_since={gone.id: NOW - lasts + timedelta(seconds=1)}))
    assert still.access is Access.ALIVE_UNTIL
    over = judge([gone], memory=Memory(gone_since={gone.id: NOW - lasts}))
    assert (over.access, over.grade, over.recheck_at) == (Access.DEAD, Grade.OBSERVED, None)
    assert "is shut or gone" in over.bindings[0].because


def test_the_latest_of_several_ends_says_when_to_look_again() -> None:
    verdict = judge([grant(), membership(), key()], memory=JUST_NOW)
    assert verdict.recheck_at == NOW + timedelta(hours=24)
    assert "all 3 binding(s) are gone, but what 3 of them leave open may last" in verdict.because


def test_code_that_was_never_applied_leaves_nothing_behind() -> None:
    assert judge([grant(origins=(CODE,))], memory=JUST_NOW).access is Access.DEAD


def test_a_service_account_that_is_gone_is_dead_at_once() -> None:
    verdict = judge([service_account()], memory=JUST_NOW)
    assert (verdict.access, verdict.bindings[0].because) == (Access.DEAD, "it is gone")


@pytest.mark.parametrize("left", [key(), impersonation()])
def test_tokens_end_with_their_service_account(left: Finding) -> None:
    account = service_account()
    deleted = judge([account, left], memory=JUST_NOW)
    assert [b.access for b in deleted.bindings] == [Access.DEAD, Access.DEAD]
    assert deleted.bindings[1].because == "it is gone, and its service account is gone"

    disabled = judge([account, left], [service_account(status="Inactive")], memory=JUST_NOW)
    assert [b.access for b in disabled.bindings] == [Access.ALIVE, Access.DEAD]
    assert disabled.bindings[1].because == "it is gone, and its service account is disabled"
    enabled = judge([account, left], [service_account(status="Active")], memory=JUST_NOW)
    assert enabled.bindings[1].access is Access.ALIVE_UNTIL


@pytest.mark.parametrize("left", [key(), impersonation()])
def test_tokens_of_an_account_that_was_not_read_go_on(left: Finding) -> None:
    skip = skipped(f"gcp:{PROJECT}", kinds=frozenset({"gcp_service_account"}))
    verdict = judge([service_account(), left], read=collected(skip), memory=JUST_NOW)
    assert verdict.bindings[0].access is Access.UNKNOWN
    assert verdict.bindings[1].access in (Access.ALIVE_UNTIL, Access.UNKNOWN)
    assert verdict.access is Access.UNKNOWN


def test_a_namesake_in_another_project_ends_nothing() -> None:
    other = service_account()
    target = replace(other.binding.target, account=DATA)
    other = replace(other, binding=replace(other.binding, target=target))
    verdict = judge([other, impersonation()], memory=JUST_NOW)
    assert verdict.bindings[1].access is Access.ALIVE_UNTIL


def test_a_refused_probe_does_not_shorten_what_a_key_left_open() -> None:
    target = Target(provider="gcp", kind="gcp_service_account_key", name=KEY)
    refused = Probe(target=target, refused=True, detail="invalid_grant.")
    assert judge([key()], memory=JUST_NOW, probes=[refused]).access is Access.ALIVE_UNTIL
    verdict = judge([key()], probes=[refused])
    assert (verdict.access, verdict.bindings[0].grade) == (Access.DEAD, Grade.PROBED)
    accepted = replace(refused, refused=False)
    verdict = judge([key()], probes=[accepted])
    assert (verdict.access, verdict.bindings[0].grade) == (Access.ALIVE, Grade.PROBED)


# ------------------------------------------------------------------------- from look to look


def recorded(
    verdict: Verdict, known: list[Finding], before: tuple[Record, ...] = (), at: datetime = NOW
) -> tuple[Record, ...]:
    new = changes([verdict], known, before)
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
                caller="auditor@acme.example",
                detail=change.detail,
            )
            for i, change in enumerate(new, start=1)
        ),
    )


@pytest.mark.parametrize("one", [grant(), membership(), key(), impersonation(), FEDERATION])
def test_the_wait_begins_once(one: Finding) -> None:
    first = judge([one], memory=JUST_NOW)
    records = recorded(first, [one])
    assert [r.outcome for r in records] == [Outcome.GONE]
    later = judge([one], memory=recall(records))
    assert later.recheck_at == first.recheck_at
    assert recorded(later, [one], records) == records

    # A verification that is all that is left of earlier looks says the same.
    lost = told([first], [], NOW)
    assert lost.gone_since == {one.id: NOW}
    again = judge([], memory=lost)
    assert again.recheck_at == first.recheck_at
    assert again.bindings[0].because.startswith("not in the plan: ")


def test_what_stood_again_begins_its_wait_anew() -> None:
    long_ago = NOW - timedelta(days=3)
    records = recorded(judge([grant()], memory=JUST_NOW), [grant()], at=long_ago)
    shown = judge([grant()], [grant()], memory=recall(records))
    records = recorded(shown, [grant()], records, at=NOW - timedelta(days=1))
    assert [r.outcome for r in records] == [Outcome.GONE, Outcome.SEEN]
    verdict = judge([grant()], memory=recall(records))
    assert verdict.recheck_at == NOW + timedelta(minutes=7)


def test_what_only_an_earlier_look_saw_is_waited_for() -> None:
    new = grant(role="roles/editor")
    first = judge([grant()], [new])
    assert first.bindings[-1].because == "not in the plan: it is live"
    memory = recall(recorded(first, [grant(), new]))
    second = judge([grant()], memory=replace(memory, gone_since={grant().id: LIVE.read_at}))
    assert [b.access for b in second.bindings] == [Access.ALIVE_UNTIL, Access.ALIVE_UNTIL]


# ------------------------------------------------------------------------- waived


def waived(where: str = f"gcp:{PROJECT}", reason: SkipReason = SkipReason.DENIED) -> Waived:
    return Waived(
        skipped=skipped(where, reason=reason),
        reason="read by the owner",
        by="ops@acme.example",
        until=NOW + timedelta(days=30),
    )


@pytest.mark.parametrize("one", [grant(), membership()])
def test_whoever_answers_for_a_project_answers_for_a_change_that_nobody_saw(one: Finding) -> None:
    where = "gcp" if one.binding.target.kind == "gcp_group" else f"gcp:{PROJECT}"
    read = replace(collected(), waived=(waived(where),))
    verdict = judge([one], read=read, memory=JUST_NOW)
    assert (verdict.access, verdict.grade) == (Access.DEAD, Grade.WAIVED)


def test_whoever_answers_for_a_project_does_not_answer_for_tokens_begun_there() -> None:
    known = [impersonation()]
    read = replace(collected(), waived=(waived(),))
    assert judge(known, read=read, memory=JUST_NOW).access is Access.ALIVE_UNTIL
    unread = Coverage(
        planned=scope(), fresh=scope(), collected=collected(skipped(f"gcp:{PROJECT}"))
    )
    assert [s.where for s in open_ended(known, unread)] == [CI_NAME]
    assert open_ended([grant(), membership()], unread) == ()
    named = replace(read, waived=(*read.waived, waived(CI_NAME, SkipReason.UNDECIDED)))
    verdict = judge(known, read=named, memory=JUST_NOW)
    assert (verdict.access, verdict.grade) == (Access.DEAD, Grade.WAIVED)


def test_tokens_of_a_key_are_answered_for_by_the_name_of_its_account() -> None:
    known = [service_account(), key()]
    skip = skipped(f"gcp:{PROJECT}")
    unread = Coverage(planned=scope(), fresh=scope(), collected=collected(skip))
    assert [s.where for s in open_ended(known, unread)] == [CI_NAME]
    assert leaver().id == known[0].subject
