"""What our deny in a permission set takes the place of, and what is left alone instead."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from iac_offboard.catalog.policy import document_digest
from iac_offboard.errors import CloudError
from iac_offboard.interface import LookState
from tests.apply.aws import HOME, Aws
from tests.apply.center_desk import OTHERS, Desk, changed, make_desk
from tests.apply.scenes_center import deny_of


@pytest.fixture
def desk(aws: Aws) -> Desk:
    return make_desk(aws)


def test_an_older_statement_of_ours_is_replaced(desk: Desk) -> None:
    older = json.loads(desk.put.param("document"))
    desk.stands(json.dumps({"Statement": [older, OTHERS]}))
    wider = json.loads(desk.put.param("document"))
    wider["Condition"]["StringEquals"]["identitystore:UserId"].append("second-store-user")
    desk.do(changed(desk.put, document=json.dumps(wider)))
    assert json.loads(desk.policy)["Statement"] == [wider, OTHERS]


@pytest.mark.parametrize("condition", ["somebody-else", ""])
def test_a_deny_of_somebody_else_is_not_replaced(desk: Desk, condition: str) -> None:
    theirs = deny_of(condition, sid=desk.put.param("sid"))
    if not condition:
        del theirs["Condition"]
    policy = json.dumps({"Statement": [theirs, OTHERS]})
    look = desk.aws.executor.look(desk.put)
    desk.stands(policy)
    assert desk.aws.executor.look(desk.put).state is LookState.REPLACED
    with pytest.raises(CloudError, match="keeps somebody out"):
        desk.aws.executor.act(desk.put, look)
    assert desk.policy == policy


def test_only_the_planned_statement_is_taken_out(desk: Desk) -> None:
    ours = json.loads(desk.put.param("document"))
    remove = replace(desk.remove, params=(*desk.remove.params, ("digest", document_digest(ours))))
    desk.do(desk.put)
    look = desk.aws.executor.look(remove)
    policy = json.dumps({"Statement": [deny_of("somebody-else"), OTHERS]})
    desk.stands(policy)
    assert desk.aws.executor.look(remove).state is LookState.REPLACED
    with pytest.raises(CloudError, match="whoever wrote it"):
        desk.aws.executor.act(remove, look)
    assert desk.policy == policy
    desk.stands(json.dumps({"Statement": [OTHERS, ours]}))
    desk.do(remove)
    assert json.loads(desk.policy)["Statement"] == [OTHERS]


def test_a_draft_of_a_colleague_is_not_rolled_out(desk: Desk) -> None:
    attach = {**desk.of, "ManagedPolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}
    desk.sso.attach_managed_policy_to_permission_set(**attach)
    look = desk.aws.executor.look(desk.put)
    assert look.state is LookState.WAITING
    assert f"1 account(s) ({HOME}): provision or discard them first" in look.detail
    assert (desk.policy, desk.behind) == ("", [HOME])
    desk.sso.provision_permission_set(**desk.of, TargetType="ALL_PROVISIONED_ACCOUNTS")
    desk.do(desk.put)

    desk.sso.detach_managed_policy_from_permission_set(**attach)
    assert desk.aws.executor.look(desk.remove).state is LookState.WAITING
    assert desk.behind == [HOME]


@pytest.mark.parametrize(
    "document",
    [
        json.dumps({**deny_of("u"), "Effect": "Allow"}),
        json.dumps(deny_of("u", sid="Another")),
        json.dumps({"Version": "2012-10-17", "Statement": [deny_of("u")]}),
        "no JSON",
    ],
)
def test_nothing_but_our_own_deny_is_ever_put(desk: Desk, document: str) -> None:
    with pytest.raises(CloudError, match="no Deny statement with its own Sid"):
        desk.aws.executor.look(changed(desk.put, document=document))
    assert desk.policy == ""
