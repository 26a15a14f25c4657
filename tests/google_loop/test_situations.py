"""Ten situations on Google Cloud, from the first scan to dead, through the command line.

Terraform's part is played from recordings of the real provider; ``test_real_provider.py`` has
the same with Terraform itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pytest

from iac_offboard.demo.google_team.snapshot import snapshot
from tests.acceptance.desk import Ran
from tests.google_loop import asking
from tests.google_loop.situations import FORMER, SITUATIONS
from tests.google_loop.staging import SUBJECT, Stage

ALL = pytest.mark.parametrize("name", SITUATIONS)
SHARED, DELETED, KEYS, GROUP = "shared", "deleted", "keys", "group"
SET_POLICY = "gcp:SetIamPolicy"
DAY, WINDOW = 25.0, 8.0  # hours; days


class Found(NamedTuple):
    """A finding by what a person reads of it; a key by the account that it is of."""

    status: str
    relation: str
    target: str
    role: str = ""
    code: tuple[str, ...] = ()  # file:line
    state: tuple[str, ...] = ()  # address


def managed(relation: str, target: str, role: str, line: int, address: str) -> Found:
    return Found("managed", relation, target, role, (f"infra/main.tf:{line}",), (address,))


def by_hand(relation: str, target: str, role: str = "") -> Found:
    return Found("live only", relation, target, role)


_JOBS = "alice-jobs@acme-keys.iam.gserviceaccount.com"
_USER = "roles/iam.workloadIdentityUser"
_ALICE = '["alice@example.com"]'
EXPECTED: Mapping[str, set[Found]] = {
    "member": {
        managed(
            "grant", "acme-member", "roles/viewer", 3, 'google_project_iam_member.viewer["alice"]'
        ),
        by_hand("grant", "acme-member", "roles/editor"),
    },
    "binding": {
        managed(
            "grant",
            "acme-binding",
            "roles/run.developer",
            9,
            "google_project_iam_binding.deployers",
        ),
        by_hand("grant", "acme-binding", "roles/logging.viewer"),
    },
    "policy": {
        managed(
            "grant", "acme-policy", "roles/bigquery.dataEditor", 10, "google_project_iam_policy.all"
        ),
        managed(
            "grant", "acme-policy", "roles/bigquery.jobUser", 15, "google_project_iam_policy.all"
        ),
        by_hand("grant", "456", "roles/browser"),
    },
    "bucket": {
        managed(
            "grant",
            "acme-artifacts",
            "roles/storage.objectAdmin",
            11,
            "google_storage_bucket_iam_binding.writers",
        ),
        managed(
            "grant",
            "acme-artifacts",
            "roles/storage.objectViewer",
            17,
            "google_storage_bucket_iam_member.drafts",
        ),
        by_hand("grant", "acme-drafts", "roles/storage.objectAdmin"),
    },
    "keys": {
        managed("identity", "alice-jobs", "", 4, "google_service_account.jobs"),
        managed("credential", _JOBS, "", 8, "google_service_account_key.jobs"),
        managed(
            "grant",
            "acme-keys",
            "roles/storage.objectViewer",
            12,
            "google_project_iam_member.jobs",
        ),
        by_hand("credential", _JOBS),
    },
    "shared": {by_hand("credential", "reports@acme-shared.iam.gserviceaccount.com")},
    "impersonation": {
        managed(
            "grant",
            "deployer",
            "roles/iam.serviceAccountTokenCreator",
            9,
            'google_service_account_iam_member.repair["alice"]',
        ),
        by_hand("grant", "acme-impersonation", "roles/iam.serviceAccountUser"),
    },
    "repository": {
        managed(
            "federation",
            "github/actions",
            "",
            22,
            "google_iam_workload_identity_pool_provider.github",
        ),
        managed(
            "grant",
            "deployer",
            _USER,
            32,
            'google_service_account_iam_member.pipelines["acme/retired"]',
        ),
        by_hand("grant", "deployer", _USER),
    },
    "deleted": {
        managed(
            "grant",
            "acme-deleted",
            "roles/viewer",
            2,
            'google_project_iam_member.viewer["alice.smith@example.com"]',
        ),
        by_hand("grant", "acme-deleted", "roles/editor"),
    },
    "group": {
        managed(
            "membership",
            "oncall@example.com",
            "",
            16,
            f"google_cloud_identity_group_membership.oncall{_ALICE}",
        ),
        # By the groups that she is in: covered, and never cut.
        managed(
            "grant",
            "acme-group",
            "roles/monitoring.viewer",
            32,
            "google_project_iam_member.oncall",
        ),
        by_hand("membership", "admins@example.com"),
        by_hand("grant", "acme-group", "roles/owner"),
    },
}
# What is done live before the code, and what after it.
VERBS: Mapping[str, tuple[list[str], list[str]]] = {
    **{name: ([], [SET_POLICY]) for name in SITUATIONS},
    KEYS: (["iam:DisableServiceAccount", *["iam:DisableServiceAccountKey"] * 2], []),
    SHARED: (
        [],
        ["person:rotate", "iam:DisableServiceAccountKey", "iam:DeleteServiceAccountKey"],
    ),
    GROUP: ([], ["cloudidentity:DeleteMembership"]),
}


def found(stage: Stage) -> set[Found]:
    ran = stage.scan()
    assert (ran.code, ran.json["skipped"]) == (1, []), ran.out + ran.err
    return {
        Found(
            one["status"],
            one["binding"]["relation"],
            _short(one["binding"]["target"]["name"]),
            one["binding"].get("detail") or "",
            tuple(f"{o['span']['file']}:{o['line']}" for o in _origins(one, "span")),
            tuple(o["address"] for o in _origins(one, "lineage")),
        )
        for one in ran.json["findings"]
    }


def _short(name: str) -> str:
    account, key, _ = name.partition("/keys/")
    return account.rpartition("/")[2] if key else name


def _origins(finding: Any, mark: str) -> list[Any]:
    return [o["origin"] for o in finding["observations"] if mark in o["origin"]]


def verdict(stage: Stage) -> tuple[int, str, str]:
    """The exit code of verify, and what it says of access and of the risk of a return."""
    ran: Ran = stage.verify()
    (one,) = ran.json["verdicts"]
    assert one["subject"] == SUBJECT
    return ran.code, one["access"], one["return_risk"]


def others(stage: Stage) -> dict[str, object]:
    """What everybody else has: all policies, accounts, keys and groups without the leaver's."""
    ids = [key.rpartition("/")[2] for key in stage.hers]
    return snapshot(stage.server.world, [*stage.situation.aliases, *ids])


@ALL
def test_a_scan_names_every_place(stage: Callable[[str], Stage], name: str) -> None:
    assert found(stage(name)) == EXPECTED[name]


@ALL
def test_the_loop_ends_with_the_leaver_dead(stage: Callable[[str], Stage], name: str) -> None:
    team = stage(name)
    assert _leaver_can(team)
    before, bobs = others(team), asking.others(team)
    planned = team.plan()
    assert planned.code == 0, planned.out + planned.err
    contain, live = VERBS[name]
    assert (team.actions("contain"), team.actions("unblock"), team.actions("live")) == (
        contain,
        [],
        live,
    )
    assert team.approve(*(("--accept", "A-001") if name == SHARED else ())).code == 0
    assert verdict(team) == (1, "alive", "none" if name == SHARED else "present")
    assert team.apply().code == 1, "it waits for the code, or for the key to be unused for a day"
    if name == SHARED:
        assert any(asking.keys(team)[key] for key in team.hers), "it was used a moment ago"
        team.clock.later(days=WINDOW)
        assert team.apply().code == 1, "disabled, and not deleted before a day is over"
        team.clock.later(hours=DAY)
    else:
        team.merge()
        team.playback.apply(team.root)
    ended = team.apply()
    assert ended.code == 0, ended.out + ended.err
    assert verdict(team) == (1, "alive-until", "none"), "what was given before lasts for a while"
    team.clock.later(hours=DAY)
    assert verdict(team) == (0, "dead", "none")
    assert not _leaver_can(team)
    assert asking.others(team) == bobs
    assert others(team) == before


def _leaver_can(team: Stage) -> bool:
    """Does the leaver have every permission that is asked for, or none; and a token by each key,
    or by none? Deleted, the account is brought back first: its roles would be there again."""
    if team.name == DELETED:
        team.server.world.undelete_user(FORMER)
    had = asking.leaver(team)
    if team.name == DELETED:
        team.server.world.delete_user(FORMER)
    everything = {place: frozenset(named) for place, named in team.situation.asked.items()}
    keys = {key: works for key, works in asking.keys(team).items() if key in team.hers}
    answers = [*(had[p] == all_ for p, all_ in everything.items()), *keys.values()]
    nothing = [*(not had[p] for p in everything), *(not works for works in keys.values())]
    assert answers
    assert all(answers) or all(nothing), (had, keys)
    return all(answers)
