"""Every rule of dead, alive and unknown (DESIGN.md, rule 10)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iac_offboard.model import (
    Access,
    Collected,
    Effect,
    Finding,
    Grade,
    Note,
    NoteKind,
    Principal,
    PrincipalKind,
    Relation,
    ReturnRisk,
    Side,
    Skipped,
    SkipReason,
    Strength,
    SubjectStatus,
    Target,
)
from iac_offboard.verify import Probe, exit_code, verdicts
from tests.verify.cases import (
    ACCOUNT,
    CODE,
    COLLECTED,
    LIVE,
    NOW,
    OTHER,
    READ,
    SCOPE,
    STATE,
    finding,
    judge,
    key,
    skipped,
    subject,
    with_skips,
)


def test_gone_and_everything_read_is_dead() -> None:
    verdict = judge([finding(), key()])
    assert verdict.access is Access.DEAD
    assert verdict.return_risk is ReturnRisk.NONE
    assert [(b.access, b.grade) for b in verdict.bindings] == [(Access.DEAD, Grade.OBSERVED)] * 2
    assert exit_code([verdict]) == 0


def test_a_planned_binding_that_is_live_is_alive() -> None:
    verdict = judge([finding(), key()], [key()])
    assert verdict.access is Access.ALIVE
    assert [b.access for b in verdict.bindings] == [Access.DEAD, Access.ALIVE]
    assert exit_code([verdict]) == 1


def test_a_binding_that_the_plan_did_not_know_makes_alive() -> None:
    verdict = judge([finding(), key()], [key("AKIANEW")])
    assert verdict.access is Access.ALIVE
    assert "not in the plan" in verdict.because
    assert verdict.bindings[-1].because.startswith("not in the plan")


def test_an_inactive_credential_is_alive_and_says_why() -> None:
    verdict = judge([key()], [key(status="Inactive")])
    assert verdict.access is Access.ALIVE
    assert "inactive" in verdict.bindings[0].because


def test_the_same_binding_under_another_id_is_the_planned_one() -> None:
    verdict = judge([key(id_="before")], [key(id_="after")])
    assert len(verdict.bindings) == 1
    assert verdict.bindings[0].access is Access.ALIVE


@pytest.mark.parametrize(
    ("probed", "fresh", "access", "grade"),
    [
        (True, [], Access.DEAD, Grade.PROBED),
        (False, [], Access.ALIVE, Grade.PROBED),
        (True, [key(status="Inactive")], Access.ALIVE, Grade.OBSERVED),
    ],
)
def test_probes(probed: bool, fresh: list[Finding], access: Access, grade: Grade) -> None:
    target = Target(provider="aws", kind="iam_access_key", name="AKIAOLD")
    verdict = judge([key()], fresh, probes=[Probe(target=target, refused=probed)])
    assert (verdict.bindings[0].access, verdict.bindings[0].grade) == (access, grade)


def test_one_accepted_probe_outweighs_a_refused_one() -> None:
    target = Target(provider="aws", kind="iam_access_key", name="AKIAOLD")
    probes = [Probe(target=target, refused=True), Probe(target=target, refused=False)]
    assert judge([key()], probes=probes).access is Access.ALIVE


@pytest.mark.parametrize(
    ("skip", "key_access", "queue_access"),
    [
        (skipped(kinds=frozenset({"iam_access_key"})), Access.UNKNOWN, Access.DEAD),
        (skipped(), Access.UNKNOWN, Access.UNKNOWN),
        (skipped(f"aws:{OTHER}"), Access.DEAD, Access.DEAD),
        (skipped(f"aws:{ACCOUNT}:eu-west-1:sqs"), Access.UNKNOWN, Access.UNKNOWN),
        (skipped(f"aws:{ACCOUNT}:us-east-1"), Access.UNKNOWN, Access.DEAD),
        (skipped("aws (profile ops)"), Access.UNKNOWN, Access.UNKNOWN),
        (skipped("aws:organization"), Access.UNKNOWN, Access.UNKNOWN),
        (skipped("gcp:project"), Access.DEAD, Access.DEAD),
        (skipped(reason=SkipReason.AMBIGUOUS, about="leaver-1"), Access.UNKNOWN, Access.UNKNOWN),
    ],
)
def test_an_unread_place_makes_its_bindings_and_the_subject_unknown(
    skip: Skipped, key_access: Access, queue_access: Access
) -> None:
    queue = finding("q", kind="sqs_queue", relation=Relation.GRANT, region="eu-west-1")
    verdict = judge([key(), queue], collected=with_skips(skip))
    assert [b.access for b in verdict.bindings] == [key_access, queue_access]
    assert verdict.access is Access.UNKNOWN
    assert verdict.skipped == (skip,)
    assert exit_code([verdict]) == 3


def test_what_was_skipped_for_another_subject_does_not_matter() -> None:
    assert judge([key()], collected=with_skips(skipped(about="leaver-2"))).access is Access.DEAD


def test_unread_code_leaves_access_alone() -> None:
    verdict = judge([key()], collected=with_skips(skipped("main.tf", side=Side.RETURN_RISK)))
    assert verdict.access is Access.DEAD
    assert verdict.return_risk is ReturnRisk.UNKNOWN
    assert exit_code([verdict]) == 3


def test_alive_outweighs_what_was_not_read() -> None:
    verdict = judge([key()], [key()], collected=with_skips(skipped()))
    assert verdict.access is Access.ALIVE
    assert exit_code([verdict]) == 1


@pytest.mark.parametrize(
    "planned", [finding(account=OTHER), finding(provider="gcp", kind="service_account")]
)
def test_a_binding_outside_the_scope_is_unknown(planned: Finding) -> None:
    assert judge([planned]).bindings[0].access is Access.UNKNOWN


def test_an_empty_plan_proves_nothing() -> None:
    verdict = judge([])
    assert verdict.access is Access.UNKNOWN
    assert "proves nothing" in verdict.because


@pytest.mark.parametrize("origin", [CODE, STATE])
def test_code_and_state_are_a_risk_of_return_only(origin: object) -> None:
    fresh = finding(origins=(CODE,)) if origin is CODE else finding(origins=(STATE,))
    verdict = judge([finding()], [fresh])
    assert verdict.access is Access.DEAD
    assert verdict.return_risk is ReturnRisk.PRESENT
    assert exit_code([verdict]) == 1


def test_a_deny_is_no_access() -> None:
    deny = finding("bucket", kind="s3_bucket", relation=Relation.GRANT, effect=Effect.DENY)
    verdict = judge([key(), deny], [deny])
    assert verdict.access is Access.DEAD
    assert len(verdict.bindings) == 1


@pytest.mark.parametrize("held", [{"strength": Strength.WEAK}, {"reused": True}])
def test_what_is_held_back_does_not_make_alive(held: dict[str, Strength | bool]) -> None:
    other = replace(key("AKIAOTHER"), **held)  # type: ignore[arg-type]
    verdict = judge([key()], [other])
    assert verdict.access is Access.DEAD
    assert "held back" in verdict.because


def test_a_planned_binding_stays_alive_when_its_name_has_become_weak() -> None:
    """The code that vouched for the name is gone; the user is not."""
    assert judge([finding()], [finding(strength=Strength.WEAK)]).access is Access.ALIVE


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ("AIDAOLD", "AIDANEW", Access.DEAD),
        ("AIDAOLD", "AIDAOLD", Access.ALIVE),
        ("AIDAOLD", None, Access.UNKNOWN),
    ],
)
def test_a_name_that_is_used_again(before: str, now: str | None, expected: Access) -> None:
    verdict = judge([finding(unique_id=before)], [finding(unique_id=now, reused=True)])
    assert verdict.access is expected


def test_a_weak_name_in_code_is_judged_by_what_is_live() -> None:
    weak = finding(origins=(CODE,), strength=Strength.WEAK)
    assert judge([weak]).access is Access.DEAD
    assert judge([weak], [finding(strength=Strength.WEAK)]).access is Access.UNKNOWN
    assert judge([weak], [finding()]).access is Access.ALIVE


def test_the_leaver_created_anew_is_alive() -> None:
    verdict = judge([finding(unique_id="AIDAOLD")], [finding(unique_id="AIDANEW")])
    assert verdict.access is Access.ALIVE


def test_not_covered_is_said_beside_the_verdict() -> None:
    note = Note(kind=NoteKind.NOT_COVERED, where="aws", text="EKS access entries")
    collected = Collected(reads=(READ,), notes=(note,))
    assert judge([key()], collected=collected).not_covered == ("EKS access entries",)


def test_a_cancelled_leaving_gets_no_verdict() -> None:
    cancelled = subject(status=SubjectStatus.CANCELLED)
    found = verdicts([key()], [cancelled], [key()], COLLECTED, SCOPE, SCOPE, [], now=NOW)
    assert found == ()
    assert exit_code(found) == 3


SKIPS = st.builds(
    skipped,
    where=st.sampled_from(
        ["", "aws", f"aws:{ACCOUNT}", f"aws:{OTHER}:eu-west-1:kms", "gcp:p", "file.tf", "aws:org"]
    ),
    reason=st.sampled_from(list(SkipReason)),
    kinds=st.sampled_from([frozenset[str](), frozenset({"iam_access_key"}), frozenset({"x"})]),
    about=st.sampled_from(["", "leaver-1"]),
)
FINDINGS = st.lists(st.sampled_from([finding(), key(), key("AKIANEW"), key(status="Inactive")]))


@given(planned=FINDINGS, fresh=FINDINGS, skips=st.lists(SKIPS, min_size=1))
def test_never_dead_when_anything_was_skipped(
    planned: list[Finding], fresh: list[Finding], skips: list[Skipped]
) -> None:
    verdict = judge(planned, fresh, collected=with_skips(*skips))
    assert verdict.access is not Access.DEAD
    assert exit_code([verdict]) in (1, 3)


@given(planned=FINDINGS, fresh=FINDINGS)
def test_dead_only_when_nothing_is_live(planned: list[Finding], fresh: list[Finding]) -> None:
    verdict = judge(planned, fresh)
    if fresh:
        assert verdict.access is Access.ALIVE
    else:
        assert verdict.access is (Access.DEAD if planned else Access.UNKNOWN)


def test_live_origin_is_what_makes_live() -> None:
    assert judge([key()], [finding("AKIAOLD", kind="iam_access_key", origins=())]).bindings
    assert judge([finding()], [finding(origins=(CODE, LIVE))]).access is Access.ALIVE


def test_the_unique_id_that_aws_shows_for_a_deleted_user_is_the_planned_principal() -> None:
    gone = finding(unique_id="AIDAALICEALICEALICE")
    trust = finding("audit", kind="iam_role", relation=Relation.TRUST)
    unnamed = Principal(
        provider="aws",
        kind=PrincipalKind.IAM_UNIQUE_ID,
        value="AIDAALICEALICEALICE",
        account=OTHER,
        stable_id="AIDAALICEALICEALICE",
    )
    now = replace(trust, id="later", binding=replace(trust.binding, principal=unnamed))
    verdict = judge([gone, trust], [now])
    assert [(b.access, b.because) for b in verdict.bindings] == [
        (Access.DEAD, "it is gone"),
        (Access.ALIVE, "it is live"),
    ]
    other = replace(now, binding=replace(now.binding, principal=replace(unnamed, stable_id="X")))
    assert [b.access for b in judge([gone, trust], [other]).bindings] == [
        Access.DEAD,
        Access.DEAD,
        Access.ALIVE,
    ]
