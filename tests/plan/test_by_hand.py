"""What a person does from the start: patterns, root e-mails, what an identity provider writes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from iac_offboard.model import Effect, Finding, ManualStep, Principal, PrincipalKind, Relation
from iac_offboard.plan import guards
from iac_offboard.plan.actions import build_actions
from iac_offboard.plan.order import order_of_applies
from iac_offboard.plan.rotation import ROTATION_WINDOW
from tests.plan.build import ACCOUNT, LIVE, code, finding, role, subject, user

SUBJECTS = {"leaver-1": subject()}


def left(*findings: Finding) -> tuple[ManualStep, ...]:
    made, manual = build_actions(findings, SUBJECTS, {})
    assert made == ()
    return manual


def covers(kind: PrincipalKind, value: str, name: str) -> Finding:
    principal = Principal(provider="aws", kind=kind, value=value, account=None)
    return finding(
        "kms_key", name, LIVE, code(f"aws_kms_key.{name}"), relation=Relation.GRANT,
        principal=principal, covered=True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (PrincipalKind.AWS_ACCOUNT, ACCOUNT),
        (PrincipalKind.ANYONE, "*"),
        (PrincipalKind.IDENTITY_STORE_GROUP, "g-1"),
    ],
)
def test_what_covers_the_leaver_is_neither_edited_nor_listed(
    kind: PrincipalKind, value: str
) -> None:
    assert left(*(covers(kind, value, f"k{i}") for i in range(3))) == ()


def test_one_step_per_oidc_pattern() -> None:
    issuer = "token.actions.githubusercontent.com"
    wide, other = f"{issuer}|repo:org/*", f"{issuer}|repo:*"
    steps = left(
        covers(PrincipalKind.OIDC_SUBJECT, wide, "a"),
        covers(PrincipalKind.OIDC_SUBJECT, wide, "b"),
        covers(PrincipalKind.OIDC_SUBJECT, other, "c"),
    )
    assert len(steps) == 2
    (both,) = [s for s in steps if "repo:org/*" in s.text]
    assert both.where == "kms_key a, kms_key b"


def test_what_covers_the_leaver_holds_nothing() -> None:
    key = covers(PrincipalKind.AWS_ACCOUNT, ACCOUNT, "k")
    last = replace(key, observations=(replace(key.observations[0], removal="manual"),))
    assert guards.holds([subject(break_glass=True)], [last], [], {}) == ()
    assert guards.holds([subject()], [replace(last, covered=False)], [], {}) != ()


def test_the_root_email_of_an_account_is_changed_by_a_person() -> None:
    (step,) = left(finding("aws_account_root", ACCOUNT, relation=Relation.OWNERSHIP))
    assert step.where == f"aws:{ACCOUNT}"
    assert ACCOUNT in step.text
    assert "MFA" in step.text


@pytest.mark.parametrize(
    ("kind", "relation"),
    [
        ("identity_store_user", Relation.IDENTITY),
        ("identity_store_group", Relation.MEMBERSHIP),
    ],
)
def test_what_scim_writes_is_removed_at_its_issuer(kind: str, relation: Relation) -> None:
    (step,) = left(finding(kind, "u-1", relation=relation, provisioned_by="https://idp.example"))
    assert "https://idp.example" in step.text
    made, manual = build_actions([finding(kind, "u-1", relation=relation)], SUBJECTS, {})
    assert (len(made), manual) == (1, ())


def test_a_shared_key_is_rotated_by_a_person_and_goes_when_unused() -> None:
    key = finding("iam_access_key", "AKIA1", status="Active", shared=True)
    made, manual = build_actions([replace(user(), shared=True), key], SUBJECTS, {})
    ask, off, gone, over = made
    assert (ask.verb, ask.target.provider, ask.accept) == ("person:rotate", "person", "rotation")
    assert [off.verb, gone.verb] == ["iam:UpdateAccessKey", "iam:DeleteAccessKey"]
    assert (off.needs, gone.needs) == ((ask.id,), (ask.id, off.id))
    for action in (off, gone):
        assert action.param("unused_for") == str(ROTATION_WINDOW)
        assert (action.param("user"), action.param("user_id")) == ("alice", "AIDAALICEALICEALICE")
        assert action.accept == ""
    assert {a.phase.value for a in made} == {"live"}
    assert (over.verb, over.accept, over.finding) == (
        "person:hand-over", "shared", "F-iam_user-alice",
    )  # fmt: skip
    assert manual == ()


def test_a_shared_key_of_a_root_is_rotated_there() -> None:
    key = finding("iam_access_key", "AKIA1", LIVE, code("aws_iam_access_key.a"), shared=True)
    made, manual = build_actions([key], SUBJECTS, {})
    assert [a.verb for a in made] == ["person:rotate"]
    assert len(manual) == 1


def test_the_window_of_a_rotation_is_an_argument() -> None:
    key = finding("iam_access_key", "AKIA1", status="Inactive", shared=True)
    made, _ = build_actions([key], SUBJECTS, {}, rotation_window=60)
    assert [(a.verb, a.param("unused_for")) for a in made[1:]] == [("iam:DeleteAccessKey", "60")]


def test_roots_that_destroy_an_identity_are_applied_last() -> None:
    found = [
        user(LIVE, code("aws_iam_user.alice", "a-users")),
        role(LIVE, code("aws_iam_role.job", "b-roles")),
        finding("kms_key", "k", LIVE, code("aws_kms_key.k", "z-keys"), relation=Relation.GRANT),
        covers(PrincipalKind.AWS_ACCOUNT, ACCOUNT, "covered"),
    ]
    deny = finding("s3_bucket", "d", LIVE, code("aws_s3_bucket_policy.d", "denies"))
    denied = replace(deny, binding=replace(deny.binding, effect=Effect.DENY))
    assert order_of_applies([*found, denied]) == ("z-keys", "a-users", "b-roles")
    made, _ = build_actions([*found, denied], SUBJECTS, {})
    applies = [a.target.name for a in made if a.verb == "code:apply"]
    assert applies == ["z-keys", "a-users", "b-roles"]
