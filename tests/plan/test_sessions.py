"""Sessions: denied where something tells the leaver's apart, a person's choice elsewhere."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from iac_offboard.model import (
    Action,
    Entry,
    Finding,
    ManualStep,
    Phase,
    Principal,
    PrincipalKind,
    Relation,
    Strength,
)
from iac_offboard.plan.actions import build_actions
from iac_offboard.plan.denies import Leaver, deny_sessions_of
from tests.plan.build import ACCOUNT, finding, role, role_session, subject, user

MARK = ("aws:SourceIdentity", "alice")
INSTANCE = "arn:aws:sso:::instance/ssoins-1"
SET = "arn:aws:sso:::permissionSet/ssoins-1/ps-1"
STORE_USER = Principal(
    provider="aws",
    kind=PrincipalKind.IDENTITY_STORE_USER,
    value="alice@example.com",
    account=ACCOUNT,
    stable_id="u-1",
)


def plan(*findings: Finding) -> tuple[tuple[Action, ...], tuple[ManualStep, ...]]:
    return build_actions(findings, {"leaver-1": subject()}, {})


def statements(action: Action) -> list[dict[str, object]]:
    document = json.loads(action.param("document"))
    found: list[dict[str, object]] = document["Statement"]
    return found


def test_a_marked_session_is_denied_by_exactly_its_marks() -> None:
    made, manual = plan(role_session("deploy", Entry(max_seconds=3600, marks=(MARK,))))
    contain, lift = made
    assert (contain.phase, contain.verb) == (Phase.CONTAIN, "iam:PutRolePolicy")
    assert contain.undo == "iam:DeleteRolePolicy"
    assert (contain.param("role"), contain.param("role_id")) == ("deploy", "AROADEPLOY")
    (statement,) = statements(contain)
    assert statement.pop("Sid") == contain.param("name").replace(
        "iac-offboard-deny-", "IacOffboardDeny"
    )
    assert statement == {
        "Effect": "Deny",
        "Action": "*",
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:SourceIdentity": "alice"}},
    }
    assert (lift.phase, lift.verb, lift.needs) == (
        Phase.LIVE,
        "iam:DeleteRolePolicy",
        (contain.id,),
    )
    assert lift.param("after_sessions_seconds") == "3600"
    assert lift.param("name") == contain.param("name")
    assert not lift.param("document")
    assert manual == ()


def test_several_ways_into_one_role_are_one_policy_and_the_longest_counts() -> None:
    one = role_session("deploy", Entry(max_seconds=900, marks=(("aws:userid", "AROAD:a"),)))
    two = role_session("deploy", Entry(marks=(("aws:userid", "AROAD:b"),)), id="F-2")
    both = role_session("deploy", Entry(marks=(MARK, ("aws:userid", "AROAD:c"))), id="F-3")
    contain, lift = plan(one, two, both)[0]
    conditions = [s["Condition"] for s in statements(contain)]
    assert conditions == [
        {"StringEquals": {"aws:userid": ["AROAD:a", "AROAD:b"]}},
        {"StringEquals": {"aws:SourceIdentity": "alice", "aws:userid": "AROAD:c"}},
    ]
    assert len({str(s["Sid"]) for s in statements(contain)}) == 2
    assert lift.param("after_sessions_seconds") == "43200"


def test_a_deny_without_a_mark_is_never_written() -> None:
    with pytest.raises(ValueError, match="tells them apart"):
        deny_sessions_of(Leaver("leaver-1", frozenset()), [(MARK,), ()])


def test_what_cannot_be_told_apart_is_a_choice_that_names_everybody() -> None:
    others = tuple(f"arn:aws:iam::{ACCOUNT}:user/u{i}" for i in range(40))
    made, manual = plan(role_session("shared", Entry(max_seconds=5400, others=others)))
    assert made == ()
    (step,) = manual
    assert all(other in step.text for other in others)
    assert "1 h 30 min" in step.text
    assert "aws:TokenIssueTime" in step.text


def test_no_mark_is_a_choice_even_where_nobody_else_was_read() -> None:
    made, (step,) = plan(role_session("alone", Entry()))
    assert made == ()
    assert "12 h" in step.text


def test_a_role_of_identity_center_is_not_edited() -> None:
    entry = Entry(marks=(("identitystore:UserId", "u-1"),), editable=False)
    made, (step,) = plan(role_session("AWSReservedSSO_Admin_0", entry))
    assert made == ()
    assert "permission set" in step.text
    assert "SCP" in step.text


@pytest.mark.parametrize(
    "changes",
    [{"strength": Strength.WEAK}, {"reused": True}, {"shared": True}, {"covered": True}],
)
def test_only_what_is_surely_the_leavers_is_denied(changes: dict[str, object]) -> None:
    found = role_session("deploy", Entry(marks=(MARK,)))
    assert plan(replace(found, **changes))[0] == ()  # type: ignore[arg-type]


def test_a_deny_is_lifted_when_all_its_ways_in_were_read_gone() -> None:
    """Whoever shuts them: no step of this plan tells when."""
    trust = finding("iam_role", "deploy", relation=Relation.TRUST)
    one = role_session("deploy", Entry(marks=(MARK,)))
    two = role_session("deploy", Entry(marks=(("aws:userid", "AROAD:b"),)), id="F-2")
    made, _ = plan(user(), trust, one, two)
    lift = made[-1]
    assert lift.param("after_sessions_seconds")
    assert set(lift.finding.split(", ")) == {one.id, two.id}
    assert [a.verb for a in made if a.id in lift.needs] == ["iam:PutRolePolicy"]


def test_the_leavers_own_role_needs_no_second_deny() -> None:
    made, manual = plan(role(), role_session("alice-job", Entry(marks=(MARK,))))
    assert [a.verb for a in made if a.phase is Phase.CONTAIN] == ["iam:PutRolePolicy"]
    assert "Condition" not in made[0].param("document")
    assert manual == ()


def sso(account: str, number: int, permission_set: str = SET) -> Finding:
    return finding(
        "sso_session", f"{INSTANCE}/{account}/{permission_set}", relation=Relation.SESSION,
        principal=STORE_USER, region="eu-west-1", id=f"F-sso-{number}",
        entry=Entry(max_seconds=3600, marks=(("identitystore:UserId", "u-1"),), editable=False),
    )  # fmt: skip


def test_one_deny_per_permission_set_then_the_ways_in_then_the_user() -> None:
    store_user = finding(
        "identity_store_user", "u-1", relation=Relation.IDENTITY, principal=STORE_USER
    )
    group = finding(
        "identity_store_group", "g-1", relation=Relation.MEMBERSHIP, principal=STORE_USER
    )
    assigned = finding(
        "sso_assignment", f"{INSTANCE}/{ACCOUNT}/{SET}", relation=Relation.GRANT,
        principal=STORE_USER,
    )  # fmt: skip
    made, manual = plan(sso("111122223333", 1), sso("444455556666", 2), store_user, group, assigned)
    assert [a.verb for a in made] == [
        "sso-admin:PutInlinePolicyToPermissionSet",
        "identitystore:DeleteGroupMembership",
        "sso-admin:DeleteAccountAssignment",
        "identitystore:DeleteUser",
        "sso-admin:RemoveInlineStatement",
    ]
    deny, lift = made[0], made[-1]
    assert set(lift.finding.split(", ")) == {"F-sso-1", "F-sso-2"}
    assert (deny.target.kind, deny.target.name) == ("sso_permission_set", f"{INSTANCE}/{SET}")
    assert (deny.target.account, deny.target.region) == (ACCOUNT, "eu-west-1")
    assert (deny.param("instance"), deny.param("permission_set")) == (INSTANCE, SET)
    statement = json.loads(deny.param("document"))
    assert statement["Sid"] == deny.param("sid")
    assert statement["Condition"] == {"StringEquals": {"identitystore:UserId": "u-1"}}
    assert lift.needs == (deny.id,)
    assert lift.param("after_sessions_seconds") == "3600"
    assert manual == ()


def test_two_permission_sets_are_two_denies() -> None:
    other = SET.replace("ps-1", "ps-2")
    made, _ = plan(sso(ACCOUNT, 1), sso(ACCOUNT, 2, other))
    denied = [a.param("permission_set") for a in made if a.phase is Phase.CONTAIN]
    assert denied == [SET, other]
