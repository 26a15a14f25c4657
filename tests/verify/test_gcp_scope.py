"""What of Google Cloud was not read, and which bindings that leaves unknown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from iac_offboard.model import Access, Collected, Finding, Skipped, SkipReason
from iac_offboard.verify import exit_code
from tests.verify import cases
from tests.verify.cases import skipped
from tests.verify.google import (
    ACCOUNTS,
    DATA,
    FOLDER,
    ORGANIZATION,
    PROJECT,
    collected,
    grant,
    impersonation,
    judge,
    key,
    membership,
    scope,
    service_account,
)

_ROOT = "//cloudresourcemanager.googleapis.com"
IN_PROJECT = grant()
IN_DATA = grant(on=f"{_ROOT}/projects/{DATA}", account=DATA)
IN_FOLDER = grant(on=f"{_ROOT}/{FOLDER}", account=FOLDER)
OTHER_FOLDER = grant(on=f"{_ROOT}/folders/457", account="folders/457")
IN_ORGANIZATION = grant(on=f"{_ROOT}/{ORGANIZATION}", account=ORGANIZATION)
BUCKET = grant(on="//storage.googleapis.com/acme-logs", role="roles/storage.admin")
ANYWHERE = grant(on="//storage.googleapis.com/acme-old", role="roles/storage.admin", account=None)
EVERY = [IN_PROJECT, IN_DATA, IN_FOLDER, IN_ORGANIZATION, BUCKET, ANYWHERE, membership()]
HIERARCHY = scope(*ACCOUNTS, "folders/457")


def unknown(skip: Skipped, planned: list[Finding]) -> list[Finding]:
    """Which of the planned the skipped place leaves unknown; all are gone otherwise."""
    accounts = tuple(a.account for a in HIERARCHY.accounts)
    read = collected(skip, accounts=accounts)
    verdict = judge(planned, read=read, fresh_scope=HIERARCHY)
    assert verdict.access is Access.UNKNOWN, "the subject is never dead where anything was unread"
    assert skip.where in verdict.because
    assert exit_code([verdict]) == 3
    named = [b.because for b in verdict.bindings if b.access is Access.UNKNOWN]
    assert all(skip.where in because for because in named)
    return [f for f, b in zip(planned, verdict.bindings, strict=True) if b.access is Access.UNKNOWN]


@pytest.mark.parametrize(
    ("skip", "hidden"),
    [
        (skipped(f"gcp:{PROJECT}"), [IN_PROJECT, BUCKET, ANYWHERE]),
        (skipped(f"gcp:{DATA}"), [IN_DATA, ANYWHERE]),
        (skipped(f"gcp:{PROJECT}", kinds=frozenset({"gcp_project"})), [IN_PROJECT]),
        (skipped(f"gcp:{DATA}", kinds=frozenset({"gcp_storage_bucket"})), [ANYWHERE]),
        (skipped(f"gcp:{FOLDER}", kinds=frozenset({"gcp_folder"})), [IN_FOLDER]),
        (skipped("gcp:folders/457", kinds=frozenset({"gcp_folder"})), []),
        (skipped(f"gcp:{ORGANIZATION}", kinds=frozenset({"gcp_organization"})), [IN_ORGANIZATION]),
        # Nobody knows which projects are below what could not be listed.
        (skipped(f"gcp:{FOLDER}"), EVERY[:-1]),
        (skipped(f"gcp:{ORGANIZATION}"), EVERY[:-1]),
        (skipped("gcp"), EVERY),
        (skipped("gcp", kinds=frozenset({"gcp_group"})), [membership()]),
        (skipped(f"aws:{cases.ACCOUNT}"), []),
        (skipped("members.csv"), EVERY),
    ],
)
def test_an_unread_place_leaves_unknown_what_it_may_hold_and_nothing_else(
    skip: Skipped, hidden: list[Finding]
) -> None:
    assert unknown(skip, EVERY) == hidden


def test_another_folder_is_read_where_the_policy_of_one_is_not() -> None:
    skip = skipped(f"gcp:{FOLDER}", kinds=frozenset({"gcp_folder"}))
    assert unknown(skip, [IN_FOLDER, OTHER_FOLDER]) == [IN_FOLDER]


def test_what_an_account_of_a_project_left_open_is_as_unknown_as_the_project() -> None:
    three = [service_account(), key(), impersonation()]
    assert unknown(skipped(f"gcp:{PROJECT}"), three) == three
    assert unknown(skipped(f"gcp:{DATA}"), three) == []


def test_a_planned_project_that_was_not_looked_at_is_named() -> None:
    fewer = tuple(a for a in ACCOUNTS if a != DATA)
    verdict = judge(
        [IN_PROJECT, IN_DATA],
        read=collected(accounts=fewer),
        fresh_scope=scope(*fewer),
    )
    assert [b.access for b in verdict.bindings] == [Access.DEAD, Access.UNKNOWN]
    assert verdict.bindings[1].because == f"the account {DATA} was not looked at"
    assert f"the planned gcp account {DATA} was not looked at" in verdict.because
    assert exit_code([verdict]) == 3


def test_a_project_of_which_no_answer_came_is_named() -> None:
    verdict = judge([IN_PROJECT], read=collected(accounts=[ORGANIZATION, FOLDER, PROJECT]))
    assert verdict.access is Access.UNKNOWN
    assert f"nothing was read of the account {DATA}" in verdict.because


def test_a_project_that_somebody_may_not_read_stands_for_one_that_was_alive() -> None:
    """What is shown elsewhere is alive, whatever was not read."""
    skip = skipped(f"gcp:{PROJECT}")
    verdict = judge([IN_PROJECT, IN_DATA], [IN_DATA], read=collected(skip))
    assert [b.access for b in verdict.bindings] == [Access.UNKNOWN, Access.ALIVE]
    assert (verdict.access, exit_code([verdict])) == (Access.ALIVE, 1)


@pytest.mark.parametrize("reason", [SkipReason.UNSUPPORTED, SkipReason.THROTTLED])
def test_where_only_projects_were_walked_the_leaver_is_unknown(reason: SkipReason) -> None:
    skips = [skipped(f"gcp:{account}", reason=reason) for account in ACCOUNTS]
    verdict = judge([IN_PROJECT], read=collected(*skips))
    assert verdict.access is Access.UNKNOWN


# ------------------------------------------------------------------------- two clouds

BOTH = replace(scope(), accounts=(*cases.SCOPE.accounts, *scope().accounts))


def both(*skips: Skipped) -> Collected:
    return replace(collected(*skips), reads=(*collected().reads, cases.READ))


def test_each_cloud_speaks_for_itself() -> None:
    user, planned = cases.finding(), [cases.finding(), IN_PROJECT]
    for skip, expected in (
        (skipped(f"gcp:{PROJECT}"), [Access.DEAD, Access.UNKNOWN]),
        (skipped(f"aws:{cases.ACCOUNT}"), [Access.UNKNOWN, Access.DEAD]),
        (skipped("aws (profile ops)"), [Access.UNKNOWN, Access.DEAD]),
        (skipped("gcp"), [Access.DEAD, Access.UNKNOWN]),
    ):
        verdict = cases.judge(planned, collected=both(skip), planned_scope=BOTH, fresh_scope=BOTH)
        assert [b.access for b in verdict.bindings] == expected
        assert verdict.access is Access.UNKNOWN
    clean = cases.judge(planned, collected=both(), planned_scope=BOTH, fresh_scope=BOTH)
    assert (clean.access, exit_code([clean])) == (Access.DEAD, 0)
    alive = cases.judge(planned, [user], collected=both(), planned_scope=BOTH, fresh_scope=BOTH)
    assert [b.access for b in alive.bindings] == [Access.ALIVE, Access.DEAD]


def test_google_that_was_planned_and_not_looked_at_is_not_dead_by_aws() -> None:
    verdict = cases.judge(
        [cases.finding(), IN_PROJECT],
        collected=cases.COLLECTED,
        planned_scope=BOTH,
        fresh_scope=cases.SCOPE,
    )
    assert [b.access for b in verdict.bindings] == [Access.DEAD, Access.UNKNOWN]
    assert verdict.bindings[1].because == "no gcp account was looked at"
