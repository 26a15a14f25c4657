"""Findings of Google Cloud -> ordered actions, beside those of AWS."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from iac_offboard.model import (
    Action,
    Alias,
    AliasKind,
    Finding,
    LastUse,
    ManualStep,
    Phase,
    Principal,
    PrincipalKind,
    Side,
    Skipped,
    SkipReason,
    Subject,
    Target,
    Tier,
    Use,
)
from iac_offboard.plan.actions import build_actions
from iac_offboard.plan.in_use import IN_USE, LAST_USE, UNREAD
from tests.plan import build, gcp
from tests.plan.build import AT, code, subject
from tests.plan.gcp import KEY, LIVE, account, bucket, deleted, hmac, key, member, membership

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


# ------------------------------------------------------------------------------ policies


def test_all_roles_of_a_leaver_in_one_policy_go_with_one_write() -> None:
    until = {"title": "until", "expression": "request.time < timestamp('2027-01-01T00:00:00Z')"}
    made, manual = plan(
        member(role="roles/viewer"),
        member(role="roles/editor", condition=until),
        member(role="roles/storage.admin", target=bucket()),
    )
    assert manual == ()
    assert verbs(made) == ["gcp:SetIamPolicy"] * 2
    project, data = made
    assert (project.target.kind, data.target.kind) == ("gcp_project", "gcp_storage_bucket")
    assert json.loads(project.param("members")) == [
        {"condition": until, "member": "user:alice@example.com", "role": "roles/editor"},
        {"member": "user:alice@example.com", "role": "roles/viewer"},
    ]
    assert (project.phase, project.before) == (Phase.LIVE, "d" * 64)
    assert len(project.finding.split(", ")) == 2


def test_two_leavers_in_one_policy_are_two_writes() -> None:
    bob = replace(member(text="user:bob@example.com"), subject="leaver-2")
    both = {"leaver-1": subject(), "leaver-2": subject(id="leaver-2")}
    made, _ = build_actions([member(), bob], both, {})
    assert sorted(a.subject for a in made if a.verb == "gcp:SetIamPolicy") == [
        "leaver-1",
        "leaver-2",
    ]


def test_what_a_root_manages_waits_for_code_and_is_not_written_live() -> None:
    made, manual = plan(member(LIVE, code("google_project_iam_member.alice")))
    assert verbs(made) == ["code:apply"]
    assert manual == ()


def test_a_deleted_member_goes_live_also_where_a_root_manages_the_rest() -> None:
    managed = deleted(member(LIVE, code("google_project_iam_member.alice")))
    made, _ = plan(managed)
    assert verbs(made) == ["code:apply", "gcp:SetIamPolicy"]
    [entry] = json.loads(made[1].param("members"))
    assert entry["member"] == "deleted:user:alice@example.com?uid=77"
    assert "cannot take out a member that was deleted" in made[1].reason


def test_findings_of_both_clouds_stand_in_one_plan() -> None:
    made, manual = plan(build.user(), build.finding("iam_access_key", "AKIA1"), member(), account())
    assert manual == ()
    phases = [a.phase for a in made]
    assert phases == sorted(phases, key=list(Phase).index)
    assert {a.target.provider for a in made} == {"aws", "gcp"}
    assert not any(a.target.provider == "gcp" and a.param("user") for a in made)


def test_a_repository_in_a_principal_set_is_a_member_like_any_other() -> None:
    pool = "iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/github"
    text = f"principalSet://{pool}/attribute.repository/acme/app"
    made, manual = plan(member(text=text, role="roles/iam.workloadIdentityUser"))
    assert (verbs(made), manual) == (["gcp:SetIamPolicy"], ())
    assert json.loads(made[0].param("members"))[0]["member"] == text


def test_a_member_of_which_nobody_read_the_policy_is_a_persons() -> None:
    made, [step] = plan(replace_element(member(), ""))
    assert made == ()
    assert "was not read" in step.reason


def replace_element(finding: Finding, element: str) -> Finding:
    seen = tuple(replace(o, element=element) for o in finding.observations)
    return replace(finding, observations=seen)


# ------------------------------------------------------------------------------ service accounts


def test_an_account_is_disabled_then_its_keys_go_then_the_account_after_the_grace() -> None:
    made, manual = plan(account(), key(), hmac(), leaver=subject(grace=3 * DAY))
    assert manual == ()
    assert verbs(made, Phase.CONTAIN) == [
        "iam:DisableServiceAccount",
        "iam:DisableServiceAccountKey",
        "storage:UpdateHmacKey",
    ]
    assert verbs(made, Phase.LIVE) == [
        "iam:DeleteServiceAccountKey",
        "storage:DeleteHmacKey",
        "iam:DeleteServiceAccount",
    ]
    disabled, last = the(made, "iam:DisableServiceAccount"), made[-1]
    assert (disabled.before, disabled.after) == ("Active", "Inactive")
    assert disabled.param("unique_id") == gcp.UNIQUE
    assert last.param("not_before_seconds") == str(3 * DAY)
    assert last.param("not_before_since") == disabled.id
    gone = {a.id for a in made if a.verb.startswith(("iam:DeleteServiceAccountKey", "storage:Del"))}
    assert {disabled.id, *gone} <= set(last.needs)


def test_the_grace_is_a_day_unless_the_roster_says_otherwise() -> None:
    made, _ = plan(account())
    assert the(made, "iam:DeleteServiceAccount").param("not_before_seconds") == str(DAY)
    made, _ = plan(account(), leaver=subject(grace=0))
    assert the(made, "iam:DeleteServiceAccount").param("not_before_seconds") == "0"


def test_the_next_apply_of_its_root_would_enable_it_again() -> None:
    managed = account(LIVE, code("google_service_account.ci"))
    made, _ = plan(managed, key(LIVE, code("google_service_account_key.ci", "keys")), hmac())
    assert the(made, "iam:DisableServiceAccount").reverted_by == "infra"
    assert the(made, "iam:DisableServiceAccountKey").reverted_by == ""
    # What no root manages goes with the account that one destroys.
    assert verbs(made, Phase.LIVE) == []
    assert len(verbs(made, Phase.CODE)) == 2


def test_the_state_of_an_hmac_key_is_set_back_by_its_root() -> None:
    made, _ = plan(account(), hmac(LIVE, code("google_storage_hmac_key.ci")))
    assert the(made, "storage:UpdateHmacKey").reverted_by == "infra"


def test_a_person_has_no_containment_in_google() -> None:
    made, _ = plan(member(), membership())
    assert verbs(made, Phase.CONTAIN) == []
    leave = the(made, "cloudidentity:DeleteMembership")
    assert (leave.param("member"), leave.target.unique_id) == ("alice@example.com", "groups/g1")


def test_the_grants_of_an_account_know_its_unique_id() -> None:
    made, _ = plan(account(), member(text=f"serviceAccount:{gcp.EMAIL}"))
    write = the(made, "gcp:SetIamPolicy")
    assert json.loads(write.param("unique_ids")) == {gcp.EMAIL: gcp.UNIQUE}
    assert made.index(write) < made.index(the(made, "iam:DeleteServiceAccount"))


# ------------------------------------------------------------------------------ in use


def runs_as(value: str = gcp.EMAIL) -> Use:
    identity = Principal(provider="gcp", kind=PrincipalKind.GCP_SERVICE_ACCOUNT, value=value)
    workload = Target(provider="gcp", kind="gcp_cloud_run_service", name="web", account=gcp.PROJECT)
    return Use(identity=identity, workload=workload, origin=LIVE)


@pytest.mark.parametrize("value", [gcp.EMAIL, "ci"])
def test_an_account_that_a_workload_runs_as_waits_containment_included(value: str) -> None:
    made, _ = plan(account(), key(), uses=(runs_as(value),))
    waiting = [a.verb for a in made if a.accept == IN_USE]
    assert waiting == ["iam:DisableServiceAccount", "iam:DeleteServiceAccount"]
    gate = the(made, "iam:DisableServiceAccount")
    assert "named by gcp_cloud_run_service web (live)" in gate.hazards
    assert gate.id in the(made, "iam:DeleteServiceAccountKey").needs


def test_a_workload_of_a_namesake_in_another_project_is_none_of_this_account() -> None:
    made, _ = plan(account(), uses=(runs_as("ci@other.iam.gserviceaccount.com"),))
    assert [a.accept for a in made] == ["", ""]


@pytest.mark.parametrize("findings", [(account(last_use=AFTER),), (account(), key(last_use=AFTER))])
def test_used_after_the_leaving_waits(findings: tuple[Finding, ...]) -> None:
    made, _ = plan(*findings)
    assert the(made, "iam:DisableServiceAccount").accept == IN_USE
    assert the(made, "iam:DeleteServiceAccount").accept == IN_USE


def test_a_hostile_account_is_not_waited_for_and_its_use_is_shown() -> None:
    leaver = subject(tier=Tier.HOSTILE)
    made, _ = plan(account(last_use=AFTER), key(), uses=(runs_as(),), leaver=leaver)
    assert {a.accept for a in made} == {""}
    assert "used after the leaving" in the(made, "iam:DisableServiceAccount").hazards
    assert not any(a.param("in_use_after") for a in made)


def test_a_last_use_that_could_not_be_read_may_be_one() -> None:
    unread = Skipped(
        where=f"gcp:{gcp.PROJECT}", reason=SkipReason.DENIED, detail="", side=Side.ACCESS,
        kinds=frozenset({LAST_USE}),
    )  # fmt: skip
    made, _ = build_actions([account()], {"leaver-1": subject()}, {}, skipped=[unread])
    gate = the(made, "iam:DisableServiceAccount")
    assert (gate.accept, gate.hazards) == (IN_USE, (UNREAD,))


def test_apply_looks_again_whether_it_was_used_since() -> None:
    before = AT - timedelta(days=1)
    made, _ = plan(account(last_use=LastUse(at=before)), key())
    for action in made:
        assert action.param("in_use_after") == AT.isoformat(), action.verb
    assert the(made, "iam:DisableServiceAccount").param("seen_use") == before.isoformat()
