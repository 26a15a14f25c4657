"""State only: the code let go of the leaver, and nobody has applied that."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.verdicts.closing import (
    DELETE,
    DETAILS,
    UPDATE,
    Found,
    apply_code,
    close,
    found,
    only_others_are_answered,
    planned,
    serial,
    serials,
    verdict,
)
from tests.verdicts.staging import LEAVER, Stage

USER, KEY = 'aws_iam_user.person["alice"]', 'aws_iam_access_key.person["alice"]'
GROUP = "aws_iam_group_membership.readers"
CHANGES = {USER: DELETE, KEY: DELETE, GROUP: UPDATE}
WAITS = "run terraform apply: the code no longer names the leaver in " + ", ".join(sorted(CHANGES))

pytestmark = [
    pytest.mark.real,
    pytest.mark.terraform,
    pytest.mark.xdist_group("terraform"),
]


def _in_state(status: str, key: str, *, live: bool) -> set[Found]:
    rows = (
        ("identity", LEAVER, USER, DETAILS),
        ("credential", key, KEY, "iam:ListAccessKeys"),
        ("membership", "readers", GROUP, DETAILS),
    )
    return {
        Found(status, relation, target, (), (address,), (seen,) if live else ())
        for relation, target, address, seen in rows
    }


def test_what_the_code_dropped_waits_for_an_apply(stage: Callable[[str], Stage]) -> None:
    """The cloud still has it, and Terraform holds it: that is managed, and no line of code is
    named. Who does not ask the cloud is told that the state alone knows of it."""
    team = stage("state-only")
    (key,) = team.keys[LEAVER]
    scanned = team.scan()
    assert (scanned.code, serials(scanned)) == (1, {serial(team)})
    assert found(scanned) == _in_state("managed", key.key_id, live=True)
    assert found(team.scan(live=False)) == _in_state("state only", key.key_id, live=False)
    verbs = planned(team)
    assert team.plan_json["patches"] == []
    assert [a["reason"] for a in team.plan_json["actions"] if a["phase"] == "code"] == [WAITS]
    assert "iam:DeleteUser" not in verbs, "the apply destroys what Terraform holds"
    close(team, CHANGES)


def test_what_only_the_state_still_holds_is_forgotten_by_an_apply(
    stage: Callable[[str], Stage],
) -> None:
    """Somebody was quick in the console, and left the state as it was."""
    team = stage("state-only")
    (key,) = team.keys[LEAVER]
    team.do_by_hand(
        [
            {"iam.delete_access_key": {"UserName": LEAVER, "AccessKeyId": key.key_id}},
            {"iam.remove_user_from_group": {"UserName": LEAVER, "GroupName": "readers"}},
            {"iam.delete_user": {"UserName": LEAVER}},
        ]
    )
    scanned = team.scan()
    assert (scanned.code, found(scanned)) == (1, _in_state("state only", key.key_id, live=False))
    assert team.plan().code == 0
    assert [action["verb"] for action in team.plan_json["actions"]] == ["code:apply"]
    (step,) = team.plan_json["manual"]
    assert f"terraform state rm '{KEY}' '{USER}'." in step["text"]
    assert GROUP not in step["text"], "others are in it, and the code goes on to make it"
    assert team.approve().code == 0
    assert verdict(team) == (1, "dead", "present")
    apply_code(team, {})
    assert team.apply().code == 0
    assert verdict(team) == (0, "dead", "none")
    only_others_are_answered(team)
