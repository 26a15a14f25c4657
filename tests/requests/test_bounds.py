"""How many requests one look takes: the bounds of README.md, counted by the strict layer.

Identity requests (IAM, STS, Identity Store, sso-admin, Organizations) for one leaver: the pages
of the bulk read and of the list of roles at MaxItems 1000, two for each managed policy that the
leaver holds, and at most 60 more, however large the account is. Resource policies: one list per
service and enabled region, and at most two requests per resource.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.account import DEFAULT_REGIONS, GROUPS, HOME, ROSTER, BigAccount
from benchmarks.requests import BOUND, look
from iac_offboard.cli import main
from iac_offboard.live.aws.resource_policies import REGIONAL_SERVICES

# One large account for all of them; moto keeps one cloud in a process.
pytestmark = pytest.mark.xdist_group("requests")
IDENTITY = ("iam", "identitycenter")


@pytest.fixture(scope="module")
def account() -> Iterator[BigAccount]:
    with BigAccount(users=2000, roles=500) as made:
        yield made


def test_identity_requests_of_2000_users_in_all_default_regions(account: BigAccount) -> None:
    seen = look(account, IDENTITY).counted

    assert seen.pages == account.pages == 4
    assert seen.identity <= seen.pages + BOUND
    # Identity Center is asked for its instance once in each region: it has to be in the count.
    assert seen.constant > len(account.regions) == len(DEFAULT_REGIONS) == 17
    assert (seen.lists, seen.details) == (0, 0)


def test_resource_policies_of_one_region(account: BigAccount) -> None:
    seen = look(account, regions=(HOME,)).counted

    assert seen.lists == len(REGIONAL_SERVICES) + 1  # and the buckets, once an account
    assert 0 < seen.details <= 2 * account.resources
    assert seen.identity <= account.pages + BOUND
    assert seen.other == 1  # which regions are enabled


def test_resource_policies_of_one_service_in_all_regions(account: BigAccount) -> None:
    seen = look(account, ("sqs",)).counted

    assert seen.lists == len(account.regions)
    assert seen.details == 3  # two queues at home, one far away
    assert seen.identity == 1  # who am I


def test_everything_of_a_leaver_who_has_everything_is_found(account: BigAccount) -> None:
    seen = look(account, regions=(HOME,))

    # User, keys, others, groups, policies, a trust and the session that it opens.
    identity = 1 + 2 + 4 + len(GROUPS) + 2 + 2
    center = 4  # user, membership, assignment, its session
    policies = 2 * (len(REGIONAL_SERVICES) + 1) + 2  # two of each kind, and the keys' grants
    assert seen.findings == identity + center + policies


def test_narrowing_stands_in_the_plan(
    account: BigAccount, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in account.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    roster = tmp_path / "leavers.yaml"
    roster.write_text(ROSTER, encoding="utf-8")
    account.counted()
    narrow = ["--services", "iam,sqs,sns", "--regions", HOME]
    code = main(
        [
            "plan",
            "--subjects",
            str(roster),
            "--live",
            "aws",
            *narrow,
            "--out",
            str(tmp_path / "case"),
        ]
    )
    seen = account.counted()

    scope = json.loads((tmp_path / "case" / "plan.json").read_text(encoding="utf-8"))["scope"]
    assert code == 0
    assert scope["services"] == ["iam", "sns", "sqs"]
    assert scope["regions"] == [HOME]
    assert (seen.lists, seen.details) == (2, 4)


def test_identity_requests_of_20000_users_are_the_same_but_for_the_pages(
    account: BigAccount,
) -> None:
    small = look(account, IDENTITY).counted
    account.app.seed_users(18_000, prefix="more")
    account.users += 18_000
    seen = look(account, IDENTITY).counted

    assert seen.pages == account.pages == 22
    assert seen.identity <= seen.pages + BOUND
    assert seen.constant == small.constant
