"""Who could assume a role: identity policies, trust policies, and what a session must carry."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iac_offboard.catalog.access import Conditions, Decision, decide, total_denies, wildcard
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
DENIED = {"Effect": "Deny", "Action": ASSUME, "Resource": ARN}
ALL: Mapping[str, Json] = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def policy(*statements: Mapping[str, Json], version: str = "2012-10-17") -> Json:
    return {"Version": version, "Statement": list(statements)}


def said(*statements: Mapping[str, Json], version: str = "2012-10-17") -> Decision:
    document = policy(*statements, version=version)
    return decide([document], ASSUME, ARN, Caller(ALICE).variables)


# ---------------------------------------------------------------- wildcards

_TEXT = st.text(alphabet="ab*?.[:$", max_size=12)


@given(_TEXT, st.text(alphabet="ab.[:$", max_size=12))
def test_wildcards_are_those_of_a_plain_regular_expression(pattern: str, text: str) -> None:
    expression = "".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in pattern)
    assert wildcard(pattern, text) == bool(re.fullmatch(expression, text, re.DOTALL))


@given(st.text(max_size=20))
def test_a_star_and_the_text_itself_match(text: str) -> None:
    assert wildcard("*", text)
    assert wildcard("?" * len(text), text)
    assert wildcard(text.replace("*", "").replace("?", ""), text.replace("*", "").replace("?", ""))


def test_many_stars_take_no_exponential_time() -> None:
    assert not wildcard("*a" * 200 + "b", "a" * 2000)


# ---------------------------------------------------------------- identity policies


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (ALL, Decision.ALLOW),
        ({"Effect": "Allow", "Action": "STS:assume*", "Resource": ARN}, Decision.ALLOW),
        ({"Effect": "Allow", "Action": "sts:AssumeRole?", "Resource": ARN}, Decision.SILENT),
        ({"Effect": "Allow", "Action": ["s3:*", "sts:*"], "Resource": ["*"]}, Decision.ALLOW),
        ({"Effect": "Allow", "Action": ASSUME, "Resource": ARN.upper()}, Decision.SILENT),
        (
            {"Effect": "Allow", "Action": ASSUME, "Resource": f"arn:aws:iam::{A}:role/team/*"},
            Decision.ALLOW,
        ),
        (
            {"Effect": "Allow", "Action": ASSUME, "Resource": "arn:aws:iam::*:role/other"},
            Decision.SILENT,
        ),
        ({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, Decision.ALLOW),
        ({"Effect": "Allow", "NotAction": ["sts:Assume*"], "Resource": "*"}, Decision.SILENT),
        ({"Effect": "Allow", "Action": "*", "NotResource": ARN}, Decision.SILENT),
        ({"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::*"}, Decision.ALLOW),
        (
            {**ALL, "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}},
            Decision.ALLOW,
        ),
        ({"Effect": "Allow", "Action": ASSUME}, Decision.SILENT),
        ({"Effect": "Allow", "Resource": "*"}, Decision.SILENT),
        (DENIED, Decision.DENY),
        (
            {
                "Effect": "Allow",
                "Action": "*",
                "Resource": f"arn:aws:iam::{A}:role/${{aws:PrincipalTag/team}}/deploy",
            },
            Decision.ALLOW,
        ),
        (
            {"Effect": "Allow", "Action": "*", "Resource": f"arn:aws:iam::{A}:role/${{*}}"},
            Decision.SILENT,
        ),
    ],
)
def test_one_statement(statement: Mapping[str, Json], expected: Decision) -> None:
    assert said(statement) is expected


@pytest.mark.parametrize(
    ("deny", "expected"),
    [
        (DENIED, Decision.DENY),
        ({**DENIED, "Condition": {}}, Decision.DENY),
        ({"Effect": "Deny", "NotAction": "s3:*", "Resource": "*"}, Decision.DENY),
        ({"Effect": "Deny", "Action": "sts:*", "NotResource": "arn:aws:s3:::*"}, Decision.DENY),
        ({"Effect": "Deny", "Action": "*", "Resource": "arn:aws:iam::*:role/*"}, Decision.DENY),
        ({"Effect": "Deny", "Action": "*", "Resource": "arn:aws:iam::*"}, Decision.DENY),
        # What may not hold, or what is not known, is not relied on.
        (
            {**DENIED, "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}},
            Decision.ALLOW,
        ),
        (
            {"Effect": "Deny", "Action": "*", "Resource": f"arn:aws:iam::{A}:role/${{x:y}}/deploy"},
            Decision.ALLOW,
        ),
        (
            {"Effect": "Deny", "Action": "*", "NotResource": f"arn:aws:iam::{A}:role/${{x:y}}"},
            Decision.ALLOW,
        ),
        ({"Effect": "Deny", "Action": "*", "Resource": "arn:*e/team/deploy"}, Decision.ALLOW),
        ({"Effect": "Deny", "Action": "s3:*", "Resource": "*"}, Decision.ALLOW),
    ],
)
def test_a_deny_beside_an_allow(deny: Mapping[str, Json], expected: Decision) -> None:
    assert said(ALL, deny) is expected
    assert said(deny, ALL) is expected


def test_the_user_name_in_a_resource_is_this_users() -> None:
    own = f"arn:aws:iam::{A}:role/${{aws:username}}"
    allow = policy({"Effect": "Allow", "Action": ASSUME, "Resource": own})
    known = Caller(ALICE).variables
    assert decide([allow], ASSUME, f"arn:aws:iam::{A}:role/alice", known) is Decision.ALLOW
    assert decide([allow], ASSUME, f"arn:aws:iam::{A}:role/bob", known) is Decision.SILENT


def test_variables_of_an_old_document_are_plain_text_to_a_deny() -> None:
    own = f"arn:aws:iam::{A}:role/${{aws:username}}"
    deny: Mapping[str, Json] = {"Effect": "Deny", "Action": ASSUME, "Resource": own}
    for version, expected in (("2008-10-17", Decision.ALLOW), ("2012-10-17", Decision.DENY)):
        documents = [policy(ALL), policy(deny, version=version)]
        known = Caller(ALICE).variables
        got = decide(documents, ASSUME, f"arn:aws:iam::{A}:role/alice", known)
        assert got is expected


def test_an_unread_document_is_not_silence() -> None:
    assert decide([None], ASSUME, ARN) is Decision.UNKNOWN
    assert decide([None, policy(ALL)], ASSUME, ARN) is Decision.ALLOW
    assert decide([policy(DENIED), None], ASSUME, ARN) is Decision.DENY


_PATTERN = st.sampled_from(
    ["*", "sts:*", ASSUME, "s3:*", ARN, "arn:aws:iam::*:role/*", "${aws:username}", "arn:*/deploy"]
)
_STATEMENT = st.fixed_dictionaries(
    {"Effect": st.sampled_from(["Allow", "Deny"])},
    optional={
        "Action": st.lists(_PATTERN, max_size=2),
        "NotAction": _PATTERN,
        "Resource": st.lists(_PATTERN, max_size=2),
        "NotResource": _PATTERN,
        "Condition": st.sampled_from([{}, {"Bool": {"aws:SecureTransport": "true"}}]),
    },
)
_STATEMENTS = st.lists(_STATEMENT, max_size=4)
_RANK = {Decision.DENY: 0, Decision.SILENT: 1, Decision.ALLOW: 2}


@given(_STATEMENTS, _STATEMENT, st.integers(0, 4))
def test_adding_a_deny_never_lets_in_and_adding_an_allow_never_shuts_out(
    before: list[Mapping[str, Json]], one: Mapping[str, Json], at: int
) -> None:
    after = [*before[:at], one, *before[at:]]
    if one["Effect"] == "Deny":
        assert _RANK[said(*after)] <= _RANK[said(*before)]
    else:
        assert _RANK[said(*after)] >= _RANK[said(*before)]


# ---------------------------------------------------------------- trust policies


def trusting(principal: Json, effect: str = "Allow", **more: Json) -> Mapping[str, Json]:
    return {"Effect": effect, "Principal": principal, "Action": ASSUME, **more}


def role(*statements: Mapping[str, Json], account: str = A, version: str = "2012-10-17") -> Role:
    trust = policy(*statements, version=version)
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


def demand(key: str, value: Json, operator: str = "StringEquals") -> Mapping[str, Json]:
    return trusting(ROOT, Condition={operator: {key: value}})


def entered(*statements: Mapping[str, Json], version: str = "2012-10-17") -> Entrance:
    found = entrance(role(*statements, version=version), Caller(ALICE), Decision.ALLOW)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("statements", "marks"),
    [
        ([demand("sts:SourceIdentity", "alice")], [SOURCE]),
        ([demand("aws:SourceIdentity", ["alice"], "StringLike")], [SOURCE]),
        ([demand("sts:sourceidentity", "${aws:username}")], [SOURCE]),
        ([demand("sts:RoleSessionName", "${aws:username}", "StringLike")], [NAME]),
        ([demand("sts:RoleSessionName", ["alice", "${aws:username}"])], [NAME]),
        ([demand("sts:RoleSessionName", ["alice", "bob"])], []),
        ([demand("sts:RoleSessionName", "bob")], []),
        ([demand("sts:RoleSessionName", "Alice")], []),
        ([demand("sts:RoleSessionName", "alice*", "StringLike")], []),
        ([demand("sts:RoleSessionName", "alice", "StringEqualsIfExists")], []),
        ([demand("sts:RoleSessionName", "alice", "StringNotEquals")], []),
        ([demand("sts:ExternalId", "alice")], []),
        ([demand("sts:SourceIdentity", [])], []),
        # The leaver may choose the door.
        ([demand("sts:SourceIdentity", "alice"), trusting(NAMED)], []),
        ([demand("sts:SourceIdentity", "alice"), trusting(BOB)], [SOURCE]),
        ([demand("sts:SourceIdentity", "alice"), demand("sts:RoleSessionName", "alice")], []),
        (
            [
                trusting(
                    ROOT,
                    Condition={
                        "StringEquals": {
                            "sts:SourceIdentity": "${aws:username}",
                            "sts:RoleSessionName": "alice",
                        }
                    },
                )
            ],
            [SOURCE, NAME],
        ),
    ],
)
def test_a_mark_is_what_every_way_in_enforces(
    statements: Sequence[Mapping[str, Json]], marks: list[tuple[str, str]]
) -> None:
    assert list(entered(*statements).marks) == marks


def test_variables_enforce_nothing_in_an_old_document() -> None:
    name = demand("sts:RoleSessionName", "${aws:username}")
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


def test_a_session_name_that_the_trust_demands_is_a_mark() -> None:
    claim = Principal(provider="aws", kind=PrincipalKind.IAM_SESSION, value="*/alice", account=A)
    found = token_entrance(role(demand("sts:RoleSessionName", "alice")), claim)
    assert found is not None
    assert found.marks == (NAME,)


# ---------------------------------------------------------------- denials of everything

EVERYTHING: Mapping[str, Json] = {"Effect": "Deny", "Action": "*", "Resource": "*"}


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (EVERYTHING, [()]),
        ({**EVERYTHING, "Action": ["s3:*", "*:*"], "Resource": ["*"]}, [()]),
        ({**EVERYTHING, "Effect": "Allow"}, []),
        ({**EVERYTHING, "Action": "sts:*"}, []),
        ({**EVERYTHING, "Resource": ARN}, []),
        ({"Effect": "Deny", "NotAction": "iam:*", "Resource": "*"}, []),
        (
            {**EVERYTHING, "Condition": {"StringEquals": {"aws:sourceidentity": "alice"}}},
            [(("aws:SourceIdentity", ("alice",)),)],
        ),
        (
            {**EVERYTHING, "Condition": {"StringLike": {"aws:userid": ["*:alice", "x:${a}"]}}},
            [(("aws:userid", ("*:alice",)),)],
        ),
        ({**EVERYTHING, "Condition": {"StringEquals": {"aws:userid": "*:alice"}}}, []),
        (
            {
                **EVERYTHING,
                "Condition": {
                    "StringEqualsIgnoreCase": {"aws:userid": "x:alice"},
                    "StringEquals": {"identitystore:UserId": ["u-1", "u-2"]},
                },
            },
            [(("aws:userid", ("x:alice",)), ("identitystore:UserId", ("u-1", "u-2")))],
        ),
        (
            {**EVERYTHING, "Condition": {"DateLessThan": {"aws:TokenIssueTime": "2026-01-01"}}},
            [],
        ),
        ({**EVERYTHING, "Condition": {"StringNotEquals": {"aws:userid": "x:alice"}}}, []),
        ({**EVERYTHING, "Condition": {"StringEqualsIfExists": {"aws:userid": "x:a"}}}, []),
        (
            {
                **EVERYTHING,
                "Condition": {"StringEquals": {"aws:userid": "x:a", "aws:RequestedRegion": "r"}},
            },
            [],
        ),
    ],
)
def test_total_denies(statement: Mapping[str, Json], expected: list[Conditions]) -> None:
    assert list(total_denies(policy(statement))) == expected
