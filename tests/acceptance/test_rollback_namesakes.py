"""A rollback gives nothing to whoever has the name by now, and joins nothing that has changed."""

from __future__ import annotations

import json
from typing import Any

from tests.acceptance.crowded import BUCKET, policy, statement
from tests.acceptance.desk import ALICE, BOB, OTHER, Desk, Ran
from tests.acceptance.restoring import (
    EVERYWHERE,
    POLICIES,
    bucket,
    denied,
    keep_the_user,
    restored,
    rollback,
    shared,
)


def _restoring(desk: Desk) -> Any:
    return json.loads((desk.case / "rollback" / "plan.json").read_bytes())


def _entries(desk: Desk) -> list[str]:
    return [a["verb"] for a in _restoring(desk)["actions"] if a["verb"].startswith("restore:")]


def _removed(desk: Desk, *scope: str, keep: bool = False) -> None:
    shared(desk)
    desk.roster(ALICE)
    desk.planned(*(scope or POLICIES))
    if keep:
        keep_the_user(desk)
    desk.apply()
    desk.app.injection.clear()
    assert ALICE not in bucket(desk)


def _left_out(desk: Desk, ended: Ran, *words: str) -> None:
    assert ended.code == 2, ended.out
    assert ended.said(*words), ended.err
    assert ALICE not in bucket(desk)


def test_the_plan_itself_deleted_the_user(desk: Desk) -> None:
    _removed(desk)
    desk.user("alice")  # a new hire who got the name
    made = rollback(desk)
    assert made.code == 0, made.err
    assert _entries(desk) == []
    assert made.said("by hand", BUCKET, "somebody else")
    assert restored(desk).code == 0
    assert ALICE not in bucket(desk)


def test_somebody_else_deleted_the_user_and_the_name_is_taken(desk: Desk) -> None:
    _removed(desk, keep=True)
    _destroyed(desk)
    desk.user("alice")
    assert rollback(desk).code == 0
    assert _entries(desk) == ["restore:s3_bucket"]
    _left_out(desk, restored(desk), "somebody else")


def test_somebody_else_deleted_the_user(desk: Desk) -> None:
    """As the apply of a root does in the code phase."""
    _removed(desk, keep=True)
    _destroyed(desk)
    assert rollback(desk).code == 0
    ended = restored(desk)
    _left_out(desk, ended, "the user alice", "is gone")
    assert "MalformedPolicy" not in ended.out + ended.err


def test_the_journal_is_lost_and_the_user_deleted(desk: Desk) -> None:
    _removed(desk)
    (desk.case / "journal.jsonl").unlink()
    desk.user("alice")
    assert rollback(desk).code == 0
    # The ids were accepted to be done: nobody has taken over yet what fails only now.
    _left_out(desk, restored(desk), "somebody else", "To leave it to a person")
    assert ALICE not in bucket(desk)


def test_a_user_of_another_account_is_looked_up_there(desk: Desk) -> None:
    desk.second_account()
    theirs = f"arn:aws:iam::{OTHER}:user/alice"
    desk.other().create_user(UserName="alice")
    desk.user("bob")
    desk.aws("s3").create_bucket(Bucket=BUCKET)
    granted = statement(theirs, BOB, action="s3:GetObject", resource=f"arn:aws:s3:::{BUCKET}/*")
    desk.aws("s3").put_bucket_policy(Bucket=BUCKET, Policy=policy(granted))
    desk.roster(theirs)
    desk.planned(*EVERYWHERE)
    desk.app.injection.deny("iam:DeleteUser")
    desk.apply()
    desk.app.injection.clear()
    assert theirs not in bucket(desk)
    assert rollback(desk).code == 0
    assert _entries(desk) == ["restore:s3_bucket"]
    restored(desk)
    assert theirs in bucket(desk)


def test_a_condition_that_was_changed_since_takes_nobody_in(desk: Desk) -> None:
    shared(desk)
    _under(desk, "alice/*", ALICE, BOB)
    desk.roster(ALICE)
    desk.planned(*POLICIES)
    keep_the_user(desk)
    desk.apply()
    desk.app.injection.clear()
    _under(desk, "*", BOB)
    assert rollback(desk).code == 0
    body = (desk.case / "rollback" / "plan.json").read_text(encoding="utf-8")
    assert "alice/*" not in body
    _left_out(desk, restored(desk), "another Condition", "s3:prefix")
    assert denied(desk) == ["alice"]


def test_a_condition_that_is_the_same_takes_them_back(desk: Desk) -> None:
    shared(desk)
    _under(desk, "alice/*", ALICE, BOB)
    desk.roster(ALICE)
    desk.planned(*POLICIES)
    keep_the_user(desk)
    desk.apply()
    desk.app.injection.clear()
    assert rollback(desk).code == 0
    done = restored(desk)
    assert done.code == 0, done.out + done.err
    assert {ALICE, BOB} == set(bucket(desk))


def test_a_group_that_is_gone_is_for_a_person(desk: Desk) -> None:
    _removed(desk, keep=True)
    desk.aws().remove_user_from_group(GroupName="developers", UserName="bob")
    desk.aws().delete_group(GroupName="developers")
    assert rollback(desk).code == 0
    ended = restored(desk)
    assert ended.code == 2
    assert ended.said("the group is gone")
    assert denied(desk) == ["alice"]


def _destroyed(desk: Desk) -> None:
    iam = desk.aws()
    for group in iam.list_groups_for_user(UserName="alice")["Groups"]:
        iam.remove_user_from_group(GroupName=group["GroupName"], UserName="alice")
    for key in list(desk.keys()):
        iam.delete_access_key(UserName="alice", AccessKeyId=key)
    iam.delete_user(UserName="alice")


def _under(desk: Desk, prefix: str, *principals: str) -> None:
    condition = {"StringLike": {"s3:prefix": [prefix]}}
    one = statement(
        *principals, action="s3:ListBucket", resource=f"arn:aws:s3:::{BUCKET}", Condition=condition
    )
    desk.aws("s3").put_bucket_policy(Bucket=BUCKET, Policy=policy(one))
