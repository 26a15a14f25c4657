"""Less scope than planned, and places of which nothing was read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from iac_offboard.model import (
    Access,
    AccountScope,
    Collected,
    Note,
    NoteKind,
    Read,
    ReturnRisk,
    RootScope,
    Scope,
)
from iac_offboard.verify import exit_code
from tests.verify.cases import (
    ACCOUNT,
    NOW,
    OTHER,
    READ,
    SCOPE,
    judge,
    key,
)

SECOND = AccountScope(provider="aws", account=OTHER, source="role x")
BOTH = replace(SCOPE, accounts=(*SCOPE.accounts, SECOND))


@pytest.mark.parametrize(
    ("planned", "fresh"),
    [
        (BOTH, SCOPE),
        (SCOPE, replace(SCOPE, regions=("eu-west-1",))),
        (replace(SCOPE, regions=("a", "b")), replace(SCOPE, regions=("a",))),
        (SCOPE, replace(SCOPE, services=("iam",))),
        (replace(SCOPE, services=("iam", "s3")), replace(SCOPE, services=("iam",))),
        (SCOPE, replace(SCOPE, accounts=())),
        (replace(SCOPE, accounts=()), replace(SCOPE, accounts=())),
    ],
)
def test_less_scope_than_planned_is_unknown(planned: Scope, fresh: Scope) -> None:
    verdict = judge([key()], planned_scope=planned, fresh_scope=fresh)
    assert verdict.access is Access.UNKNOWN
    assert exit_code([verdict]) == 3


def test_more_scope_than_planned_is_no_gap() -> None:
    heard = Collected(reads=(READ, Read(source="aws", where=f"aws:{OTHER}", at=NOW)))
    assert judge([key()], fresh_scope=BOTH, collected=heard).access is Access.DEAD


def test_an_account_of_which_nothing_was_read_is_unknown() -> None:
    verdict = judge([key()], collected=Collected())
    assert verdict.access is Access.UNKNOWN
    assert "nothing was read" in verdict.because


def test_a_suspended_account_was_observed() -> None:
    note = Note(kind=NoteKind.SUSPENDED_ACCOUNT, where=f"aws:{ACCOUNT}", text="suspended")
    assert judge([key()], collected=Collected(notes=(note,))).access is Access.DEAD


@pytest.mark.parametrize(
    ("planned", "fresh"),
    [
        (SCOPE, replace(SCOPE, roots=())),
        (
            replace(SCOPE, roots=(*SCOPE.roots, RootScope(directory=".", path="net"))),
            SCOPE,
        ),
        (replace(SCOPE, states=("a.tfstate",)), SCOPE),
        (replace(SCOPE, roots=()), replace(SCOPE, roots=())),
    ],
)
def test_less_code_than_planned_is_an_unknown_risk(planned: Scope, fresh: Scope) -> None:
    verdict = judge([key()], planned_scope=planned, fresh_scope=fresh)
    assert verdict.access is Access.DEAD
    assert verdict.return_risk is ReturnRisk.UNKNOWN


def test_code_that_nobody_asked_for_leaves_the_risk_unknown_and_the_exit_code_alone() -> None:
    live_only = replace(SCOPE, roots=())
    verdict = judge([key()], planned_scope=live_only, fresh_scope=live_only)
    assert verdict.access is Access.DEAD
    assert verdict.return_risk is ReturnRisk.UNKNOWN
    assert exit_code([verdict], code_asked=False) == 0
    assert exit_code([verdict], code_asked=True) == 3
