"""Our deny in permission sets: beside the statements of others, provisioned, taken out again."""

from __future__ import annotations

import json

import pytest
from moto.ssoadmin.models import ssoadmin_backends

from iac_offboard.errors import CloudError, ConflictError, DeniedError
from iac_offboard.interface import LookState
from tests.apply.aws import HOME, REGION, Aws
from tests.apply.center_desk import OTHERS, POLICIES, SECRET, Desk, make_desk
from tests.apply.scenes_center import CENTER, store


@pytest.fixture
def desk(aws: Aws) -> Desk:
    return make_desk(aws)


def test_a_first_statement_makes_the_policy_and_its_removal_ends_it(desk: Desk) -> None:
    assert desk.aws.executor.look(desk.remove).state is LookState.ABSENT
    desk.do(desk.put)
    assert json.loads(desk.policy)["Statement"] == [json.loads(desk.put.param("document"))]
    assert desk.behind == []
    desk.do(desk.remove)
    assert desk.policy == ""
    assert desk.behind == []
    assert desk.writes("DeleteInlinePolicyFromPermissionSet") == 1
    assert desk.aws.executor.look(desk.remove).state is LookState.ABSENT


@pytest.mark.parametrize("kind", POLICIES)
def test_statements_of_others_stay_and_come_back_byte_for_byte(desk: Desk, kind: str) -> None:
    desk.stands(POLICIES[kind])
    before = json.loads(POLICIES[kind])["Statement"]
    others = before if isinstance(before, list) else [before]
    undo = desk.do(desk.put)
    now = json.loads(desk.policy)["Statement"]
    assert json.loads(desk.put.param("document")) in now
    assert [s for s in now if s["Sid"] != desk.put.param("sid")] == others
    undo += desk.do(desk.remove)
    assert desk.policy == POLICIES[kind]
    assert desk.behind == []
    assert SECRET not in undo
    assert desk.put.param("sid") in undo


def test_what_others_wrote_meanwhile_stays(desk: Desk) -> None:
    desk.stands(POLICIES["no list"])
    desk.do(desk.put)
    document = json.loads(desk.policy)
    later = {**OTHERS, "Sid": "Later"}
    document["Statement"].append(later)
    desk.stands(json.dumps(document))
    desk.do(desk.remove)
    assert json.loads(desk.policy)["Statement"] == [OTHERS, later]


def test_a_run_that_ended_before_provisioning_goes_on_with_it(desk: Desk) -> None:
    desk.aws.app.injection.deny("sso:ProvisionPermissionSet")
    with pytest.raises(DeniedError, match="ProvisionPermissionSet"):
        desk.do(desk.put)
    desk.aws.app.injection.clear()
    assert desk.behind == [HOME]
    look = desk.aws.executor.look(desk.put)
    assert look.state is LookState.PRESENT
    assert f"not provisioned to {HOME}" in look.detail
    assert desk.aws.executor.act(desk.put, look).operation == "sso:ProvisionPermissionSet"
    assert desk.behind == []
    assert desk.writes("PutInlinePolicyToPermissionSet") == 1
    assert desk.aws.executor.look(desk.put).state is LookState.ABSENT


def test_a_removal_that_ended_before_provisioning_goes_on_with_it(desk: Desk) -> None:
    desk.stands(POLICIES["spaced"])
    desk.do(desk.put)
    desk.aws.app.injection.deny("sso:ProvisionPermissionSet")
    with pytest.raises(DeniedError):
        desk.do(desk.remove)
    desk.aws.app.injection.clear()
    assert desk.policy == POLICIES["spaced"]
    assert desk.behind == [HOME]
    desk.do(desk.remove)
    assert desk.behind == []
    assert desk.aws.executor.look(desk.remove).state is LookState.ABSENT


def test_provisioning_is_waited_for(desk: Desk) -> None:
    desk.aws.app.center.polls = 3
    desk.do(desk.put)
    assert len(desk.aws.slept) == 3
    assert desk.behind == []


def test_a_provisioning_that_does_not_end_is_told(desk: Desk) -> None:
    desk.aws.app.center.polls = 1000
    with pytest.raises(CloudError, match="still provisioning the permission set"):
        desk.do(desk.put)
    assert desk.behind == [HOME]


def test_a_provisioning_that_fails_is_told(desk: Desk) -> None:
    desk.aws.app.center.failure = "The account has too many roles"
    with pytest.raises(CloudError, match="too many roles") as seen:
        desk.do(desk.put)
    assert seen.value.request_id
    assert desk.aws.executor.look(desk.put).state is LookState.PRESENT


def test_a_write_too_soon_after_another_is_tried_again(desk: Desk) -> None:
    desk.aws.app.center.conflicts = 3
    desk.do(desk.put)
    assert len(desk.aws.slept) == 3
    assert desk.behind == []
    desk.aws.app.center.conflicts = 1000
    with pytest.raises(ConflictError):
        desk.do(desk.remove)


def test_a_policy_that_would_be_too_long_is_left_alone(desk: Desk) -> None:
    filler = {**OTHERS, "Resource": "arn:aws:s3:::" + "x" * 32_450}
    long = json.dumps({"Statement": [filler]})
    desk.stands(long)
    with pytest.raises(CloudError, match="32768 are allowed") as seen:
        desk.aws.executor.look(desk.put)
    assert "service control policy" in seen.value.hint
    assert desk.policy == long


@pytest.mark.parametrize("policy", ["not JSON", "[]", '{"Version": "1"}', '{"Statement": "x"}'])
def test_a_policy_that_is_none_is_left_alone(desk: Desk, policy: str) -> None:
    ssoadmin_backends[HOME][REGION].permission_sets[0].inline_policy = policy
    for one in (desk.put, desk.remove):
        with pytest.raises(CloudError, match="not a policy in JSON"):
            desk.aws.executor.look(one)
    assert desk.policy == policy


def test_a_permission_set_that_is_gone_needs_nothing(desk: Desk) -> None:
    looks = [(one, desk.aws.executor.look(desk.put)) for one in (desk.put, desk.remove)]
    desk.sso.delete_permission_set(**desk.of)
    for one, look in looks:
        assert desk.aws.executor.look(one).detail == "the permission set is gone"
        assert desk.aws.executor.act(one, look).request_id == ""


def test_an_overwritten_statement_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody writes their own copy of the policy while ours is being provisioned."""
    desk.stands(POLICIES["spaced"])
    desk.aws.app.center.polls = 1
    look = desk.aws.executor.look(desk.put)
    monkeypatch.setattr(desk.aws.executor, "_sleep", lambda _: desk.stands(POLICIES["spaced"]))
    with pytest.raises(CloudError, match="does not show it"):
        desk.aws.executor.act(desk.put, look)


def test_what_led_to_something_gone_cannot_come_back(aws: Aws) -> None:
    scene = CENTER["sso-admin:CreateAccountAssignment"](aws)
    look = aws.executor.look(scene.action)
    ssoadmin_backends[HOME][REGION].permission_sets.clear()
    with pytest.raises(CloudError, match="cannot be given back") as seen:
        aws.executor.act(scene.action, look)
    assert "by hand" in seen.value.hint


def test_a_membership_of_a_user_who_is_gone_cannot_come_back(aws: Aws) -> None:
    scene = CENTER["identitystore:CreateGroupMembership"](aws)
    _, id_, _ = store(aws)
    user = scene.action.param("principal_id")
    look = aws.executor.look(scene.action)
    aws.client("identitystore").delete_user(IdentityStoreId=id_, UserId=user)
    with pytest.raises(CloudError, match="cannot be given back"):
        aws.executor.act(scene.action, look)
