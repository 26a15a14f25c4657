"""Which rule a finding breaks: the gravest thing that is to be said of it."""

from __future__ import annotations

import pytest

from iac_offboard.catalog.google import parse
from iac_offboard.model import (
    Binding,
    Finding,
    FindingStatus,
    Relation,
    Strength,
    Target,
)
from iac_offboard.report.rules import RULES, rule

PROJECT = Target(provider="gcp", kind="gcp_project", name="acme-prod", account="acme-prod")
ALIVE, DELETED = "user:alice@acme.example", "deleted:user:alice@acme.example?uid=123456789012"


def finding(
    member: str, relation: Relation, status: FindingStatus, *, shared: bool, covered: bool
) -> Finding:
    principal = parse("gcp.member", member, {})
    assert principal is not None
    return Finding(
        id="F-1",
        subject="leaver-1",
        binding=Binding(principal=principal, relation=relation, target=PROJECT),
        status=status,
        strength=Strength.STRONG,
        observations=(),
        why="e-mail as the member",
        shared=shared,
        covered=covered,
    )


@pytest.mark.parametrize(
    ("member", "relation", "status", "shared", "covered", "expected"),
    [
        (ALIVE, Relation.GRANT, FindingStatus.MANAGED, False, False, "OFB001"),
        (ALIVE, Relation.GRANT, FindingStatus.UNMANAGED, False, False, "OFB004"),
        (ALIVE, Relation.GRANT, FindingStatus.UNMANAGED, True, False, "OFB007"),
        (DELETED, Relation.GRANT, FindingStatus.UNMANAGED, False, False, "OFB012"),
        (ALIVE, Relation.CREDENTIAL, FindingStatus.UNMANAGED, True, False, "OFB005"),
        (ALIVE, Relation.FEDERATION, FindingStatus.UNMANAGED, False, False, "OFB006"),
        (ALIVE, Relation.GRANT, FindingStatus.UNMANAGED, True, True, "OFB006"),
        (DELETED, Relation.GRANT, FindingStatus.RETURNED, True, False, "OFB015"),
    ],
)
def test_the_gravest_rule_is_the_one_that_is_named(
    member: str,
    relation: Relation,
    status: FindingStatus,
    shared: bool,
    covered: bool,
    expected: str,
) -> None:
    found = rule(finding(member, relation, status, shared=shared, covered=covered))
    assert found == expected
    assert found in RULES
