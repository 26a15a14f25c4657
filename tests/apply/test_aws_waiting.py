"""Old keys that wait until nothing uses them; verbs that restore and must not pretend."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from iac_offboard.errors import CloudError, ConflictError, DeniedError
from iac_offboard.interface import LookState
from iac_offboard.model import Action, Phase
from tests.apply.aws import NOW, Aws, action, document
from tests.apply.scenes import DENY, IAM, of_user
from tests.apply.scenes_credentials import CREDENTIAL
from tests.apply.scenes_roles import ROLE, ROLES, of_role

WEEK = timedelta(days=7)
KEY_VERBS = pytest.mark.parametrize("verb", ["iam:UpdateAccessKey", "iam:DeleteAccessKey"])


def rotated(aws: Aws, verb: str) -> Action:
    """The action on Alice's key, with a window of a week."""
    one = CREDENTIAL[verb](aws).action
    window = str(int(WEEK.total_seconds()))
    return replace(one, params=(*one.params, ("unused_for", window)))


@KEY_VERBS
def test_a_key_that_was_used_of_late_waits(aws: Aws, verb: str) -> None:
    one = rotated(aws, verb)
    aws.app.set_last_use(one.target.name, NOW - WEEK + timedelta(seconds=1), "s3", "eu-west-1")
    look = aws.executor.look(one)
    assert look.state is LookState.WAITING
    assert look.detail == (
        "last used 2026-11-17 09:00:01 UTC by s3 in eu-west-1, goes when unused for 7 days, "
        "at the earliest 2026-11-24 09:00:01 UTC"
    )


@KEY_VERBS
@pytest.mark.parametrize("used", [NOW - WEEK, None])
def test_a_key_that_nothing_uses_any_more_goes(aws: Aws, verb: str, used: object) -> None:
    one = rotated(aws, verb)
    if used:
        aws.app.set_last_use(one.target.name, NOW - WEEK, "s3", "eu-west-1")
    look = aws.executor.look(one)
    assert look.state is LookState.PRESENT
    aws.executor.act(one, look)
    assert aws.executor.look(one).state is LookState.ABSENT


def test_a_last_use_that_cannot_be_read_is_not_unused(aws: Aws) -> None:
    one = rotated(aws, "iam:DeleteAccessKey")
    aws.app.injection.deny("iam:GetAccessKeyLastUsed")
    with pytest.raises(DeniedError):
        aws.executor.look(one)


def test_a_window_has_to_be_a_number(aws: Aws) -> None:
    one = rotated(aws, "iam:DeleteAccessKey")
    with pytest.raises(CloudError, match="unused_for"):
        aws.executor.look(replace(one, params=(*one.params[:-1], ("unused_for", "a week"))))


# --------------------------------------------------------------------------- restoring


@pytest.mark.parametrize("verb", [v for v in CREDENTIAL if v.startswith("iam:Update")])
def test_a_credential_is_set_active_again(aws: Aws, verb: str) -> None:
    scene = CREDENTIAL[verb](aws)
    params = dict(scene.action.params) | {"status": "Active"}
    restore = replace(scene.action, params=tuple(params.items()))
    assert aws.executor.look(restore).state is LookState.ABSENT
    scene.elsewhere()
    assert scene.done()
    look = aws.executor.look(restore)
    assert look.state is LookState.PRESENT
    assert aws.executor.act(restore, look).request_id
    assert not scene.done()
    assert aws.executor.look(restore).state is LookState.ABSENT


def test_a_credential_that_is_gone_cannot_be_set_active(aws: Aws) -> None:
    scene = CREDENTIAL["iam:DeleteAccessKey"](aws)
    params = dict(scene.action.params) | {"status": "Active"}
    restore = replace(scene.action, verb="iam:UpdateAccessKey", params=tuple(params.items()))
    scene.elsewhere()
    with pytest.raises(CloudError, match="the credential is gone") as seen:
        aws.executor.look(restore)
    assert seen.value.code == "ManualStep"


@pytest.mark.parametrize(
    ("verb", "params"),
    [
        ("iam:AddUserToGroup", {"group": "devs"}),
        ("iam:AttachUserPolicy", {"policy_arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}),
        ("iam:PutUserPermissionsBoundary", {"boundary": "arn:aws:iam::aws:policy/X"}),
        ("iam:UpdateAccessKey", {"status": "Active"}),
    ],
)
def test_a_user_that_is_gone_gets_nothing_back(aws: Aws, verb: str, params: dict[str, str]) -> None:
    one = action(verb, "iam_user", "alice", user="alice", user_id="AIDAX", **params)
    with pytest.raises(CloudError, match="the user alice is gone"):
        aws.executor.look(one)


def test_a_role_that_is_gone_gets_nothing_back(aws: Aws) -> None:
    one = action("iam:AttachRolePolicy", "iam_policy", "arn", role="deploy", role_id="AROAX")
    with pytest.raises(CloudError, match="the role deploy is gone"):
        aws.executor.look(one)
    contained = replace(one, verb="iam:DetachRolePolicy")
    assert aws.executor.look(contained).state is LookState.ABSENT


def test_a_user_that_is_gone_needs_no_quarantine(aws: Aws) -> None:
    one = action("iam:AddUserToGroup", "iam_group", "jail", user="alice", user_id="AIDAX")
    assert aws.executor.look(replace(one, phase=Phase.CONTAIN)).state is LookState.ABSENT


def test_a_membership_comes_back_in_the_same_group_only(aws: Aws) -> None:
    scene = IAM["iam:AddUserToGroup"](aws)
    group_id = aws.iam.get_group(GroupName="jail")["Group"]["GroupId"]
    same = replace(scene.action, target=replace(scene.action.target, unique_id=group_id))
    assert aws.executor.look(same).state is LookState.PRESENT
    other = replace(same, target=replace(same.target, unique_id="AGPAOTHEROTHEROTHER0"))
    assert aws.executor.look(other).state is LookState.REPLACED
    aws.iam.delete_group(GroupName="jail")
    with pytest.raises(CloudError, match="the group is gone"):
        aws.executor.look(same)


def test_a_boundary_that_somebody_set_since_stays(aws: Aws) -> None:
    scene = ROLES["iam:PutUserPermissionsBoundary"](aws)
    newer = "arn:aws:iam::aws:policy/AdministratorAccess"
    aws.iam.put_user_permissions_boundary(UserName="alice", PermissionsBoundary=newer)
    with pytest.raises(CloudError, match="another permissions boundary now"):
        aws.executor.look(scene.action)


# --------------------------------------------------------------------------- roles


def test_delete_role_says_what_hangs_on_it(aws: Aws) -> None:
    scene = ROLES["iam:DeleteRole"](aws)
    look = aws.executor.look(scene.action)
    arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    aws.iam.attach_role_policy(**ROLE, PolicyArn=arn)
    aws.iam.create_instance_profile(InstanceProfileName="hosts")
    aws.iam.add_role_to_instance_profile(InstanceProfileName="hosts", **ROLE)
    with pytest.raises(ConflictError) as seen:
        aws.executor.act(scene.action, look)
    for hanging in (f"attached policy {arn}", "instance profile hosts"):
        assert hanging in str(seen.value)


def test_the_deny_on_a_role_stays_while_it_is_not_bare(aws: Aws) -> None:
    scene = ROLES["iam:DeleteRolePolicy"](aws)
    careful = replace(scene.action, params=(*scene.action.params, ("only_when_bare", "yes")))
    assert aws.executor.look(careful).state is LookState.PRESENT
    aws.iam.put_role_policy(**ROLE, PolicyName="later", PolicyDocument=DENY)
    with pytest.raises(ConflictError, match="inline policy later"):
        aws.executor.look(careful)
    assert aws.slept == [2.0] * 3


def test_a_deny_of_the_same_name_is_replaced_and_its_conditions_are_not_kept(aws: Aws) -> None:
    scene = ROLES["iam:PutRolePolicy"](aws)
    marks = {"StringEquals": {"aws:SourceIdentity": "Canary-3"}}
    older = {**json.loads(DENY)["Statement"][0], "Condition": marks}
    aws.iam.put_role_policy(**ROLE, PolicyName="own", PolicyDocument=document(older))
    look = aws.executor.look(scene.action)
    assert look.state is LookState.PRESENT
    done = aws.executor.act(scene.action, look)
    assert scene.done()
    assert json.loads(done.undo) == {"RoleName": "deploy", "PolicyName": "own"}
    assert "Canary" not in look.image


def test_a_role_action_without_a_unique_id_is_refused(aws: Aws) -> None:
    ROLES["iam:DeleteRole"](aws)
    with pytest.raises(CloudError, match="role_id"):
        aws.executor.look(action("iam:DeleteRole", "iam_role", "deploy", role="deploy"))


def test_who_asks_is_the_same_for_user_and_role(aws: Aws) -> None:
    aws.user()
    ROLES["iam:DeleteRole"](aws)
    of_a_user, _ = of_user(aws, "iam:DeleteUser", "iam_user", "alice")
    of_a_role, _ = of_role(aws, "iam:DeleteRole", "iam_role", "deploy")
    assert aws.executor.caller(of_a_user) == aws.executor.caller(of_a_role)
