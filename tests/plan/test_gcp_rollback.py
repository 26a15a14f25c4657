"""What was done on Google Cloud -> what puts it back, and what a person has to."""

from __future__ import annotations

import json
from collections.abc import Sequence

from iac_offboard.model import (
    Action,
    ManualStep,
    Outcome,
    Plan,
    Principal,
    PrincipalKind,
    Record,
)
from iac_offboard.plan.actions import build_actions
from iac_offboard.plan.rollback import restore
from tests.apply.plans import START, plan
from tests.plan.build import code, subject
from tests.plan.gcp import KEY, LIVE, account, deleted, hmac, key, member, membership


def made(*findings: object) -> Plan:
    actions, _ = build_actions(findings, {"leaver-1": subject()}, {})  # type: ignore[arg-type]
    return plan(actions)


def records(
    actions: Sequence[Action], outcome: Outcome = Outcome.DONE, undo: str = ""
) -> list[Record]:
    return [
        Record(
            seq=n, at=START, plan="p", action=a.id, outcome=outcome, operation=a.verb,
            caller="deploy@acme.example", undo=undo,
        )
        for n, a in enumerate(actions)
    ]  # fmt: skip


def back(removal: Plan, done: list[Record] | None = None) -> tuple[list[Action], list[ManualStep]]:
    found = restore(removal, records(removal.actions) if done is None else done)
    return list(found.actions), list(found.manual)


def test_a_member_goes_back_as_the_journal_has_it() -> None:
    removal = made(member())
    until = {"title": "until", "expression": "true"}
    removed = [{"member": "user:alice@example.com", "role": "roles/viewer", "condition": until}]
    done = records(removal.actions, undo=json.dumps({"removed": removed, "before": "d"}))
    [action], manual = back(removal, done)
    assert action.verb == "restore:gcp_policy"
    assert json.loads(action.param("members")) == removed
    assert (action.accept, manual) == ("", [])


def test_without_a_word_of_the_journal_the_plan_tells_which_members() -> None:
    removal = made(member())
    [action], _ = back(removal)
    assert json.loads(action.param("members")) == [
        {"member": "user:alice@example.com", "role": "roles/viewer"}
    ]


def test_a_deleted_member_is_a_persons() -> None:
    actions, [step] = back(made(deleted(member())))
    assert actions == []
    assert "Google takes no deleted member" in step.reason


def test_an_account_comes_back_before_its_roles_and_is_enabled_last_of_all() -> None:
    removal = made(account(), key(), hmac(), member(), membership())
    actions, manual = back(removal)
    assert [a.verb for a in actions] == [
        "iam:UndeleteServiceAccount",
        "cloudidentity:CreateMembership",
        "restore:gcp_policy",
        "iam:EnableServiceAccount",
    ]
    last = actions[-1]
    assert set(last.needs) == {a.id for a in actions[:-1]}
    assert last.param("unique_id") == actions[0].param("unique_id") != ""
    assert not any(a.param("not_before_seconds") or a.param("in_use_after") for a in actions)
    assert {s.reason for s in manual} == {"a deleted key is gone, and this tool never makes one"}
    assert len(manual) == 2


def test_contained_only_everything_is_enabled_again_keys_first() -> None:
    removal = made(account(), key(), hmac())
    contained = [a for a in removal.actions if a.phase.value == "contain"]
    actions, manual = back(removal, records(contained))
    assert [a.verb for a in actions] == [
        "storage:UpdateHmacKey",
        "iam:EnableServiceAccountKey",
        "iam:EnableServiceAccount",
    ]
    assert actions[0].param("state") == "ACTIVE"
    assert manual == []


def test_what_was_disabled_before_stays_disabled() -> None:
    removal = made(account(status="Inactive"))
    contained = [a for a in removal.actions if a.phase.value == "contain"]
    assert back(removal, records(contained)) == ([], [])


def test_what_was_so_already_is_not_ours_to_undo() -> None:
    removal = made(member())
    assert back(removal, records(removal.actions, Outcome.ALREADY)) == ([], [])


def test_a_membership_gets_the_roles_back_that_it_had() -> None:
    removal = made(membership())
    undo = json.dumps({"roles": [{"name": "MANAGER"}, {"name": "MEMBER"}]})
    [action], _ = back(removal, records(removal.actions, undo=undo))
    assert action.param("roles") == "MANAGER, MEMBER"
    [from_the_plan], _ = back(removal)
    assert from_the_plan.param("roles") == "MEMBER"


def test_without_a_journal_every_step_waits() -> None:
    removal = made(account(), member())
    found = restore(removal, None)
    assert {a.accept for a in found.actions} == {"not known to be ours"}


def test_an_early_run_whose_journal_is_lost_is_noticed() -> None:
    removal = made(account(), member())
    disabled = [a for a in removal.actions if a.verb == "iam:DisableServiceAccount"]
    found = restore(removal, records(disabled, Outcome.ALREADY))
    assert found.late
    assert [a.verb for a in found.actions] == ["iam:EnableServiceAccount"]


def test_what_code_took_comes_back_with_the_code() -> None:
    removal = made(member(LIVE, code("google_project_iam_member.alice")))
    actions, [step] = back(removal)
    assert actions == []
    assert "revert its commit" in step.text


def test_a_key_that_was_rotated_out_is_not_enabled_but_gone() -> None:
    held = key(principal=Principal(provider="gcp", kind=PrincipalKind.ACCESS_KEY, value=KEY))
    removal = made(held)
    actions, [step] = back(removal)
    assert actions == []
    assert "a deleted key is gone" in step.reason
    begun = [a for a in removal.actions if a.verb != "iam:DeleteServiceAccountKey"]
    [enabled], manual = back(removal, records(begun))
    assert (enabled.verb, manual) == ("iam:EnableServiceAccountKey", [])
