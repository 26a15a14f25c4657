"""A deny that the next apply of a root takes away says so, whoever the root names."""

from __future__ import annotations

import pytest

from iac_offboard.model import Action, Entry, Finding, InlineOwner, Phase
from iac_offboard.plan.actions import build_actions
from tests.plan.build import ACCOUNT, role, role_session, subject
from tests.plan.test_sessions import INSTANCE, MARK, SET, sso


def owner(kind: str, name: str, root: str = "infra") -> InlineOwner:
    return InlineOwner(root=root, address=f"aws_{kind}.x", kind=kind, name=name)


def contained(found: Finding, *owners: InlineOwner) -> Action:
    made, _ = build_actions([found], {"leaver-1": subject()}, {}, inline_owners=owners)
    (deny,) = [a for a in made if a.phase is Phase.CONTAIN]
    assert not any(a.reverted_by for a in made if a.phase is not Phase.CONTAIN)
    return deny


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("deploy", "infra (aws_iam_role.x)"),
        ("Deploy", "infra (aws_iam_role.x)"),
        ("*", "infra (perhaps: aws_iam_role.x)"),
        ("dep*", "infra (perhaps: aws_iam_role.x)"),
        ("deploy-2", ""),
        ("*-2", ""),
    ],
)
def test_a_role_whose_inline_policies_a_root_owns(name: str, said: str) -> None:
    session = role_session("deploy", Entry(marks=(MARK,)))
    assert contained(session, owner("iam_role", name)).reverted_by == said


def test_the_leavers_own_role_and_several_roots() -> None:
    owners = [owner("iam_role", "alice-job", root) for root in ("b", "a", "a")]
    said = contained(role(), *owners, owner("sso_permission_set", "*")).reverted_by
    assert said == "a (aws_iam_role.x), b (aws_iam_role.x)"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (SET, "infra (aws_sso_permission_set.x)"),
        ("*", "infra (perhaps: aws_sso_permission_set.x)"),
        (f"{INSTANCE}/other", ""),
    ],
)
def test_a_permission_set_whose_inline_policy_a_root_owns(name: str, said: str) -> None:
    deny = contained(sso(ACCOUNT, 1), owner("sso_permission_set", name), owner("iam_role", "*"))
    assert deny.reverted_by == said
