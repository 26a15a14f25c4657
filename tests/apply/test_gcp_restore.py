"""Members of allow policies that are left alone, and those that come back, over HTTP."""

from __future__ import annotations

import json

import pytest

from iac_offboard.errors import CloudError
from iac_offboard.interface import LookState
from tests.apply.gcp import (
    ALICE,
    BOB,
    EMAIL,
    OWNER,
    PROJECT,
    VIEWER,
    Google,
    action,
    elements,
    project_target,
    remove,
)

PLACE = f"projects/{PROJECT}"
UNTIL = {"title": "until", "expression": "request.time < timestamp('2027-01-01T00:00:00Z')"}
LATER = {"title": "until", "expression": "request.time < timestamp('2028-01-01T00:00:00Z')"}
EDITOR = "roles/editor"


# ------------------------------------------------------------------------------ left alone


def test_the_last_owner_that_the_plan_did_not_know_to_be_the_last_stays(google: Google) -> None:
    google.world.grant(PLACE, OWNER, ALICE)
    planned = remove(members=elements((OWNER, ALICE)), keeps=OWNER)
    with pytest.raises(CloudError, match="nobody would be left with roles/owner") as refused:
        google.executor.look(planned)
    assert refused.value.code == "ManualStep"
    google.world.grant(PLACE, OWNER, BOB)
    google.apply(planned)
    assert (OWNER, BOB, "") in google.members()


def test_an_owner_who_goes_between_look_and_write_is_seen(google: Google) -> None:
    for member in (ALICE, BOB):
        google.world.grant(PLACE, OWNER, member)
    planned = remove(members=elements((OWNER, ALICE)), keeps=OWNER)
    look = google.executor.look(planned)
    google.world.revoke(PLACE, OWNER, BOB)
    with pytest.raises(CloudError, match="nobody would be left"):
        google.executor.act(planned, look)
    assert (OWNER, ALICE, "") in google.members()


def test_nobody_locks_themselves_out(google: Google) -> None:
    ourselves = f"serviceAccount:{google.session.caller}"
    google.world.grant(PLACE, OWNER, ourselves)
    with pytest.raises(CloudError, match="would lock out") as refused:
        google.executor.look(remove(members=elements((OWNER, ourselves))))
    assert "--write-role" in refused.value.hint
    assert (OWNER, ourselves, "") in google.members()


def test_a_plan_without_a_full_name_or_members_is_refused(google: Google) -> None:
    nameless = remove(project_target())
    broken = action("gcp:SetIamPolicy", nameless.target, members="{}")
    with pytest.raises(CloudError, match="does not say which members"):
        google.executor.look(broken)
    unknown = action("gcp:SetEverything", nameless.target)
    with pytest.raises(CloudError, match="cannot carry out"):
        google.executor.look(unknown)


# ------------------------------------------------------------------------------ putting back


def test_a_rollback_puts_back_only_the_member_into_what_stands_there_now(google: Google) -> None:
    google.world.grant(PLACE, EDITOR, ALICE, UNTIL)
    google.apply(remove(members=elements((VIEWER, ALICE), (EDITOR, ALICE, UNTIL))))
    carol = "user:carol@acme.example"
    google.world.grant(PLACE, VIEWER, carol)
    google.world.revoke(PLACE, VIEWER, BOB)
    google.server.faults.before(
        "cloudresourcemanager.projects.setIamPolicy",
        lambda: google.world.grant(PLACE, EDITOR, carol),
    )
    back = action(
        "restore:gcp_policy",
        project_target(),
        members=elements((VIEWER, ALICE), (EDITOR, ALICE, UNTIL)),
    )
    done = google.apply(back)
    assert google.members() == {
        (VIEWER, carol, ""),
        (EDITOR, carol, ""),
        (VIEWER, ALICE, ""),
        (EDITOR, ALICE, "until"),
    }
    assert len(json.loads(done.undo)["restored"]) == 2
    assert google.look(back) is LookState.ABSENT


def test_who_is_gone_cannot_be_put_back(google: Google) -> None:
    google.apply(remove())
    google.world.delete_user("alice@acme.example")
    back = action("restore:gcp_policy", project_target(), members=elements((VIEWER, ALICE)))
    with pytest.raises(CloudError, match="cannot put anything back") as refused:
        google.apply(back)
    assert refused.value.code == "ManualStep"
    assert google.members() == {(VIEWER, BOB, "")}


def test_a_namesake_gets_nothing_back(google: Google) -> None:
    google.world.service_account(PROJECT, "ci-deploy")
    back = action(
        "restore:gcp_policy",
        project_target(),
        members=elements((VIEWER, f"serviceAccount:{EMAIL}")),
        unique_ids=json.dumps({EMAIL: "100000000000000000009"}),
    )
    assert google.look(back) is LookState.REPLACED
