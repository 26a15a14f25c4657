"""Groups, domains and pools of Google Cloud that let the leaver in with others; objects made anew
under an old name; what others use too."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from iac_offboard.model import (
    Access,
    Attestation,
    Finding,
    FindingStatus,
    Grade,
    Observation,
    PrincipalKind,
    Subject,
    SubjectKind,
)
from iac_offboard.verify import Before, Memory, exit_code, with_returned
from tests.verify.cases import LONG_AGO, STATE, skipped
from tests.verify.google import (
    ALICE,
    ALL,
    CI,
    LIVE,
    NOW,
    OWNER,
    POOL,
    PROJECT,
    TEAM,
    collected,
    grant,
    impersonation,
    judge,
    key,
    leaver,
    membership,
    service_account,
)

DOMAIN = grant("domain:acme.example", covered=True)
OF_TEAM = grant(f"group:{TEAM}", covered=True)
OF_ALL = grant(f"group:{ALL}", covered=True)
NESTED = membership(f"group:{TEAM}", ALL, covered=True)
OF_OWNER = grant(OWNER, covered=True)
DIRECTORY = frozenset({"gcp_group"})


def attested(source: str, who: Subject | None = None, by: str = "hr@acme.example") -> Subject:
    told = Attestation(source=source, by=by, at=NOW - timedelta(days=1))
    return replace(who or leaver(), attested=(told,))


# ------------------------------------------------------------------------- domains


def test_a_domain_is_unknown_until_somebody_attests_it() -> None:
    verdict = judge([DOMAIN], [DOMAIN])
    assert (verdict.access, verdict.bindings[0].access) == (Access.UNKNOWN, Access.UNKNOWN)
    assert 'attest it in the roster (source "domain:acme.example")' in verdict.because
    assert exit_code([verdict]) == 3

    told = judge([DOMAIN], [DOMAIN], who=attested("domain:acme.example"))
    assert (told.access, told.grade) == (Access.DEAD, Grade.ATTESTED)
    assert "hr@acme.example attested on 2026-11-23" in told.bindings[0].because


@pytest.mark.parametrize("source", ["domain:acme.org", "acme.example"])
def test_an_attestation_of_another_source_says_nothing(source: str) -> None:
    assert judge([DOMAIN], [DOMAIN], who=attested(source)).access is Access.UNKNOWN


def test_a_leaver_cannot_attest_the_own_domain() -> None:
    told = attested("domain:acme.example", by="alice@acme.example")
    verdict = judge([DOMAIN], [DOMAIN], who=told)
    assert verdict.access is Access.UNKNOWN
    assert "which proves nothing" in verdict.because


def test_a_domain_without_its_role_lets_nobody_in() -> None:
    verdict = judge([DOMAIN])
    assert (verdict.access, verdict.bindings[0].because) == (Access.DEAD, "it is gone")
    unread = judge([DOMAIN], read=collected(skipped(f"gcp:{PROJECT}")))
    assert unread.bindings[0].access is Access.UNKNOWN


# ------------------------------------------------------------------------- groups

GROUPS = [membership(), NESTED, OF_TEAM, OF_ALL]


def test_the_roles_of_groups_are_alive_while_the_leaver_is_in_them() -> None:
    verdict = judge(GROUPS, GROUPS)
    assert [b.access for b in verdict.bindings] == [Access.ALIVE] * 4
    assert verdict.bindings[3].because == f"it lets in the group {ALL} that the leaver is in"


def test_once_the_membership_is_gone_they_are_dead_and_the_change_spreads() -> None:
    verdict = judge(GROUPS, [], memory=Memory())
    assert [b.access for b in verdict.bindings] == [Access.ALIVE_UNTIL, *[Access.DEAD] * 3]
    assert verdict.access is Access.ALIVE_UNTIL
    assert verdict.recheck_at == NOW + timedelta(hours=24)
    over = judge(GROUPS)
    assert over.access is Access.DEAD
    assert over.bindings[3].because == f"the leaver is not in the group {ALL} any more"


def test_a_group_within_a_group_alone_brings_nobody_in() -> None:
    verdict = judge(GROUPS, [NESTED, OF_ALL])
    assert [b.access for b in verdict.bindings][1:] == [Access.DEAD] * 3


def test_a_circle_of_groups_ends() -> None:
    circle = membership(f"group:{ALL}", TEAM, covered=True)
    every = [*GROUPS, circle]
    assert {b.access for b in judge(every, every).bindings} == {Access.ALIVE}
    assert judge(every, [NESTED, circle, OF_TEAM, OF_ALL]).access is Access.DEAD


@pytest.mark.parametrize("kinds", [frozenset[str](), DIRECTORY])
def test_groups_that_were_not_read_are_unknown(kinds: frozenset[str]) -> None:
    skip = skipped("gcp", kinds=kinds)
    verdict = judge(GROUPS, [OF_TEAM, OF_ALL], read=collected(skip))
    assert {b.access for b in verdict.bindings} == {Access.UNKNOWN}
    assert exit_code([verdict]) == 3
    # What was read is alive all the same.
    partly = judge(GROUPS, [membership(), OF_TEAM], read=collected(skip))
    assert [b.access for b in partly.bindings] == [
        Access.ALIVE,
        Access.UNKNOWN,
        Access.ALIVE,
        Access.UNKNOWN,
    ]


def test_a_group_that_leaves_is_in_its_groups_by_itself() -> None:
    own = membership(f"group:{TEAM}", ALL)
    group = replace(leaver(), kind=SubjectKind.GROUP)
    verdict = judge([own, OF_ALL], [own, OF_ALL], who=group)
    assert [b.access for b in verdict.bindings] == [Access.ALIVE, Access.ALIVE]


# ------------------------------------------------------------------------- pools


def test_the_set_of_an_owner_lets_its_repositories_in_until_somebody_attests() -> None:
    repository = leaver(SubjectKind.REPOSITORY)
    verdict = judge([OF_OWNER], [OF_OWNER], who=repository)
    assert verdict.bindings[0].access is Access.ALIVE
    assert f'(source "{POOL}")' in verdict.bindings[0].because
    for source in (POOL, "https://token.actions.githubusercontent.com"):
        told = judge([OF_OWNER], [OF_OWNER], who=attested(source, repository))
        assert (told.access, told.grade) == (Access.DEAD, Grade.ATTESTED)
    assert judge([OF_OWNER], who=repository).bindings[0].because == "it is gone"


def test_github_says_nothing_of_a_person_in_a_pool() -> None:
    everybody = grant(f"principalSet://{POOL}/*", covered=True)
    github = attested("token.actions.githubusercontent.com")
    assert judge([everybody], [everybody], who=github).access is Access.ALIVE
    assert judge([everybody], [everybody], who=attested(POOL)).access is Access.DEAD


# ------------------------------------------------------------------------- the same, or another


def test_an_account_made_anew_under_the_e_mail_is_another() -> None:
    old, new = service_account("111"), service_account("222", status="Active")
    verdict = judge([old], [new])
    assert (verdict.access, verdict.bindings[0].because) == (
        Access.DEAD,
        "another object bears the name now",
    )
    assert judge([old], [old]).access is Access.ALIVE


def test_an_account_that_the_same_code_made_anew_came_back() -> None:
    old = service_account("111", origins=(LIVE, STATE))
    new = service_account("222", origins=(LIVE, STATE))
    assert judge([old], [new]).access is Access.ALIVE


def test_what_a_new_account_is_given_is_the_leavers_by_its_e_mail() -> None:
    """The roster names the e-mail: whoever makes it anew for others takes it from the roster."""
    role = grant(f"serviceAccount:{CI}")
    verdict = judge([service_account("111"), role], [service_account("222"), role])
    assert [b.access for b in verdict.bindings] == [Access.DEAD, Access.ALIVE]


def test_a_role_on_an_account_made_anew_is_a_role() -> None:
    def of(unique_id: str) -> Finding:
        made = impersonation()
        target = replace(made.binding.target, unique_id=unique_id)
        binding = replace(made.binding, target=target)
        seen = (Observation(binding=binding, origin=LIVE),)
        return replace(made, binding=binding, observations=seen)

    assert judge([of("111")], [of("222")]).access is Access.ALIVE


def test_a_new_key_of_the_leavers_account_is_access() -> None:
    new = key(f"projects/{PROJECT}/serviceAccounts/{CI}/keys/ffff")
    verdict = judge([service_account(), key()], [new])
    assert verdict.access is Access.ALIVE
    assert verdict.bindings[-1].because == "not in the plan: it is live"


def test_a_disabled_key_is_alive_and_says_why() -> None:
    verdict = judge([key()], [key(status="Inactive")])
    assert verdict.bindings[0].because.startswith("it still exists, inactive")


def test_the_former_member_of_a_deleted_account_is_the_leavers() -> None:
    former = grant("deleted:user:alice@acme.example?uid=123")
    assert former.binding.principal.kind is PrincipalKind.GCP_USER
    assert judge([former], [former]).access is Access.ALIVE
    assert judge([former]).access is Access.DEAD
    # The account was deleted after the plan was made: the binding is the same one.
    deleted = replace(former, id="another")
    verdict = judge([grant()], [deleted])
    assert [b.access for b in verdict.bindings] == [Access.ALIVE]


# ------------------------------------------------------------------------- others, and returned


def shared(one: Finding, days: int = 0) -> Finding:
    made = NOW - timedelta(days=days)
    seen = tuple(replace(o, created_at=made) for o in one.observations)
    return replace(one, shared=True, observations=seen)


def test_a_shared_account_that_was_taken_over_is_theirs_and_an_old_key_is_not() -> None:
    account, old = shared(service_account(), 90), shared(key(), 90)
    memory = Memory(
        handed_over={account.id: NOW - timedelta(days=2)}, gone_since={old.id: LONG_AGO}
    )
    verdict = judge([account, old], [account, old], memory=memory)
    assert [b.access for b in verdict.bindings] == [Access.DEAD, Access.ALIVE]
    assert verdict.bindings[0].grade is Grade.ATTESTED

    new = shared(key(f"{old.binding.target.name}new"), 1)
    verdict = judge([account, old], [account, new], memory=memory)
    assert {b.access for b in verdict.bindings} == {Access.DEAD}
    assert judge([account], [account]).access is Access.ALIVE


def test_a_member_that_stands_again_is_said_to_have_returned() -> None:
    one = replace(grant(origins=(LIVE, STATE)), status=FindingStatus.MANAGED)
    before = Before(gone={one.id: NOW - timedelta(days=2)})
    (verdict,) = with_returned([judge([grant()], [one])], [one], before)
    (back,) = verdict.returned
    assert back.binding.principal.value == ALICE.removeprefix("user:")
    assert back.by == ("aws_iam_user.alice in the state s.tfstate (serial 1) holds it",)
