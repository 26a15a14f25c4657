"""Taking the leaver out of documents that others stand in too."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from iac_offboard.apply.aws import AwsExecutor
from iac_offboard.errors import CloudError
from iac_offboard.interface import LookState
from iac_offboard.model import Action
from tests.apply.aws import BOB, HOME, Aws, alice_arn, document, leaver, statement
from tests.apply.policies import KEPT, ROOT, Kept

EVERY = pytest.mark.parametrize("verb", KEPT)


def shelf(aws: Aws, verb: str) -> Kept:
    """The resource with the account, Bob and Alice in its policy."""
    alice = aws.user()
    aws.user("bob")
    kept = KEPT[verb](aws, leaver(alice))
    kept.put(document(statement(ROOT, sid="Root"), statement(BOB, alice_arn())))
    return kept


@EVERY
def test_the_leaver_goes_and_the_others_stay(aws: Aws, verb: str) -> None:
    kept = shelf(aws, verb)
    look = aws.executor.look(kept.action)
    assert look.state is LookState.PRESENT
    done = aws.executor.act(kept.action, look)
    assert kept.principals() == [ROOT, BOB]
    assert done.operation == verb
    assert done.request_id
    undo = json.loads(done.undo)
    assert [r["principal"] for r in undo["removed"]] == [alice_arn()]
    assert len(undo["before"]) == 64
    assert aws.executor.look(kept.action).state is LookState.ABSENT


@EVERY
def test_another_persons_entry_that_came_after_the_plan_is_kept(aws: Aws, verb: str) -> None:
    kept = shelf(aws, verb)
    carol = f"arn:aws:iam::{HOME}:user/carol"
    aws.user("carol")
    look = aws.executor.look(kept.action)
    now = statement(alice_arn(), carol, sid="Both")
    kept.put(document(statement(ROOT, sid="Root"), now, statement(BOB)))
    aws.executor.act(kept.action, look)
    assert kept.principals() == [ROOT, carol, BOB]


@EVERY
def test_a_statement_of_the_leaver_alone_goes_whole(aws: Aws, verb: str) -> None:
    kept = shelf(aws, verb)
    kept.put(document(statement(ROOT, sid="Root"), statement(alice_arn(), sid="Mine")))
    done = aws.executor.act(kept.action, aws.executor.look(kept.action))
    assert kept.principals() == [ROOT]
    assert json.loads(done.undo)["removed"][0]["statement"]["Sid"] == "Mine"


@EVERY
def test_a_policy_without_the_leaver_is_not_written(aws: Aws, verb: str) -> None:
    kept = shelf(aws, verb)
    kept.put(document(statement(ROOT, sid="Root"), statement(BOB)))
    before = len(aws.app.ledger.writes)
    assert aws.executor.look(kept.action).state is LookState.ABSENT
    assert len(aws.app.ledger.writes) == before


@EVERY
def test_taken_out_by_somebody_else_between_look_and_act(aws: Aws, verb: str) -> None:
    kept = shelf(aws, verb)
    look = aws.executor.look(kept.action)
    kept.put(document(statement(ROOT, sid="Root"), statement(BOB)))
    before = len(aws.app.ledger.writes)
    aws.executor.act(kept.action, look)
    assert len(aws.app.ledger.writes) == before
    assert kept.principals() == [ROOT, BOB]


@EVERY
def test_the_last_statement(aws: Aws, verb: str) -> None:
    """A policy that may be empty is taken away; one that may not is left to a person."""
    kept = shelf(aws, verb)
    kept.put(document(statement(alice_arn())))
    if kept.may_be_empty:
        aws.executor.act(kept.action, aws.executor.look(kept.action))
        assert kept.get() == ""
    else:
        with pytest.raises(CloudError, match="cannot be empty") as seen:
            aws.executor.look(kept.action)
        assert seen.value.code == "ManualStep"
        assert kept.principals() == [alice_arn()]


@pytest.mark.parametrize(
    "verb",  # the name or the ARN of all others is their identity
    ["iam:UpdateAssumeRolePolicy", "sqs:SetQueueAttributes", "secretsmanager:PutResourcePolicy"],
)
def test_another_object_of_the_same_name(aws: Aws, verb: str) -> None:
    kept = shelf(aws, verb)
    assert kept.other is not None
    before = len(aws.app.ledger.writes)
    look = aws.executor.look(kept.other)
    assert look.state is LookState.REPLACED
    assert "planned was" in look.detail
    assert len(aws.app.ledger.writes) == before


@EVERY
def test_a_resource_that_is_gone(aws: Aws, verb: str) -> None:
    kept = shelf(aws, verb)
    aws.app.reset()
    assert aws.executor.look(kept.action).state is LookState.ABSENT


# --------------------------------------------------------------------------- who is the leaver


@pytest.mark.parametrize(
    ("spelled", "found"),
    [
        (json.dumps([alice_arn()]), True),
        (json.dumps([f"arn:aws:iam::{HOME}:user/ops/ALICE"]), True),  # path and case do not count
        (json.dumps([f"arn:aws:iam::{HOME}:user/alic"]), False),
        (json.dumps(["arn:aws:iam::444455556666:user/alice"]), False),
        (json.dumps([f"arn:aws:iam::{HOME}:role/alice"]), False),
        (json.dumps([{"kind": "iam_role", "value": "alice", "account": HOME}]), False),
        (json.dumps([{"kind": "iam_user", "value": "Alice", "account": HOME}]), True),
    ],
)
def test_the_leaver_is_matched_by_structure(aws: Aws, spelled: str, found: bool) -> None:
    kept = shelf(aws, "iam:UpdateAssumeRolePolicy")
    look = aws.executor.look(principals_of(kept.action, spelled))
    assert look.state is (LookState.PRESENT if found else LookState.ABSENT)


def principals_of(action: Action, spelled: str) -> Action:
    return replace(action, params=(("principals", spelled),))


def test_a_deleted_leaver_stands_there_by_unique_id(aws: Aws) -> None:
    kept = shelf(aws, "iam:UpdateAssumeRolePolicy")
    unique_id = aws.iam.get_user(UserName="alice")["User"]["UserId"]
    aws.iam.delete_user(UserName="alice")
    assert kept.principals() == [ROOT, BOB, unique_id]
    aws.executor.act(kept.action, aws.executor.look(kept.action))
    assert kept.principals() == [ROOT, BOB]


@pytest.mark.parametrize("spelled", ["", "[]", "[", '[{"kind":"elf","value":"x"}]', '[""]'])
def test_an_action_that_names_nobody_is_refused(aws: Aws, spelled: str) -> None:
    kept = shelf(aws, "iam:UpdateAssumeRolePolicy")
    with pytest.raises(CloudError, match="A-001"):
        aws.executor.look(principals_of(kept.action, spelled))


def test_what_would_widen_access_is_left_to_a_person(aws: Aws) -> None:
    kept = shelf(aws, "s3:PutBucketPolicy")
    only = {"StringEquals": {"aws:PrincipalArn": alice_arn()}}
    kept.put(document(statement("*", Condition=only)))
    with pytest.raises(CloudError, match="Condition") as seen:
        aws.executor.look(kept.action)
    assert seen.value.code == "ManualStep"


def test_a_condition_that_the_plan_knew_of_is_no_fault(aws: Aws) -> None:
    kept = shelf(aws, "s3:PutBucketPolicy")
    only = {"StringEquals": {"aws:PrincipalArn": alice_arn()}}
    kept.put(document(statement(ROOT, Condition=only), statement(alice_arn(), BOB)))
    known = replace(kept.action, params=(*kept.action.params, ("condition", "by hand")))
    aws.executor.act(known, aws.executor.look(known))
    assert kept.principals() == [ROOT, BOB]
    assert aws.executor.look(known).state is LookState.ABSENT
    assert json.loads(kept.get())["Statement"][0]["Condition"] == only
    assert aws.slept == []


def test_a_deny_of_the_leaver_stays(aws: Aws) -> None:
    kept = shelf(aws, "s3:PutBucketPolicy")
    kept.put(document(statement(BOB, alice_arn()), statement(alice_arn(), Effect="Deny")))
    aws.executor.act(kept.action, aws.executor.look(kept.action))
    assert kept.principals() == [BOB, alice_arn()]


def test_values_of_a_condition_are_written_back_but_not_recorded(aws: Aws) -> None:
    kept = shelf(aws, "s3:PutBucketPolicy")
    referer = {"StringEquals": {"aws:Referer": "Canary-2"}}
    kept.put(document(statement(BOB, alice_arn(), Condition=referer)))
    look = aws.executor.look(kept.action)
    done = aws.executor.act(kept.action, look)
    assert "Canary" not in look.image + done.undo
    assert json.loads(kept.get())["Statement"][0]["Condition"] == referer


def test_a_write_that_does_not_last_is_no_success(aws: Aws) -> None:
    kept = shelf(aws, "sqs:SetQueueAttributes")
    look = aws.executor.look(kept.action)
    session = aws.executor._sessions[HOME]

    class Undone:
        """A neighbour that puts the policy back after every write."""

        caller_arn = session.caller_arn
        pages = session.pages

        def call(self, service: str, name: str, **rest: object) -> object:
            reply = session.call(service, name, **rest)  # type: ignore[arg-type]
            if name == "SetQueueAttributes":
                kept.put(document(statement(alice_arn())))
            return reply

    executor = AwsExecutor({HOME: Undone()}, sleep=aws.slept.append)  # type: ignore[dict-item]
    with pytest.raises(CloudError, match="still stands"):
        executor.act(kept.action, look)
    assert aws.slept == [2.0] * 4
