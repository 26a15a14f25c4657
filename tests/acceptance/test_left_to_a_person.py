"""What a rollback can never put back is taken over by a person, and the rest goes on."""

from __future__ import annotations

import json

from tests.acceptance.desk import ALICE, Desk, Ran, run
from tests.acceptance.restoring import POLICIES, denied, keep_the_user, rollback, shared


def _restore(desk: Desk, *accepted: str) -> Ran:
    file = str(desk.case / "rollback" / "plan.json")
    ids = [a for i in accepted for a in ("--accept", i)]
    assert run("approve", file, "--by", "lead@example.com", *ids).code == 0
    return run("apply", file)


def test_a_step_that_fails_for_good_holds_nothing_once_a_person_took_it(desk: Desk) -> None:
    shared(desk)
    desk.roster(ALICE)
    desk.planned(*POLICIES)
    keep_the_user(desk)
    desk.apply()
    desk.app.injection.clear()
    desk.aws().remove_user_from_group(GroupName="developers", UserName="bob")
    desk.aws().delete_group(GroupName="developers")
    assert rollback(desk).code == 0

    stuck = _restore(desk)
    assert stuck.code == 2
    assert stuck.said("the group is gone", "To leave it to a person and go on", "--accept R-")
    assert denied(desk)
    made = json.loads((desk.case / "rollback" / "plan.json").read_bytes())["actions"]
    (failed,) = [
        a["id"]
        for a in made
        if a["verb"] == "iam:AddUserToGroup" and a["target"]["name"] == "developers"
    ]
    assert stuck.said(f"--accept {failed}")
    assert _restore(desk, failed).code == 0
    assert not denied(desk)
    assert "left to a person, accepted" in (desk.case / "rollback" / "journal.jsonl").read_text(
        encoding="utf-8"
    )


def test_a_step_of_a_removal_is_not_left_to_a_person(desk: Desk) -> None:
    shared(desk)
    desk.roster(ALICE)
    desk.planned(*POLICIES)
    group = next(
        a["id"] for a in desk.plan_json["actions"] if a["verb"] == "iam:RemoveUserFromGroup"
    )
    refused = run("approve", str(desk.plan_file), "--by", "lead@example.com", "--accept", group)
    assert refused.code == 2
