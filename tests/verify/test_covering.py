"""Patterns that cover the leaver (issue 4, item 4), waivers, and containment that was undone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from iac_offboard.model import (
    Access,
    Action,
    Attestation,
    Collected,
    Finding,
    Grade,
    Phase,
    Principal,
    PrincipalKind,
    Relation,
    ReturnRisk,
    Skipped,
    SkipReason,
    Strength,
    Waived,
)
from iac_offboard.verify import Memory, exit_code, open_places
from tests.verify.cases import (
    ACCOUNT,
    CODE,
    COLLECTED,
    LONG_AGO,
    NOW,
    OTHER,
    READ,
    SCOPE,
    finding,
    judge,
    key,
    skipped,
    subject,
)
from tests.verify.test_verdict_scope import BOTH

ARN = "arn:aws:s3:::public"
UNTIL = datetime(2026, 12, 31, tzinfo=UTC)
DAY = "waived by ops until 2026-12-31T00:00:00+00:00: audited elsewhere"
USER = finding(strength=Strength.STRONG)


def covered(
    kind: PrincipalKind, value: str, *, condition: str = "", relation: Relation = Relation.GRANT
) -> Finding:
    made = finding("public", kind="s3_bucket", relation=relation, id_=f"covered-{value}")
    principal = Principal(
        provider="aws", kind=kind, value=value, stable_id=value if "group" in kind else None
    )
    target = replace(made.binding.target, arn=ARN)
    binding = replace(made.binding, principal=principal, target=target, condition=condition)
    observations = tuple(replace(o, binding=binding) for o in made.observations)
    return replace(made, binding=binding, covered=True, observations=observations)


ROOT = covered(PrincipalKind.AWS_ACCOUNT, ACCOUNT)
OPEN = covered(PrincipalKind.ANYONE, "*")
IF = covered(PrincipalKind.ANYONE, "*", condition="StringEquals(aws:PrincipalOrgID) #0123456789ab")
SECURE = covered(PrincipalKind.ANYONE, "*", condition="Bool(aws:SecureTransport) #0123456789ab")
ANY = covered(PrincipalKind.ANYONE, "*", condition="StringLike(aws:PrincipalOrgID any value) #01")
GROUP = covered(PrincipalKind.IDENTITY_STORE_GROUP, "g-1")
TOKEN = covered(PrincipalKind.OIDC_SUBJECT, "token.actions.githubusercontent.com|repo:org/*:*")
MEMBER = finding("g-1", kind="identity_store_group", relation=Relation.MEMBERSHIP)


@pytest.mark.parametrize("pattern", [ROOT, IF])
def test_an_account_is_presented_by_who_lives_there(pattern: Finding) -> None:
    stands = judge([USER, pattern], [USER, pattern])
    assert [b.access for b in stands.bindings] == [Access.ALIVE, Access.ALIVE]
    for fresh in ([pattern], []):
        nobody = judge([USER, pattern], fresh)
        assert nobody.access is Access.DEAD
        assert nobody.bindings[1].because == "nobody of it can present that identity any more"
    assert judge([USER, pattern], [USER]).bindings[1].because == "it is gone"


def test_a_pattern_that_the_plan_did_not_know_is_no_alarm_by_itself() -> None:
    verdict = judge([USER], [ROOT])
    assert verdict.access is Access.DEAD
    assert [b.covered for b in verdict.bindings] == [False, True]
    alive = judge([USER], [USER, ROOT])
    assert "not in the plan" not in alive.because


@pytest.mark.parametrize("held", [{"strength": Strength.WEAK}, {"reused": True}])
def test_a_namesake_presents_nothing(held: dict[str, Strength | bool]) -> None:
    namesake = replace(USER, **held)  # type: ignore[arg-type]
    assert judge([ROOT, key()], [ROOT, namesake]).bindings[0].access is Access.DEAD


def test_an_account_whose_iam_was_not_read_is_unknown() -> None:
    denied = skipped(kinds=frozenset({"iam_user"}))
    verdict = judge([ROOT], collected=Collected(reads=(READ,), skipped=(denied,)))
    assert verdict.bindings[0].access is Access.UNKNOWN


def test_what_is_open_to_everybody_is_alive_without_any_identity() -> None:
    raw = Collected(reads=(READ,), observations=OPEN.observations)
    for fresh, collected in (([OPEN], COLLECTED), ([], raw)):
        verdict = judge([USER, OPEN], fresh, collected=collected)
        assert verdict.bindings[1].access is Access.ALIVE
        assert verdict.bindings[1].because == "open to everybody, the leaver too"
    assert judge([USER, OPEN]).bindings[1].because == "it is gone"
    assert [s.where for s in open_places([OPEN, IF, ROOT], raw)] == [ARN]
    assert open_places([OPEN], COLLECTED) == ()


@pytest.mark.parametrize("pattern", [SECURE, ANY])
def test_a_condition_that_anybody_may_fulfil_keeps_nobody_out(pattern: Finding) -> None:
    raw = Collected(reads=(READ,), observations=pattern.observations)
    for fresh, collected in (([pattern], COLLECTED), ([], raw)):
        verdict = judge([USER, pattern], fresh, collected=collected)
        assert verdict.bindings[1].access is Access.ALIVE
        assert "who meets its condition, " in verdict.bindings[1].because
        assert "#" not in verdict.bindings[1].because
    assert judge([USER, pattern]).bindings[1].because == "it is gone"
    assert [s.where for s in open_places([pattern], raw)] == [ARN]
    spoken = waived(*open_places([pattern], raw))
    answered = judge([USER, pattern], [pattern], collected=spoken)
    assert (answered.access, answered.grade) == (Access.DEAD, Grade.WAIVED)


def test_one_open_statement_beside_one_for_the_organization_is_open() -> None:
    both = replace(IF, observations=(*IF.observations, *SECURE.observations))
    raw = Collected(reads=(READ,), observations=both.observations)
    for planned in (both, IF):  # it may have been opened since the plan
        assert judge([USER, planned], [both]).bindings[1].access is Access.ALIVE
        assert judge([USER, planned], collected=raw).bindings[1].access is Access.ALIVE
    assert judge([USER, both], [IF]).access is Access.DEAD


def test_an_open_place_that_is_not_read_is_unknown() -> None:
    denied = skipped(kinds=frozenset({"s3_bucket"}))
    unread = Collected(reads=(READ,), skipped=(denied,))
    assert judge([USER, SECURE], collected=unread).bindings[1].access is Access.UNKNOWN


def test_a_group_lets_in_while_the_membership_stands() -> None:
    assert judge([GROUP, MEMBER], [GROUP, MEMBER]).bindings[0].access is Access.ALIVE
    left = judge([GROUP, MEMBER], [GROUP])
    assert left.access is Access.DEAD
    other = replace(MEMBER, binding=replace(
        MEMBER.binding, target=replace(MEMBER.binding.target, name="g-10")
    ), id="other")  # fmt: skip
    assert judge([GROUP], [GROUP, other]).bindings[0].access is Access.DEAD


@pytest.mark.parametrize(
    ("source", "at", "access"),
    [
        ("token.actions.githubusercontent.com", NOW, Access.DEAD),
        ("https://Token.Actions.githubusercontent.com/", NOW, Access.DEAD),
        (
            f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com",
            NOW,
            Access.DEAD,
        ),
        ("token.actions.githubusercontent.com", LONG_AGO, Access.ALIVE),
        ("token.actions.githubusercontent.com", NOW + timedelta(seconds=1), Access.ALIVE),
        ("actions.githubusercontent.com", NOW, Access.ALIVE),
        ("token.actions.githubusercontent.com.evil.example", NOW, Access.ALIVE),
    ],
)
def test_an_issuer_is_attested_after_the_leaving(source: str, at: datetime, access: Access) -> None:
    told = Attestation(source=source, by="github admin", at=at)
    verdict = judge([TOKEN], [TOKEN], leaver=replace(subject(), attested=(told,)))
    assert verdict.access is access
    assert verdict.grade is (Grade.ATTESTED if access is Access.DEAD else Grade.OBSERVED)


def test_code_that_only_covers_does_not_name_the_leaver() -> None:
    pattern = replace(ROOT, observations=tuple(replace(o, origin=CODE) for o in ROOT.observations))
    assert judge([USER], [pattern]).return_risk is ReturnRisk.NONE


# --------------------------------------------------------------------- waived


def waived(*items: Skipped) -> Collected:
    return Collected(
        reads=(READ,),
        waived=tuple(
            Waived(skipped=s, reason="audited elsewhere", by="ops", until=UNTIL) for s in items
        ),
    )


def test_a_waived_place_is_dead_by_waiver() -> None:
    verdict = judge([USER, key()], collected=waived(skipped(kinds=frozenset({"iam_access_key"}))))
    assert [b.grade for b in verdict.bindings] == [Grade.OBSERVED, Grade.WAIVED]
    assert verdict.bindings[1].because == f"not read; {DAY}"
    assert (verdict.access, verdict.grade) == (Access.DEAD, Grade.WAIVED)
    assert exit_code([verdict]) == 0


def test_a_waiver_kills_nothing_that_is_shown() -> None:
    assert judge([key()], [key()], collected=waived(skipped())).access is Access.ALIVE


def test_a_planned_account_that_is_not_looked_at_can_be_waived() -> None:
    there = finding(account=OTHER)
    missing = skipped(f"aws:{OTHER}")
    open_ = judge([USER, there], planned_scope=BOTH)
    assert exit_code([open_]) == 3
    verdict = judge([USER, there], planned_scope=BOTH, collected=waived(missing))
    assert verdict.bindings[1].grade is Grade.WAIVED
    assert exit_code([verdict]) == 0
    only = judge([USER], planned_scope=BOTH, fresh_scope=replace(SCOPE, accounts=()),
                 collected=waived(missing, skipped()))  # fmt: skip
    assert only.access is Access.UNKNOWN


def test_what_is_open_to_everybody_can_be_waived_by_its_arn() -> None:
    verdict = judge(
        [USER, OPEN], [OPEN], collected=waived(skipped(ARN, reason=SkipReason.UNDECIDED))
    )
    assert verdict.bindings[1].because == f"open to everybody, the leaver too; {DAY}"
    assert (verdict.access, verdict.grade) == (Access.DEAD, Grade.WAIVED)


# --------------------------------------------------------------------- undone


@pytest.mark.parametrize(
    ("root", "said"),
    [
        ("infra", "Active again: the next apply of infra set it back"),
        ("", "Active again: somebody set it back"),
    ],
)
def test_containment_that_an_apply_undid_is_said(root: str, said: str) -> None:
    action = Action(
        id="A-001",
        phase=Phase.CONTAIN,
        verb="iam:UpdateAccessKey",
        target=key().binding.target,
        subject="leaver-1",
        reason="",
        finding=key().id,
        reverted_by=root,
    )
    memory = Memory(contained={key().id: action})
    assert judge([key()], [key()], memory=memory).bindings[0].because == said
    inactive = judge([key()], [key(status="Inactive")], memory=memory)
    assert "inactive" in inactive.bindings[0].because
