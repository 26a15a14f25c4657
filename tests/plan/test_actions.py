"""Findings -> actions: what is done, in which phase, in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from iac_offboard.catalog.ours import QUARANTINE_GROUP, QUARANTINE_POLICY
from iac_offboard.model import AccountFacts, Action, Effect, Finding, Phase, Relation, Strength
from iac_offboard.plan.actions import build_actions
from iac_offboard.plan.verbs import USER_THINGS
from tests.plan.build import ACCOUNT, LIVE, code, finding, role, subject, user

SUBJECTS = {"leaver-1": subject()}


def actions(*findings: Finding, groups: int = 0) -> tuple[Action, ...]:
    facts = {ACCOUNT: AccountFacts(account=ACCOUNT, group_counts=(("alice", groups),))}
    return build_actions(findings, SUBJECTS, facts)[0]


def verbs(made: Sequence[Action], phase: Phase) -> list[str]:
    return [a.verb for a in made if a.phase is phase]


def test_an_unmanaged_user_is_contained_then_taken_apart_and_deleted_last() -> None:
    made = actions(
        user(),
        finding("iam_access_key", "AKIAOLD", status="Active"),
        finding("iam_login_profile", "alice"),
        finding("iam_mfa_device", f"arn:aws:iam::{ACCOUNT}:mfa/alice"),
        finding("iam_group", "devs", relation=Relation.MEMBERSHIP),
    )
    assert verbs(made, Phase.CONTAIN) == [
        "iam:CreateGroup",
        "iam:PutGroupPolicy",
        "iam:AddUserToGroup",
        "iam:UpdateAccessKey",
    ]
    assert verbs(made, Phase.UNBLOCK) == []
    live = verbs(made, Phase.LIVE)
    assert live[-3:] == ["iam:DeleteUser", "iam:DeleteGroupPolicy", "iam:DeleteGroup"]
    assert set(live) >= {
        "iam:DeleteAccessKey",
        "iam:DeleteLoginProfile",
        "iam:DeactivateMFADevice",
        "iam:DeleteVirtualMFADevice",
        "iam:RemoveUserFromGroup",
    }


def test_every_need_is_an_earlier_action_and_ids_are_in_order() -> None:
    made = actions(user(), *(finding(kind, f"{kind}-1") for kind in sorted(USER_THINGS)))
    seen: set[str] = set()
    for i, action in enumerate(made, start=1):
        assert action.id == f"A-{i:03d}"
        assert set(action.needs) <= seen
        seen.add(action.id)


@pytest.mark.parametrize("kind", sorted(k for k in USER_THINGS if k != "iam_group"))
def test_what_terraform_does_not_know_is_unblocked_before_its_destroy(kind: str) -> None:
    made = actions(user(LIVE, code("aws_iam_user.alice")), finding(kind, f"{kind}-1"))
    unblock = [a for a in made if a.phase is Phase.UNBLOCK]
    assert [a.verb for a in unblock] == [
        v for v in USER_THINGS[kind].remove if v != "iam:DeleteVirtualMFADevice"
    ]
    assert "iam:DeleteUser" not in verbs(made, Phase.LIVE)


def test_a_managed_binding_is_never_removed_live() -> None:
    made = actions(
        user(LIVE, code("aws_iam_user.alice")),
        finding("iam_access_key", "AKIA1", LIVE, code("aws_iam_access_key.alice"), status="Active"),
    )
    assert verbs(made, Phase.UNBLOCK) == []
    assert verbs(made, Phase.LIVE) == ["iam:DeleteGroupPolicy", "iam:DeleteGroup"]
    contained = next(a for a in made if a.verb == "iam:UpdateAccessKey")
    assert contained.reverted_by == "infra"
    assert [a.target.name for a in made if a.phase is Phase.CODE] == ["infra"]


def test_what_ignore_changes_covers_is_removed_live_beside_its_edit() -> None:
    """Terraform will not act on the edit of such an attribute."""
    managed = replace(code("aws_iam_group_membership.oncall"), path="users[0]")
    ignored = replace(managed, ignored=True)
    removed = {
        origin.ignored: [
            (a.phase, a.verb)
            for a in actions(
                user(LIVE),
                finding("iam_group", "oncall", LIVE, origin, relation=Relation.MEMBERSHIP),
            )
            if a.target.name in ("oncall", "infra")
        ]
        for origin in (managed, ignored)
    }
    edit = (Phase.CODE, "code:apply")
    assert removed == {False: [edit], True: [edit, (Phase.LIVE, "iam:RemoveUserFromGroup")]}


def test_memberships_by_hand_wait_for_the_destroy_that_clears_them() -> None:
    made = actions(
        user(LIVE, code("aws_iam_user.alice")),
        finding("iam_group", "by-hand", relation=Relation.MEMBERSHIP),
    )
    assert "iam:RemoveUserFromGroup" not in [a.verb for a in made]


def test_a_user_in_ten_groups_is_denied_inline_and_that_goes_last_in_unblock() -> None:
    made = actions(
        user(LIVE, code("aws_iam_user.alice")), finding("iam_login_profile", "alice"), groups=10
    )
    assert verbs(made, Phase.CONTAIN) == ["iam:PutUserPolicy"]
    unblock = [a for a in made if a.phase is Phase.UNBLOCK]
    assert [a.verb for a in unblock] == ["iam:DeleteLoginProfile", "iam:DeleteUserPolicy"]
    assert unblock[-1].param("name") == QUARANTINE_POLICY
    assert unblock[-1].needs == (unblock[0].id,)


def test_an_inactive_credential_is_not_made_inactive_again() -> None:
    made = actions(user(), finding("iam_access_key", "AKIA1", status="Inactive"))
    assert "iam:UpdateAccessKey" not in verbs(made, Phase.CONTAIN)
    assert "iam:DeleteAccessKey" in verbs(made, Phase.LIVE)


def test_principals_of_one_document_go_in_one_action_with_the_unique_id() -> None:
    trust = finding("iam_role", "audit", relation=Relation.TRUST)
    again = finding("iam_role", "audit", relation=Relation.TRUST, id="F-2")
    made = actions(user(), trust, again)
    written = [a for a in made if a.verb == "iam:UpdateAssumeRolePolicy"]
    assert len(written) == 1
    assert "AIDAALICEALICEALICE" in written[0].param("principals")


def test_shared_identities_and_denies_are_left_to_a_person() -> None:
    shared = finding("iam_ssh_key", "APKA1", shared=True)
    deny = finding("s3_bucket", "data", relation=Relation.GRANT)
    denied = replace(deny, id="F-deny", binding=replace(deny.binding, effect=Effect.DENY))
    made, manual = build_actions([shared, denied], SUBJECTS, {})
    assert made == ()
    assert {m.finding for m in manual} == {shared.id, "F-deny"}


def test_containment_can_be_undone() -> None:
    things = (finding(kind, f"{kind}-1", status="Active") for kind in sorted(USER_THINGS))
    made = actions(user(), role(), *things)
    contained = [a for a in made if a.phase is Phase.CONTAIN]
    assert contained
    assert all(a.undo and not a.undo.startswith("none") for a in contained)


def test_the_quarantine_group_is_made_once_for_two_leavers() -> None:
    made = actions(user(), finding("iam_access_key", "AKIA1", status="Active"))
    groups = [a for a in made if a.verb == "iam:CreateGroup"]
    assert [g.target.name for g in groups] == [QUARANTINE_GROUP]


@pytest.mark.parametrize(("kind", "manual"), [("iam_role", 1), ("kms_key", 1), ("s3_bucket", 0)])
def test_a_document_that_would_be_empty_is_a_persons_where_it_cannot_be(
    kind: str, manual: int
) -> None:
    found = finding(kind, "only", relation=Relation.GRANT)
    last = replace(found.observations[0], removal="manual")
    made, steps = build_actions([replace(found, observations=(last,))], SUBJECTS, {})
    assert (len(steps), len(made)) == (manual, 1 - manual)


@pytest.mark.parametrize("changes", [{"strength": Strength.WEAK}, {"reused": True}])
def test_a_bare_or_reused_name_is_never_acted_on_live(changes: dict[str, object]) -> None:
    made, steps = build_actions([replace(user(), **changes)], SUBJECTS, {})  # type: ignore[arg-type]
    assert made == ()
    assert len(steps) == 1
