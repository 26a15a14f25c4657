"""Sessions that began through an identity provider before somebody attested it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from iac_offboard.model import (
    Access,
    Attestation,
    Collected,
    Grade,
    SubjectKind,
    Upstream,
    Verdict,
)
from iac_offboard.verify import exit_code
from tests.verify.cases import ACCOUNT, COLLECTED, NOW, finding, judge, subject

SAML = f"arn:aws:iam::{ACCOUNT}:saml-provider/Okta"
THROUGH = replace(COLLECTED, upstreams=(Upstream(source=SAML, account=ACCOUNT, text="t"),))


def verdict(
    *hours: float,
    by: str = "bob",
    collected: Collected = THROUGH,
    kind: SubjectKind = SubjectKind.PERSON,
) -> Verdict:
    told = tuple(Attestation(source=SAML, by=by, at=NOW - timedelta(hours=h)) for h in hours)
    left = NOW - timedelta(days=2)
    leaver = replace(subject(), left_at=left, kind=kind, attested=told)
    return judge([finding()], collected=collected, leaver=leaver)


def test_they_last_twelve_hours_at_most() -> None:
    open_ = verdict(11)
    assert (open_.access, open_.grade) == (Access.ALIVE_UNTIL, Grade.ATTESTED)
    assert open_.recheck_at == NOW + timedelta(hours=1)
    assert f"sessions through {SAML} that began before bob attested it" in open_.because
    assert exit_code([open_]) == 1
    over = verdict(12)
    assert (over.access, over.grade, over.recheck_at) == (Access.DEAD, Grade.ATTESTED, None)
    assert verdict(1, 12).access is Access.DEAD, "saying it again opens nothing"


@pytest.mark.parametrize("kind", [k for k in SubjectKind if k is not SubjectKind.PERSON])
def test_only_people_come_that_way(kind: SubjectKind) -> None:
    assert verdict(1, kind=kind).access is Access.DEAD


def test_where_there_is_no_such_provider_nothing_is_waited_for() -> None:
    seen = verdict(1, collected=COLLECTED)
    assert (seen.access, seen.grade) == (Access.DEAD, Grade.OBSERVED)
