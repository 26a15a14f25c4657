"""Members of allow policies over HTTP: only the planned ones go, and nobody else is ever lost."""

from __future__ import annotations

import json

import pytest

from iac_offboard.errors import ConflictError, DeniedError, ThrottledError
from iac_offboard.interface import LookState
from tests.apply.gcp import (
    ALICE,
    BOB,
    EMAIL,
    PROJECT,
    VIEWER,
    Google,
    account_target,
    bucket_target,
    elements,
    remove,
)

PLACE = f"projects/{PROJECT}"
UNTIL = {"title": "until", "expression": "request.time < timestamp('2027-01-01T00:00:00Z')"}
LATER = {"title": "until", "expression": "request.time < timestamp('2028-01-01T00:00:00Z')"}
EDITOR = "roles/editor"


def test_only_the_planned_member_goes_and_the_undo_is_the_element(google: Google) -> None:
    google.world.grant(PLACE, EDITOR, ALICE)
    done = google.apply(remove())
    assert google.members() == {(VIEWER, BOB, ""), (EDITOR, ALICE, "")}
    undo = json.loads(done.undo)
    assert undo["removed"] == [{"member": ALICE, "role": VIEWER}]
    assert len(undo["before"]) == 64
    assert done.operation == "cloudresourcemanager.projects.setIamPolicy"


def test_a_second_run_finds_it_gone_and_writes_nothing(google: Google) -> None:
    google.apply(remove())
    writes = google.server.requests["cloudresourcemanager.projects.setIamPolicy"]
    assert google.look(remove()) is LookState.ABSENT
    assert google.server.requests["cloudresourcemanager.projects.setIamPolicy"] == writes


def test_a_role_of_which_nobody_is_left_goes_and_who_joined_since_stays(google: Google) -> None:
    google.world.grant(PLACE, EDITOR, ALICE)
    google.world.grant(PLACE, VIEWER, "user:carol@acme.example")
    google.apply(remove(members=elements((VIEWER, ALICE), (EDITOR, ALICE))))
    assert google.members() == {(VIEWER, BOB, ""), (VIEWER, "user:carol@acme.example", "")}


def test_the_same_role_under_another_condition_is_another_element(google: Google) -> None:
    for condition in (UNTIL, LATER):
        google.world.grant(PLACE, EDITOR, ALICE, condition)
        google.world.grant(PLACE, EDITOR, BOB, condition)
    before = google.world.policy(PLACE)
    google.apply(remove(members=elements((EDITOR, ALICE, UNTIL))))
    after = google.world.policy(PLACE)
    assert [b["members"] for b in after["bindings"] if b.get("condition") == UNTIL] == [[BOB]]
    assert [b for b in before["bindings"] if b.get("condition") != UNTIL] == [
        b for b in after["bindings"] if b.get("condition") != UNTIL
    ]


def test_the_audit_configuration_stays_bit_for_bit(google: Google) -> None:
    resource = google.world.resources[google.world.full_name(PLACE)]
    resource.policy.audit = [
        {
            "service": "allServices",
            "auditLogConfigs": [{"logType": "DATA_READ", "exemptedMembers": [ALICE, BOB]}],
        }
    ]
    before = google.world.policy(PLACE)["auditConfigs"]
    google.apply(remove())
    assert google.world.policy(PLACE)["auditConfigs"] == before


@pytest.mark.parametrize("spelled", ["user:Alice@Acme.example", ALICE])
def test_a_member_that_was_deleted_since_is_still_the_leaver(google: Google, spelled: str) -> None:
    google.world.delete_user("alice@acme.example")
    done = google.apply(remove(members=elements((VIEWER, spelled))))
    assert google.members() == {(VIEWER, BOB, "")}
    [gone] = json.loads(done.undo)["removed"]
    assert gone["member"].startswith("deleted:user:alice@acme.example?uid=")


def test_a_deleted_member_goes_by_its_own_id_and_its_namesake_stays(google: Google) -> None:
    old = google.world.delete_user("alice@acme.example")
    planned = f"deleted:{ALICE}?uid={old.uid}"
    google.world.undelete_user("alice@acme.example")
    assert google.look(remove(members=elements((VIEWER, planned)))) is LookState.ABSENT
    google.world.delete_user("alice@acme.example")
    google.apply(remove(members=elements((VIEWER, planned))))
    assert google.members() == {(VIEWER, BOB, "")}


def test_a_repository_in_a_principal_set_goes_from_the_policy_of_an_account(google: Google) -> None:
    account = google.world.service_account(PROJECT, "ci-deploy")
    pool = google.world.pool(PROJECT, "github")
    role = "roles/iam.workloadIdentityUser"
    sets = [
        f"principalSet://iam.googleapis.com/{pool.name}/attribute.repository/acme/{r}"
        for r in ("app", "web")
    ]
    for member in sets:
        google.world.grant(EMAIL, role, member)
    google.apply(remove(account_target(account.unique_id), members=elements((role, sets[0]))))
    assert google.members(EMAIL) == {(role, sets[1], "")}


def test_the_policy_of_an_account_that_was_made_anew_is_not_touched(google: Google) -> None:
    google.world.service_account(PROJECT, "ci-deploy")
    google.world.grant(EMAIL, "roles/iam.serviceAccountUser", ALICE)
    planned = remove(
        account_target("100000000000000000009"),
        members=elements(("roles/iam.serviceAccountUser", ALICE)),
    )
    look = google.executor.look(planned)
    assert look.state is LookState.REPLACED
    assert "planned was 100000000000000000009" in look.detail


def test_the_roles_of_a_namesake_are_left_alone(google: Google) -> None:
    google.world.service_account(PROJECT, "ci-deploy")
    member = f"serviceAccount:{EMAIL}"
    google.world.grant(PLACE, VIEWER, member)
    planned = remove(
        members=elements((VIEWER, member)),
        unique_ids=json.dumps({EMAIL: "100000000000000000009"}),
    )
    assert google.look(planned) is LookState.ABSENT
    assert (VIEWER, member, "") in google.members()


def test_a_bucket_answers_otherwise_and_keeps_its_conflict_to_itself(google: Google) -> None:
    google.world.bucket("acme-data", PROJECT)
    role = "roles/storage.objectViewer"
    for member in (ALICE, BOB):
        google.world.grant("gs://acme-data", role, member)
    carol = "user:carol@acme.example"
    google.server.faults.before(
        "storage.buckets.setIamPolicy",
        lambda: google.world.grant("gs://acme-data", role, carol),
    )
    google.apply(remove(bucket_target("acme-data"), members=elements((role, ALICE))))
    assert google.members("gs://acme-data") == {(role, BOB, ""), (role, carol, "")}
    assert len(google.slept) == 1


# ------------------------------------------------------------------------------ somebody else


def test_a_write_in_between_is_kept_and_only_our_change_made_again(google: Google) -> None:
    carol = "user:carol@acme.example"
    google.server.faults.before(
        "cloudresourcemanager.projects.setIamPolicy",
        lambda: google.world.grant(PLACE, VIEWER, carol),
        times=1,
    )
    google.apply(remove())
    assert google.members() == {(VIEWER, BOB, ""), (VIEWER, carol, "")}
    assert google.slept == [0.2]


def test_somebody_who_does_it_in_between_is_thanked_and_not_repeated(google: Google) -> None:
    google.server.faults.before(
        "cloudresourcemanager.projects.setIamPolicy",
        lambda: google.world.revoke(PLACE, VIEWER, ALICE),
    )
    done = google.apply(remove())
    assert google.members() == {(VIEWER, BOB, "")}
    assert done.operation == "gcp:SetIamPolicy"


def test_who_is_overtaken_every_time_gives_up_and_has_changed_nothing(google: Google) -> None:
    google.server.faults.before(
        "cloudresourcemanager.projects.setIamPolicy",
        lambda: google.world.grant(PLACE, EDITOR, BOB),
        times=1000,
    )
    with pytest.raises(ConflictError):
        google.apply(remove())
    assert {(VIEWER, ALICE, ""), (VIEWER, BOB, "")} <= google.members()
    assert len(google.slept) == 19
    assert max(google.slept) == 8.0


def test_a_lost_answer_is_asked_again_and_the_undo_is_kept(google: Google) -> None:
    google.server.faults.cut("cloudresourcemanager.projects.setIamPolicy", after=True)
    done = google.apply(remove())
    assert google.members() == {(VIEWER, BOB, "")}
    assert json.loads(done.undo)["removed"] == [{"member": ALICE, "role": VIEWER}]


def test_a_throttle_and_a_503_are_waited_out(google: Google) -> None:
    google.server.faults.throttle("cloudresourcemanager.projects.*IamPolicy", times=3)
    google.server.faults.fail("cloudresourcemanager.projects.*IamPolicy", times=3)
    google.apply(remove())
    assert google.members() == {(VIEWER, BOB, "")}


def test_a_throttle_without_end_is_said_and_changes_nothing(google: Google) -> None:
    google.server.faults.throttle("cloudresourcemanager.projects.setIamPolicy", times=None)
    clock = iter(range(1000))
    object.__setattr__(google.session.timing, "clock", lambda: float(next(clock)))
    with pytest.raises(ThrottledError):
        google.apply(remove())
    assert (VIEWER, ALICE, "") in google.members()


def test_a_denied_write_names_the_permission(google: Google) -> None:
    google.server.faults.deny("cloudresourcemanager.projects.setIamPolicy", PROJECT)
    with pytest.raises(DeniedError) as refused:
        google.apply(remove())
    assert refused.value.operation == "resourcemanager.projects.setIamPolicy"
    assert (VIEWER, ALICE, "") in google.members()


def test_a_policy_that_may_not_be_read_is_not_taken_for_an_empty_one(google: Google) -> None:
    google.server.faults.deny("cloudresourcemanager.projects.getIamPolicy", PROJECT)
    with pytest.raises(DeniedError):
        google.executor.look(remove())


def test_what_is_gone_needs_no_write(google: Google) -> None:
    gone = remove(bucket_target("was-here"), members=elements((VIEWER, ALICE)))
    look = google.executor.look(gone)
    assert (look.state, look.detail) == (LookState.ABSENT, "what had the policy is gone")
