"""What a rollback undoes, in which order, and what it leaves to a person."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from iac_offboard.model import Action, Outcome, Phase, Plan, Record, Target
from iac_offboard.plan.rollback import restore
from tests.apply.plans import plan as empty_plan
from tests.plan.build import ACCOUNT, AT, finding, subject

USER = {"user": "alice", "user_id": "AIDAALICEALICEALICE"}
GROUP = Target(provider="aws", kind="iam_group", name="iac-offboard-quarantine", account=ACCOUNT)
BOUNDARY = "arn:aws:iam::aws:policy/PowerUserAccess"


def thing(kind: str, name: str) -> Target:
    return Target(provider="aws", kind=kind, name=name, account=ACCOUNT)


def act(
    number: int,
    verb: str,
    target: Target,
    phase: Phase = Phase.LIVE,
    *,
    before: str = "present",
    subject_id: str = "leaver-1",
    **params: str,
) -> Action:
    return Action(
        id=f"A-{number:03d}",
        phase=phase,
        verb=verb,
        target=target,
        subject=subject_id,
        reason="",
        before=before,
        params=tuple({**USER, **params}.items()),
    )


def contained() -> tuple[Action, ...]:
    """Quarantine and one key: what the contain phase of nearly every plan is."""
    group = {"group": "iac-offboard-quarantine"}
    deny = {"name": "iac-offboard-deny-all", "document": "{}"}
    contain, key = Phase.CONTAIN, thing("iam_access_key", "AKIA1")
    return (
        act(1, "iam:CreateGroup", GROUP, contain, **group, user="", user_id=""),
        act(2, "iam:PutGroupPolicy", GROUP, contain, **group, **deny, user="", user_id=""),
        act(3, "iam:AddUserToGroup", GROUP, contain, **group),
        act(
            4, "iam:UpdateAccessKey", key, contain, before="Active", key="AKIA1", status="Inactive"
        ),
    )


def plan(*actions: Action, **more: Any) -> Plan:
    made = {"subjects": (subject(),), **more}
    return replace(empty_plan(actions), **made)


def record(action: str, outcome: Outcome = Outcome.DONE, undo: object = None) -> Record:
    return Record(
        seq=1,
        at=AT,
        plan="",
        action=action,
        outcome=outcome,
        operation="",
        caller="",
        undo="" if undo is None else json.dumps(undo),
    )


def done(actions: Sequence[Action]) -> list[Record]:
    return [record(a.id) for a in actions]


def verbs(actions: Sequence[Action]) -> list[str]:
    return [a.verb for a in actions]


LIFTED = ["iam:RemoveUserFromGroup", "iam:DeleteGroupPolicy", "iam:DeleteGroup"]


def test_the_deny_is_lifted_last_and_only_when_all_else_went_well() -> None:
    member = act(5, "iam:RemoveUserFromGroup", thing("iam_group", "developers"), group="developers")
    made = restore(plan(*contained(), member), None).actions
    assert verbs(made) == ["iam:AddUserToGroup", "iam:UpdateAccessKey", *LIFTED]
    joined, key, left, _, group = made
    assert joined.param("group") == "developers"
    assert key.param("status") == "Active"
    assert key.needs == (joined.id,)
    assert set(left.needs) == {joined.id, key.id}
    assert left.id in group.needs
    assert {a.phase for a in made} == {Phase.LIVE}
    assert not any(a.param("document") for a in made)


def test_only_what_the_journal_says_that_we_did() -> None:
    create, policy, join, key = contained()
    records = [
        record(create.id, Outcome.ALREADY),
        record(policy.id, Outcome.ALREADY),
        *done([join, key]),
    ]
    assert verbs(restore(plan(*contained()), records).actions) == [
        "iam:UpdateAccessKey",
        "iam:RemoveUserFromGroup",
    ]
    assert restore(plan(*contained()), []).actions == ()


def test_a_call_whose_answer_was_lost_is_undone_and_a_refused_one_is_not() -> None:
    *_, join, key = contained()
    lost = [record(key.id, Outcome.INTENT, {"Status": "Active"})]
    assert verbs(restore(plan(join, key), lost).actions) == ["iam:UpdateAccessKey"]
    refused = [*lost, record(key.id, Outcome.FAILED)]
    assert restore(plan(join, key), refused).actions == ()
    found = [*lost, record(key.id, Outcome.ALREADY, {"Status": "Active"})]
    assert verbs(restore(plan(join, key), found).actions) == ["iam:UpdateAccessKey"]


def test_without_a_journal_the_before_images_decide() -> None:
    inactive = replace(contained()[3], before="Inactive")
    assert restore(plan(inactive), None).actions == ()
    held = finding("iam_group", "iac-offboard-quarantine")
    join = contained()[2]
    assert restore(plan(join, findings=(held,)), None).actions == ()
    assert verbs(restore(plan(join), None).actions) == ["iam:RemoveUserFromGroup"]


def test_a_journal_that_begins_late_does_not_hide_what_an_earlier_run_did() -> None:
    records = [record(a.id, Outcome.ALREADY) for a in contained()]
    made = restore(plan(*contained()), records)
    assert made.late
    assert verbs(made.actions) == ["iam:UpdateAccessKey", *LIFTED]
    before_us = finding("iam_group", "iac-offboard-quarantine")
    assert restore(plan(*contained(), findings=(before_us,)), records).actions == ()


@pytest.mark.parametrize(
    ("verb", "back"),
    [
        ("iam:DetachUserPolicy", "iam:AttachUserPolicy"),
        ("iam:DetachRolePolicy", "iam:AttachRolePolicy"),
        ("identitystore:DeleteGroupMembership", "identitystore:CreateGroupMembership"),
        ("sso-admin:DeleteAccountAssignment", "sso-admin:CreateAccountAssignment"),
    ],
)
def test_what_was_taken_away_comes_back_by_its_own_verb(verb: str, back: str) -> None:
    taken = act(1, verb, thing("iam_policy", "P"), policy_arn="P", principal_id="p-1")
    (made,) = restore(plan(taken), done([taken])).actions
    assert (made.verb, made.target) == (back, taken.target)
    assert dict(made.params) == dict(taken.params)


def test_session_denies_are_lifted() -> None:
    role = act(
        1,
        "iam:PutRolePolicy",
        thing("iam_role", "deploy"),
        Phase.CONTAIN,
        role="deploy",
        role_id="AROA1",
        name="iac-offboard-deny-0123456789ab",
        document="{}",
    )
    sso = act(
        2,
        "sso-admin:PutInlinePolicyToPermissionSet",
        thing("sso_permission_set", "i/p"),
        Phase.CONTAIN,
        sid="IacOffboardDeny0123456789ab",
        document="{}",
    )
    later = replace(role, id="A-003", phase=Phase.LIVE, verb="iam:DeleteRolePolicy")
    made = restore(plan(role, sso), done([role, sso]))
    assert verbs(made.actions) == ["sso-admin:RemoveInlineStatement", "iam:DeleteRolePolicy"]
    # The plan lifted the one on the role itself: nothing to undo, and no step for a person.
    made = restore(plan(role, later), done([role, later]))
    assert (made.actions, made.manual) == ((), ())


def test_a_boundary_comes_back_when_the_journal_knows_which() -> None:
    drop = act(1, "iam:DeleteUserPermissionsBoundary", thing("iam_user", "alice"))
    known = [record(drop.id, undo={"PermissionsBoundary": BOUNDARY})]
    (made,) = restore(plan(drop), known).actions
    assert (made.verb, made.param("boundary")) == ("iam:PutUserPermissionsBoundary", BOUNDARY)
    unknown = restore(plan(drop), None)
    assert unknown.actions == ()
    assert "boundary" in unknown.manual[0].text


def test_what_cannot_come_back_is_a_step_for_a_person_each() -> None:
    taken = [
        act(1, "iam:DeleteAccessKey", thing("iam_access_key", "AKIA1")),
        act(2, "iam:DeleteLoginProfile", thing("iam_login_profile", "alice")),
        act(3, "iam:DeactivateMFADevice", thing("iam_mfa_device", "mfa")),
        act(4, "iam:DeleteUserPolicy", thing("iam_user_policy", "alice/own"), name="own"),
        act(5, "kms:RevokeGrant", thing("kms_grant", "g-1")),
        act(6, "code:apply", Target(provider="terraform", kind="root", name="infra"), Phase.CODE),
    ]
    made = restore(plan(*taken), done(taken[:5]))
    assert made.actions == ()
    assert len(made.manual) == 6
    assert all(step.reason for step in made.manual)
    assert any("revert its commit" in step.text for step in made.manual)


def test_what_hung_on_a_deleted_user_cannot_come_back() -> None:
    member = act(5, "iam:RemoveUserFromGroup", thing("iam_group", "developers"), group="developers")
    lift = act(6, "iam:RemoveUserFromGroup", GROUP, group="iac-offboard-quarantine")
    user = act(7, "iam:DeleteUser", thing("iam_user", "alice"))
    actions = (*contained(), member, lift, user)
    made = restore(plan(*actions), done(actions))
    assert verbs(made.actions) == ["iam:DeleteGroupPolicy", "iam:DeleteGroup"]
    assert [s.where for s in made.manual] == ["iam_user alice", "iam_group developers"]


def element(*principals: str, condition: bool = False) -> dict[str, object]:
    statement: dict[str, object] = {
        "Sid": "People",
        "Effect": "Allow",
        "Principal": {"AWS": list(principals)},
        "Action": "s3:GetObject",
    }
    if condition:
        statement["Condition"] = {"StringEquals": {"aws:Referer": "[not recorded]"}}
    return {"principal": principals[0], "element": "AWS", "statement": statement}


def document(*elements: object) -> Action:
    bucket = thing("s3_bucket", "artifacts")
    return act(1, "s3:PutBucketPolicy", bucket, elements=json.dumps(list(elements)))


def test_of_a_document_only_the_element_is_put_back() -> None:
    planned, taken = element("arn:alice", "arn:bob"), element("arn:alice", "arn:carol")
    action = document(planned)
    (by_plan,) = restore(plan(action), None).actions
    assert by_plan.verb == "restore:s3_bucket"
    assert json.loads(by_plan.param("elements")) == [planned]
    journal = [record(action.id, undo={"removed": [taken], "before": "d"})]
    (by_journal,) = restore(plan(action), journal).actions
    assert json.loads(by_journal.param("elements")) == [taken]


def test_a_statement_that_went_with_its_condition_is_for_a_person() -> None:
    shared, own = element("arn:alice", "arn:bob", condition=True), element("a", condition=True)
    made = restore(plan(document(shared, own)), None)
    assert json.loads(made.actions[0].param("elements")) == [shared]
    assert "Condition" in made.manual[0].reason
    nothing = restore(plan(document()), None)
    assert nothing.actions == ()
    assert nothing.manual


def test_a_statement_of_lambda_is_one_element() -> None:
    action = act(1, "lambda:RemovePermission", thing("lambda_function", "f"))
    statement = {"Sid": "s", "Effect": "Allow", "Principal": {"AWS": "arn:alice"}}
    (made,) = restore(plan(action), [record(action.id, undo={"removed": [statement]})]).actions
    assert made.verb == "restore:lambda_function"
    assert json.loads(made.param("elements")) == [
        {"principal": "arn:alice", "element": "AWS", "statement": statement}
    ]


def test_of_two_leavers_only_the_one_that_is_asked_for() -> None:
    bob = replace(
        contained()[2],
        id="A-005",
        subject="leaver-2",
        params=(("user", "bob"), ("user_id", "AIDABOB"), ("group", "iac-offboard-quarantine")),
    )
    made = restore(plan(*contained(), bob), None, frozenset({"leaver-2"})).actions
    assert verbs(made) == LIFTED
    assert made[0].param("user") == "bob"
