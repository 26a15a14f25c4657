"""Service accounts, their keys, HMAC keys and group memberships over HTTP."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from iac_offboard.errors import CloudError, DeniedError
from iac_offboard.interface import LookState
from iac_offboard.model import Action, Phase, Target
from tests.apply.gcp import EMAIL, NOW, PROJECT, Google, action, on_account

ACTIVITY = "policyanalyzer.projects.locations.activityTypes.activities.query"


@pytest.fixture
def unique(google: Google) -> str:
    return google.world.service_account(PROJECT, "ci-deploy").unique_id


def disabled(google: Google) -> bool:
    return google.world.accounts.by_email[EMAIL].disabled


# ------------------------------------------------------------------------------ accounts


def test_an_account_is_disabled_and_enabled_again(google: Google, unique: str) -> None:
    done = google.apply(on_account("iam:DisableServiceAccount", unique, Phase.CONTAIN))
    assert (disabled(google), json.loads(done.undo)) == (True, {"disabled": False})
    assert google.look(on_account("iam:DisableServiceAccount", unique)) is LookState.ABSENT
    google.apply(on_account("iam:EnableServiceAccount", unique))
    assert not disabled(google)
    assert google.look(on_account("iam:EnableServiceAccount", unique)) is LookState.ABSENT


def test_only_a_disabled_account_is_deleted_and_it_can_be_brought_back(
    google: Google, unique: str
) -> None:
    gone = on_account("iam:DeleteServiceAccount", unique)
    look = google.executor.look(gone)
    assert (look.state, "enabled (again)" in look.detail) == (LookState.WAITING, True)
    google.apply(on_account("iam:DisableServiceAccount", unique))
    google.apply(gone)
    assert google.look(gone) is LookState.ABSENT
    google.apply(on_account("iam:UndeleteServiceAccount", unique))
    assert google.look(on_account("iam:UndeleteServiceAccount", unique)) is LookState.ABSENT
    assert disabled(google)


def test_after_thirty_days_nobody_brings_it_back(google: Google, unique: str) -> None:
    google.apply(on_account("iam:DisableServiceAccount", unique))
    google.apply(on_account("iam:DeleteServiceAccount", unique))
    google.server.clock.advance(31 * 86_400)
    try:
        with pytest.raises(CloudError, match="30 days") as refused:
            google.apply(on_account("iam:UndeleteServiceAccount", unique))
        assert refused.value.code == "ManualStep"
        with pytest.raises(CloudError, match="the account is gone"):
            google.executor.look(on_account("iam:EnableServiceAccount", unique))
    finally:
        google.server.clock.offset = timedelta()


@pytest.mark.parametrize(
    "verb", ["DisableServiceAccount", "DeleteServiceAccount", "EnableServiceAccount"]
)
def test_a_namesake_is_somebody_else(google: Google, unique: str, verb: str) -> None:
    assert unique
    look = google.executor.look(on_account(f"iam:{verb}", "100000000000000000009"))
    assert look.state is LookState.REPLACED
    assert unique in look.detail


def test_nobody_disables_the_account_that_carries_the_plan_out(google: Google) -> None:
    email = google.session.caller
    planned = action(
        "iam:DisableServiceAccount",
        Target(provider="gcp", kind="gcp_service_account", name="administrator"),
        email=email,
        unique_id=google.world.administrator.unique_id,
    )
    with pytest.raises(CloudError, match="would lock out"):
        google.executor.look(planned)


def test_an_account_that_is_gone_is_gone(google: Google) -> None:
    assert google.look(on_account("iam:DisableServiceAccount", "1" * 21)) is LookState.ABSENT


# ------------------------------------------------------------------------------ used since


def used(google: Google, **ago: float) -> None:
    """The account and its keys signed in so long ago, on the clock of the server."""
    account = google.world.accounts.by_email[EMAIL]
    account.last_use = google.server.clock.now() - timedelta(**ago)
    for key in account.keys.values():
        key.last_use = account.last_use


@pytest.mark.parametrize("verb", ["iam:DisableServiceAccount", "iam:DeleteServiceAccount"])
def test_used_after_the_leaving_is_in_use(google: Google, unique: str, verb: str) -> None:
    used(google, days=2)
    google.world.accounts.by_email[EMAIL].disabled = verb == "iam:DeleteServiceAccount"
    left = google.server.clock.now() - timedelta(days=9)
    look = google.executor.look(on_account(verb, unique, in_use_after=left.isoformat()))
    assert (look.state, "after its user left" in look.detail) == (LookState.IN_USE, True)
    known = google.server.clock.now() - timedelta(days=1)
    seen = on_account(verb, unique, in_use_after=left.isoformat(), seen_use=known.isoformat())
    assert google.look(seen) is LookState.PRESENT


def test_a_last_use_that_may_not_be_read_is_a_persons(google: Google, unique: str) -> None:
    google.server.faults.deny(ACTIVITY, PROJECT)
    look = google.executor.look(
        on_account("iam:DisableServiceAccount", unique, in_use_after=NOW.isoformat())
    )
    assert (look.state, "may not be read" in look.detail) == (LookState.IN_USE, True)


# ------------------------------------------------------------------------------ keys


def on_key(google: Google, verb: str, **params: Any) -> tuple[str, Action]:
    key = next(k for k in google.world.accounts.by_email[EMAIL].keys.values() if not k.managed)
    name = f"projects/{PROJECT}/serviceAccounts/{EMAIL}/keys/{key.id}"
    target = Target(provider="gcp", kind="gcp_service_account_key", name=name, account=PROJECT)
    return key.id, action(verb, target, email=EMAIL, **params)


@pytest.mark.usefixtures("unique")
def test_a_key_is_disabled_enabled_and_deleted(google: Google) -> None:
    google.world.key(EMAIL)
    account = google.world.accounts.by_email[EMAIL]
    id_, off = on_key(google, "iam:DisableServiceAccountKey")
    google.apply(off)
    assert account.keys[id_].disabled
    assert google.look(off) is LookState.ABSENT
    _, on = on_key(google, "iam:EnableServiceAccountKey")
    google.apply(on)
    assert not account.keys[id_].disabled
    _, gone = on_key(google, "iam:DeleteServiceAccountKey")
    google.apply(gone)
    assert id_ not in account.keys
    assert google.look(gone) is LookState.ABSENT
    with pytest.raises(CloudError, match="the key is gone"):
        google.executor.look(on)


@pytest.mark.usefixtures("unique")
def test_a_key_in_rotation_waits_until_nobody_has_used_it_for_the_window(google: Google) -> None:
    google.world.key(EMAIL)
    account = google.world.accounts.by_email[EMAIL]
    _, off = on_key(google, "iam:DisableServiceAccountKey", unused_for=str(7 * 86_400))
    for key in account.keys.values():
        key.last_use = NOW - timedelta(days=3)
    look = google.executor.look(off)
    assert (look.state, "goes when unused for 7 days" in look.detail) == (LookState.WAITING, True)
    for key in account.keys.values():
        key.last_use = NOW - timedelta(days=9)
    assert google.look(off) is LookState.PRESENT
    google.server.faults.deny(ACTIVITY, PROJECT)
    with pytest.raises(DeniedError):
        google.executor.look(off)


@pytest.mark.usefixtures("unique")
def test_an_hmac_key_is_deleted_only_when_inactive(google: Google) -> None:
    key = google.world.hmac_key(EMAIL)
    target = Target(
        provider="gcp", kind="gcp_storage_hmac_key", name=key.access_id, account=PROJECT
    )
    gone = action("storage:DeleteHmacKey", target)
    assert google.look(gone) is LookState.WAITING
    google.apply(action("storage:UpdateHmacKey", target, Phase.CONTAIN, state="INACTIVE"))
    assert google.world.hmac_keys[key.access_id].state == "INACTIVE"
    google.apply(action("storage:UpdateHmacKey", target, state="ACTIVE"))
    google.apply(action("storage:UpdateHmacKey", target, Phase.CONTAIN, state="INACTIVE"))
    google.apply(gone)
    assert google.look(gone) is LookState.ABSENT
    with pytest.raises(CloudError, match="the key is gone"):
        google.executor.look(action("storage:UpdateHmacKey", target, state="ACTIVE"))


# ------------------------------------------------------------------------------ groups


GROUP = "admins@acme.example"
MEMBER, BOSS = "alice@acme.example", "bob@acme.example"


def in_group(google: Google, verb: str, **params: Any) -> Action:
    group = google.world.group(GROUP)
    target = Target(provider="gcp", kind="gcp_group", name=GROUP, unique_id=f"groups/{group.id}")
    return action(verb, target, **{"member": MEMBER, **params})


def roles(google: Google, email: str) -> tuple[str, ...] | None:
    now = google.server.clock.now()
    found = google.world.directory.direct_groups(email, now)
    return next((m.roles for g, m in found if g.email == GROUP), None)


def join(google: Google, email: str, *names: str) -> None:
    group = google.world.group(GROUP)
    google.world.directory.join(group, email, google.server.clock.now(), names)


def test_a_membership_goes_and_comes_back_with_its_roles(google: Google) -> None:
    join(google, MEMBER, "MANAGER", "MEMBER")
    join(google, BOSS, "MEMBER", "OWNER")
    leave = in_group(google, "cloudidentity:DeleteMembership")
    done = google.apply(leave)
    assert json.loads(done.undo) == {"roles": [{"name": "MANAGER"}, {"name": "MEMBER"}]}
    assert (roles(google, MEMBER), roles(google, BOSS)) == (None, ("MEMBER", "OWNER"))
    assert google.look(leave) is LookState.ABSENT
    back = in_group(google, "cloudidentity:CreateMembership", roles="MANAGER, MEMBER")
    google.apply(back)
    assert set(roles(google, MEMBER) or ()) == {"MANAGER", "MEMBER"}
    assert google.look(back) is LookState.ABSENT


def test_the_last_owner_of_a_group_stays_until_there_is_another(google: Google) -> None:
    join(google, MEMBER, "MEMBER", "OWNER")
    join(google, BOSS, "MEMBER")
    leave = in_group(google, "cloudidentity:DeleteMembership")
    with pytest.raises(CloudError, match="without an owner") as refused:
        google.executor.look(leave)
    assert (refused.value.code, roles(google, MEMBER)) == ("ManualStep", ("MEMBER", "OWNER"))
    join(google, "carol@acme.example", "MEMBER", "OWNER")
    google.apply(leave)
    assert roles(google, MEMBER) is None


def test_nobody_leaves_a_group_whose_way_in_they_use(google: Google) -> None:
    leave = in_group(google, "cloudidentity:DeleteMembership", member=google.session.caller.upper())
    with pytest.raises(CloudError, match="would lock out"):
        google.executor.look(leave)


def test_a_group_that_may_not_be_seen_is_no_group_without_the_leaver(google: Google) -> None:
    join(google, MEMBER, "MEMBER")
    google.server.faults.deny("cloudidentity.groups.memberships.lookup")
    with pytest.raises(DeniedError):
        google.executor.look(in_group(google, "cloudidentity:DeleteMembership"))
