"""Who may enter a role by its trust policy, and what the sessions must carry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from iac_offboard.catalog.access import Decision
from iac_offboard.catalog.entering import Caller, Entrance, Role, entrance, token_entrance
from iac_offboard.catalog.policy import Json, statements
from iac_offboard.model import Principal, PrincipalKind

A, B = "111122223333", "444455556666"
ROLE_ID = "AROAJQABLZS4A3QDU576Q"
USER_ID = "AIDAJQABLZS4A3QDU576Q"
ARN = f"arn:aws:iam::{A}:role/team/deploy"
ALICE = Principal(
    provider="aws", kind=PrincipalKind.IAM_USER, value="alice", account=A, stable_id=USER_ID
)
CI = Principal(provider="aws", kind=PrincipalKind.IAM_ROLE, value="ci", account=A)
ASSUME = "sts:AssumeRole"


def trusting(principal: Json, effect: str = "Allow", **more: Json) -> Mapping[str, Json]:
    return {"Effect": effect, "Principal": principal, "Action": ASSUME, **more}


def role(*statements: Mapping[str, Json], account: str = A, version: str = "2012-10-17") -> Role:
    trust: Json = {"Version": version, "Statement": list(statements)}
    return Role(account=account, arn=ARN, unique_id=ROLE_ID, trust=trust)


ROOT: Json = {"AWS": f"arn:aws:iam::{A}:root"}
NAMED: Json = {"AWS": f"arn:aws:iam::{A}:user/x/Alice"}
BOB: Json = {"AWS": f"arn:aws:iam::{A}:user/bob"}


def how(door: Role, decision: Decision = Decision.SILENT, who: Principal = ALICE) -> str:
    found = entrance(door, Caller(who), decision)
    return found.how if found else ""


@pytest.mark.parametrize(
    ("principal", "silent", "allowed"),
    [
        (NAMED, "trust", "trust"),
        ({"AWS": USER_ID}, "trust", "trust"),
        ({"AWS": [USER_ID, f"arn:aws:iam::{A}:user/bob"]}, "trust", "trust"),
        (ROOT, "", "account trust and policy"),
        ({"AWS": A}, "", "account trust and policy"),
        ("*", "trust", "trust"),
        ({"AWS": "*"}, "trust", "trust"),
        (BOB, "", ""),
        ({"AWS": f"arn:aws:iam::{B}:user/alice"}, "", ""),
        ({"AWS": f"arn:aws:iam::{B}:root"}, "", ""),
        ({"Service": "ec2.amazonaws.com"}, "", ""),
    ],
)
def test_who_is_let_in_by_the_trust_of_a_role_of_the_same_account(
    principal: Json, silent: str, allowed: str
) -> None:
    door = role(trusting(principal))
    assert how(door) == silent
    assert how(door, Decision.ALLOW) == allowed
    assert how(door, Decision.DENY) == ""


@pytest.mark.parametrize("principal", [NAMED, ROOT, "*"])
def test_across_accounts_both_sides_have_to_allow(principal: Json) -> None:
    door = role(trusting(principal), account=B)
    assert how(door) == ""
    assert how(door, Decision.DENY) == ""
    assert "policy" in how(door, Decision.ALLOW)


def test_a_policy_that_was_not_read_keeps_nobody_out_who_is_named() -> None:
    assert how(role(trusting(NAMED), account=B), Decision.UNKNOWN) == "trust and policy"
    assert how(role(trusting(ROOT), account=B), Decision.UNKNOWN) == ""


@pytest.mark.parametrize(
    ("deny", "shut"),
    [
        (trusting(NAMED, "Deny"), True),
        (trusting(ROOT, "Deny"), True),
        (trusting("*", "Deny"), True),
        (trusting(BOB, "Deny"), False),
        (trusting("*", "Deny", Condition={"Bool": {"aws:ViaAWSService": "true"}}), False),
        ({"Effect": "Deny", "NotPrincipal": BOB, "Action": ASSUME}, False),
        ({**trusting(NAMED, "Deny"), "Action": "sts:TagSession"}, False),
    ],
)
def test_a_deny_in_a_trust_policy(deny: Mapping[str, Json], shut: bool) -> None:
    assert (how(role(trusting(NAMED), deny)) == "") is shut


def test_other_actions_and_not_principal() -> None:
    assert how(role({**trusting(NAMED), "Action": "sts:TagSession"})) == ""
    assert how(role({**trusting(NAMED), "Action": ["sts:TagSession", "sts:Assume*"]})) == "trust"
    everybody_but: Mapping[str, Json] = {"Effect": "Allow", "Action": ASSUME, "NotPrincipal": BOB}
    assert how(role(everybody_but)) == "trust"
    assert how(role({**everybody_but, "NotPrincipal": NAMED})) == ""


def test_a_role_enters_by_its_name_or_by_one_of_its_sessions() -> None:
    session: Json = {"AWS": f"arn:aws:sts::{A}:assumed-role/ci/run-7"}
    for principal in ({"AWS": f"arn:aws:iam::{A}:role/ci"}, session):
        assert how(role(trusting(principal)), who=CI) == "trust"
        assert how(role(trusting(principal))) == ""
    # Another session of it stays.
    door = role(trusting({"AWS": f"arn:aws:iam::{A}:role/ci"}), trusting(session, "Deny"))
    assert how(door, who=CI) == "trust"


# ---------------------------------------------------------------- marks and others

SOURCE = ("aws:SourceIdentity", "alice")
NAME = ("aws:userid", f"{ROLE_ID}:alice")
OWN = "${aws:username}"


def demand(key: str, value: Json, operator: str = "StringEquals") -> Mapping[str, Json]:
    return trusting(ROOT, Condition={operator: {key: value}})


def entered(*statements: Mapping[str, Json], version: str = "2012-10-17") -> Entrance:
    found = entrance(role(*statements, version=version), Caller(ALICE), Decision.ALLOW)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("statements", "marks"),
    [
        ([demand("aws:SourceIdentity", OWN, "StringLike")], [SOURCE]),
        ([demand("sts:sourceidentity", OWN)], [SOURCE]),
        ([demand("sts:RoleSessionName", OWN, "StringLike")], [NAME]),
        # Everybody whom the account lets in may choose what is plain text.
        ([demand("sts:SourceIdentity", "alice")], []),
        ([demand("aws:SourceIdentity", ["alice"], "StringLike")], []),
        ([demand("sts:RoleSessionName", ["alice", OWN])], []),
        ([demand("sts:RoleSessionName", ["alice", "bob"])], []),
        ([demand("sts:RoleSessionName", "bob")], []),
        ([demand("sts:RoleSessionName", "Alice")], []),
        ([demand("sts:RoleSessionName", "alice*", "StringLike")], []),
        ([demand("sts:RoleSessionName", "alice", "StringEqualsIfExists")], []),
        ([demand("sts:RoleSessionName", "alice", "StringNotEquals")], []),
        ([demand("sts:ExternalId", "alice")], []),
        ([demand("sts:SourceIdentity", [])], []),
        # The leaver may choose the door.
        ([demand("sts:SourceIdentity", OWN), trusting(NAMED)], []),
        ([demand("sts:SourceIdentity", OWN), demand("sts:RoleSessionName", OWN)], []),
        (
            [
                trusting(
                    ROOT,
                    Condition={
                        "StringEquals": {
                            "sts:SourceIdentity": OWN,
                            "sts:RoleSessionName": "alice",
                        }
                    },
                )
            ],
            [SOURCE],
        ),
    ],
)
def test_a_mark_is_what_every_way_in_enforces(
    statements: Sequence[Mapping[str, Json]], marks: list[tuple[str, str]]
) -> None:
    assert list(entered(*statements).marks) == marks


def test_variables_enforce_nothing_in_an_old_document() -> None:
    name = demand("sts:RoleSessionName", OWN)
    assert entered(name, version="2008-10-17").marks == ()


def test_the_others_are_as_the_trust_policy_spells_them() -> None:
    everybody: Json = {"AWS": [f"arn:aws:iam::{A}:root", f"arn:aws:iam::{A}:user/alice"]}
    found = entered(
        trusting(everybody),
        trusting({"Service": "lambda.amazonaws.com"}),
        trusting(BOB, "Deny", Condition={"Bool": {"aws:ViaAWSService": "true"}}),
    )
    assert found.others == (f"arn:aws:iam::{A}:root", "lambda.amazonaws.com")
    only_her = trusting(ROOT, Condition={"StringEquals": {"aws:username": "alice"}})
    assert entered(only_her).others == ()
    # Whoever comes in chooses this name.
    assert entered(demand("sts:SourceIdentity", "alice")).others == (f"arn:aws:iam::{A}:root",)


def test_a_token_enters_where_its_subject_is_spelled() -> None:
    issuer = "token.actions.githubusercontent.com"
    provider = f"arn:aws:iam::{A}:oidc-provider/{issuer}"

    def door(*subjects: str) -> Role:
        condition: Json = {"StringLike": {f"{issuer}:sub": list(subjects)}}
        statement = trusting({"Federated": provider}, Condition=condition)
        return role({**statement, "Action": "sts:AssumeRoleWithWebIdentity"})

    def into(found: Role) -> Entrance | None:
        subject = Principal(
            provider="aws", kind=PrincipalKind.OIDC_SUBJECT, value=f"{issuer}|{mine}"
        )
        return token_entrance(found, subject)

    mine, theirs = "repo:acme/widgets:*", "repo:acme/gadgets:*"
    assert into(door(mine)) == Entrance(how="trust")
    assert into(door(mine, theirs)) == Entrance(how="trust", others=(provider,))
    tagging = role({**statements(door(mine).trust)[0][1], "Action": "sts:TagSession"})
    assert into(tagging) is None
    assert into(door(theirs)) is None
