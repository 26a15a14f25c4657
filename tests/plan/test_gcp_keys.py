"""Google Cloud: keys of accounts that others use, and what a person does."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from iac_offboard.model import (
    Action,
    Alias,
    AliasKind,
    Effect,
    Finding,
    LastUse,
    ManualStep,
    Phase,
    Principal,
    PrincipalKind,
    Relation,
    Subject,
    Target,
    Tier,
    Use,
)
from iac_offboard.plan.actions import build_actions
from tests.plan import gcp
from tests.plan.build import AT, code, subject
from tests.plan.gcp import KEY, LIVE, account, key, member

DAY = 24 * 3600
AFTER = LastUse(at=AT + timedelta(days=3))
SHARED_KEY = Alias(kind=AliasKind.GCP_SERVICE_ACCOUNT_KEY, value=KEY)


def plan(
    *findings: Finding, uses: tuple[Use, ...] = (), leaver: Subject | None = None
) -> tuple[tuple[Action, ...], tuple[ManualStep, ...]]:
    return build_actions(findings, {"leaver-1": leaver or subject()}, {}, uses=uses)


def verbs(made: tuple[Action, ...], phase: Phase | None = None) -> list[str]:
    return [a.verb for a in made if phase in (None, a.phase)]


def the(made: tuple[Action, ...], verb: str, phase: Phase | None = None) -> Action:
    [found] = [a for a in made if a.verb == verb and phase in (None, a.phase)]
    return found


# ------------------------------------------------------------------------------ others use it too


def test_a_leavers_key_of_a_shared_account_is_rotated_out_and_the_account_stays() -> None:
    others = key(name=KEY.replace("0a1b", "ffff"), shared=True)
    grants = member(text=f"serviceAccount:{gcp.EMAIL}", shared=True)
    leaver = subject(aliases=(SHARED_KEY,), grace=2 * DAY)
    made, manual = plan(account(shared=True), key(shared=True), others, grants, leaver=leaver)
    assert verbs(made) == [
        "person:rotate",
        "iam:DisableServiceAccountKey",
        "iam:DeleteServiceAccountKey",
        "person:hand-over",
    ]
    asked, off = the(made, "person:rotate"), the(made, "iam:DisableServiceAccountKey")
    gone = the(made, "iam:DeleteServiceAccountKey")
    assert (asked.accept, off.phase, off.needs) == ("rotation", Phase.LIVE, (asked.id,))
    assert off.param("unused_for") == gone.param("unused_for") == str(7 * DAY)
    assert (gone.needs, gone.param("not_before_seconds")) == ((asked.id, off.id), str(2 * DAY))
    [step] = manual
    assert step.where == f"gcp_service_account_key {others.binding.target.name}"
    assert "whose key this is" in step.reason


def test_whose_key_it_is_may_come_from_the_audit_log() -> None:
    made_by_alice = key(principal=gcp.ALICE)
    made, manual = plan(account(shared=True), key(shared=True, last_use=AFTER), made_by_alice)
    asked = the(made, "person:rotate")
    assert len(asked.finding.split(", ")) == 2
    assert asked.target.name == KEY
    assert "used after the leaving" in the(made, "iam:DisableServiceAccountKey").hazards
    assert manual == ()


def test_an_account_that_the_roster_does_not_name_at_all_keeps_everything_but_the_key() -> None:
    held = Principal(provider="gcp", kind=PrincipalKind.ACCESS_KEY, value=KEY)
    made, manual = plan(key(principal=held))
    assert verbs(made) == [
        "person:rotate",
        "iam:DisableServiceAccountKey",
        "iam:DeleteServiceAccountKey",
    ]
    assert manual == ()


def test_a_hostile_leavers_key_is_disabled_at_once() -> None:
    leaver = subject(tier=Tier.HOSTILE, aliases=(SHARED_KEY,))
    made, _ = plan(account(shared=True), key(shared=True), leaver=leaver)
    assert verbs(made, Phase.CONTAIN) == ["iam:DisableServiceAccountKey"]
    assert "iam:DisableServiceAccount" not in verbs(made)


def test_a_key_that_code_makes_is_replaced_there() -> None:
    managed = key(LIVE, code("google_service_account_key.ci"), shared=True)
    made, [step] = plan(account(shared=True), managed, leaver=subject(aliases=(SHARED_KEY,)))
    assert "iam:DeleteServiceAccountKey" not in verbs(made)
    assert "terraform apply -replace='google_service_account_key.ci'" in step.text


def test_a_key_of_the_leavers_own_account_is_no_rotation_whoever_made_it() -> None:
    made, manual = plan(account(), key(), key(principal=gcp.ALICE))
    assert "person:rotate" not in verbs(made)
    assert verbs(made).count("iam:DeleteServiceAccountKey") == 1
    assert manual == ()


def test_a_key_of_an_account_that_leaves_itself_goes_with_it() -> None:
    """Two leavers: the service whose account it is, and who made a key of it."""
    service = [replace(f, subject="leaver-2") for f in (account(), key())]
    both = {"leaver-1": subject(), "leaver-2": subject(id="leaver-2")}
    made, manual = build_actions([*service, key(principal=gcp.ALICE)], both, {})
    assert "person:rotate" not in verbs(made)
    assert verbs(made).count("iam:DeleteServiceAccountKey") == 1
    assert manual == ()


# ------------------------------------------------------------------------------ by hand


def test_a_condition_of_a_provider_is_changed_by_a_person_who_is_told_what() -> None:
    claim = Principal(
        provider="gcp",
        kind=PrincipalKind.OIDC_SUBJECT,
        value="https://token.actions.githubusercontent.com|repository:acme/app",
    )
    target = Target(
        provider="gcp", kind="gcp_workload_identity_pool_provider", name="github/actions",
        account=gcp.PROJECT, arn="//iam.googleapis.com/x/providers/actions",
    )  # fmt: skip
    named = gcp.found(target, claim, Relation.FEDERATION)
    made, [step] = plan(named)
    assert made == ()
    assert 'Take assertion.repository "acme/app"' in step.text
    assert "--workload-identity-pool=github" in step.text
    assert "lets in every token of the issuer" in step.reason
    # In code the edit has its own step.
    managed = gcp.found(target, claim, Relation.FEDERATION, LIVE, code("google_x.actions"))
    assert plan(managed)[1] == ()


def test_a_deny_policy_is_never_cut() -> None:
    target = Target(provider="gcp", kind="gcp_deny_policy", name="no-keys", account=gcp.PROJECT)
    denied = gcp.found(target, gcp.ALICE, Relation.GRANT)
    denied = replace(denied, binding=replace(denied.binding, effect=Effect.DENY))
    made, [step] = plan(denied)
    assert made == ()
    assert "would widen access" in step.reason


def test_an_exemption_from_the_audit_log_is_no_access() -> None:
    exempt = gcp.found(
        gcp.project(), gcp.ALICE, Relation.MEMBERSHIP, detail="storage.googleapis.com"
    )
    made, [step] = plan(exempt)
    assert made == ()
    assert "it gives no access" in step.reason


def test_a_thing_that_this_version_does_not_write_is_said() -> None:
    target = Target(provider="gcp", kind="gcp_api_key", name="k1", account=gcp.PROJECT)
    made, [step] = plan(gcp.found(target, gcp.ALICE, Relation.OWNERSHIP))
    assert (made, step.reason) == ((), "this version cannot remove it live")
