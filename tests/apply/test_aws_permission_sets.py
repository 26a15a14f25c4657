"""Our deny in permission sets: beside the statements of others, provisioned, taken out again."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

import pytest
from moto.ssoadmin.models import ssoadmin_backends

from iac_offboard.catalog.policy import document_digest
from iac_offboard.errors import CloudError, ConflictError, DeniedError
from iac_offboard.interface import LookState
from iac_offboard.model import Action
from tests.apply.aws import HOME, REGION, Aws, action
from tests.apply.scenes_center import CENTER, deny_of, permission_set, store, store_user

SECRET = "canary-4711"
OTHERS: dict[str, object] = {
    "Sid": "Others",
    "Effect": "Allow",
    "Action": ["s3:*", "ec2:*"],
    "Resource": "*",
    "Condition": {"StringEquals": {"aws:Referer": SECRET}},
}
POLICIES = {
    "spaced": json.dumps({"Version": "2012-10-17", "Statement": [OTHERS]}, indent=4) + "\n",
    "compact": json.dumps(
        {"Statement": [OTHERS, {**OTHERS, "Sid": "More"}]}, separators=(",", ":")
    ),
    "no list": json.dumps({"Version": "2012-10-17", "Statement": OTHERS, "Id": "last"}, indent=1),
    "braces in strings": '{ "Statement" : [ {"Sid":"a]}\\"","Effect":"Deny",\n "Action":"é"} ] }',
}


@dataclass
class Desk:
    """One permission set that is assigned in one account, and the two actions on it."""

    aws: Aws
    sso: Any
    of: dict[str, str]
    put: Action
    remove: Action

    @property
    def policy(self) -> str:
        text: str = self.sso.get_inline_policy_for_permission_set(**self.of)["InlinePolicy"]
        return text

    @property
    def behind(self) -> list[str]:
        """Accounts that do not run the permission set as it is written."""
        found: list[str] = self.sso.list_accounts_for_provisioned_permission_set(
            **self.of, ProvisioningStatus="LATEST_PERMISSION_SET_NOT_PROVISIONED"
        )["AccountIds"]
        return found

    def stands(self, policy: str) -> None:
        self.sso.put_inline_policy_to_permission_set(**self.of, InlinePolicy=policy)
        self.sso.provision_permission_set(**self.of, TargetType="ALL_PROVISIONED_ACCOUNTS")

    def do(self, one: Action) -> str:
        """The undo of the action, after it was looked at and carried out."""
        look = self.aws.executor.look(one)
        assert look.state is LookState.PRESENT
        return look.image + self.aws.executor.act(one, look).undo

    def writes(self, name: str) -> int:
        return self.aws.app.counts().get(f"sso:{name}", 0)


@pytest.fixture
def desk(aws: Aws) -> Desk:
    instance, id_, _ = store(aws)
    user, sso = store_user(aws, id_), aws.client("sso-admin")
    of = {"InstanceArn": instance, "PermissionSetArn": permission_set(aws, instance)}
    sso.create_account_assignment(
        **of, TargetId=HOME, TargetType="AWS_ACCOUNT", PrincipalType="USER", PrincipalId=user
    )
    ours = deny_of(user)
    put = action(
        "sso-admin:PutInlinePolicyToPermissionSet",
        "sso_permission_set",
        f"{instance}/{of['PermissionSetArn']}",
        instance=instance,
        permission_set=of["PermissionSetArn"],
        sid=str(ours["Sid"]),
        document=json.dumps(ours),
    )
    remove = replace(put, verb="sso-admin:RemoveInlineStatement", params=put.params[:-1])
    return Desk(aws, sso, of, put, remove)


def changed(one: Action, **params: str) -> Action:
    return replace(one, params=tuple((dict(one.params) | params).items()))


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
