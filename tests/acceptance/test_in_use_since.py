"""Used between plan and apply: what the reviewers did not see waits for a person as well."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.acceptance.desk import ALICE, ONE_ACCOUNT, Desk, Ran, run

CONTAIN = ("--phase", "contain")
WEEK = timedelta(days=7)


def _accept(desk: Desk, *ids: str) -> Ran:
    accepted = [a for i in ids for a in ("--accept", i)]
    return run("approve", str(desk.plan_file), "--by", "lead@example.com", "--early", *accepted)


def _asking(desk: Desk, phase: str) -> list[str]:
    return [
        a["id"]
        for a in desk.plan_json["actions"]
        if a["phase"] == phase and "in_use_after" in str(a["params"])
    ]


def _planned(desk: Desk, **more: object) -> str:
    """A plan for alice, who leaves in an hour, and a key that is used a week later."""
    desk.user()
    (key,) = desk.keys()
    desk.roster(ALICE, left_at=(desk.now() + timedelta(hours=1)).isoformat(), **more)
    desk.planned(*ONE_ACCOUNT)
    assert not any(a["accept"] for a in desk.plan_json["actions"])
    desk.ahead = WEEK
    desk.app.set_last_use(key, desk.now() - timedelta(minutes=5), "s3", "eu-west-1")
    return key


def _denied(desk: Desk) -> bool:
    return bool(desk.aws().list_groups_for_user(UserName="alice")["Groups"])


def test_a_key_used_since_the_plan_waits_with_all_that_would_cut_it_off(desk: Desk) -> None:
    key = _planned(desk)
    held = desk.apply()
    assert held.code == 1
    assert held.said("in use", f"{key} was last used", "by s3 in eu-west-1", "--accept")
    assert desk.keys() == {key: "Active"}
    assert not _denied(desk)
    assert desk.users() == ["alice"]

    whole, single = _asking(desk, "contain")
    assert held.said(f"--accept {whole}", f"--accept {single}")
    assert _accept(desk, single).code == 0
    desk.apply(*CONTAIN)
    assert desk.keys() == {key: "Inactive"}
    assert not _denied(desk)
    assert _accept(desk, whole, *_asking(desk, "live")).code == 0
    assert desk.apply().code == 0
    assert desk.users() == []


def test_nothing_of_the_user_goes_before_its_containment(desk: Desk) -> None:
    desk.user()
    desk.aws().create_login_profile(UserName="alice", Password="Not-a-real-1-password")
    (key,) = desk.keys()
    desk.roster(ALICE, left_at=(desk.now() + timedelta(hours=1)).isoformat())
    desk.planned(*ONE_ACCOUNT)
    desk.ahead = WEEK
    desk.app.set_last_use(key, desk.now(), "s3", "eu-west-1")
    assert _accept(desk, *_asking(desk, "live")).code == 0
    assert desk.apply().code == 1
    assert desk.keys() == {key: "Active"}, "its end was accepted, what can be undone was not"
    assert desk.aws().get_login_profile(UserName="alice")


def test_a_hostile_leaver_is_not_asked_about(desk: Desk) -> None:
    key = _planned(desk, tier="hostile")
    assert desk.apply(*CONTAIN).code == 0
    assert desk.keys() == {key: "Inactive"}


def test_a_key_that_was_not_used_since_does_not_wait(desk: Desk) -> None:
    key = _planned(desk)
    desk.app.set_last_use(key, desk.now() - WEEK, "s3", "eu-west-1")
    assert desk.apply().code == 0
    assert desk.users() == []


def test_a_last_use_that_may_not_be_read_is_not_taken_for_none(desk: Desk) -> None:
    key = _planned(desk)
    desk.app.injection.deny("iam:GetAccessKeyLastUsed")
    held = desk.apply(*CONTAIN)
    assert held.code == 1
    assert held.said("may not be read", "--accept")
    assert desk.keys() == {key: "Active"}


@pytest.mark.parametrize("used", [True, False])
def test_what_was_contained_is_contained_again_whoever_used_it(desk: Desk, *, used: bool) -> None:
    desk.user()
    (key,) = desk.keys()
    desk.roster(ALICE, left_at=(desk.now() + timedelta(hours=1)).isoformat())
    desk.planned(*ONE_ACCOUNT)
    assert desk.apply(*CONTAIN).code == 0
    desk.aws().update_access_key(UserName="alice", AccessKeyId=key, Status="Active")
    desk.ahead = WEEK
    if used:
        desk.app.set_last_use(key, desk.now(), "s3", "eu-west-1")
    assert desk.apply(*CONTAIN).said("done again")
    assert desk.keys() == {key: "Inactive"}
