"""Code that names the leaver has made an object after the leaving (DESIGN.md, rule 12)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from iac_offboard.model import Access, CodeOrigin, Finding, ReturnRisk
from iac_offboard.verify import exit_code
from tests.verify.cases import CODE, LIVE, finding, judge

ELSEWHERE = replace(CODE, address="aws_iam_user.people")


def made(code: CodeOrigin, unique_id: str) -> Finding:
    return finding(origins=(code, LIVE), unique_id=unique_id)


@pytest.mark.parametrize(("known", "access"), [(CODE, Access.ALIVE), (ELSEWHERE, Access.DEAD)])
def test_code_that_the_plan_knew_and_any_other(known: CodeOrigin, access: Access) -> None:
    """The same code put back is the leaver's; other code may be about somebody new, and is a
    risk for as long as nobody says so."""
    verdict = judge([made(known, "AIDAOLD")], [replace(made(CODE, "AIDANEW"), reused=True)])
    assert (verdict.access, verdict.return_risk) == (access, ReturnRisk.PRESENT)
    assert exit_code([verdict]) == 1
