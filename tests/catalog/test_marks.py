"""A mark is the leaver's alone: nobody else whom the trust lets in can carry it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from iac_offboard.catalog.access import Decision
from iac_offboard.catalog.entering import Caller, entrance, token_entrance
from iac_offboard.catalog.policy import Json
from iac_offboard.model import Principal, PrincipalKind
from tests.catalog.test_entering import ALICE, BOB, NAME, NAMED, OWN, ROOT, A, B, role, trusting

USER = {"AWS": f"arn:aws:iam::{A}:user/alice"}
SAML = {"Federated": f"arn:aws:iam::{A}:saml-provider/idp"}


def enforcing(principal: Json, value: Json = OWN) -> Mapping[str, Json]:
    condition: Json = {"StringEquals": {"sts:RoleSessionName": value}}
    return trusting(principal, Condition=condition)


def aws(*texts: str) -> Json:
    return {"AWS": list(texts)}


def marks(*statements: Mapping[str, Json]) -> tuple[tuple[str, str], ...]:
    found = entrance(role(*statements), Caller(ALICE), Decision.ALLOW)
    assert found is not None
    return found.marks


@pytest.mark.parametrize(
    "principal",
    [
        ROOT,
        USER,
        aws(f"arn:aws:iam::{A}:user/alice", f"arn:aws:iam::{A}:user/bob"),
        aws(A, f"arn:aws:iam::{B}:user/bob"),
        # Sessions of a role have no user name.
        aws(A, f"arn:aws:iam::{B}:role/alice", f"arn:aws:sts::{B}:assumed-role/ci/alice"),
    ],
)
def test_a_user_name_is_unique_in_one_account(principal: Json) -> None:
    assert marks(enforcing(principal)) == (NAME,)


@pytest.mark.parametrize(
    "principal",
    [
        aws(A, B),
        aws(A, f"arn:aws:iam::{B}:user/x/Alice"),
        aws(A, "AIDAOTHEROTHEROTHER00"),
        "*",
        aws(A, "*"),
        {**ROOT, **SAML},  # type: ignore[dict-item]
        {**ROOT, "Service": "lambda.amazonaws.com"},  # type: ignore[dict-item]
    ],
)
def test_a_namesake_of_elsewhere_may_carry_it(principal: Json) -> None:
    assert marks(enforcing(principal)) == ()


def test_everybody_but_somebody_may_be_a_namesake() -> None:
    assert marks({**enforcing(BOB), "NotPrincipal": BOB, "Principal": None}) == ()


def test_a_literal_name_is_the_leavers_where_nobody_else_may_say_it() -> None:
    assert marks(enforcing(USER, "alice")) == (NAME,)
    assert marks(enforcing(aws(f"arn:aws:iam::{A}:user/alice", A), "alice")) == ()
    assert marks(enforcing(ROOT, ["alice", OWN])) == ()


@pytest.mark.parametrize(
    ("another", "certain"),
    [
        (trusting(BOB), False),  # bob may call his session alice
        (enforcing(BOB, "bob"), True),
        (enforcing(BOB, ["bob", "alice"]), False),
        (enforcing(BOB), True),
        (enforcing(aws(B)), False),
        (enforcing(aws(B), "build-7"), True),
        (trusting(BOB, Action="sts:TagSession"), True),
        (trusting(BOB, "Deny", Condition={"Bool": {"aws:ViaAWSService": "true"}}), True),
        (trusting(BOB, Condition={"StringLike": {"sts:RoleSessionName": "al*"}}), False),
        (trusting(BOB, Condition={"StringLike": {"sts:RoleSessionName": "b*"}}), True),
        (trusting(SAML, Action="sts:AssumeRoleWithSAML"), False),
    ],
)
def test_another_door_must_not_lead_to_the_same_name(
    another: Mapping[str, Json], *, certain: bool
) -> None:
    statement = {**trusting(BOB), **another}
    assert marks(enforcing(NAMED), statement) == ((NAME,) if certain else ())


def test_who_cannot_be_told_apart_is_named() -> None:
    found = entrance(role(enforcing(aws(A, B))), Caller(ALICE), Decision.ALLOW)
    assert found is not None
    assert found.others == (A, B)


def test_a_session_name_proves_nobody_unless_it_is_a_session_that_is_trusted() -> None:
    claim = Principal(provider="aws", kind=PrincipalKind.IAM_SESSION, value="*/alice", account=A)
    open_to_all = token_entrance(role(enforcing(ROOT, "alice")), claim)
    assert open_to_all is not None
    assert open_to_all.marks == ()
    own = Principal(provider="aws", kind=PrincipalKind.IAM_SESSION, value="ci/alice", account=A)
    trusted = enforcing({"AWS": f"arn:aws:sts::{A}:assumed-role/ci/alice"}, "alice")
    alone = token_entrance(role(trusted), own)
    assert alone is not None
    assert alone.marks == (NAME,)
