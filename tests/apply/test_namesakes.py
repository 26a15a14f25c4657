"""Nobody gets access because they have the name of somebody who had it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from iac_offboard.apply.aws import AwsExecutor
from iac_offboard.errors import CloudError
from iac_offboard.interface import LookState
from iac_offboard.model import Action
from tests.apply.aws import BOB, HOME, Aws, action, alice_arn, document, statement

ELSEWHERE = "444455556666"
ROLE = f"arn:aws:iam::{HOME}:role/robot"
TRUST = document({"Effect": "Allow", "Principal": {"AWS": BOB}, "Action": "sts:AssumeRole"})


def restore(who: str, unique_id: str) -> Action:
    element = {
        "principal": who,
        "element": "AWS",
        "statement": statement(who, BOB),
        "unique_id": unique_id,
    }
    return action(
        "restore:s3_bucket", "s3_bucket", "papers", elements=json.dumps([element]), account=HOME
    )


def shelf(aws: Aws) -> None:
    aws.user("bob")
    aws.client("s3").create_bucket(Bucket="papers")
    aws.client("s3").put_bucket_policy(Bucket="papers", Policy=document(statement(BOB)))


def robot(aws: Aws) -> str:
    made: str = aws.iam.create_role(RoleName="robot", AssumeRolePolicyDocument=TRUST)["Role"][
        "RoleId"
    ]
    return made


def refused(aws: Aws, one: Action) -> str:
    """What a person is told; nothing was written."""
    writes = len(aws.app.ledger.writes)
    with pytest.raises(CloudError) as seen:
        aws.executor.look(one)
    assert seen.value.code == "ManualStep"
    assert len(aws.app.ledger.writes) == writes
    return str(seen.value)


def test_the_one_who_was_taken_out_is_put_back(aws: Aws) -> None:
    shelf(aws)
    assert aws.executor.look(restore(alice_arn(), aws.user())).state is LookState.PRESENT
    assert aws.executor.look(restore(ROLE, robot(aws))).state is LookState.PRESENT


def test_somebody_else_of_that_name_is_not(aws: Aws) -> None:
    shelf(aws)
    aws.user()
    robot(aws)
    for one in (
        restore(alice_arn(), "AIDAFORMERFORMERFORM"),
        restore(ROLE, "AROAFORMERFORMERFORM"),
        restore(f"arn:aws:sts::{HOME}:assumed-role/robot/alice", "AROAFORMERFORMERFORM"),
    ):
        look = aws.executor.look(one)
        assert look.state is LookState.REPLACED
        assert "somebody else" in look.detail


def test_whoever_is_gone_is_for_a_person(aws: Aws) -> None:
    shelf(aws)
    assert "the user alice of 111122223333 is gone" in refused(
        aws, restore(alice_arn(), "AIDAFORMERFORMERFORM")
    )
    assert "the role robot" in refused(aws, restore(ROLE, "AROAFORMERFORMERFORM"))
    assert "was deleted" in refused(aws, restore("AIDAFORMERFORMERFORM", ""))


def test_a_name_without_an_id_is_nobody(aws: Aws) -> None:
    shelf(aws)
    aws.user()
    assert "does not say which" in refused(aws, restore(alice_arn(), ""))


def test_an_account_that_cannot_be_seen_tells_nothing(aws: Aws) -> None:
    shelf(aws)
    stranger = f"arn:aws:iam::{ELSEWHERE}:user/alice"
    assert "cannot be read" in refused(aws, restore(stranger, "AIDAFORMERFORMERFORM"))
    sessions = {**aws.executor._sessions, ELSEWHERE: aws.executor._sessions[HOME]}
    executor = AwsExecutor(sessions)
    assert executor.look(restore(stranger, aws.user())).state is LookState.PRESENT


def test_a_provider_has_no_id_to_compare(aws: Aws) -> None:
    shelf(aws)
    provider = f"arn:aws:iam::{HOME}:oidc-provider/token.example"
    one = restore(provider, "")
    assert aws.executor.look(one).state is LookState.PRESENT


def test_who_stands_there_already_is_not_asked_for(aws: Aws) -> None:
    shelf(aws)
    aws.user()
    both = document(statement(alice_arn(), BOB))
    aws.client("s3").put_bucket_policy(Bucket="papers", Policy=both)
    look = aws.executor.look(restore(alice_arn(), "AIDAFORMERFORMERFORM"))
    assert look.state is LookState.ABSENT


def test_a_policy_that_aws_does_not_take_is_for_a_person(aws: Aws) -> None:
    shelf(aws)
    alice = aws.user()
    one = restore(alice_arn(), alice)
    look = aws.executor.look(one)
    aws.iam.delete_user(UserName="alice")  # between the look and the call
    with pytest.raises(CloudError, match="does not take the policy") as seen:
        aws.executor.act(one, look)
    assert seen.value.code == "ManualStep"


@pytest.mark.parametrize(
    ("verb", "kind", "name", "params"),
    [
        ("iam:AddUserToGroup", "iam_group", "developers", {"group": "developers"}),
        ("iam:AttachUserPolicy", "iam_policy", f"arn:aws:iam::{HOME}:policy/gone", {}),
        (
            "iam:PutUserPermissionsBoundary",
            "iam_user",
            "alice",
            {"boundary": f"arn:aws:iam::{HOME}:policy/gone"},
        ),
    ],
)
def test_what_has_nothing_to_hang_on_any_more_is_for_a_person(
    aws: Aws, verb: str, kind: str, name: str, params: dict[str, str]
) -> None:
    one = action(verb, kind, name, user="alice", user_id=aws.user(), **params)
    with pytest.raises(CloudError, match="gone") as seen:
        aws.executor.act(one, aws.executor.look(one))
    assert seen.value.code == "ManualStep"


def test_a_permission_of_lambda_goes_to_nobody_else(aws: Aws) -> None:
    shelf(aws)
    aws.user()
    one = restore(alice_arn(), "AIDAFORMERFORMERFORM")
    target = replace(one.target, kind="lambda_function", name="job")
    one = replace(one, verb="restore:lambda_function", target=target)
    assert aws.executor.look(one).state is LookState.REPLACED
