"""Every verb against a strict AWS: something to do, nothing to do, another object."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from moto.awslambda.policy import Policy

from iac_offboard.apply.aws import VERBS
from iac_offboard.apply.aws.restore import RESTORE
from iac_offboard.clouds.aws.operations import OPERATIONS
from iac_offboard.errors import CloudError, ConflictError, DeniedError
from iac_offboard.interface import LookState
from tests.apply.aws import HOME, Aws, action, alice_arn, document
from tests.apply.policies import KEPT, function, function_action
from tests.apply.scenes import IAM, of_user
from tests.apply.scenes_center import CENTER
from tests.apply.scenes_credentials import CREDENTIAL, mfa_device
from tests.apply.scenes_roles import ROLES

SCENES = IAM | CREDENTIAL | CENTER | ROLES
NO_OPERATION = {"sso-admin:RemoveInlineStatement"}  # one of two operations, as it comes
APART = {"iam:DeleteVirtualMFADevice", "lambda:RemovePermission"} | NO_OPERATION | set(RESTORE)


def writes(aws: Aws) -> int:
    return len(aws.app.ledger.writes)


def test_every_verb_has_a_test_and_is_in_the_permissions() -> None:
    assert set(VERBS) == set(SCENES) | set(KEPT) | APART
    named = set(VERBS) - NO_OPERATION - set(RESTORE)  # a KIND of place is no operation
    assert {tuple(verb.split(":")) for verb in named} <= set(OPERATIONS)


@pytest.mark.parametrize("verb", SCENES)
def test_something_to_do(aws: Aws, verb: str) -> None:
    scene = SCENES[verb](aws)
    look = aws.executor.look(scene.action)
    assert look.state is LookState.PRESENT
    assert not scene.done()
    done = aws.executor.act(scene.action, look)
    assert scene.done()
    assert done.operation.endswith(verb.split(":")[1])
    assert done.request_id
    assert len(done.response_digest) == 64
    assert aws.executor.look(scene.action).state is LookState.ABSENT


@pytest.mark.parametrize("verb", SCENES)
def test_nothing_to_do(aws: Aws, verb: str) -> None:
    scene = SCENES[verb](aws)
    scene.elsewhere()
    before = writes(aws)
    look = aws.executor.look(scene.action)
    assert look.state is LookState.ABSENT
    assert look.detail
    assert writes(aws) == before
    assert scene.done()


@pytest.mark.parametrize(
    "verb", [v for v in SCENES if v not in ("iam:CreateGroup", "iam:PutGroupPolicy")]
)
def test_gone_between_look_and_act_is_success(aws: Aws, verb: str) -> None:
    scene = SCENES[verb](aws)
    look = aws.executor.look(scene.action)
    scene.elsewhere()
    assert aws.executor.act(scene.action, look).operation
    assert scene.done()


@pytest.mark.parametrize("verb", [v for v in SCENES if v.startswith("iam:") and "Group" not in v])
def test_another_user_or_role_of_the_same_name(aws: Aws, verb: str) -> None:
    scene = SCENES[verb](aws)
    assert scene.other is not None
    before = writes(aws)
    look = aws.executor.look(scene.other)
    assert look.state is LookState.REPLACED
    assert re.search("planned was A(IDA|ROA)OTHEROTHEROTHER0", look.detail)
    assert writes(aws) == before
    assert not scene.done()


@pytest.mark.parametrize("verb", ["iam:AddUserToGroup", "iam:RemoveUserFromGroup"])
def test_another_user_of_the_same_name_in_a_group(aws: Aws, verb: str) -> None:
    scene = SCENES[verb](aws)
    assert scene.other is not None
    assert aws.executor.look(scene.other).state is LookState.REPLACED


def test_a_user_action_without_a_unique_id_is_refused(aws: Aws) -> None:
    aws.user()
    with pytest.raises(CloudError, match="user_id"):
        aws.executor.look(action("iam:DeleteUser", "iam_user", "alice", user="alice"))


def test_a_user_that_is_gone_has_nothing_left(aws: Aws) -> None:
    one = action("iam:DeleteAccessKey", "iam_access_key", "AKIAX", user="alice", user_id="AIDAX")
    assert aws.executor.look(one).state is LookState.ABSENT


# --------------------------------------------------------------------------- single verbs


def test_a_virtual_device_is_deleted_once_and_found_gone_later(aws: Aws) -> None:
    aws.user()
    serial = mfa_device(aws, enabled=False)
    made, _ = of_user(aws, "iam:DeleteVirtualMFADevice", "iam_mfa_device", serial)
    look = aws.executor.look(made)
    assert look.state is LookState.PRESENT
    aws.executor.act(made, look)
    assert aws.iam.list_virtual_mfa_devices()["VirtualMFADevices"] == []
    assert aws.executor.act(made, look).request_id


def test_a_device_that_a_namesake_uses_is_left_alone(aws: Aws) -> None:
    aws.user()
    serial = mfa_device(aws, enabled=True)
    _, other = of_user(aws, "iam:DeleteVirtualMFADevice", "iam_mfa_device", serial)
    assert aws.executor.look(other).state is LookState.REPLACED


def test_delete_user_says_what_hangs_on_it(aws: Aws) -> None:
    scene = SCENES["iam:DeleteUser"](aws)
    look = aws.executor.look(scene.action)
    key = aws.iam.create_access_key(UserName="alice")["AccessKey"]["AccessKeyId"]
    aws.iam.create_login_profile(UserName="alice", Password="Canary-1234567890")
    aws.iam.put_user_policy(
        UserName="alice",
        PolicyName="own",
        PolicyDocument=document({"Effect": "Allow", "Action": "*", "Resource": "*"}),
    )
    with pytest.raises(ConflictError) as seen:
        aws.executor.act(scene.action, look)
    for hanging in (f"access key {key}", "login profile", "inline policy own"):
        assert hanging in str(seen.value)
    assert seen.value.request_id


@pytest.mark.parametrize("verb", ["iam:DeleteGroupPolicy", "iam:DeleteGroup"])
def test_the_quarantine_stays_while_somebody_else_is_in_it(aws: Aws, verb: str) -> None:
    scene = SCENES[verb](aws)
    aws.user("bob")
    aws.iam.add_user_to_group(GroupName="jail", UserName="bob")
    look = aws.executor.look(scene.action)
    assert look.state is LookState.ABSENT
    assert look.detail == "kept: 1 other member(s) are still in the group"


def test_another_group_of_the_same_name(aws: Aws) -> None:
    SCENES["iam:RemoveUserFromGroup"](aws)
    user_id = aws.iam.get_user(UserName="alice")["User"]["UserId"]
    one = action(
        "iam:RemoveUserFromGroup",
        "iam_group",
        "devs",
        unique_id="AGPAOTHEROTHEROTHER0",
        user="alice",
        user_id=user_id,
        group="devs",
    )
    assert aws.executor.look(one).state is LookState.REPLACED


def test_undo_tells_what_was_there(aws: Aws) -> None:
    for verb, expected in (
        ("iam:UpdateAccessKey", {"Status": "Active"}),
        ("iam:DeleteUserPermissionsBoundary", "PermissionsBoundary"),
        ("iam:DetachUserPolicy", "PolicyArn"),
    ):
        aws.app.reset()
        scene = SCENES[verb](aws)
        done = aws.executor.act(scene.action, aws.executor.look(scene.action))
        undo = json.loads(done.undo)
        assert undo == expected if isinstance(expected, dict) else expected in undo


def test_no_secret_of_a_policy_is_kept(aws: Aws) -> None:
    aws.user()
    condition = {"StringEquals": {"aws:Referer": "Canary-1"}}
    aws.iam.put_user_policy(
        UserName="alice",
        PolicyName="own",
        PolicyDocument=document(
            {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}
        ),
    )
    made, _ = of_user(aws, "iam:DeleteUserPolicy", "iam_user_policy", "alice/own", name="own")
    look = aws.executor.look(made)
    done = aws.executor.act(made, look)
    assert "Canary" not in look.image + done.undo
    assert "aws:Referer" in done.undo


# --------------------------------------------------------------------------- lambda


def permit(client: object, sid: str, principal: str) -> None:
    add = getattr(client, "add_permission")  # noqa: B009
    add(
        FunctionName="job",
        StatementId=sid,
        Action="lambda:InvokeFunction",
        Principal=principal,
    )


def sids(client: object) -> list[str]:
    policy = getattr(client, "get_policy")(FunctionName="job")["Policy"]  # noqa: B009
    return [s["Sid"] for s in json.loads(policy)["Statement"]]


@pytest.fixture
def _revisions(monkeypatch: pytest.MonkeyPatch) -> None:
    """moto 5.2.5 compares the revision with the list that the query string gives it."""
    compare = Policy.del_statement

    def unwrapped(policy: Policy, sid: str, revision: list[str]) -> None:
        compare(policy, sid, revision[0])

    monkeypatch.setattr(Policy, "del_statement", unwrapped)


@pytest.mark.usefixtures("_revisions")
def test_lambda_statements_of_the_leaver_go_and_others_stay(aws: Aws) -> None:
    user_id = aws.user()
    client = function(aws)
    permit(client, "bob", f"arn:aws:iam::{HOME}:user/bob")
    permit(client, "people", alice_arn())
    permit(client, "more", alice_arn())
    one = function_action(user_id)
    look = aws.executor.look(one)
    assert look.state is LookState.PRESENT
    assert aws.executor.act(one, look).request_id
    assert sids(client) == ["bob"]
    assert aws.executor.look(one).state is LookState.ABSENT


def test_lambda_gives_up_when_the_policy_changes_all_the_time(aws: Aws) -> None:
    user_id, client = aws.user(), function(aws)
    permit(client, "people", alice_arn())
    one = function_action(user_id)  # without the fixture above, moto finds every revision old
    with pytest.raises(ConflictError, match="RevisionId"):
        aws.executor.act(one, aws.executor.look(one))
    assert sids(client) == ["people"]


def test_lambda_without_the_leaver_or_at_all(aws: Aws) -> None:
    assert aws.executor.look(function_action("AIDAX")).state is LookState.ABSENT
    permit(function(aws), "people", f"arn:aws:iam::{HOME}:user/bob")
    assert aws.executor.look(function_action("AIDAX")).state is LookState.ABSENT


# --------------------------------------------------------------------------- the executor


def test_the_caller_is_named(aws: Aws) -> None:
    one = action("iam:DeleteUser", "iam_user", "alice", user="alice", user_id="x")
    assert aws.executor.caller(one).startswith(f"arn:aws:iam::{HOME}:")


def test_an_account_without_a_session(aws: Aws) -> None:
    one = action("iam:DeleteUser", "iam_user", "alice")
    away = replace(one, target=replace(one.target, account="999999999999"))
    with pytest.raises(CloudError, match="no session for the account 999999999999"):
        aws.executor.caller(away)


def test_an_unknown_verb(aws: Aws) -> None:
    with pytest.raises(CloudError, match="cannot carry out iam:CreateUser"):
        aws.executor.look(action("iam:CreateUser", "iam_user", "alice"))


def test_a_denied_call_is_ours_to_tell(aws: Aws) -> None:
    scene = SCENES["iam:DeleteAccessKey"](aws)
    look = aws.executor.look(scene.action)
    aws.app.injection.deny("iam:DeleteAccessKey")
    with pytest.raises(DeniedError) as seen:
        aws.executor.act(scene.action, look)
    assert seen.value.operation == "iam:DeleteAccessKey"
    assert not scene.done()
