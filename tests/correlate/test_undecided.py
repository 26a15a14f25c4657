"""What a person has to decide: made after the leaving, or named in a condition."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from iac_offboard.model import (
    AliasKind,
    Effect,
    NoteKind,
    Principal,
    PrincipalKind,
    Side,
    SkipReason,
    Target,
)
from iac_offboard.subjects.aliases import typed
from tests.correlate.builders import (
    AIDA,
    LEFT,
    OTHER_AIDA,
    A,
    arn,
    binding,
    bound,
    code,
    key_live,
    leaver,
    live,
    member,
    run,
    state,
    summary,
    target,
    user_code,
    user_live,
)

AFTER = LEFT + timedelta(days=2)
EMAIL = "alice@example.com"
GITHUB = "token.actions.githubusercontent.com"


@pytest.mark.parametrize(
    ("aliases", "name", "emails"),
    [
        ([EMAIL], "alice2", [EMAIL]),
        ([EMAIL], EMAIL, []),
        (["alice", EMAIL], "alice", [EMAIL]),
        ([arn("alice"), EMAIL], "alice", [EMAIL]),
    ],
)
def test_a_user_made_after_the_leaving_with_the_leavers_email_is_asked_about(
    aliases: Sequence[str], name: str, emails: Sequence[str]
) -> None:
    result = run(
        leaver(*aliases),
        user_live(name, created_at=AFTER, emails=emails, uid=OTHER_AIDA),
        key_live(owner=name),
        live(member(name, "admins", A)),
    )
    assert result.findings == ()
    assert result.notes == ()
    [asked] = result.skipped
    assert (asked.reason, asked.side, asked.where) == (
        SkipReason.AMBIGUOUS,
        Side.ACCESS,
        f"aws:{A}",
    )
    assert "made after the subject left and bears the subject's e-mail" in asked.detail
    assert asked.detail.endswith("hang on it: 3.")
    assert asked.kinds == {"iam_user", "iam_access_key", "iam_group"}
    assert f'{{aws_unique_id: "{OTHER_AIDA}"}}' in asked.next_step
    decided = leaver(*aliases, OTHER_AIDA)
    after = run(decided, user_live(name, created_at=AFTER, emails=emails, uid=OTHER_AIDA))
    assert summary(after) == [f"live only strong iam_user {name} l"]


def test_who_got_the_name_and_holds_the_leavers_key_is_asked_about() -> None:
    subject = leaver(bound("alice", A), "AKIAIOSFODNN7EXAMPLE")
    result = run(subject, user_live("alice", created_at=AFTER), key_live())
    assert (result.findings, result.notes) == ((), ())
    assert ["access key id" in s.detail for s in result.skipped] == [True]


def test_an_equal_unique_id_is_never_reused() -> None:
    result = run(leaver(AIDA, EMAIL), user_live("x", created_at=AFTER, emails=[EMAIL], uid=AIDA))
    assert summary(result) == ["live only strong iam_user x l"]
    assert result.skipped == ()


def test_code_that_made_the_user_again_stays_a_finding() -> None:
    result = run(
        leaver(arn("alice"), EMAIL),
        user_live("alice", created_at=AFTER, emails=[EMAIL]),
        user_code("alice"),
    )
    assert [f.reused for f in result.findings] == [True]


def session(value: str, account: str | None = A) -> Principal:
    return Principal(provider="aws", kind=PrincipalKind.IAM_SESSION, value=value, account=account)


def oidc(text: str, issuer: str = GITHUB) -> Principal:
    return Principal(provider="aws", kind=PrincipalKind.OIDC_SUBJECT, value=f"{issuer}|{text}")


def role(name: str = "r", account: str | None = A) -> Target:
    return target("iam_role", name, account)


LOGIN = typed(AliasKind.GITHUB_LOGIN, "alice-gh")


@pytest.mark.parametrize(
    ("principal", "spelled"),
    [
        (session(f"*/{EMAIL}"), f"comes as {EMAIL},"),
        (session(f"AROAJQABLZS4A3QDU576Q/{EMAIL}"), f"comes as AROAJQABLZS4A3QDU576Q/{EMAIL},"),
        (session("*/alice"), "comes as alice,"),
        (oidc("actor:alice-gh"), "comes as actor:alice-gh,"),
        (oidc(EMAIL, "login.example.org"), f"comes as {EMAIL},"),
    ],
)
def test_who_is_named_in_a_condition_alone_is_asked_about_live(
    principal: Principal, spelled: str
) -> None:
    subject = leaver("alice", EMAIL, LOGIN)
    result = run(subject, live(binding(principal, role())))
    assert (result.findings, result.notes) == ((), ())
    [asked] = result.skipped
    assert (asked.reason, asked.side) == (SkipReason.AMBIGUOUS, Side.ACCESS)
    assert asked.detail.startswith("iam_role r: a condition lets in")
    assert spelled in asked.detail
    assert asked.subject == "s"
    assert asked.kinds == {"iam_role"}
    assert "by hand" in asked.next_step
    in_code = run(subject, code("aws_iam_role.r", binding(principal, role("r", None))))
    assert summary(in_code) == ["code only weak iam_role r c"]


def test_a_condition_that_keeps_somebody_out_is_a_note() -> None:
    what = binding(session("*/alice"), role(), effect=Effect.DENY)
    result = run(leaver("alice"), live(what))
    assert (result.findings, result.skipped) == ((), ())
    assert [n.kind for n in result.notes] == [NoteKind.HOLD_BACK]


def test_a_managed_trust_does_not_say_whom_a_session_name_means() -> None:
    what = binding(session("*/alice"), role())
    result = run(
        leaver("alice"),
        code("aws_iam_role.r", binding(session("*/alice", None), role("r", None))),
        state("aws_iam_role.r", what),
        live(what),
    )
    assert {f.strength.value for f in result.findings} == {"weak"}


REPOSITORY = leaver("acme/widgets")


def test_a_gitlab_project_of_the_repositorys_name_is_asked_about() -> None:
    project = oidc("project_path:acme/widgets:ref_type:branch:ref:main", "gitlab.com")
    result = run(REPOSITORY, live(binding(project, role())))
    assert result.findings == ()
    assert [s.reason for s in result.skipped] == [SkipReason.AMBIGUOUS]
