"""A removal and its rollback on real places: what stands there afterwards is what stood before."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from iac_offboard.apply.aws import AwsExecutor
from iac_offboard.catalog.policy import Json, canonical
from iac_offboard.errors import CloudError, ConflictError, NotFoundError
from iac_offboard.interface import Done, LookState
from iac_offboard.model import Action
from tests.apply.aws import BOB, HOME, Aws, alice_arn, document, leaver, statement
from tests.apply.policies import KEPT, ROOT, Kept, function, function_action

RESTORES = {
    "iam:UpdateAssumeRolePolicy": "restore:iam_role",
    "kms:PutKeyPolicy": "restore:kms_key",
    "s3:PutBucketPolicy": "restore:s3_bucket",
    "sqs:SetQueueAttributes": "restore:sqs_queue",
    "sns:SetTopicAttributes": "restore:sns_topic",
    "secretsmanager:PutResourcePolicy": "restore:secretsmanager_secret",
    "ecr:SetRepositoryPolicy": "restore:ecr_repository",
}
NEVER_EMPTY = ("iam:UpdateAssumeRolePolicy", "kms:PutKeyPolicy", "sns:SetTopicAttributes")
EVERY = pytest.mark.parametrize("verb", KEPT)
REFERER = {"StringEquals": {"aws:Referer": "Canary-1"}}


def shelf(aws: Aws, verb: str, *statements: dict[str, object]) -> Kept:
    alice = aws.user()
    aws.user("bob")
    kept = KEPT[verb](aws, leaver(alice))
    kept.put(document(*(statements or (statement(ROOT, sid="Root"), statement(BOB, alice_arn())))))
    return kept


def do(aws: Aws, one: Action) -> Done:
    look = aws.executor.look(one)
    assert look.state is LookState.PRESENT
    return aws.executor.act(one, look)


def back(removal: Action, done: Done) -> Action:
    """The restoring action as a rollback plan has it."""
    elements = json.dumps(named(removal, json.loads(done.undo)["removed"]))
    return replace(removal, verb=RESTORES[removal.verb], params=(("elements", elements),))


def named(removal: Action, elements: list[dict[str, object]]) -> list[dict[str, object]]:
    """The elements as a rollback plan has them: with the unique id of who they name."""
    (alice,) = json.loads(removal.param("principals"))
    return [{**one, "unique_id": alice["stable_id"]} for one in elements]


def standing(kept: Kept) -> Json:
    found: Json = json.loads(kept.get())
    return found


@EVERY
def test_removed_and_put_back(aws: Aws, verb: str) -> None:
    kept = shelf(aws, verb)
    before = standing(kept)
    restore = back(kept.action, do(aws, kept.action))
    done = do(aws, restore)
    assert canonical(standing(kept)) == canonical(before)
    assert done.operation == verb
    assert done.request_id
    assert aws.executor.look(restore).state is LookState.ABSENT


@EVERY
def test_another_member_that_came_meanwhile_stays(aws: Aws, verb: str) -> None:
    kept = shelf(aws, verb)
    restore = back(kept.action, do(aws, kept.action))
    carol = f"arn:aws:iam::{HOME}:user/carol"
    aws.user("carol")
    kept.put(document(statement(ROOT, sid="Root"), statement(BOB, carol)))
    do(aws, restore)
    assert sorted(kept.principals()) == sorted([ROOT, BOB, carol, alice_arn()])


@EVERY
def test_put_back_by_somebody_else_between_look_and_act(aws: Aws, verb: str) -> None:
    kept = shelf(aws, verb)
    restore = back(kept.action, do(aws, kept.action))
    look = aws.executor.look(restore)
    kept.put(document(statement(ROOT, sid="Root"), statement(BOB, alice_arn())))
    writes = len(aws.app.ledger.writes)
    assert aws.executor.act(restore, look).request_id == ""
    assert len(aws.app.ledger.writes) == writes


@pytest.mark.parametrize("verb", [v for v in KEPT if v not in NEVER_EMPTY])
def test_the_last_statement_makes_the_policy_again(aws: Aws, verb: str) -> None:
    kept = shelf(aws, verb)
    kept.put(document(statement(alice_arn())))
    before = standing(kept)
    restore = back(kept.action, do(aws, kept.action))
    assert kept.get() == ""
    do(aws, restore)
    assert canonical(standing(kept)) == canonical(before)


@EVERY
def test_a_resource_that_is_gone_is_no_success(aws: Aws, verb: str) -> None:
    kept = shelf(aws, verb)
    done = do(aws, kept.action)
    aws.app.reset()
    removal = replace(kept.action, params=(("principals", leaver(aws.user())),))
    restore = back(removal, done)
    with pytest.raises(CloudError) as seen:
        do(aws, restore)
    assert isinstance(seen.value, NotFoundError) or seen.value.code == "ManualStep"


@pytest.mark.parametrize(
    "verb",
    ["iam:UpdateAssumeRolePolicy", "sqs:SetQueueAttributes", "secretsmanager:PutResourcePolicy"],
)
def test_another_object_of_the_same_name(aws: Aws, verb: str) -> None:
    kept = shelf(aws, verb)
    done = do(aws, kept.action)
    assert kept.other is not None
    writes = len(aws.app.ledger.writes)
    look = aws.executor.look(back(kept.other, done))
    assert look.state is LookState.REPLACED
    assert len(aws.app.ledger.writes) == writes


def test_a_statement_with_a_condition_is_left_to_a_person(aws: Aws) -> None:
    mine = statement(alice_arn(), sid="Mine", Condition=REFERER)
    kept = shelf(aws, "s3:PutBucketPolicy", statement(BOB), mine)
    restore = back(kept.action, do(aws, kept.action))
    with pytest.raises(CloudError, match=r"statement Mine is gone.*aws:Referer") as seen:
        aws.executor.look(restore)
    assert seen.value.code == "ManualStep"
    assert "Canary" not in str(seen.value) + restore.param("elements")
    kept.put(document(statement(BOB), mine))  # the person did it
    assert aws.executor.look(restore).state is LookState.ABSENT


@pytest.mark.parametrize("elements", ["", "{", "[]", '"x"'])
def test_an_action_that_does_not_say_what_is_refused(aws: Aws, elements: str) -> None:
    kept = shelf(aws, "s3:PutBucketPolicy")
    one = replace(kept.action, verb="restore:s3_bucket", params=(("elements", elements),))
    with pytest.raises(CloudError, match=r"elements|does not say"):
        aws.executor.look(one)


def test_a_write_that_does_not_last_is_no_success(aws: Aws) -> None:
    kept = shelf(aws, "sqs:SetQueueAttributes")
    restore = back(kept.action, do(aws, kept.action))
    session = aws.executor._sessions[HOME]

    class Undone:
        """A neighbour that takes the entry out after every write."""

        caller_arn = session.caller_arn
        pages = session.pages

        def call(self, service: str, name: str, **rest: object) -> object:
            reply = session.call(service, name, **rest)  # type: ignore[arg-type]
            if name == "SetQueueAttributes":
                kept.put(document(statement(BOB)))
            return reply

    executor = AwsExecutor({HOME: Undone()}, sleep=aws.slept.append)  # type: ignore[dict-item]
    with pytest.raises(CloudError, match="does not hold"):
        executor.act(restore, executor.look(restore))
    assert aws.slept == [2.0] * 4


# --------------------------------------------------------------------------- lambda


def permission(aws: Aws, *, condition: bool = False) -> tuple[Any, Action]:
    """A function that Bob and, until now, Alice may call; the action that gives it back."""
    user_id, client = aws.user(), function(aws)
    aws.user("bob")
    for sid, who in (("bob", BOB), ("people", alice_arn())):
        more = {"SourceArn": "arn:aws:s3:::x"} if condition else {}
        client.add_permission(
            FunctionName="job",
            StatementId=sid,
            Action="lambda:InvokeFunction",
            Principal=who,
            **more,
        )
    removal = function_action(user_id)
    elements = json.dumps(named(removal, json.loads(aws.executor.look(removal).image)["removed"]))
    restore = replace(removal, verb="restore:lambda_function", params=(("elements", elements),))
    assert aws.executor.look(restore).state is LookState.ABSENT
    client.remove_permission(FunctionName="job", StatementId="people")
    return client, restore


def policy(client: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(client.get_policy(FunctionName="job")["Policy"])[
        "Statement"
    ]
    return found


def test_a_lambda_permission_comes_back(aws: Aws) -> None:
    client, restore = permission(aws)
    assert do(aws, restore).operation == "lambda:AddPermission"
    assert [(s["Sid"], s["Principal"]) for s in policy(client)] == [
        ("bob", BOB),  # moto leaves out the key AWS
        ("people", alice_arn()),
    ]
    assert aws.executor.look(restore).state is LookState.ABSENT


def test_a_lambda_function_without_any_policy(aws: Aws) -> None:
    client, restore = permission(aws)
    client.remove_permission(FunctionName="job", StatementId="bob")
    do(aws, restore)
    assert [s["Sid"] for s in policy(client)] == ["people"]


def test_a_lambda_permission_of_another_under_the_same_id(aws: Aws) -> None:
    client, restore = permission(aws)
    client.add_permission(
        FunctionName="job", StatementId="people", Action="lambda:GetFunction", Principal=BOB
    )
    with pytest.raises(CloudError, match="people was changed since"):
        aws.executor.look(restore)


def test_a_lambda_permission_with_a_condition_is_for_a_person(aws: Aws) -> None:
    _, restore = permission(aws, condition=True)
    with pytest.raises(CloudError, match="Condition were not recorded"):
        aws.executor.look(restore)


def test_the_revision_of_a_lambda_policy_is_held_against_it(aws: Aws) -> None:
    client, restore = permission(aws)
    look = aws.executor.look(restore)
    client.add_permission(
        FunctionName="job", StatementId="carol", Action="lambda:GetFunction", Principal=BOB
    )
    aws.executor.act(restore, look)
    assert [s["Sid"] for s in policy(client)] == ["bob", "carol", "people"]


def test_lambda_gives_up_when_the_policy_changes_all_the_time(aws: Aws) -> None:
    _, restore = permission(aws)
    look = aws.executor.look(restore)
    session = aws.executor._sessions[HOME]

    class Changing:
        """Somebody writes after every read."""

        caller_arn = session.caller_arn
        pages = session.pages

        def call(self, service: str, name: str, **rest: object) -> object:
            if name == "AddPermission":
                raise ConflictError("The RevisionId provided does not match the latest one.")
            return session.call(service, name, **rest)  # type: ignore[arg-type]

    executor = AwsExecutor({HOME: Changing()}, sleep=aws.slept.append)  # type: ignore[dict-item]
    with pytest.raises(ConflictError, match="RevisionId"):
        executor.act(restore, look)
