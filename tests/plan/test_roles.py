"""The leaver's own role: denied, freed of what refuses its deletion, deleted."""

from __future__ import annotations

import json
from dataclasses import replace

from iac_offboard.model import AccountFacts, Action, Finding, Phase, Relation
from iac_offboard.plan.actions import build_actions
from iac_offboard.plan.denies import Leaver
from tests.plan.build import ACCOUNT, JOB, LIVE, code, finding, role, subject

POLICY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


def things() -> tuple[Finding, ...]:
    return (
        finding("iam_policy", POLICY, relation=Relation.GRANT, principal=JOB),
        finding("iam_role_policy", "alice-job/inline", relation=Relation.GRANT, principal=JOB),
        finding("iam_instance_profile", "workers", relation=Relation.GRANT, principal=JOB),
    )


def plan(*findings: Finding, bounded: tuple[str, ...] = ()) -> tuple[Action, ...]:
    facts = {ACCOUNT: AccountFacts(account=ACCOUNT, bounded=bounded)}
    made, manual = build_actions(findings, {"leaver-1": subject()}, facts)
    assert manual == ()
    return made


def verbs(made: tuple[Action, ...], phase: Phase) -> list[str]:
    return [a.verb for a in made if a.phase is phase]


OWN_DENY = Leaver.of("leaver-1", [JOB]).policy
TAKEN_OFF = ["iam:DetachRolePolicy", "iam:DeleteRolePolicy", "iam:RemoveRoleFromInstanceProfile"]


def test_a_role_that_nobody_manages_is_denied_taken_apart_and_deleted() -> None:
    made = plan(role(), *things(), bounded=("alice-job",))
    deny = made[0]
    assert (deny.phase, deny.verb, deny.undo) == (
        Phase.CONTAIN,
        "iam:PutRolePolicy",
        "iam:DeleteRolePolicy",
    )
    (statement,) = json.loads(deny.param("document"))["Statement"]
    assert (statement["Effect"], statement["Action"], statement["Resource"]) == ("Deny", "*", "*")
    assert "Condition" not in statement
    assert verbs(made, Phase.LIVE) == [
        *TAKEN_OFF,
        "iam:DeleteRolePermissionsBoundary",
        "iam:DeleteRolePolicy",
        "iam:DeleteRole",
    ]
    assert [a.param("policy_arn") or a.param("profile") for a in made[1:4]] == [
        POLICY,
        "",
        "workers",
    ]
    assert [a.param("name") for a in made if a.verb == "iam:DeleteRolePolicy"] == [
        "inline",
        OWN_DENY,
    ]
    assert made[-2].param("only_when_bare")  # a thing put on it since the plan keeps it denied
    assert set(made[-1].needs) == {a.id for a in made[1:-1]}
    assert all(a.param("role_id") == "AROAALICEALICEALICE" for a in made)


def test_what_terraform_does_not_know_is_unblocked_our_deny_last() -> None:
    made = plan(role(LIVE, code("aws_iam_role.job")), *things())
    assert verbs(made, Phase.UNBLOCK) == [*TAKEN_OFF, "iam:DeleteRolePolicy"]
    unblock = [a for a in made if a.phase is Phase.UNBLOCK]
    assert not unblock[-1].param("only_when_bare")  # what Terraform destroys hangs on until then
    assert unblock[-1].param("name") == OWN_DENY
    assert set(unblock[-1].needs) == {a.id for a in unblock[:-1]}
    assert verbs(made, Phase.LIVE) == []


def test_a_thing_of_the_role_that_code_manages_goes_with_the_code() -> None:
    attached = finding(
        "iam_policy", POLICY, LIVE, code("aws_iam_role_policy_attachment.x"),
        relation=Relation.GRANT, principal=JOB,
    )  # fmt: skip
    made = plan(role(), attached)
    assert "iam:DetachRolePolicy" not in [a.verb for a in made]
    assert made[-1].verb == "iam:DeleteRole"


def test_our_deny_of_an_earlier_plan_is_no_access() -> None:
    own = f"alice-job/{OWN_DENY}"
    denied = finding("iam_role_policy", own, relation=Relation.GRANT, principal=JOB)
    assert plan(role(), denied) == plan(role())


def test_who_may_enter_a_role_that_goes_is_settled_with_it() -> None:
    trust = finding("iam_role", "alice-job", relation=Relation.TRUST)
    assert [a.verb for a in plan(role(), trust)] == [a.verb for a in plan(role())]


def test_a_role_of_a_service_is_left_to_a_person() -> None:
    found = role()
    arn = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/x.amazonaws.com/alice-job"
    target = replace(found.binding.target, arn=arn)
    binding = replace(found.binding, target=target)
    seen = replace(found.observations[0], binding=binding)
    linked = replace(found, binding=binding, observations=(seen,))
    made, steps = build_actions([linked], {"leaver-1": subject()}, {})
    assert made == ()
    assert len(steps) == 1
